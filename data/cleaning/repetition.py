"""What repeats the speech: an outline or an abstract before or after it, and its title a second time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, takewhile
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.notices import label
from jianghua.data.cleaning.wraps import TERMINAL
from jianghua.data.speech import Span

_SHINGLE: Final = 8
_LONG: Final = 80  # characters of the shortest text that is taken for a repetition without a label that says so
_SAME: Final = 0.85  # share of the shingles that recur in a repetition; the rest may be cut off or changed
_SAMPLED: Final = 40  # shingles of a text that are looked up
_ENTRIES: Final = 80  # of the longest outline
_LINE: Final = 12  # characters that a line of a wrapped text holds at least
_EARLY: Final = 30  # lines at the top among which an outline or an abstract is looked for
_LEADER: Final = re.compile(r"[.．·…。\-—_]{2,}\d*$|(?<=[\u4e00-\u9fff])\d{1,3}$")

FILE_SUFFIX: Final = re.compile(r"\.(?:docx?|wps|pdf|txt|pptx?|html?)$", re.IGNORECASE)
"""The end of a title that is the name of a file."""


def repeats(lines: Sequence[Line]) -> Callable[[int], bool]:
    """A function that tells of a line, by its number, whether it is long or labelled and stands in the lines before it."""
    whole = "".join(line.bare for line in lines)
    offsets = [0, *accumulate(len(line.bare) for line in lines)]

    @cache
    def stands_before(number: int) -> bool:
        marked = label(lines[number].bare)
        return _stands_in(lines[number].bare[marked:], whole, (0, offsets[number]), bool(marked))

    return stands_before


def _stands_in(text: str, other: str, part: Span, marked: bool) -> bool:
    """Whether a text stands in part of another word by word; one that is labelled as an abstract may differ in places."""
    text = text.rstrip(".…")
    if not marked:
        return len(text) >= _LONG and other.find(text, *part) >= 0
    if len(text) < _SHINGLE:
        return False
    starts = range(0, len(text) - _SHINGLE + 1, 1 + len(text) // _SAMPLED)
    return sum(other.find(text[start : start + _SHINGLE], *part) >= 0 for start in starts) >= _SAME * len(starts)


def cut_abstract(lines: Sequence[Line], cuts: Cuts) -> None:
    """An abstract before the speech: lines under a label, or one long line, that the text after them says again."""
    whole = "".join(line.bare for line in lines)
    offsets = [0, *accumulate(len(line.bare) for line in lines)]
    for number, line in enumerate(lines[:_EARLY]):
        marked = label(line.bare)
        last = min(number + 1 + (marked == len(line.bare)), len(lines))  # a label may stand on a line of its own
        body = whole[offsets[number] + marked : offsets[last]]
        if not _stands_in(body, whole, (offsets[last], len(whole)), bool(marked)):
            continue
        while marked and last < len(lines) and _stands_in(lines[last].bare, whole, (offsets[last + 1], len(whole)), False):
            last += 1
        cuts.lines(lines[number:last], "abstract")
        return


def cut_outline(lines: Sequence[Line], cuts: Cuts) -> None:
    """A table of contents: two or more short lines before the speech that recur in it in the same order as whole lines."""
    whole = "".join(f"\n{line.bare}" for line in lines)
    offsets = [0, *accumulate(len(line.bare) + 1 for line in lines)]
    for number in range(min(_EARLY, len(lines))):
        stop = _outlined(lines, number, whole, offsets)
        if stop - number < 2:
            continue
        first = number
        if number > 0 and label(lines[number - 1].bare) == len(lines[number - 1].bare):
            first -= 1
        cuts.lines(lines[first:stop], "outline")
        return
    for line in lines[:_EARLY]:
        if label(line.bare) == len(line.bare):
            cuts.line(line, "page information")


def _outlined(lines: Sequence[Line], start: int, whole: str, offsets: Sequence[int]) -> int:
    """Number of the line after the outline that starts at `start`; `start` when there is none."""
    entries = list(takewhile(bool, map(_entry, lines[start : start + _ENTRIES])))
    for count in range(len(entries), 1, -1):
        place = offsets[start + count]
        for entry in entries[:count]:
            place = whole.find(f"\n{entry[:_LINE]}", place)  # the rest of a long entry may be on the next line
            if place < 0:
                break
            place += 1
        if place > 0:
            return start + count
        if whole.find(f"\n{entries[0][:_LINE]}", offsets[start + 2]) < 0:
            break
    return start


def _entry(line: Line) -> str:
    """A line as an entry of an outline, without its page number; empty when it cannot be one."""
    text = _LEADER.sub("", line.bare)
    return text if 4 <= len(text) <= 60 and not TERMINAL.search(text) and text[-1] not in "：:，,；;" else ""


def cut_repeated_title(lines: Sequence[Line], title_lines: int, cuts: Cuts) -> None:
    """A title, the first `title_lines` lines, that stands again soon after: on lines of its own, or glued to the text."""
    title = FILE_SUFFIX.sub("", "".join(line.bare for line in lines[:title_lines]))
    if len(title) < 6 or re.search("[。！？!?；;]", title):
        return
    for number in range(title_lines, min(title_lines + 3, len(lines))):
        if "".join(line.bare for line in lines[number : number + 4]).startswith(title):
            rest = len(title)
            for line in lines[number : number + 4]:
                length = min(rest, len(line.bare))
                cuts.prefix(line, length, "repeated title")
                rest -= length
            return
