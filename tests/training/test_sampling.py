from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jianghua.training.sampling import LengthBatchSampler

LENGTHS = st.lists(st.integers(1, 300), max_size=400)


@given(LENGTHS, st.integers(1, 40), st.integers(0, 9))
def test_every_example_comes_once_an_epoch(lengths: list[int], batch: int, epoch: int) -> None:
    sampler = LengthBatchSampler(lengths, batch, seed=3)
    sampler.set_epoch(epoch)
    order = list(sampler)
    assert sorted(order) == list(range(len(lengths)))
    assert order == list(sampler)
    assert len(sampler) == len(order)


def test_batches_are_of_like_length_and_in_random_order() -> None:
    lengths = [1 + 7919 * number % 293 for number in range(2400)]
    sampler = LengthBatchSampler(lengths, batch=24, seed=0)
    order = list(sampler)
    batches = [[lengths[index] for index in order[start : start + 24]] for start in range(0, 2400, 24)]
    padding = sum(max(batch) * 24 - sum(batch) for batch in batches) / sum(lengths)
    assert padding < 0.05
    means = [sum(batch) / 24 for batch in batches]
    falls = sum(before > after for before, after in pairwise(means))
    assert 30 < falls < 70  # sorted batches would fall nearly always, or nearly never
    sampler.set_epoch(1)
    assert list(sampler) != order
