"""What pages leave in a text: page numbers, running heads, and page markers glued to the words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line, remaining
from jianghua.data.cleaning.opening import TITLE
from jianghua.data.cleaning.wraps import breaks_off
from jianghua.data.speech import Span
from jianghua.data.text.patterns import HAN_CLASS, PAGE_MARKER, PAGE_NUMBER, PARAGRAPH_START, TERMINAL

_LEADING: Final = (re.compile(r"(\d{1,3})、"), re.compile(r"(\d{1,3})[.．](?!\d)"))
_LOOSE: Final = ("line", "paragraph")  # kinds of blocks that can be a page number
_FEWEST_NUMBERS: Final = 2
_GROWN: Final = 0.6  # share of the bare numbers that are greater than the one before
_NEAR: Final = 2  # lines from a page number within which a running head is looked for
_LONGEST_HEAD: Final = 40  # characters
_LEAST_PAGE: Final = 30  # characters between the numbers of two pages; items of a list and subtitles are shorter
_HAN: Final = re.compile(f"[{HAN_CLASS}]")
_FEWEST_MARKERS: Final = 3
_SHORTEST_PAGE: Final = 150  # characters between two markers


def cut_pages(lines: Sequence[Line], cuts: Cuts) -> None:
    """Page numbers on lines of their own, and the running heads beside them; running heads that hold the number themselves."""
    cuts.cut_lines(_numbered_heads(lines), "running head")
    lines = remaining(lines)
    numbers = _page_numbers(lines)
    if len(numbers) < _FEWEST_NUMBERS:
        return
    cuts.cut_lines(_without_title(lines, _running_heads(lines, numbers)), "running head")
    cuts.cut_lines((lines[number] for number in numbers), "page number")


def _without_title(lines: Sequence[Line], heads: Sequence[Line]) -> list[Line]:
    """Running heads but for the first that is the title of the speech, where the title stands nowhere else."""
    known = {id(head) for head in heads}
    titles = [head for head in heads if TITLE.search(head.bare)]
    elsewhere = {line.bare for line in lines if id(line) not in known} if titles else set()
    title = next((head for head in titles if head.bare not in elsewhere), None)
    return [head for head in heads if head is not title]


def _page_numbers(lines: Sequence[Line]) -> list[int]:
    """Numbers of the lines that are a page number; bare digits are only where they mostly grow: a table has some, too."""
    numbers = [n for n, line in enumerate(lines) if line.block.kind in _LOOSE and PAGE_NUMBER.fullmatch(line.bare)]
    digits = [number for number in numbers if lines[number].bare.isdigit()]
    grown = sum(int(lines[before].bare) < int(lines[after].bare) for before, after in pairwise(digits))
    return [number for number in numbers if number not in digits] if grown < _GROWN * (len(digits) - 1) else numbers


def _running_heads(lines: Sequence[Line], numbers: Sequence[int]) -> list[Line]:
    """The running heads near page numbers.

    A running head recurs, but for its digits, on at least two pages and on every other one, and does not end like a sentence. A
    line between two numbers is near both and still one line. Where next to nothing stands between the numbers they count items
    or subtitles, of which only what is no Chinese, such as times, can be taken for added.
    """
    near = sorted({number for page in numbers for number in _neighbours(lines, page)})
    counts = Counter(_shape(lines[number]) for number in near)
    recurring = {shape for shape, count in counts.items() if count >= max(2, (len(numbers) - 1) / 2)}
    heads = [number for number in near if _shape(lines[number]) in recurring]
    if not _are_pages(lines, numbers, heads):
        heads = [number for number in heads if not _HAN.search(lines[number].bare)]
    return [lines[number] for number in heads]


def _neighbours(lines: Sequence[Line], number: int) -> list[int]:
    """Numbers of the lines near a page number that could be a running head."""
    near = range(max(0, number - _NEAR), min(len(lines), number + _NEAR + 1))
    return [other for other in near if other != number and _can_be_head(lines[other])]


def _can_be_head(line: Line) -> bool:
    return len(line.bare) <= _LONGEST_HEAD and not TERMINAL.search(line.bare)


def _are_pages(lines: Sequence[Line], ends: Sequence[int], heads: Sequence[int]) -> bool:
    """Whether the text between the lines that end a page, heads aside, is mostly as long as the least of pages."""
    lengths = [len(line.bare) for line in lines]
    for head in heads:
        lengths[head] = 0
    return median(sum(lengths[first + 1 : second]) for first, second in pairwise(ends)) >= _LEAST_PAGE


def _numbered_heads(lines: Sequence[Line]) -> list[Line]:
    """Running heads that hold the page number themselves: 会议材料 第3页. At least three, alike but for numbers that grow."""
    heads: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        page = _number_at_edge(line.bare) if line.block.kind in _LOOSE and _can_be_head(line) else None
        if page is not None:
            heads[_shape(line)].append((number, page))
    return [
        lines[number]
        for found in heads.values()
        if len(found) >= _FEWEST_MARKERS
        and all(before < after for (_, before), (_, after) in pairwise(found))
        and _are_pages(lines, [number for number, _ in found], [])
        for number, _ in found
    ]


def _number_at_edge(text: str) -> int | None:
    """The page number with which a line begins or ends that says something else as well."""
    for match in PAGE_MARKER.finditer(text):
        if (match.start() == 0) != (match.end() == len(text)):
            return int(match.group(1) or match.group(2))
    return None


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
