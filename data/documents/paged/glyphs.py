"""Glyphs of a PDF page: its characters with their places, and the text objects that they are drawn by."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from jianghua.data.documents.visibility import BLACK, Colour
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

UNKNOWN: Final = "\ufffd"
"""The text of a glyph of which the font does not say which character it is."""

_STROKED: Final = (1, 5)  # render modes that draw outlines only
_HYPHENS: Final = frozenset({0x2, 0xFFFE})  # what pdfium gives for a hyphen at the end of a line
_LATIN: Final = range(0x21, 0x7F)
_FULL_WIDTH: Final = 0.9  # em of advance from which a glyph is no Latin letter
_NO_EXTENT: Final = 0.02  # points; a character has more
_INK: Final = 0.1  # points that a glyph is wide and high at least; a space has no height
_NAME_BYTES: Final = 256


class Font(NamedTuple):
    """A font of a page. `address` tells fonts of one name apart."""

    name: str
    embedded: bool
    address: int


class TextObject(NamedTuple):
    """What draws glyphs: all of one object have the same font, size, direction and colour.

    Attributes:
        address: tells the objects of a page apart.
        size: height of a full character.
        stretch: its width, times its height.
        angle: direction of reading in degrees.
        mode: text rendering mode, as in section 9.3.6 of ISO 32000.
        colour: that in which its glyphs are painted.
        opacity: 0 to 1.
    """

    address: int
    font: Font
    size: float
    stretch: float
    angle: float
    mode: int
    colour: Colour
    opacity: float


class Glyph(NamedTuple):
    """One character of a page, in the page's own coordinates: x to the right, y up.

    `x` and `y` are its origin on the baseline, `width` its extent along it.
    """

    text: str
    x: float
    y: float
    width: float
    source: TextObject

    @property
    def size(self) -> float:
        """Height of a full character."""
        return self.source.size

    @property
    def angle(self) -> float:
        """Direction of reading in degrees."""
        return self.source.angle

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        across, up = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        along, above = self.width / 2, 0.36 * self.size
        return self.x + along * across - above * up, self.y + along * up + above * across


def is_wide(text: str) -> bool:
    """Whether a character is a full em wide."""
    return unicodedata.east_asian_width(text) in "WF"


def glyphs_of(page: Any, most: int) -> list[Glyph]:
    """The characters of a page in the order of its content, without spaces that pdfium made up.

    Raises:
        DocumentError: there are more than `most`.
    """
    raw = require("pypdfium2.raw", extra="documents")
    _give_extent(raw, page)
    textpage = page.get_textpage()
    if raw.FPDFText_CountChars(textpage) > 2 * most + 1000:  # made-up spaces are counted too
        raise DocumentError("expected fewer characters of text, got a page with more than all pages may have")
    glyphs = _deduplicate(list(_read(raw, textpage)))
    textpage.close()
    return glyphs


def _give_extent(raw: Any, page: Any) -> None:
    """Give an extent to the texts of which pdfium knows none, or it would leave them out.

    It measures a single character by its outline. Where the font is neither embedded nor on the machine, there is none. Text
    that is stroked is as wide as its stroke at least, so such texts are measured again as if they were.
    """
    identity = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        extent = min(right.value - left.value, top.value - bottom.value)
        if extent > _NO_EXTENT or raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item)) == 1:
            continue
        mode = raw.FPDFTextObj_GetTextRenderMode(item)
        raw.FPDFPageObj_SetStrokeWidth(item, 1.0)
        raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_STROKE)
        raw.FPDFPageObj_TransformF(item, identity)
        raw.FPDFTextObj_SetTextRenderMode(item, mode)


def _read(raw: Any, textpage: Any) -> Iterator[Glyph]:
    x, y = ctypes.c_double(), ctypes.c_double()
    box = raw.FS_RECTF()
    objects = _TextObjects(raw, textpage)
    high = 0
    for index in range(raw.FPDFText_CountChars(textpage)):
        if raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        code = raw.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD), 0
        if not raw.FPDFText_GetCharOrigin(textpage, index, x, y) or not (math.isfinite(x.value) and math.isfinite(y.value)):
            continue
        source = objects.at(index)
        unmapped = code == 0 or raw.FPDFText_HasUnicodeMapError(textpage, index) == 1
        unmapped = unmapped or (chr(min(code, 0x10FFFF)).isspace() and source.font.embedded and _has_ink(raw, textpage, index))
        text = UNKNOWN if unmapped or code >= 0x110000 else "-" if code in _HYPHENS else chr(code)
        width = source.size * source.stretch
        if not is_wide(text):
            raw.FPDFText_GetLooseCharBox(textpage, index, box)
            upright = round(source.angle / 90) % 2 == 0
            width = min(max(box.right - box.left if upright else box.top - box.bottom, 0.2 * width), 1.5 * width)
            if unmapped and code in _LATIN and width < _FULL_WIDTH * source.size:
                text = chr(code)  # old programs number Latin letters like ASCII, and say so nowhere
        yield Glyph(text, x.value, y.value, width, source)


def _has_ink(raw: Any, textpage: Any, index: int) -> bool:
    """Whether what is called a space is drawn: then it is something else."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    drawn = raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    return bool(drawn) and right.value - left.value > _INK and top.value - bottom.value > _INK


class _TextObjects:
    """The text objects of a page, by the characters that they draw."""

    def __init__(self, raw: Any, textpage: Any) -> None:
        self._raw = raw
        self._textpage = textpage
        self._fonts: dict[int, Font] = {}
        self._channels = [ctypes.c_uint() for _ in range(4)]
        self._matrix = raw.FS_MATRIX()
        self._last: TextObject | None = None

    def at(self, index: int) -> TextObject:
        """The object that draws the character of this number; neighbours mostly share it."""
        handle = self._raw.FPDFText_GetTextObject(self._textpage, index)
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if self._last is None or address != self._last.address or not address:
            self._last = self._read(index, handle, address)
        return self._last

    def _read(self, index: int, handle: Any, address: int) -> TextObject:
        raw = self._raw
        matrix = self._matrix
        points = raw.FPDFText_GetFontSize(self._textpage, index)
        size, stretch, angle = max(points, 0.1), 1.0, 0.0
        if raw.FPDFText_GetMatrix(self._textpage, index, matrix):
            across, up = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
            height = points * up
            if math.isfinite(height) and height > 0.01:
                size, stretch = height, min(max(across / up, 0.2), 5.0)
                angle = math.degrees(math.atan2(matrix.b, matrix.a))
            else:
                size = 1.0
        mode = raw.FPDFTextObj_GetTextRenderMode(handle) if handle else 0
        colour, opacity = self._paint(handle, mode in _STROKED) if handle else (BLACK, 1.0)
        return TextObject(address, self._font(handle), size, stretch, angle, mode, colour, opacity)

    def _paint(self, handle: Any, stroked: bool) -> tuple[Colour, float]:
        red, green, blue, alpha = self._channels
        get = self._raw.FPDFPageObj_GetStrokeColor if stroked else self._raw.FPDFPageObj_GetFillColor
        if not get(handle, red, green, blue, alpha):
            return BLACK, 1.0
        return (red.value, green.value, blue.value), alpha.value / 255

    def _font(self, handle: Any) -> Font:
        font = self._raw.FPDFTextObj_GetFont(handle) if handle else None
        address = (ctypes.cast(font, ctypes.c_void_p).value or 0) if font else 0
        if address not in self._fonts:
            name = ctypes.create_string_buffer(_NAME_BYTES)
            if font:
                self._raw.FPDFFont_GetBaseFontName(font, name, _NAME_BYTES)
            embedded = bool(font) and self._raw.FPDFFont_GetIsEmbedded(font) == 1
            self._fonts[address] = Font(name.value.decode("utf-8", "replace"), embedded, address)
        return self._fonts[address]


def _deduplicate(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Without the copies, a hair's breadth away, by which programs fake bold type and shadows."""
    seen: dict[str, list[Glyph]] = defaultdict(list)
    result = []
    for glyph in glyphs:
        near = 0.25 * glyph.size
        others = seen[glyph.text][-64:]
        if not any(abs(one.x - glyph.x) < near and abs(one.y - glyph.y) < near for one in others):
            seen[glyph.text].append(glyph)
            result.append(glyph)
    return result
