"""Numbers on lines of their own: an item that stands below its number goes on in the number's paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.text.patterns import NUMBERING


def join_numbers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Note that a line which is nothing but a number, such as `1.` or `（二）`, goes on in the next, unless that is one.

    Bare digits are a matter of pages. 第一章 is a heading by itself.
    """
    for line, following in pairwise(lines):
        if _is_number(line.bare) and not _is_number(following.bare):
            cuts.join_to_next(line)


def _is_number(text: str) -> bool:
    """Whether a line, white space removed, is the number of an item and nothing else."""
    return not text.startswith("第") and any(numbering.fullmatch(text) for _, numbering in NUMBERING)
