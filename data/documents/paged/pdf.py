"""PDF files: one block a line, with its page, in the reading order of the layout; scanned pages by OCR."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents import Document
from jianghua.data.documents.paged.columns import Line, read_lines
from jianghua.data.documents.paged.glyphs import glyphs_of, pieces_of
from jianghua.data.documents.paged.pages import page_blocks
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

_FEW: Final = 10  # characters; a page with fewer, and a picture, is taken for a scan
_GARBAGE: Final = 0.3  # share of characters without a meaning in Unicode that makes a text layer useless
_LARGE: Final = 0.4  # share of the page that a picture of a scanned page covers at least
_MEANINGLESS: Final = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")


def read_pdf(content: bytes, bounds: Bounds, ocr: bool, step: Step) -> Document:
    """Read a PDF file.

    Args:
        content: the file.
        bounds: bounds on pages, characters and pixels.
        ocr: whether scanned pages are recognised.
        step: called before each page that is recognised.

    Raises:
        DocumentError: the file is encrypted, damaged, too long, or scanned while `ocr` is off.
        MissingExtraError: pypdfium2 is not installed, or pages are scanned and the OCR package is not installed.
    """
    pdfium = require("pypdfium2", extra="documents")
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        reason = "encrypted with a password" if "assword" in str(error) else f"damaged ({error})"
        raise DocumentError(f"PDF file is {reason}") from error
    try:
        if not 1 <= len(pdf) <= bounds.pages:
            raise DocumentError(f"expected 1 to {bounds.pages:,} pages, got {len(pdf):,}")
        pages, watermarks, scanned = _text_layer(pdf, bounds)
        if scanned and (ocr or not any(pages)):
            _recognise(pdf, pages, scanned, bounds, ocr, step)
    except pdfium.PdfiumError as error:
        raise DocumentError(f"PDF file is damaged ({error})") from error
    finally:
        pdf.close()
    if not any(pages):
        raise DocumentError(f"PDF file has no text on its {len(pages)} pages")
    return Document.build(page_blocks(pages, watermarks), "pdf")


def _text_layer(pdf: Any, bounds: Bounds) -> tuple[list[list[Line]], list[list[Line]], list[int]]:
    """The lines of each page, those of its watermarks, and the numbers from 0 of the pages that are pictures of text."""
    pages: list[list[Line]] = []
    watermarks: list[list[Line]] = []
    scanned = []
    left = bounds.characters
    for number in range(len(pdf)):
        page = pdf[number]
        glyphs = glyphs_of(page, left)
        left -= len(glyphs)
        text = "".join(glyph.text for glyph in glyphs if not glyph.text.isspace())
        if any(glyph.hidden for glyph in glyphs) and _picture(page) < _LARGE:
            glyphs = [glyph for glyph in glyphs if not glyph.hidden]  # nobody sees it, and no scan lies over it
        useless = len(_MEANINGLESS.findall(text)) > _GARBAGE * len(text)
        if useless or (len(text) < _FEW and (_picture(page) >= _LARGE or _drawn(page))):
            scanned.append(number)
            glyphs = []
        groups = pieces_of(glyphs)
        pages.append([line for pieces in groups.upright for line in read_lines(pieces)])
        watermarks.append(read_lines(groups.slanted))
        page.close()
    return pages, watermarks, scanned


def _picture(page: Any) -> float:
    """Share of the page that its largest picture covers."""
    raw = require("pypdfium2.raw", extra="documents")
    width, height = page.get_size()
    largest = 0.0
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = thing.get_bounds()
        largest = max(largest, (right - left) * (top - bottom))
    return float(largest / max(width * height, 1.0))


def _drawn(page: Any) -> bool:
    """Whether a page holds so many drawings that its text may be drawn."""
    raw = require("pypdfium2.raw", extra="documents")
    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    return sum(1 for _ in zip(range(100), paths, strict=False)) == 100


def _recognise(pdf: Any, pages: list[list[Line]], scanned: Sequence[int], bounds: Bounds, ocr: bool, step: Step) -> None:
    """Put the recognised lines of scanned pages in their places."""
    where = f"{len(scanned)} of {len(pages)} pages" if len(scanned) < len(pages) else f"all {len(pages)} pages"
    if not ocr:
        raise DocumentError(f"PDF file is scanned: {where} are pictures of text, and OCR is off")
    if len(scanned) > bounds.ocr_pages:
        raise DocumentError(f"expected at most {bounds.ocr_pages} scanned pages, got {len(scanned)}")
    from jianghua.data.documents.paged.ocr import Recogniser, render

    step(1, len(scanned))
    recogniser = Recogniser(f"PDF file is scanned ({where})")
    for count, number in enumerate(scanned, start=1):
        step(count, len(scanned))
        pages[number] = read_lines(recogniser.pieces(render(pdf[number], bounds)))
