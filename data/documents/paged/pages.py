"""Pages: the lines of a paged document as blocks, with what the pages added marked and footnotes put last."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from jianghua.data.documents import Block, BlockKind
from jianghua.data.documents.paged.columns import TextLine, mark_indents
from jianghua.data.documents.paged.furniture import page_furniture
from jianghua.data.text.patterns import PARAGRAPH_START, SALUTATION_START, TERMINAL

_NOTE: Final = re.compile(r"\s*(?:[①-⑳]|\[\d{1,3}\]|［\d{1,3}］|〔\d{1,3}〕|\d{1,2}(?![\d.．、年月%％])|[*＊†]|注[:：\d])")
_GUIDE: Final = re.compile("[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ\u3040-\u30ff\u3105-\u312fˊˇˋ˙ ]+")
_GUIDE_SIZE: Final = 0.65  # times the size of the line below it, at most
_GUIDE_WHITE: Final = 0.6  # em between it and that line, at most
_LARGE: Final = 1.1  # times the usual size: a heading
_SLACK: Final = 2.1  # em that a full line falls short by at most: the next character and a mark behind it did not fit
_LEADING: Final = 2.2  # times its size that the lines of a heading are apart at most
_NO_PART: Final = re.compile(rf"{PARAGRAPH_START.pattern} | [（(—\-—【]", re.VERBOSE)
_SMALL: Final = 0.88  # times the usual size: footnotes are set smaller


def page_blocks(pages: Sequence[Sequence[TextLine]], watermarks: Sequence[Sequence[TextLine]] = ()) -> list[tuple[str, Block]]:
    """The lines of each page, in reading order, as blocks.

    A line that begins a paragraph keeps its indent as ideographic spaces. Footnotes come after the last page, since sentences
    go on beyond them.
    """
    _mark_furniture(pages)
    mark_indents(pages)
    usual = median([line.size for page in pages for line in page for _ in line.text] or [1.0])
    body: list[tuple[str, Block]] = []
    notes: list[tuple[str, Block]] = []
    for number, page in enumerate(pages, start=1):
        _mark_phonetic_guides(page)
        small = _footnotes(page, usual)
        for line in _with_whole_headings(page, usual):
            kind: BlockKind = "footnote" if id(line) in small else "line"
            block = Block(0, 0, kind, page=number, furniture=line.furniture, confidence=line.confidence)
            (notes if kind == "footnote" else body).append(
                ("\u3000" * (line.indent if kind == "line" else 0) + line.text, block)
            )
        for line in watermarks[number - 1] if watermarks else ():
            body.append((line.text, Block(0, 0, "line", page=number, furniture="watermark")))
    return body + notes


def _mark_furniture(pages: Sequence[Sequence[TextLine]]) -> None:
    ordered = [sorted(page, key=lambda line: line.bottom) for page in pages]  # edges are those of the page, not of a column
    for page, marks in zip(ordered, page_furniture([[line.text for line in page] for page in ordered]), strict=True):
        for line, mark in zip(page, marks, strict=True):
            line.furniture = mark


def _mark_phonetic_guides(page: Sequence[TextLine]) -> None:
    """Mark the lines that say how the words below them sound."""
    for above, line in itertools.pairwise(page):
        small = above.size <= _GUIDE_SIZE * line.size and abs(line.top - above.bottom) <= _GUIDE_WHITE * line.size
        within = line.left - line.size < above.left and above.right < line.right + line.size
        if small and within and _GUIDE.fullmatch(above.text):
            above.furniture = "phonetic guide"


def _with_whole_headings(page: Sequence[TextLine], usual: float) -> list[TextLine]:
    """The lines of a page; a heading in larger type that fills its line and goes on in the next is one line.

    Later, lines are joined by how many columns they fill, which larger type fills with fewer characters.
    """
    result: list[TextLine] = []
    for line in page:
        before = result[-1] if result else None
        if before is not None and before.size > _LARGE * usual and _goes_on(before, line):
            before = replace(before, text=before.text + line.text, right=line.right, bottom=line.bottom)
            result[-1] = before
        else:
            result.append(line)
    return result


def _goes_on(before: TextLine, line: TextLine) -> bool:
    """Whether a line of a heading is full, and the next one is of the same heading."""
    edge = max(one.right for one in before.column)
    return (
        before.furniture is None is line.furniture
        and line.column is before.column
        and before.right > edge - _SLACK * before.size
        and abs(before.size - line.size) < 0.05 * line.size
        and 0 < line.bottom - before.bottom < _LEADING * line.size
        and not line.indent
        and not TERMINAL.search(before.text)
        and not _NO_PART.match(line.text)
        and not SALUTATION_START.match(line.text)
    )


def _footnotes(page: Sequence[TextLine], usual: float) -> set[int]:
    """Ids of the footnotes of a page: small lines at its foot, of which the first has the sign of a note."""
    lines = sorted((line for line in page if line.furniture is None), key=lambda line: line.bottom)
    foot: list[TextLine] = []
    for line in reversed(lines):
        if line.size > _SMALL * usual:
            break
        foot.insert(0, line)
    first = next((number for number, line in enumerate(foot) if _NOTE.match(line.text)), len(foot))
    return {id(line) for line in foot[first:]} if len(foot) < len(lines) else set()
