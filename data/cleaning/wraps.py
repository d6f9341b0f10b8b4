"""Hard wraps: whether the line breaks of a text are those of its layout, and which lines go on in the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from jianghua.data.text.patterns import COLON_CLASS, HEADING_NUMBER, PARAGRAPH_START, STOP, TERMINAL

_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd“”‘’…—·]+"
)
_INDENT: Final = re.compile(r"[\u3000 \t]{2,}|\u3000|\t")
_MOST_INDENTED: Final = 0.6  # share of the lines: where more are indented, that says nothing about paragraphs

_WIDEST: Final = 0.9  # quantile of the widths that is taken for the width of the layout: some lines stick out
_WIDEST_LAYOUT: Final = 160  # columns
NARROWEST: Final = 20
"""Columns of a line that says anything about the width of the layout."""

_SLACK: Final = 6  # columns that a full line may fall short by: a mark that may not begin a line takes the one before along
_NEARLY: Final = 0.6  # of the width of the layout
_FEWEST_FULL: Final = 3  # lines
_FULL_SHARE: Final = 0.35  # of the lines that say anything about the width
_BROKEN_SHARE: Final = 0.4  # of the full lines break off in a sentence

_Fill: TypeAlias = Literal["full", "nearly", "short"]


def breaks_off(text: str) -> bool:
    """Whether a line ends in the middle of a sentence; the items of a list end with a semicolon or a colon."""
    return not TERMINAL.search(text) and not text.endswith(tuple(f"；;{COLON_CLASS}"))


def width(text: str) -> int:
    """Width in columns: two for a full-width character, one for any other."""
    return len(text) + sum(map(len, _WIDE.findall(text)))


def continues(lines: Sequence[str]) -> list[bool]:
    """For each line whether its paragraph goes on in the next.

    Lines are taken as hard-wrapped when many of them have nearly the greatest width and break off without an end of sentence:
    then a full line goes on, unless the next is indented or begins like a paragraph. Without hard wraps no line goes on.
    """
    bare = ["".join(line.split()) for line in lines]
    fills = _fills(bare)
    if fills is None:
        return [False] * len(lines)
    indented = [bool(_INDENT.match(line)) for line in lines]
    by_indent = 2 <= sum(indented) < _MOST_INDENTED * len(lines)
    result: list[bool] = []
    is_heading = False
    for number, line in enumerate(bare[:-1]):
        following = bare[number + 1]
        if not result or not result[-1]:
            is_heading = HEADING_NUMBER.match(line) is not None
        is_heading = is_heading and STOP.search(line) is None
        starts = PARAGRAPH_START.match(following) is not None
        if not following or (indented[number + 1] if by_indent else starts and not breaks_off(line)):
            result.append(False)
        elif fills[number] == "nearly":
            # A line that is somewhat short and breaks off in a sentence: its end was lost, not its paragraph. But a line
            # that begins like a heading and breaks off is one.
            result.append(not TERMINAL.search(line) and not starts and not is_heading)
        else:
            result.append(fills[number] == "full")
    return [*result, False]


def _fills(lines: Sequence[str]) -> list[_Fill] | None:
    """How much each line fills the width of the layout; `None` where lines are not hard-wrapped.

    Layouts wrap by columns, where a Latin letter or digit is half as wide; some programs count characters.
    """
    widths = [width(line) for line in lines]
    long = sorted(columns for columns in widths if columns >= NARROWEST)
    if len(long) < _FEWEST_FULL:
        return None
    full = _quantile(long)
    filled = [line for line, columns in zip(lines, widths, strict=True) if abs(columns - full) <= _SLACK]
    broken = sum(map(breaks_off, filled))
    if (
        full > _WIDEST_LAYOUT
        or len(filled) < max(_FEWEST_FULL, _FULL_SHARE * len(long))
        or broken < max(_FEWEST_FULL, _BROKEN_SHARE * len(filled))
    ):
        return None
    most_characters = _quantile(sorted(map(len, lines)))

    def fill(line: str, columns: int) -> _Fill:
        if columns >= full - _SLACK or len(line) >= most_characters - 1:
            return "full"
        return "nearly" if columns >= _NEARLY * full else "short"

    return list(map(fill, lines, widths))


def _quantile(values: Sequence[int]) -> int:
    """The value of sorted ones that few are greater than."""
    return values[int(_WIDEST * (len(values) - 1))]
