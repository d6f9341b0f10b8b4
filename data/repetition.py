"""What repeats the speech: an outline or an abstract before or after it, and its title a second time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from data.lines import Cuts, Line
from data.notices import label
from data.wraps import TERMINAL

_SHINGLE: Final = 8
_LONG: Final = 80  # characters of the shortest text that is taken for a repetition without a label that says so
_SAME: Final = 0.85  # share of the shingles that recur in a repetition; the rest may be cut off or changed
_EARLY: Final = 30  # lines at the top among which an outline or an abstract is looked for
_ENTRIES: Final = 80  # lines of the longest outline
_LEADER: Final = re.compile(r"[.．·…。\-—_]{2,}\d*$|(?<=[\u4e00-\u9fff])\d{1,3}$")
_SUFFIX: Final = re.compile(r"\.(?:docx?|wps|pdf|txt|pptx?|html?)$", re.IGNORECASE)


def repeats(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is long, or labelled as an abstract, and stands in the lines before it."""
    whole = "".join(line.bare for line in lines)
    result, offset = [], 0
    for line in lines:
        marked = label(line.bare)
        result.append(_stands_in(line.bare[marked:], whole[:offset], bool(marked)))
        offset += len(line.bare)
    return result


def _stands_in(text: str, other: str, marked: bool) -> bool:
    """Whether a text stands in another word by word; one that is labelled as an abstract may differ in places."""
    text = text.rstrip(".…")
    if not marked:
        return len(text) >= _LONG and text in other
    if len(text) < _SHINGLE:
        return False
    own = [text[start : start + _SHINGLE] for start in range(len(text) - _SHINGLE + 1)]
    return sum(shingle in other for shingle in own) >= _SAME * len(own)


def cut_abstract(lines: Sequence[Line], cuts: Cuts) -> None:
    """An abstract before the speech: lines under a label, or one long line, that the text after them says again."""
    for number, line in enumerate(lines[:_EARLY]):
        marked = label(line.bare)
        alone = marked == len(line.bare)  # the label stands on a line of its own
        last = number + 1 + alone
        body = "".join(other.bare for other in lines[number:last])[marked:]
        rest = "".join(other.bare for other in lines[last:])
        if not _stands_in(body, rest, bool(marked)):
            continue
        while marked and last < len(lines) and _stands_in(lines[last].bare, rest[len(lines[last].bare) :], marked=False):
            rest = rest[len(lines[last].bare) :]
            last += 1
        cuts.lines(lines[number:last], "abstract")
        return


def cut_outline(lines: Sequence[Line], cuts: Cuts) -> None:
    """A table of contents: two or more short lines before the speech that recur in it in the same order as whole lines."""
    for number in range(min(_EARLY, len(lines))):
        stop = _outlined(lines, number)
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


def _outlined(lines: Sequence[Line], start: int) -> int:
    """Number of the line after the outline that starts at `start`; `start` when there is none."""
    stop = start
    while stop < min(start + _ENTRIES, len(lines)) and _entry(lines[stop]):
        stop += 1
    while stop - start >= 2:
        if _in_order([_entry(line) for line in lines[start:stop]], lines[stop:]):
            return stop
        stop -= 1
    return start


def _entry(line: Line) -> str:
    """A line as an entry of an outline, without its page number; empty when it cannot be one."""
    text = _LEADER.sub("", line.bare)
    return text if 4 <= len(text) <= 60 and not TERMINAL.search(text) and text[-1] not in "：:，,；;" else ""


def _in_order(entries: Sequence[str], lines: Sequence[Line]) -> bool:
    """Whether the entries stand in the lines in this order, each beginning a line."""
    number = 0
    text = [line.bare for line in lines]
    for entry in entries:
        while number < len(text) and not (text[number] + "".join(text[number + 1 : number + 3])).startswith(entry):
            number += 1
        if number == len(text):
            return False
        number += 1
    return True


def cut_repeated_title(lines: Sequence[Line], title_lines: int, cuts: Cuts) -> None:
    """A title, the first `title_lines` lines, that stands again soon after: on lines of its own, or glued to the text."""
    title = _SUFFIX.sub("", "".join(line.bare for line in lines[:title_lines]))
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
