"""Hard wraps: whether the line breaks of a text are those of its layout, and which lines go on in the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jianghua.data.text.patterns import HEADING_NUMBER, PARAGRAPH_START, STOP, TERMINAL

_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd“”‘’…—·]+"
)
_SLACK: Final = 6  # columns that a full line may fall short by: a mark that may not begin a line takes the one before along
_INDENT: Final = re.compile(r"[\u3000 \t]{2,}|\u3000|\t")


def breaks_off(text: str) -> bool:
    """Whether a line ends in the middle of a sentence; the items of a list end with a semicolon or a colon."""
    return not TERMINAL.search(text) and text[-1:] not in tuple("；;：:")


def width(text: str) -> int:
    """Width in columns: two for a full-width character, one for any other."""
    return len(text) + sum(map(len, _WIDE.findall(text)))


def continues(lines: Sequence[str]) -> list[bool]:
    """For each line whether its paragraph goes on in the next.

    Lines are taken as hard-wrapped when many of them have nearly the greatest width and break off without an end of sentence:
    then a full line goes on, unless the next is indented or begins like a paragraph. Without hard wraps no line goes on.
    """
    bare = ["".join(line.split()) for line in lines]
    full = _full_lines(bare)
    if full is None:
        return [False] * len(lines)
    indented = [bool(_INDENT.match(line)) for line in lines]
    by_indent = 2 <= sum(indented) < 0.6 * len(lines)
    result: list[bool] = []
    heading = False
    for number, line in enumerate(bare[:-1]):
        after = bare[number + 1]
        ended = TERMINAL.search(line) is not None
        if not result or not result[-1]:
            heading = HEADING_NUMBER.match(line) is not None
        heading = heading and STOP.search(line) is None
        starts = PARAGRAPH_START.match(after) is not None
        if not after or (indented[number + 1] if by_indent else starts and not breaks_off(line)):
            result.append(False)
        elif full[number] is not None:
            result.append(bool(full[number]))
        else:
            # A line that is somewhat short and breaks off in a sentence: its end was lost, not its paragraph. But a line
            # that begins like a heading and breaks off is one.
            result.append(not ended and not starts and not heading)
    return [*result, False]


def _full_lines(lines: Sequence[str]) -> list[bool | None] | None:
    """For each line whether it is full, `None` for somewhat short ones; `None` for all where lines are not hard-wrapped.

    Layouts wrap by columns, where a Latin letter or digit is half as wide; some programs count characters.
    """
    widths = [width(line) for line in lines]
    long = sorted(w for w in widths if w >= 20)
    if len(long) < 3:
        return None
    full = long[int(0.9 * (len(long) - 1))]
    if full > 160:
        return None
    filled = [line for line, w in zip(lines, widths, strict=True) if full - _SLACK <= w <= full + _SLACK]
    broken = sum(map(breaks_off, filled))
    if len(filled) < max(3, 0.35 * len(long)) or broken < max(3, 0.4 * len(filled)):
        return None
    count = sorted(map(len, lines))[int(0.9 * (len(lines) - 1))]
    return [
        True if w >= full - _SLACK or len(line) >= count - 1 else None if w >= 0.6 * full else False
        for line, w in zip(lines, widths, strict=True)
    ]
