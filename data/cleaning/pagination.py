"""What pages leave in a text: page numbers, running heads, and page markers glued to the words."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.opening import TITLE
from jianghua.data.cleaning.wraps import breaks_off
from jianghua.data.speech import Span
from jianghua.data.text.patterns import PAGE_MARKER, PAGE_NUMBER, PARAGRAPH_START, TERMINAL

_LEADING: Final = (re.compile(r"(\d{1,3})、"), re.compile(r"(\d{1,3})[.．](?!\d)"))
_LOOSE: Final = ("line", "paragraph")  # kinds of blocks that can be a page number
_FEWEST_NUMBERS: Final = 2
_GROWN: Final = 0.6  # share of the bare numbers that are greater than the one before
_NEAR: Final = 2  # lines from a page number within which a running head is looked for
_LONGEST_HEAD: Final = 40  # characters
_SHORTEST_HEADED_PAGE: Final = 40  # characters between two page numbers, running heads aside
_FEWEST_MARKERS: Final = 3
_SHORTEST_PAGE: Final = 150  # characters between two markers


def cut_pages(lines: Sequence[Line], cuts: Cuts) -> None:
    """Page numbers on lines of their own, and the running heads beside them.

    A running head recurs, but for its digits, on two pages (and half of them) beside their numbers, does not end like a
    sentence, and leaves room for a page: between the numbers of a list or of slides there is hardly anything else.
    """
    numbers = _page_numbers(lines)
    if len(numbers) < _FEWEST_NUMBERS:
        return
    cuts.cut_lines((lines[number] for number in _running_heads(lines, numbers)), "running head")
    cuts.cut_lines((lines[number] for number in numbers), "page number")


def _running_heads(lines: Sequence[Line], numbers: Sequence[int]) -> list[int]:
    """Numbers of the lines that are running heads beside the page numbers `numbers`, which rise."""
    near = sorted({other for number in numbers for other in _neighbours(lines, number)})
    pages = {(_shape(lines[number]), bisect(numbers, number)) for number in near}
    counts = Counter(shape for shape, _ in pages)
    recurring = {shape for shape, count in counts.items() if count >= max(2, len(numbers) / 2)}
    heads = [number for number in near if _shape(lines[number]) in recurring]
    rest = [len(line.bare) for line in lines]
    for number in heads:
        rest[number] = 0
    if not heads or median(sum(rest[first + 1 : second]) for first, second in pairwise(numbers)) < _SHORTEST_HEADED_PAGE:
        return []
    return _without_title(lines, heads)


def _without_title(lines: Sequence[Line], heads: Sequence[int]) -> list[int]:
    """Running heads but for the first that is the title of the speech, where the title stands nowhere else."""
    titles = [number for number in heads if TITLE.search(lines[number].bare)]
    known = {*heads}
    elsewhere = {line.bare for number, line in enumerate(lines) if number not in known} if titles else set()
    title = next((number for number in titles if lines[number].bare not in elsewhere), None)
    return [number for number in heads if number != title]


def _page_numbers(lines: Sequence[Line]) -> list[int]:
    """Numbers of the lines that are a page number; bare digits are only where they mostly grow: a table has some, too."""
    numbers = [n for n, line in enumerate(lines) if line.block.kind in _LOOSE and PAGE_NUMBER.fullmatch(line.bare)]
    digits = [number for number in numbers if lines[number].bare.isdigit()]
    grown = sum(int(lines[before].bare) < int(lines[after].bare) for before, after in pairwise(digits))
    return [number for number in numbers if number not in digits] if grown < _GROWN * (len(digits) - 1) else numbers


def _neighbours(lines: Sequence[Line], number: int) -> list[int]:
    """Numbers of the lines near a page number that could be a running head."""
    near = range(max(0, number - _NEAR), min(len(lines), number + _NEAR + 1))
    return [
        other
        for other in near
        if other != number and len(lines[other].bare) <= _LONGEST_HEAD and not TERMINAL.search(lines[other].bare)
    ]


def _shape(line: Line) -> str:
    """A line with all numbers alike: what running heads have in common."""
    return re.sub(r"\d+", "#", line.bare)


def cut_markers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Page numbers glued to the text, counting up: `2、` at the starts of lines, or `—2—` and `第2页` in their middle."""
    _cut_inline_markers(lines, cuts)
    _cut_leading_markers(lines, cuts)


def _cut_inline_markers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Markers in the middle of lines; at least three, each one more than the one before."""
    text = cuts.text
    markers = [match for line in lines for match in PAGE_MARKER.finditer(text, line.start, line.block.end)]
    counted: list[tuple[int, Span]] = []
    for marker in markers:
        number = int(marker.group(1) or marker.group(2))
        if not counted or number == counted[-1][0] + 1:
            counted.append((number, marker.span()))
    if len(counted) >= _FEWEST_MARKERS and counted[0][0] <= 2:
        for _, (start, end) in counted:
            cuts.cut(start, end, "page marker")


def _cut_leading_markers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Markers at the starts of lines, of one form: `5.` in a text whose pages are counted `1、` `2、` numbers its own point."""
    for form in _LEADING:
        _cut_leading_markers_of(form, lines, cuts)


def _cut_leading_markers_of(form: re.Pattern[str], lines: Sequence[Line], cuts: Cuts) -> None:
    """Markers of one form; the line before one goes on in the line with it, unless both begin paragraphs."""
    counted: list[tuple[int, int]] = []  # number of the line, length of the marker
    for number, line in enumerate(lines):
        match = form.match(line.bare)
        if match and int(match.group(1)) == len(counted) + 1:
            counted.append((number, match.end()))
    after_break = [number for number, _ in counted[1:] if breaks_off(lines[number - 1].bare)]
    if len(counted) < _FEWEST_MARKERS or len(after_break) < (len(counted) - 1) / 2:
        return  # an enumeration
    pages = [sum(len(line.bare) for line in lines[first:second]) for (first, _), (second, _) in pairwise(counted)]
    if median(pages) < _SHORTEST_PAGE:
        return
    for number, length in counted:
        cuts.cut_prefix(lines[number], length, "page marker")
    for number in after_break:
        if not (PARAGRAPH_START.match(lines[number - 1].bare) and PARAGRAPH_START.match(lines[number].bare)):
            cuts.join_to_next(lines[number - 1])
