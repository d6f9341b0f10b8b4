"""Pages of a PDF file that are read as pictures: scans, and lines in fonts that do not say which characters they draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents.paged.columns import Piece, TextLine, read_lines
from jianghua.data.documents.paged.fonts import are_bullets, meaningless_fonts, names, same_lines, unreadable
from jianghua.data.documents.paged.glyphs import UNKNOWN, Glyph, glyphs_of
from jianghua.data.documents.paged.initials import join_drop_caps
from jianghua.data.documents.paged.pieces import pieces_of
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.extras import require

_RECOGNISED: Final = 0.6  # of the glyphs of unreadable lines that have to come back as characters


@dataclass
class Page:
    """A page on its way to lines.

    Attributes:
        glyphs: what a person sees of its text.
        is_scan: it holds a picture instead of text.
        fields: pieces of text that stand in form fields.
        pictured: glyphs of lines that have to be read as a picture.
        recognised: what was read of its picture.
    """

    glyphs: list[Glyph]
    is_scan: bool
    fields: list[Piece] = field(default_factory=list)
    pictured: list[Glyph] = field(default_factory=list)
    recognised: list[Piece] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        """Whether it holds text that needs no recognition."""
        return bool(self.fields) or len(self.glyphs) > len(self.pictured)

    def lines(self) -> tuple[list[TextLine], list[TextLine]]:
        """Its lines in reading order, and those of its watermarks."""
        gone = set(map(id, self.pictured))
        groups = pieces_of([glyph for glyph in self.glyphs if id(glyph) not in gone])
        upright = groups.upright or [[]]
        upright[0] = upright[0] + self.fields + self.recognised
        return [line for pieces in upright for line in read_lines(join_drop_caps(pieces))], read_lines(groups.slanted)


def find_unreadable(pages: Sequence[Page]) -> tuple[list[Glyph], list[str]]:
    """Note on each page the lines that have to be read as a picture, and leave out signs that only lead a line.

    Returns:
        The unreadable glyphs, and a note on the signs.
    """
    fonts = meaningless_fonts([page.glyphs for page in pages])
    found = [unreadable(page.glyphs, fonts) for page in pages]
    glyphs = [glyph for on_page in found for glyph in on_page]
    if not glyphs:
        return [], []
    if are_bullets(glyphs, [page.glyphs for page in pages]):
        for page in pages:
            page.glyphs = [glyph for glyph in page.glyphs if glyph.text != UNKNOWN]
        return [], [f"{len(glyphs)} signs at the start of lines were left out: {names(glyphs)} does not say what they are"]
    for page, on_page in zip(pages, found, strict=True):
        page.pictured = same_lines(page.glyphs, on_page) if on_page else []
    return glyphs, []


def recognise(pdf: Any, pages: Sequence[Page], unreadable: Sequence[Glyph], bounds: Bounds, ocr: bool, step: Step) -> list[str]:
    """Read what is a picture of text.

    Returns:
        A note where scanned pages cannot be recognised, but others hold text.

    Raises:
        DocumentError: OCR is off, and no page holds text or a font is unreadable; such a font is not embedded, so that nobody
            can draw it; or more pages have to be recognised than the bounds allow.
        MissingExtraError: the same without the OCR package.
    """
    if absent := [glyph for glyph in unreadable if not glyph.source.font.embedded]:
        raise DocumentError(
            f"{_problem(pages, absent)}; it is not embedded either, so it cannot be recognised: embed the fonts in the file"
        )
    numbers = [number for number, page in enumerate(pages) if page.is_scan or page.pictured]
    if not numbers:
        return []
    is_needed = bool(unreadable) or not any(page.has_text for page in pages)
    problem = _problem(pages, unreadable)
    if not ocr:
        if is_needed:
            raise DocumentError(f"{problem}, and OCR is off")
        return [f"{_scans(pages)} hold no text and were not recognised (OCR is off)"]
    bounds.check("ocr_pages", len(numbers), "scanned pages")
    from jianghua.data.documents.paged.ocr import Recogniser

    step(1, len(numbers))
    try:
        recogniser = Recogniser()
    except MissingExtraError as error:
        if is_needed:
            problem = problem if unreadable else f"PDF file is scanned ({_scans(pages)})"
            raise MissingExtraError(f"{problem}: {error}") from error
        return [f"{_scans(pages)} hold no text and were not recognised ({error})"]
    for count, number in enumerate(numbers, start=1):
        step(count, len(numbers))
        _recognise(pdf[number], pages[number], recogniser, bounds)
    return []


def _problem(pages: Sequence[Page], unreadable: Sequence[Glyph]) -> str:
    if not unreadable:
        return f"PDF file is scanned: {_scans(pages)} are pictures of text"
    ids = set(map(id, unreadable))
    on = sum(any(id(glyph) in ids for glyph in page.glyphs) for page in pages)
    return (
        f"PDF file does not say which characters {len(unreadable):,} glyphs on {on} of {len(pages)} pages are"
        f" (no usable table to Unicode in {names(unreadable)})"
    )


def _scans(pages: Sequence[Page]) -> str:
    scans = sum(page.is_scan for page in pages)
    return f"{scans} of {len(pages)} pages" if scans < len(pages) else f"all {len(pages)} pages"


def _recognise(loaded: Any, page: Page, recogniser: Any, bounds: Bounds) -> None:
    """Read a page's picture: all of it, or the lines that are unreadable beside text that is not."""
    from jianghua.data.documents.paged.ocr import render

    if page.has_text and not page.is_scan and _is_upright(loaded, page):
        _hide_text(loaded, page, bounds)
        image, scale = render(loaded, bounds)
        left, _, _, top = loaded.get_bbox()
        page.recognised = [_placed(piece, scale, left, top) for piece in recogniser.pieces(image)]
    else:
        page.recognised = recogniser.pieces(render(loaded, bounds)[0])
        page.glyphs, page.fields = page.pictured, []
    characters = sum(len(piece.text) for piece in page.recognised)
    if characters < _RECOGNISED * len(page.pictured):
        raise DocumentError(
            f"expected some {len(page.pictured)} characters in lines without a usable table to Unicode"
            f" ({names(page.pictured)}), OCR recognised {characters}"
        )


def _is_upright(loaded: Any, page: Page) -> bool:
    return loaded.get_rotation() == 0 and all(glyph.angle == 0 for glyph in page.glyphs)


def _hide_text(loaded: Any, page: Page, bounds: Bounds) -> None:
    """Switch off the text objects of a page that was loaded again, but for those that have to be recognised."""
    import ctypes

    raw = require("pypdfium2.raw", extra="documents")
    kept = {(glyph.text, glyph.x, glyph.y) for glyph in page.pictured}
    shown = {glyph.source.address for glyph in glyphs_of(loaded, bounds.characters) if (glyph.text, glyph.x, glyph.y) in kept}
    for item in list(loaded.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])):
        raw.FPDFPageObj_SetIsActive(item, ctypes.cast(item.raw, ctypes.c_void_p).value in shown)


def _placed(piece: Piece, scale: float, left: float, top: float) -> Piece:
    """A piece of a picture in the coordinates of the pieces of a page, which grow downwards from its origin."""
    return Piece(
        piece.text,
        left + piece.left / scale,
        piece.top / scale - top,
        left + piece.right / scale,
        piece.bottom / scale - top,
        piece.size / scale,
        piece.confidence,
    )
