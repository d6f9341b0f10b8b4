"""PDF files: one block a line, with its page, in the reading order of the layout; scanned pages by OCR."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents import Document
from jianghua.data.documents.paged.columns import TextLine, read_lines
from jianghua.data.documents.paged.glyphs import glyphs_of, pieces_of
from jianghua.data.documents.paged.pages import page_blocks
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.extras import require

_MIN_TEXT: Final = 10  # characters; a page with fewer, and a picture, is taken for a scan
_GARBAGE: Final = 0.3  # share of characters without a meaning in Unicode that makes a text layer useless
_SCAN: Final = 0.4  # share of the page that a picture of a scanned page covers at least
_UNMAPPED: Final = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")


def read_pdf(content: bytes, bounds: Bounds, ocr: bool, step: Step) -> Document:
    """Read a PDF file.

    Args:
        content: the file.
        bounds: bounds on pages, characters and pixels.
        ocr: whether scanned pages are recognised.
        step: called before each page that is recognised.

    Returns:
        The document; a note says so where pages could not be recognised, but others hold text.

    Raises:
        DocumentError: the file is encrypted, damaged, too long, or all of it is scanned while `ocr` is off.
        MissingExtraError: pypdfium2 is not installed, or all pages are scanned and the OCR package is not installed.
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
        notes = _recognise(pdf, pages, scanned, bounds, ocr, step) if scanned else []
    except pdfium.PdfiumError as error:
        raise DocumentError(f"PDF file is damaged ({error})") from error
    finally:
        pdf.close()
    if not any(pages):
        raise DocumentError(f"PDF file has no text on its {len(pages)} pages")
    return Document.build(page_blocks(pages, watermarks), "pdf", notes=notes)


def _text_layer(pdf: Any, bounds: Bounds) -> tuple[list[list[TextLine]], list[list[TextLine]], list[int]]:
    """The lines of each page, those of its watermarks, and the numbers from 0 of the pages that are pictures of text."""
    pages: list[list[TextLine]] = []
    watermarks: list[list[TextLine]] = []
    scanned = []
    remaining = bounds.characters
    for number in range(len(pdf)):
        page = pdf[number]
        glyphs = glyphs_of(page, remaining)
        remaining -= len(glyphs)
        text = "".join(glyph.text for glyph in glyphs if not glyph.text.isspace())
        if any(glyph.hidden for glyph in glyphs) and _picture_share(page) < _SCAN:
            glyphs = [glyph for glyph in glyphs if not glyph.hidden]  # nobody sees it, and no scan lies over it
        useless = len(_UNMAPPED.findall(text)) > _GARBAGE * len(text)
        if useless or (len(text) < _MIN_TEXT and (_picture_share(page) >= _SCAN or _has_drawings(page))):
            scanned.append(number)
            glyphs = []
        groups = pieces_of(glyphs)
        pages.append([line for pieces in groups.upright for line in read_lines(pieces)])
        watermarks.append(read_lines(groups.slanted))
        page.close()
    return pages, watermarks, scanned


def _picture_share(page: Any) -> float:
    """Share of the page that its largest picture covers."""
    raw = require("pypdfium2.raw", extra="documents")
    width, height = page.get_size()
    largest = 0.0
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        largest = max(largest, (right - left) * (top - bottom))
    return float(largest / max(width * height, 1.0))


def _has_drawings(page: Any) -> bool:
    """Whether a page holds so many drawings that its text may be drawn."""
    raw = require("pypdfium2.raw", extra="documents")
    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    return sum(1 for _ in zip(range(100), paths, strict=False)) == 100


def _recognise(
    pdf: Any, pages: list[list[TextLine]], scanned: Sequence[int], bounds: Bounds, ocr: bool, step: Step
) -> list[str]:
    """Put the recognised lines of scanned pages in their places.

    Returns:
        A note where they cannot be recognised, but other pages hold text.

    Raises:
        DocumentError: no page holds text and OCR is off, or more pages are scanned than the bounds allow.
        MissingExtraError: no page holds text and the OCR package is not installed.
    """
    has_text = any(pages)
    which = f"{len(scanned)} of {len(pages)} pages" if len(scanned) < len(pages) else f"all {len(pages)} pages"
    if not ocr:
        if has_text:
            return [f"{which} hold no text and were not recognised (OCR is off)"]
        raise DocumentError(f"PDF file is scanned: {which} are pictures of text, and OCR is off")
    bounds.check("ocr_pages", len(scanned), "scanned pages")
    from jianghua.data.documents.paged.ocr import Recogniser, render

    step(1, len(scanned))
    try:
        recogniser = Recogniser()
    except MissingExtraError as error:
        if has_text:
            return [f"{which} hold no text and were not recognised ({error})"]
        raise MissingExtraError(f"PDF file is scanned ({which}): {error}") from error
    for count, number in enumerate(scanned, start=1):
        step(count, len(scanned))
        pages[number] = read_lines(recogniser.pieces(render(pdf[number], bounds)))
    return []
