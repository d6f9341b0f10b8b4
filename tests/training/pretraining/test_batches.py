from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from jianghua.training.pretraining.batches import Batches, intact
from jianghua.training.pretraining.masking import UNMASKED
from jianghua.training.pretraining.sequences import TokenSequence

PAD = 7777
LENGTHS = np.random.default_rng(0).integers(3, 60, 200)
SEQUENCES = [TokenSequence(np.full(length, 1000 + n, np.int32), np.zeros(length, np.int32)) for n, length in enumerate(LENGTHS)]


def noise(sequence: TokenSequence, random: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Stands for masking: shows what was drawn."""
    return sequence.ids, random.integers(0, 1000, len(sequence.ids))


def members(batch: dict[str, torch.Tensor]) -> list[int]:
    return batch["input_ids"][:, 0].tolist()


def test_every_sequence_comes_once_an_epoch_in_full_batches_of_like_lengths() -> None:
    batches = Batches(SEQUENCES, 256, PAD, intact, seed=0, epochs=2)
    assert len(batches) % 2 == 0
    half = len(batches) // 2
    epochs = [[members(batches[number]) for number in range(start, start + half)] for start in (0, half)]
    for epoch in epochs:
        assert sorted(row for batch in epoch for row in batch) == [1000 + number for number in range(200)]
    assert epochs[0] != epochs[1]
    assert {frozenset(batch) for batch in epochs[0]} != {frozenset(batch) for batch in epochs[1]}
    assert all(batches[number]["input_ids"].numel() <= 256 for number in range(len(batches)))
    real = sum(int(batches[number]["attention_mask"].sum()) for number in range(half))
    assert real == LENGTHS.sum()
    assert real > 0.95 * sum(batches[number]["input_ids"].numel() for number in range(half))
    assert half < 1.2 * LENGTHS.sum() / 256


def test_padding_is_marked() -> None:
    batch = Batches(SEQUENCES[:9], 600, PAD, intact, seed=0)[0]
    padded = batch["input_ids"] == PAD
    assert padded.any()
    assert ((batch["attention_mask"] == 0) == padded).all()
    assert ((batch["labels"] == UNMASKED) == padded).all()


def test_a_batch_depends_on_the_seed_and_its_number_alone() -> None:
    one, two = (Batches(SEQUENCES, 256, PAD, noise, seed=3, epochs=2) for _ in range(2))
    other = Batches(SEQUENCES, 256, PAD, noise, seed=4, epochs=2)
    backwards = {number: two[number] for number in reversed(range(len(two)))}
    for number in range(len(one)):
        batch = one[number]
        assert all(torch.equal(batch[name], backwards[number][name]) for name in batch)
        assert not torch.equal(batch["labels"], other[number]["labels"])


def test_what_is_hidden_differs_between_epochs_and_batches() -> None:
    batches = Batches(SEQUENCES[:1], 256, PAD, noise, seed=0, epochs=5)
    drawn = {tuple(batches[number]["labels"][0].tolist()) for number in range(len(batches))}
    assert len(drawn) == 5


def test_a_part_of_an_epoch_is_some_of_its_batches() -> None:
    whole, part = (Batches(SEQUENCES, 256, PAD, intact, seed=0, epochs=epochs) for epochs in (1, 0.25))
    assert len(part) == round(len(whole) / 4)
    assert members(part[len(part) - 1]) == members(whole[len(part) - 1])
    with pytest.raises(IndexError):
        part[len(part)]
