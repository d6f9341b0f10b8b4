from __future__ import annotations

import numpy as np
import pytest

from jianghua.tagging.drift.outliers import LEVEL, Yardstick


@pytest.mark.parametrize(("held_out", "allowed"), [(1, 1), (9, 1), (18, 1), (19, 1), (38, 1), (39, 2), (99, 5)])
def test_the_level_holds_where_there_are_enough_held_out_speeches(held_out: int, allowed: int) -> None:
    yardstick = Yardstick(held_out)
    assert yardstick.allowed == allowed
    assert yardstick.level <= LEVEL or held_out < 19


@pytest.mark.parametrize("held_out", [9, 40, 85])
def test_as_many_speeches_of_the_same_kind_are_outside_as_promised(held_out: int) -> None:
    random = np.random.default_rng(held_out)
    yardstick = Yardstick(held_out)
    rounds = 2000
    outside = 0
    for _ in range(rounds):
        values = random.gamma(2.0, size=(held_out + 1, 5))  # skewed: nothing is assumed about the distribution
        outside += yardstick.distance(values[-1], values[:-1])[0] > 1
    assert outside / rounds == pytest.approx(yardstick.level, abs=4 * np.sqrt(yardstick.level / rounds))


def test_one_measure_is_enough_to_be_outside() -> None:
    held_out = np.random.default_rng(0).normal(size=(40, 5))
    usual = np.zeros(5)
    distance, _ = Yardstick(40).distance(usual, held_out)
    assert distance < 1
    distance, measure = Yardstick(40).distance(usual + 8 * np.eye(5)[3], held_out)
    assert distance > 2
    assert measure == 3
    assert Yardstick(40).distance(usual - 8 * np.eye(5)[3], held_out)[0] < 1  # nearer to training than usual is not outside


def test_measures_without_a_value_do_not_count() -> None:
    held_out = np.random.default_rng(0).normal(size=(40, 5))
    held_out[:, 0] = np.nan
    distance, measure = Yardstick(40).distance(np.array([np.nan, 9, 0, 0, np.nan]), held_out)
    assert distance > 1
    assert measure == 1


def test_equal_values_are_not_outside() -> None:
    assert Yardstick(30).distance(np.full(5, 0.2), np.full((30, 5), 0.2))[0] == 0
    assert Yardstick(30).distance(np.full(5, 0.3), np.full((30, 5), 0.2))[0] > 1


def test_the_chance_is_that_of_ranks() -> None:
    random = np.random.default_rng(0)
    yardstick, speeches, rounds = Yardstick(39), 10, 20_000
    scores = random.random((rounds, 39 + speeches))
    limit = np.sort(scores[:, :39], axis=1)[:, -yardstick.allowed]
    outside = (scores[:, 39:] > limit[:, None]).sum(axis=1)
    for count in (0, 1, 2, 4):
        assert yardstick.chance(count, speeches) == pytest.approx((outside >= count).mean(), abs=0.01)
    assert yardstick.chance(1, 1) == pytest.approx(yardstick.level)
    assert 0 < yardstick.chance(4000, 5000) < 1e-9  # large numbers neither overflow nor vanish
