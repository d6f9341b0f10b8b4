"""Pairs of characters: whether a text says anything, however usual its characters are.

A table to Unicode that is shifted by one gives characters that are all usual, in an order that nobody writes. The thousand most
frequent pairs, in `pairs.txt`, are those of speeches, laws and reports, each of the three with the same weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from jianghua.data.text.likelihood import traditional

_FILE: Final = Path(__file__).with_name("pairs.txt")
_FEWEST: Final = 140  # pairs by which a text is judged
_USUAL: Final = (
    0.03  # share of the frequent ones: any hundred characters of reports have 0.05 at least, shuffled ones mostly none
)


@cache
def frequent_pairs() -> frozenset[str]:
    """The pairs of characters that stand beside each other most often, simplified and traditional."""
    pairs = _FILE.read_text("utf-8").split()
    return frozenset((*pairs, *("".join(traditional().get(char, char) for char in pair) for pair in pairs)))


def says_nothing(pairs: Iterable[str]) -> bool:
    """Whether pairs of Chinese characters that stand beside each other are many, and hardly any of them is a usual one."""
    known = [pair in frequent_pairs() for pair in pairs]
    return len(known) >= _FEWEST and sum(known) < _USUAL * len(known)
