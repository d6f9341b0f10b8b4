"""What pages add to a text: page numbers, running heads, tables of contents. Shared by the readers of paged formats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from jianghua.data.text.patterns import EDGE_PAGE_NUMBER

_LEADER: Final = re.compile(r"(?:[.．…·⋯・‥]\s*){4,}[\s(（\-—]*\d{1,4}[\s)）\-—]*$")
_CONTENTS: Final = re.compile(r"\s*目\s*[录錄次]\s*")
_EDGE: Final = 2  # lines at the top and bottom of a page among which running heads and page numbers are looked for
_LONGEST: Final = 40  # characters of a running head
_ENDS: Final = tuple("。！？!?；;：:，,、")  # with which sentences, salutations and refrains end, and no running head
_SHARE: Final = 0.4  # of the pages on which a running head recurs at least: books have one for left and one for right pages


def shape(line: str) -> str:
    """A line without white space, with all numbers alike: what running heads have in common."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line))


def page_furniture(pages: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """Why each line of each page is taken for something that the page added; `None` for text.

    Args:
        pages: the lines of each page from top to bottom, whatever the order in which they are read.
    """
    edges = [{page[number] for number in _edges(len(page))} for page in pages]
    shapes = Counter(one for page in edges for one in {shape(line) for line in page})
    repeated = {
        one for one, count in shapes.items() if one and not one.endswith(_ENDS) and count >= max(3, _SHARE * len(pages))
    }
    # On two pages a head recurs only once: then it has to be the same to the digit.
    same = Counter(re.sub(r"\s+", "", line) for page in edges for line in page)
    repeated |= {shape(line) for line, count in same.items() if 2 <= count >= _SHARE * len(pages) and _head(line)}
    return [_marked(page, repeated) for page in pages]


def _head(line: str) -> bool:
    return 4 <= len(line) <= _LONGEST and not line.endswith(_ENDS)


def _marked(page: Sequence[str], repeated: set[str]) -> list[str | None]:
    marks: list[str | None] = [None] * len(page)
    for number in _edges(len(page)):
        if EDGE_PAGE_NUMBER.fullmatch(re.sub(r"\s", "", page[number])):
            marks[number] = "page number"
        elif shape(page[number]) in repeated:
            marks[number] = "running head"
    leaders = [number for number, line in enumerate(page) if _LEADER.search(line)]
    if len(leaders) >= 2:
        heading = [n for n in range(leaders[0]) if _CONTENTS.fullmatch(page[n])]
        for number in [*heading[-1:], *range(leaders[0], leaders[-1] + 1)]:
            marks[number] = marks[number] or "table of contents"
    return marks


def _edges(lines: int) -> list[int]:
    """Numbers of the first and last lines of a page."""
    return [number for number in range(lines) if number < _EDGE or number >= lines - _EDGE]
