"""Damage done to the sample speeches must be undone: to every other one, for time; docs/reading.md shows it for all."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.damage import KINDS, Damaged, damage
from benchmarks.make_samples import SAMPLES
from benchmarks.scores import Score, score
from jianghua.data.reader import read_text
from jianghua.data.store import read_speeches

SPEECHES = read_speeches(SAMPLES / "speeches.jsonl")
MOST_LOST = 0.0005  # of the characters


@cache
def undone(kind: str) -> Score:
    total = Score()
    for speech in SPEECHES if kind == "none" else SPEECHES[::2]:
        damaged = damage(speech, kind)
        sentences = read_text(damaged.text).sentences
        total += score(damaged, [[at for start, end in one.spans for at in range(start, end)] for one in sentences])
    return total


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_damage_is_undone(kind: str) -> None:
    result = undone(kind)
    assert result.boundary_f1 >= 0.97
    assert result.exact_recall >= 0.97
    assert result.lost <= MOST_LOST * result.characters


def test_damage_is_undone_on_average() -> None:
    assert sum(undone(kind).boundary_f1 for kind in KINDS) / len(KINDS) >= 0.99


def test_undamaged_speeches_lose_nothing() -> None:
    result = undone("none")
    assert (result.exact, result.foreign, result.lost) == (result.gold, 0, 0)


def test_the_score_sees_what_is_wrong() -> None:
    damaged = Damaged("甲乙。广告丙丁。", (0, 1, 2, None, None, 3, 4, 5), "甲乙。丙丁。", (3, 6))
    assert score(damaged, [[0, 1, 2], [5, 6, 7]]) == Score(hits=2, predicted=2, gold=2, exact=2, characters=6)
    assert score(damaged, [[0, 1, 2, 3, 4, 5, 6, 7]]) == Score(hits=1, predicted=1, gold=2, foreign=2, characters=6)
    assert score(damaged, [[0, 1, 2], [3, 4], [6, 7]]) == Score(
        hits=2, predicted=3, gold=2, exact=1, foreign=2, lost=1, characters=6
    )
