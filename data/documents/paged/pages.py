"""Pages: the lines of a paged document as blocks, with what the pages added marked and footnotes put last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import Final

from jianghua.data.documents import Block, BlockKind
from jianghua.data.documents.paged.columns import TextLine, mark_indents
from jianghua.data.documents.paged.furniture import page_furniture

_NOTE: Final = re.compile(r"\s*(?:[①-⑳]|\[\d{1,3}\]|［\d{1,3}］|〔\d{1,3}〕|\d{1,2}(?![\d.．、年月%％])|[*＊†]|注[:：\d])")
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
        small = _footnotes(page, usual)
        for line in page:
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
