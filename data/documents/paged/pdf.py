"""PDF files: one block a line, with its page, in the reading order of the layout; pictures of text by OCR."""

from __future__ import annotations

from typing import Any, Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents import Document
from jianghua.data.documents.paged.fields import fields_of, open_forms
from jianghua.data.documents.paged.glyphs import Glyph, glyphs_of
from jianghua.data.documents.paged.layers import hidden_objects, mark_hidden_layers
from jianghua.data.documents.paged.pages import page_blocks
from jianghua.data.documents.paged.scans import Page, find_unreadable, recognise
from jianghua.data.documents.paged.visible import INVISIBLE_MODE, visible
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

_MIN_TEXT: Final = 10  # characters; a page with fewer, and a picture, is taken for a scan
_SCAN: Final = 0.4  # share of the page that a picture of a scanned page covers at least


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
        DocumentError: the file is encrypted, damaged, too long, or all of it is scanned or a font is unreadable while `ocr` is
            off.
        MissingExtraError: pypdfium2 is not installed, or all pages are scanned or a font is unreadable and the OCR package is
            not installed.
    """
    pdfium = require("pypdfium2", extra="documents")
    pdf = None
    try:
        pdf, has_layers = _open(pdfium, content)
        pages = _read_pages(pdf, bounds, has_layers)
        unreadable, notes = find_unreadable(pages)
        notes += recognise(pdf, pages, unreadable, bounds, ocr, step)
    except pdfium.PdfiumError as error:
        reason = "encrypted with a password" if "assword" in str(error) else f"damaged ({error})"
        raise DocumentError(f"PDF file is {reason}") from error
    finally:
        if pdf is not None:
            pdf.close()
    lines, watermarks = zip(*(page.lines() for page in pages), strict=True)
    if not any(lines):
        raise DocumentError(f"PDF file has no text on its {len(pages)} pages")
    return Document.build(page_blocks(lines, watermarks), "pdf", notes=notes)


def _open(pdfium: Any, content: bytes) -> tuple[Any, bool]:
    """The file, and whether layers of it are hidden."""
    pdf = pdfium.PdfDocument(content)
    marked = mark_hidden_layers(pdf, content)
    if marked is not None:
        pdf.close()
        pdf = pdfium.PdfDocument(marked)
    return pdf, marked is not None


def _read_pages(pdf: Any, bounds: Bounds, has_layers: bool) -> list[Page]:
    has_form = open_forms(pdf)
    if not 1 <= len(pdf) <= bounds.pages:
        raise DocumentError(f"expected 1 to {bounds.pages:,} pages, got {len(pdf):,}")
    pages = []
    remaining = bounds.characters
    for number in range(len(pdf)):
        page = pdf[number]
        glyphs = glyphs_of(page, remaining)
        remaining -= len(glyphs)
        seen = _seen(page, glyphs, hidden_objects(page) if has_layers else set())
        fields = fields_of(pdf, page) if has_form else []
        characters = sum(not glyph.text.isspace() for glyph in seen) + sum(len(piece.text) for piece in fields)
        is_scan = characters < _MIN_TEXT and (_picture_share(page) >= _SCAN or _has_drawings(page))
        pages.append(Page([] if is_scan else seen, is_scan, fields))
        page.close()
    return pages


def _seen(page: Any, glyphs: list[Glyph], hidden: set[int]) -> list[Glyph]:
    """The glyphs that a person sees; of a scan those that were recognised in it, however they are hidden."""
    painted = [glyph for glyph in glyphs if glyph.source.mode != INVISIBLE_MODE]
    seen = visible(page, painted, hidden)
    if len(seen) == len(glyphs) or _picture_share(page) < _SCAN:
        return seen
    return glyphs if 2 * len(seen) < len(glyphs) else seen


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
