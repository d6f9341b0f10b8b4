"""Glyphs of a PDF page: its characters with their places, turned upright, and put together to pieces of text."""

from __future__ import annotations

import ctypes
import itertools
import math
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final, NamedTuple

from jianghua.data.documents.paged.columns import Piece, gap
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

_INVISIBLE_MODE: Final = 3
_SLANT: Final = 12  # degrees off a right angle from which text is a watermark; scans are askew by less
_RUN: Final = 0.25  # em of white at which a run ends
_OVERLAP: Final = 0.4  # em by which neighbours may overlap: punctuation is set closer
_SPLIT: Final = 0.9  # em of white at which a piece ends
_HYPHENS: Final = frozenset({0x2, 0xFFFE})  # what pdfium gives for a hyphen at the end of a line
_ASCENT: Final = 0.86  # em of a full character above its baseline


class Glyph(NamedTuple):
    """One character of a page, in the page's own coordinates: x to the right, y up.

    `x` and `y` are its origin on the baseline, `width` its extent along it, `size` the height of a full character, `angle` the
    direction of reading in degrees.
    """

    text: str
    x: float
    y: float
    width: float
    size: float
    angle: float
    hidden: bool


@dataclass
class Pieces:
    """Pieces of a page: a list for each upright direction, the one with the most text first; and watermarks."""

    upright: list[list[Piece]] = field(default_factory=list)
    slanted: list[Piece] = field(default_factory=list)


class _Style(NamedTuple):
    size: float
    stretch: float
    angle: float
    hidden: bool


def glyphs_of(page: Any, most: int) -> list[Glyph]:
    """The characters of a page in the order of its content, without spaces that pdfium made up.

    Raises:
        DocumentError: there are more than `most`.
    """
    raw = require("pypdfium2.raw", extra="documents")
    textpage = page.get_textpage()
    count = raw.FPDFText_CountChars(textpage)
    if count > 2 * most + 1000:  # made-up spaces are counted too
        raise DocumentError("expected fewer characters of text, got a page with more than all pages may have")
    x, y = ctypes.c_double(), ctypes.c_double()
    box = raw.FS_RECTF()
    style, last = _Style(1, 1, 0, False), None
    glyphs: list[Glyph] = []
    high = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code == 0 or raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD), 0
        text = "-" if code in _HYPHENS else chr(code) if code < 0x110000 else "\ufffd"
        text_object = raw.FPDFText_GetTextObject(textpage, index)
        address = ctypes.cast(text_object, ctypes.c_void_p).value
        if address != last or last is None:
            style, last = _style(raw, textpage, index, text_object), address
        if not raw.FPDFText_GetCharOrigin(textpage, index, x, y) or not (math.isfinite(x.value) and math.isfinite(y.value)):
            continue
        width = style.size * style.stretch
        if not _wide(text):
            raw.FPDFText_GetLooseCharBox(textpage, index, box)
            upright = round(style.angle / 90) % 2 == 0
            width = min(max(box.right - box.left if upright else box.top - box.bottom, 0.2 * width), 1.5 * width)
        glyphs.append(Glyph(text, x.value, y.value, width, style.size, style.angle, style.hidden))
    textpage.close()
    return _deduplicate(glyphs)


def _style(raw: Any, textpage: Any, index: int, text_object: Any) -> _Style:
    """Size and direction of a character; all of one text object have the same."""
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(textpage, index)
    if not raw.FPDFText_GetMatrix(textpage, index, matrix):
        return _Style(max(size, 0.1), 1, 0, False)
    across, up = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
    hidden = bool(text_object) and raw.FPDFTextObj_GetTextRenderMode(text_object) == _INVISIBLE_MODE
    height = size * up
    if not (math.isfinite(height) and height > 0.01):
        return _Style(1, 1, 0, hidden)
    stretch = min(max(across / up, 0.2), 5.0)
    return _Style(height, stretch, math.degrees(math.atan2(matrix.b, matrix.a)), hidden)


def _wide(text: str) -> bool:
    return unicodedata.east_asian_width(text) in "WF"


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


def pieces_of(glyphs: Sequence[Glyph]) -> Pieces:
    """Put the characters of a page together to pieces, by direction."""
    groups: dict[int | None, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        quarters = glyph.angle / 90
        groups[round(quarters) % 4 if abs(quarters - round(quarters)) * 90 <= _SLANT else None].append(glyph)
    slanted = groups.pop(None, [])
    if 0 in groups and _vertical(groups[0]):
        groups[3] += groups.pop(0)
    result = Pieces(slanted=_pieces(slanted, slanted[0].angle) if slanted else [])
    for quarter in sorted((key for key in groups if key is not None), key=lambda key: -len(groups[key])):
        result.upright.append(_pieces(groups[quarter], 90 * quarter))
    return result


def _vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether text is written from top to bottom: most characters stand right below the one before."""
    wide = [glyph for glyph in glyphs if _wide(glyph.text)]
    below = sum(
        abs(one.x - other.x) < 0.3 * one.size and 0.7 < (one.y - other.y) / one.size < 1.5
        for one, other in itertools.pairwise(wide)
    )
    return len(wide) > 20 and below > 0.6 * len(wide)


def _pieces(glyphs: Sequence[Glyph], angle: float) -> list[Piece]:
    """Pieces of characters that are read in a direction, given in degrees against the clock.

    Characters that follow each other in the file and on the page make a run; runs at the same height that touch make a piece,
    from left to right: programs write all characters of one font before those of the next.
    """
    across, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    runs: list[Piece] = []
    for glyph in glyphs:
        left, base = glyph.x * across + glyph.y * up, glyph.x * up - glyph.y * across
        last = runs[-1] if runs else None
        if glyph.text.isspace() and (last is None or last.text.endswith(("\u3000", " "))):
            continue  # spaces at the start of a line are its indent, of which the places of its characters tell
        white = (left - last.right) / glyph.size if last else 0.0
        level = last is not None and abs(base - _baseline(last)) < 0.3 * glyph.size
        if last is not None and level and -_OVERLAP < white < _RUN and 0.6 < glyph.size / last.size < 1.7:
            last.text += gap(last.text, glyph.text, white) + glyph.text
            last.right = max(left + glyph.width, last.right)
        else:
            top, bottom = base - _ASCENT * glyph.size, base + (1 - _ASCENT) * glyph.size
            runs.append(Piece(glyph.text, left, top, left + glyph.width, bottom, glyph.size))
    return _join(runs)


def _join(runs: Sequence[Piece]) -> list[Piece]:
    """Runs put together to pieces."""
    if not runs:
        return []
    height = 0.5 * median(run.size for run in runs)
    latest: dict[int, Piece] = {}  # by height on the page, the piece that reaches furthest to the right
    pieces = []
    for run in sorted(runs, key=lambda run: run.left):
        level = round(_baseline(run) / height)
        near = [latest[key] for key in range(level - 2, level + 3) if key in latest]
        near = [one for one in near if abs(_baseline(one) - _baseline(run)) < 0.45 * max(one.size, run.size)]
        near = [one for one in near if -_OVERLAP - 0.2 < (run.left - one.right) / max(one.size, run.size) < _SPLIT]
        if near:
            piece = min(near, key=lambda one: abs(_baseline(one) - _baseline(run)))
            white = (run.left - piece.right) / max(piece.size, run.size)
            piece.text += gap(piece.text, run.text, white) + run.text
            piece.right = max(piece.right, run.right)
            if run.size > piece.size:  # the largest characters stand for the line; signs of notes are smaller and higher
                piece.size, piece.top, piece.bottom = run.size, run.top, run.bottom
        else:
            pieces.append(piece := run)
        latest[level] = piece
    return pieces


def _baseline(piece: Piece) -> float:
    return piece.bottom - (1 - _ASCENT) * piece.size
