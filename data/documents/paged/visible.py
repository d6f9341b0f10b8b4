"""What of a PDF page a person sees: not what is white on white, tiny, transparent, outside the page, covered or crossed out.

What lies behind the text is asked of pdfium, which draws the page without its text: so no font of the machine has a say. Where
the answer is not clear, the text counts as seen.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from jianghua.data.documents.paged.glyphs import Glyph
from jianghua.data.documents.paged.shapes import Box, Shape, shapes_of
from jianghua.data.documents.visibility import TINIEST, WHITE, blends, is_faint, is_tiny
from jianghua.data.extras import require

INVISIBLE_MODE: Final = 3
"""Render mode of text that is not painted, such as the recognised text over a scan."""

_LARGE: Final = 3 * TINIEST  # points: where no text is as large, a page is shown enlarged, and nothing on it is tiny
_OUTLINED: Final = (2, 6)  # render modes in which outlines are drawn around what is filled
_SCALE: Final = 0.7  # pixels a point: a character has some eight across
_SAME: Final = 0.8  # share of the pixels behind a character that have its colour
_AROUND: Final = 0.4  # em around the middle of a character that are looked at
_THIN: Final = 0.15  # em that a line through text is thick at most
_THROUGH: Final = (0.15, 0.55)  # em above the baseline at which a line goes through text
_STRUCK: Final = 0.7  # share of a line that lies on text: rules and the grids of charts reach further


def visible(page: Any, glyphs: Sequence[Glyph], hidden: set[int]) -> list[Glyph]:
    """The glyphs of a page that a person sees.

    Args:
        page: the page.
        glyphs: all its glyphs.
        hidden: addresses of objects that belong to a hidden layer.
    """
    box = Box(*page.get_bbox())
    inside = {glyph.source.address for glyph in glyphs if box.holds(*glyph.middle)}  # a line may run over the edge
    has_large = any(glyph.size > _LARGE for glyph in glyphs)
    seen = [
        glyph
        for glyph in glyphs
        if glyph.source.address not in hidden
        and glyph.source.address in inside
        and not is_faint(glyph.source.opacity)
        and not (has_large and is_tiny(glyph.size))
    ]
    if not seen:
        return []
    orders, shapes = shapes_of(page, hidden)
    for rule in (_without_blended, _without_covered, _without_struck):
        seen = rule(page, seen, orders, shapes)
    return seen


def _without_blended(page: Any, glyphs: list[Glyph], orders: dict[int, int], shapes: list[Shape]) -> list[Glyph]:
    """Without the text that has the colour of what lies behind it."""
    grounds = {WHITE} | {shape.colour for shape in shapes if shape.opaque}
    colours = {glyph.source.colour for glyph in glyphs}
    if not any(blends(colour, ground) for colour in colours for ground in grounds):
        return glyphs
    backdrop = _Backdrop(page)
    return [glyph for glyph in glyphs if glyph.source.mode in _OUTLINED or not backdrop.swallows(glyph)]


class _Backdrop:
    """A page as it is drawn without its text."""

    def __init__(self, page: Any) -> None:
        raw = require("pypdfium2.raw", extra="documents")
        texts = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]))
        for text in texts:
            raw.FPDFPageObj_SetIsActive(text, False)
        self._pixels = page.render(scale=_SCALE, may_draw_forms=False, draw_annots=False, rev_byteorder=True).to_numpy()
        for text in texts:
            raw.FPDFPageObj_SetIsActive(text, True)
        self._raw = raw
        self._page = page

    def swallows(self, glyph: Glyph) -> bool:
        """Whether a glyph has the colour of what lies behind it."""
        height, width = self._pixels.shape[:2]
        x, y = ctypes.c_int(), ctypes.c_int()
        self._raw.FPDF_PageToDevice(self._page, 0, 0, width, height, 0, *glyph.middle, x, y)
        reach = max(int(_AROUND * glyph.size * _SCALE), 1)
        rows = slice(max(y.value - reach, 0), y.value + reach + 1)
        columns = slice(max(x.value - reach, 0), x.value + reach + 1)
        pixels = self._pixels[rows, columns, :3].reshape(-1, 3).tolist()
        same = sum(blends(glyph.source.colour, (red, green, blue)) for red, green, blue in pixels)
        return bool(pixels) and same >= _SAME * len(pixels)


def _without_covered(page: Any, glyphs: list[Glyph], orders: dict[int, int], shapes: list[Shape]) -> list[Glyph]:
    """Without the text over which an opaque rectangle is drawn later."""
    covers = [shape for shape in shapes if shape.opaque and shape.order > min(orders.values(), default=0)]
    return [glyph for glyph in glyphs if not any(_covers(shape, glyph, orders) for shape in covers)]


def _covers(shape: Shape, glyph: Glyph, orders: dict[int, int]) -> bool:
    box, thick = shape.box, shape.box.top - shape.box.bottom > 0.8 * glyph.size
    return thick and box.holds(*glyph.middle) and orders.get(glyph.source.address, shape.order) < shape.order


def _without_struck(page: Any, glyphs: list[Glyph], orders: dict[int, int], shapes: list[Shape]) -> list[Glyph]:
    """Without the text that a line goes through."""
    bars = [shape.box for shape in shapes if shape.box.top - shape.box.bottom < shape.box.right - shape.box.left]
    rows: dict[int, list[Box]] = defaultdict(list)
    for bar in bars:
        rows[round(bar.bottom / 10)].append(bar)
    struck: dict[Box, list[Glyph]] = defaultdict(list)
    for glyph in glyphs if bars else ():
        for row in range(round(glyph.y / 10) - 1, round((glyph.y + glyph.size) / 10) + 2):
            for bar in rows.get(row, ()):
                if _goes_through(bar, glyph):
                    struck[bar].append(glyph)
    gone = {
        id(glyph)
        for bar, under in struck.items()
        if sum(glyph.width for glyph in under) >= _STRUCK * (bar.right - bar.left)
        for glyph in under
    }
    return [glyph for glyph in glyphs if id(glyph) not in gone]


def _goes_through(bar: Box, glyph: Glyph) -> bool:
    above = ((bar.bottom + bar.top) / 2 - glyph.y) / glyph.size
    thin = bar.top - bar.bottom <= _THIN * glyph.size
    return thin and glyph.angle == 0 and _THROUGH[0] <= above <= _THROUGH[1] and bar.left <= glyph.middle[0] <= bar.right
