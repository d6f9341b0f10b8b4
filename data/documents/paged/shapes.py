"""Shapes of a PDF page: the rectangles and lines that it draws, and their order among its texts."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from jianghua.data.documents.visibility import Colour
from jianghua.data.extras import require

_MOST_OBJECTS: Final = 20_000  # of a page that are looked at
_CORNERS: Final = (4, 5)  # segments of a rectangle


class Box(NamedTuple):
    """A rectangle in the coordinates of a page."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class Shape(NamedTuple):
    """A filled rectangle or a line.

    Attributes:
        box: its bounds.
        order: its place among all objects of the page.
        opaque: whether it covers what was drawn before it.
        colour: that in which it is filled.
    """

    box: Box
    order: int
    opaque: bool
    colour: Colour


def shapes_of(page: Any, hidden: set[int]) -> tuple[dict[int, int], list[Shape]]:
    """The place of each text object among all objects of a page, by its address; and the rectangles and lines of the page.

    Args:
        page: the page.
        hidden: addresses of objects that are not drawn.
    """
    raw = require("pypdfium2.raw", extra="documents")
    orders: dict[int, int] = {}
    shapes: list[Shape] = []
    for order, item in enumerate(itertools.islice(page.get_objects(), _MOST_OBJECTS)):
        address = ctypes.cast(item.raw, ctypes.c_void_p).value or 0
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            orders[address] = order
        elif item.type == raw.FPDF_PAGEOBJ_PATH and item.level == 0 and address not in hidden:
            shape = _shape(raw, item, order)
            shapes += [shape] if shape else []
    return orders, shapes


def _shape(raw: Any, path: Any, order: int) -> Shape | None:
    """The rectangle or the straight line that a path draws; `None` for any other path."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke):
        return None
    count = raw.FPDFPath_CountSegments(path)
    is_line = stroke.value and not fill.value and count == 2
    if not is_line and not (fill.value and count in _CORNERS):
        return None
    clips = list(_clips(raw, path))
    if None in clips or not _is_straight(raw, path, count):
        return None
    box = Box(*path.get_bounds())
    for clip in filter(None, clips):
        box = Box(max(box.left, clip.left), max(box.bottom, clip.bottom), min(box.right, clip.right), min(box.top, clip.top))
    if box.left > box.right or box.bottom > box.top:
        return None
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
    opaque = bool(fill.value) and alpha.value == 255 and not raw.FPDFPageObj_HasTransparency(path)
    return Shape(box, order, opaque, (red.value, green.value, blue.value))


def _is_straight(raw: Any, path: Any, count: int) -> bool:
    """Whether the sides of a path run along the axes of the page."""
    matrix = path.get_matrix()
    if min(abs(matrix.a) + abs(matrix.d), abs(matrix.b) + abs(matrix.c)) > 0.01:
        return False
    points = [_point(raw, raw.FPDFPath_GetPathSegment(path, number)) for number in range(count)]
    return _along_axes(points)


def _clips(raw: Any, item: Any) -> Iterator[Box | None]:
    """The rectangles that an object is clipped to; `None` for another form."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    for number in range(max(raw.FPDFClipPath_CountPaths(clip), 0)):
        count = max(raw.FPDFClipPath_CountPathSegments(clip, number), 0)
        points = [_point(raw, raw.FPDFClipPath_GetPathSegment(clip, number, segment)) for segment in range(min(count, 6))]
        across, up = [point[0] for point in points], [point[1] for point in points]
        is_rectangle = count in _CORNERS and _along_axes(points)
        yield Box(min(across), min(up), max(across), max(up)) if is_rectangle else None


def _point(raw: Any, segment: Any) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    raw.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def _along_axes(points: Sequence[tuple[float, float]]) -> bool:
    return all(abs(one[0] - other[0]) < 0.5 or abs(one[1] - other[1]) < 0.5 for one, other in itertools.pairwise(points))
