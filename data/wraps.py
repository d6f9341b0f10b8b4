"""Hard wraps: whether the line breaks of a text are those of its layout, and which lines go on in the next."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

TERMINAL: Final = re.compile(r"[。！？!?…][”’」』）)】》\"']*$|(?<=[^\x00-\x7f])\.[”’）)\"']*$")
"""The end of a line that ends a sentence."""

PARAGRAPH_START: Final = re.compile(
    r"[一二三四五六七八九十百]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十]{1,2}[，,、是]"
    r"|[一二三四五六七八九十](?:是|要)|\d{1,2}[.．、](?!\d)|首先[，,]|其次[，,]|最后[，,]|同志们[：:，,]"
)
"""What a paragraph of a speech likes to begin with: numbers of headings and enumerations."""

_SLACK: Final = 6  # columns that a full line may fall short by: a mark that may not begin a line takes the one before along
_INDENT: Final = re.compile(r"[\u3000 \t]{2,}|\u3000|\t")


def width(text: str) -> int:
    """Width in columns: two for a full-width character, one for any other."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" or char in "“”‘’…—·" else 1 for char in text)


def continues(lines: Sequence[str]) -> list[bool]:
    """For each line whether its paragraph goes on in the next.

    Lines are taken as hard-wrapped when many of them have nearly the greatest width and break off without an end of sentence:
    then a full line goes on, unless the next is indented or begins like a paragraph. Without hard wraps no line goes on.
    """
    widths = [width(line.rstrip()) for line in lines]
    full = _full_width(lines, widths)
    if full is None:
        return [False] * len(lines)
    indented = [bool(_INDENT.match(line)) for line in lines]
    by_indent = sum(indented) >= 2 and sum(indented) < 0.6 * len(lines)
    result = []
    for line, after, this_width, after_indented in zip(lines, [*lines[1:], ""], widths, [*indented[1:], False], strict=True):
        ended = TERMINAL.search(line.rstrip()) is not None
        new = after_indented if by_indent else ended and PARAGRAPH_START.match(after.lstrip()) is not None
        if not after.strip() or new:
            result.append(False)
        elif this_width >= full - _SLACK:
            result.append(True)
        else:
            # A line that is somewhat short and breaks off in a sentence: its end was lost, not its paragraph.
            result.append(not ended and this_width >= 0.6 * full and not PARAGRAPH_START.match(after.lstrip()))
    return result


def _full_width(lines: Sequence[str], widths: Sequence[int]) -> int | None:
    """Width of a full line, or None where lines are not hard-wrapped."""
    long = sorted(w for w in widths if w >= 20)
    if len(long) < 3:
        return None
    full = long[int(0.9 * (len(long) - 1))]
    if full > 160:
        return None
    filled = [line for line, w in zip(lines, widths, strict=True) if full - _SLACK <= w <= full + _SLACK]
    broken = sum(TERMINAL.search(line.rstrip()) is None for line in filled)
    if len(filled) < max(3, 0.35 * len(long)) or broken < 0.4 * len(filled):
        return None
    return full
