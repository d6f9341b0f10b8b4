"""Columns: from pieces of text with their places on a page to lines in reading order.

A page is cut at its gutters: the strips of white that text stands on both sides of. What runs across a gutter, such as a title,
parts the page into bands; in each band the left column is read before the right one. The method is a cut of the page by white
space, as in G. Nagy and S. Seth, Hierarchical Representation of Optically Scanned Documents (ICPR 1984), with vertical cuts
first and only where both sides look like running text, so that tables and titles with gaps are still read row by row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

_GUTTER: Final = 0.8  # em of white between columns at least
_RUNNING_TEXT: Final = 5.0  # em that the lines of a column are long on average at least: cells of a table are shorter
_ALIGNED: Final = 0.3  # share of the lines that reach the gutter at least, on either side
_MIN_LINES: Final = 3  # lines of a column at least
_MAX_PIECES: Final = 3000  # pieces of a page that columns are looked for in
_WORD_GAP: Final = 0.18  # em of white that part two Latin words
_WIDE_GAP: Final = 0.8  # em of white that part two phrases of a title or two cells
_INDENT: Final = (1.4, 4.6)  # em that the first line of a paragraph is indented by; more is centred
_PARAGRAPH_GAP: Final = 1.35  # times the usual distance of lines that paragraphs without indents are apart
_LATIN: Final = re.compile(r"[A-Za-z0-9]")


@dataclass(slots=True)
class Piece:
    """Text that was set without a gap. Coordinates grow to the right and down, in any unit.

    Attributes:
        size: height of a full character, in the same unit.
        confidence: 0 to 1, where the text was recognised.
        opens: whether it is known to begin a paragraph.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    confidence: float | None = None
    opens: bool = False

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class TextLine(Piece):
    """A line of a column: pieces that stand beside each other.

    Attributes:
        indent: full characters that it is indented by; 0 where it does not begin a paragraph.
        furniture: why it is taken for something that the page added.
        column: the lines of its column.
    """

    indent: int = 0
    furniture: str | None = None
    column: list[TextLine] = field(default_factory=list, repr=False)


def read_lines(pieces: Sequence[Piece]) -> list[TextLine]:
    """The lines of a page in reading order; each knows the lines of its column."""
    result: list[TextLine] = []
    for region in _regions([piece for piece in pieces if piece.text.strip()]):
        column = _lines(region)
        for line in column:
            line.column = column
        result += column
    return result


def mark_indents(pages: Sequence[Sequence[TextLine]]) -> None:
    """Find the lines that begin a paragraph, by their indent; where a document has no indents, by the space before them."""
    columns = [column for page in pages for column in _columns(page)]
    edges = [_left_edge(column) for column in columns]
    for column, edge in zip(columns, edges, strict=True):
        size = median(line.size for line in column)
        # A column may hold indented lines alone: then its neighbours tell where its edge is.
        near = min(other for other in edges if edge - _INDENT[1] * size < other <= edge)
        for line in column:
            em = (line.left - near) / line.size
            line.indent = round(em) if _INDENT[0] <= em <= _INDENT[1] else 2 if line.opens else 0
    lines = [line for column in columns for line in column]
    if sum(line.indent > 0 for line in lines) < 0.05 * len(lines):
        for column in columns:
            _mark_by_spacing(column)


def _mark_by_spacing(column: Sequence[TextLine]) -> None:
    pairs = list(itertools.pairwise(column))
    distances = [after.bottom - before.bottom for before, after in pairs]
    if len(distances) < 6 or (usual := median(distances)) <= 0:
        return
    for (_, after), distance in zip(pairs, distances, strict=True):
        if distance > _PARAGRAPH_GAP * usual:
            after.indent = after.indent or 2


def _columns(page: Sequence[TextLine]) -> list[list[TextLine]]:
    columns = {id(line.column): line.column for line in page}.values()
    return [text for column in columns if (text := [line for line in column if line.furniture is None])]


def _left_edge(column: Sequence[TextLine]) -> float:
    """Left edge of a column: the leftmost place where two lines begin, else where the leftmost does."""
    lefts = sorted(line.left for line in column)
    slack = 0.3 * median(line.size for line in column)
    return next((one for one, other in itertools.pairwise(lefts) if other - one <= slack), lefts[0])


def _regions(pieces: list[Piece], depth: int = 0) -> list[list[Piece]]:
    """The pieces, column by column in reading order."""
    gutter = None if depth > 6 or not 2 * _MIN_LINES <= len(pieces) <= _MAX_PIECES else _gutter(pieces)
    if gutter is None:
        return [pieces] if pieces else []
    sides = _sides(pieces, gutter)
    across = sorted(sides[1], key=lambda piece: piece.middle)
    bands: list[tuple[list[Piece], list[Piece]]] = [([], []) for _ in range(len(across) + 1)]
    for column, side in ((0, sides[0]), (1, sides[2])):
        for piece in side:
            bands[sum(one.middle < piece.middle for one in across)][column].append(piece)
    result: list[list[Piece]] = []
    whole: list[Piece] = []  # what is read across the gutter, until columns begin again
    for number, (left, right) in enumerate(bands):
        if left and right and _is_running_text(left, right):
            result += [whole] if whole else []
            whole = []
            result += _regions(left, depth + 1) + _regions(right, depth + 1)
        else:
            whole += left + right
        whole += across[number : number + 1]
    return result + ([whole] if whole else [])


def _sides(pieces: Sequence[Piece], gutter: tuple[float, float]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """What stands left of a gutter, in it and across it, and right of it."""
    start, end = gutter
    sides: tuple[list[Piece], list[Piece], list[Piece]] = ([], [], [])
    for piece in pieces:
        sides[0 if piece.right <= start else 2 if piece.left >= end else 1].append(piece)
    return sides


def _gutter(pieces: Sequence[Piece]) -> tuple[float, float] | None:
    """Left and right edge of the white before the second of two columns; `None` for a page with one column."""
    white = _GUTTER * median(piece.size for piece in pieces)
    best: tuple[float, tuple[float, float]] | None = None
    for cut in sorted({round(piece.left, 1) for piece in pieces}):
        left, across, right = _sides(pieces, (cut - white, cut - 0.1))
        if len(left) >= _MIN_LINES <= len(right) and _is_running_text(left, right):
            score = min(len(left), len(right)) - len(across) / 2
            if score > 0 and (best is None or score > best[0]):
                best = (score, (cut - white, cut - 0.1))
    return best and best[1]


def _is_running_text(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two sides of a gutter are columns of running text, side by side."""
    size = median(piece.size for piece in (*left, *right))
    ends = sorted(piece.right for piece in left)
    begin = min(piece.left for piece in right)
    edge = ends[int(0.9 * (len(ends) - 1))]  # a running head or a heading may reach further than the column
    beside = min(max(p.bottom for p in side) for side in (left, right)) - max(
        min(p.top for p in side) for side in (left, right)
    )
    return (
        beside > size
        and all(sum(p.right - p.left for p in side) >= _RUNNING_TEXT * size * len(side) for side in (left, right))
        and sum(end > edge - 1.6 * size for end in ends) >= _ALIGNED * len(left)
        and sum(piece.left < begin + 2.6 * size for piece in right) >= _ALIGNED * len(right)
    )


def _lines(pieces: Sequence[Piece]) -> list[TextLine]:
    """The lines of one column from top to bottom; pieces at the same height make one line."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        for row in rows[-3:]:  # a note sign stands a little higher than its line
            height = min(row[0].bottom, piece.bottom) - max(row[0].top, piece.top)
            if height > 0.5 * min(piece.bottom - piece.top, row[0].bottom - row[0].top):
                row.append(piece)
                row.sort(key=lambda one: -one.size)  # the largest piece stands for the line
                break
        else:
            rows.append([piece])
    return [_join(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _join(row: Sequence[Piece]) -> TextLine:
    text = row[0].text
    for before, after in itertools.pairwise(row):
        text += gap(text, after.text, (after.left - before.right) / max(before.size, 0.01)) + after.text
    confidences = [piece.confidence for piece in row if piece.confidence is not None]
    return TextLine(
        text.strip(),
        min(piece.left for piece in row),
        min(piece.top for piece in row),
        max(piece.right for piece in row),
        max(piece.bottom for piece in row),
        max(piece.size for piece in row),
        min(confidences) if confidences else None,
        any(piece.opens for piece in row),
    )


def gap(before: str, after: str, em: float) -> str:
    """The space that white of this width between two texts stands for."""
    if before[-1:].isspace() or after[:1].isspace():
        return ""
    latin = _LATIN.match(before[-1:]) and _LATIN.match(after[:1])
    return " " if em >= (_WORD_GAP if latin else _WIDE_GAP) else ""
