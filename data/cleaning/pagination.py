"""What pages leave in a text: page numbers, running heads, and page markers glued to the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.wraps import breaks_off
from jianghua.data.text.patterns import PAGE_MARKER, PAGE_NUMBER, PARAGRAPH_START, TERMINAL

_LEADING: Final = re.compile(r"(\d{1,3})(?:、|[.．](?!\d))")
_LOOSE: Final = ("line", "paragraph")  # kinds of blocks that can be a page number
_GROWN: Final = 0.6  # share of the bare numbers that are greater than the one before
_NEAR: Final = 2  # lines from a page number within which a running head is looked for
_HEAD: Final = 40  # characters of the longest running head
_PAGE: Final = 150  # characters of the shortest page, of those that markers part


def cut_pages(lines: Sequence[Line], cuts: Cuts) -> None:
    """Page numbers on lines of their own, and the running heads beside them.

    A lone number is a page number only where there are at least two, and bare digits only where they mostly grow: a table has
    lone numbers, too. A running head recurs, but for its digits, beside at least two of them (and half of them), and does not
    end like a sentence.
    """
    numbers = [n for n, line in enumerate(lines) if line.block.kind in _LOOSE and PAGE_NUMBER.fullmatch(line.bare)]
    bare = [number for number in numbers if lines[number].bare.isdigit()]
    grown = sum(int(lines[one].bare) < int(lines[other].bare) for one, other in pairwise(bare))
    if grown < _GROWN * (len(bare) - 1):
        numbers = [number for number in numbers if number not in bare]
    if len(numbers) < 2:
        return
    beside = _beside(lines, numbers)
    seen = Counter(shape for near in beside for shape in {_shape(lines[number].bare) for number in near})
    recurring = {shape for shape, count in seen.items() if count >= max(2, len(numbers) / 2)}
    for near in beside:
        cuts.cut_lines((lines[number] for number in near if _shape(lines[number].bare) in recurring), "running head")
    cuts.cut_lines((lines[number] for number in numbers), "page number")


def _beside(lines: Sequence[Line], numbers: Iterable[int]) -> list[list[int]]:
    """For each page number the lines near it that could be a running head."""
    return [
        [
            other
            for other in range(max(0, number - _NEAR), min(len(lines), number + _NEAR + 1))
            if other != number and len(lines[other].bare) <= _HEAD and not TERMINAL.search(lines[other].bare)
        ]
        for number in numbers
    ]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def cut_markers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Page numbers glued to the text, counting up: `2、` at the starts of lines, or `—2—` and `第2页` in their middle."""
    _cut_inline_markers(lines, cuts)
    _cut_leading_markers(lines, cuts)


def _cut_leading_markers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Markers at the starts of lines; the line before one goes on in the line with it, unless both begin paragraphs."""
    found: list[tuple[int, int]] = []  # number of the line, length of the marker
    for number, line in enumerate(lines):
        match = _LEADING.match(line.bare)
        if match and int(match.group(1)) == len(found) + 1:
            found.append((number, match.end()))
    broken = [number for number, _ in found[1:] if breaks_off(lines[number - 1].bare)]
    sizes = [sum(len(line.bare) for line in lines[one:other]) for (one, _), (other, _) in pairwise(found)]
    if len(found) < 3 or len(broken) < (len(found) - 1) / 2 or median(sizes) < _PAGE:
        return  # an enumeration
    for number, length in found:
        cuts.cut_prefix(lines[number], length, "page marker")
    for number in broken:
        if not (PARAGRAPH_START.match(lines[number - 1].bare) and PARAGRAPH_START.match(lines[number].bare)):
            cuts.join_to_next(lines[number - 1])


def _cut_inline_markers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Markers in the middle of lines; at least three, each one more than the one before."""
    text = cuts.document.text
    places = [
        (int(match.group(1) or match.group(2)), match.span())
        for line in lines
        for match in PAGE_MARKER.finditer(text, line.start, line.block.end)
    ]
    chain: list[tuple[int, tuple[int, int]]] = []
    for number, span in places:
        if not chain or number == chain[-1][0] + 1:
            chain.append((number, span))
    if len(chain) >= 3 and chain[0][0] <= 2:
        for _, (start, end) in chain:
            cuts.cut(start, end, "page marker")
