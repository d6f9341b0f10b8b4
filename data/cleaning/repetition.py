"""What repeats the speech: an outline or an abstract before or after it, and its title a second time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, takewhile
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.notices import label_length
from jianghua.data.cleaning.opening import FILE_SUFFIX, title_length
from jianghua.data.speech import Span
from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, STOP, TERMINAL

_SHINGLE: Final = 8  # characters
_LONG: Final = 80  # characters of the shortest text that is taken for a repetition without a label that says so
_SAME: Final = 0.85  # share of the shingles that recur in a repetition; the rest may be cut off or changed
_SAMPLED: Final = 40  # shingles of a text that are looked up
_ENTRIES: Final = 80  # of the longest outline
_LINE: Final = 12  # characters that a line of a wrapped text holds at least
_EARLY: Final = 30  # lines at the top among which an outline or an abstract is looked for
_TITLE: Final = 6  # characters of the shortest title that is looked for again
_TITLE_LINES: Final = 4  # over which a repeated title may be wrapped
_LEADER: Final = re.compile(rf"[.．·…。\-—_]{{2,}}\d*$|(?<=[{HAN_CLASS}])\d{{1,3}}$")


def repetitions(lines: Sequence[Line]) -> Callable[[int], bool]:
    """A function that tells of a line, by its number, whether it is long or labelled and stands in the lines before it."""
    whole, offsets = _joined(lines)

    @cache
    def is_repetition(number: int) -> bool:
        text = lines[number].bare
        label = label_length(text)
        return _stands_in(text[label:], whole, (0, offsets[number]), labelled=label > 0)

    return is_repetition


def _joined(lines: Sequence[Line], prefix: str = "") -> tuple[str, list[int]]:
    """The bare text of all lines, each with a prefix, and the offset of each of them and of the end."""
    return "".join(prefix + line.bare for line in lines), [0, *accumulate(len(prefix + line.bare) for line in lines)]


def _stands_in(text: str, whole: str, part: Span, labelled: bool) -> bool:
    """Whether a text stands in part of another word by word; one that is labelled as an abstract may differ in places."""
    text = text.rstrip(".…")
    if not labelled:
        return len(text) >= _LONG and whole.find(text, *part) >= 0
    if len(text) < _SHINGLE:
        return False
    starts = range(0, len(text) - _SHINGLE + 1, 1 + len(text) // _SAMPLED)
    return sum(whole.find(text[start : start + _SHINGLE], *part) >= 0 for start in starts) >= _SAME * len(starts)


def cut_abstract(lines: Sequence[Line], cuts: Cuts) -> None:
    """An abstract before the speech: lines under a label, or one long line, that the text after them says again."""
    whole, offsets = _joined(lines)
    for number, line in enumerate(lines[:_EARLY]):
        label = label_length(line.bare)
        last = min(number + 1 + _is_label(line), len(lines))  # a label may stand on a line of its own
        body = whole[offsets[number] + label : offsets[last]]
        if not _stands_in(body, whole, (offsets[last], len(whole)), labelled=label > 0):
            continue
        while label and last < len(lines) and _stands_in(lines[last].bare, whole, (offsets[last + 1], len(whole)), False):
            last += 1
        cuts.cut_lines(lines[number:last], "abstract")
        return


def _is_label(line: Line) -> bool:
    """Whether a line is nothing but the label of an abstract or a table of contents."""
    return label_length(line.bare) == len(line.bare)


def cut_outline(lines: Sequence[Line], cuts: Cuts) -> None:
    """A table of contents: two or more short lines before the speech that recur in it in the same order as whole lines."""
    whole, offsets = _joined(lines, prefix="\n")
    for number in range(min(_EARLY, len(lines))):
        end = _outline_end(lines, number, whole, offsets)
        if end - number >= 2:
            first = number - 1 if number > 0 and _is_label(lines[number - 1]) else number
            cuts.cut_lines(lines[first:end], "outline")
            return
    cuts.cut_lines(filter(_is_label, lines[:_EARLY]), "page information")


def _outline_end(lines: Sequence[Line], start: int, whole: str, offsets: Sequence[int]) -> int:
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
    return text if 4 <= len(text) <= 60 and not TERMINAL.search(text) and text[-1] not in f"{COLON_CLASS}，,；;" else ""


def cut_repeated_title(lines: Sequence[Line], cuts: Cuts) -> None:
    """A title that stands again soon after: on lines of its own, or glued to the text."""
    after = title_length(lines)
    title = FILE_SUFFIX.sub("", "".join(line.bare for line in lines[:after]))
    if len(title) < _TITLE or STOP.search(title):
        return
    for number in range(after, min(after + 3, len(lines))):
        repeated = lines[number : number + _TITLE_LINES]
        if "".join(line.bare for line in repeated).startswith(title):
            rest = len(title)
            for line in repeated:
                length = min(rest, len(line.bare))
                cuts.cut_prefix(line, length, "repeated title")
                rest -= length
            return
