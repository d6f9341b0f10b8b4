"""PDF files with a text layer: one block a line of the page, with its page number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from data.documents import Block, Document
from data.errors import DocumentError
from data.extras import require

_PAGE_NUMBER: Final = re.compile(r"[\s\-—–·_]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s\-—–·_]*")
_EDGE: Final = 2  # lines at the top and bottom of a page among which running heads and page numbers are looked for
_MOST_PAGES: Final = 2000


def read_pdf(content: bytes, bounds: object = None, ocr: bool = True, step: object = None) -> Document:
    """Read a PDF file.

    Raises:
        DocumentError: the file is encrypted, damaged, too long, or scanned (pages without text).
        MissingExtraError: pypdfium2 is not installed.
    """
    pdfium = require("pypdfium2", extra="documents")
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        reason = "encrypted with a password" if "assword" in str(error) else f"damaged ({error})"
        raise DocumentError(f"PDF file is {reason}") from error
    try:
        if len(pdf) > _MOST_PAGES:
            raise DocumentError(f"expected at most {_MOST_PAGES} pages, got {len(pdf)}")
        pages = [page.get_textpage().get_text_bounded().splitlines() for page in pdf]
    except pdfium.PdfiumError as error:
        raise DocumentError(f"PDF file is damaged ({error})") from error
    finally:
        pdf.close()
    if not any(line.strip() for page in pages for line in page):
        raise DocumentError(f"PDF file has no text on its {len(pages)} pages: it is probably scanned and needs OCR")
    repeated = _running(pages)
    pieces = [
        (line, Block(0, 0, "line", page=number, furniture=_furniture(line, position, len(page), repeated)))
        for number, page in enumerate(pages, start=1)
        for position, line in enumerate(page)
    ]
    return Document.build(pieces, "pdf")


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Lines that recur, but for their digits, at the edges of at least half of three or more pages."""
    seen = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)})
    return frozenset(shape for shape, count in seen.items() if shape and count >= max(3, len(pages) / 2))


def _edges(page: Sequence[str]) -> list[str]:
    return [*page[:_EDGE], *page[-_EDGE:]] if len(page) > 2 * _EDGE else list(page)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line))


def _furniture(line: str, position: int, lines: int, repeated: frozenset[str]) -> str | None:
    if not (position < _EDGE or position >= lines - _EDGE):
        return None
    if line.strip() and _PAGE_NUMBER.fullmatch(line):
        return "page number"
    return "running head" if _shape(line) in repeated else None
