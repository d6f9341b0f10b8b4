"""Drop caps: a large character that stands beside the first lines of a paragraph begins the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from jianghua.data.documents.paged.columns import Piece

_LARGER: Final = 1.7  # times the size of the lines beside it
_LONGEST: Final = 3  # characters
_NEAR: Final = 0.6  # of its size that the lines begin to its right at most
_OVER: Final = 0.3  # em that the middle of a line may lie above or below it
_LINES: Final = 2  # that stand beside it at least


def join_drop_caps(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page, with each drop cap put before its line, and the lines beside it as wide as the paragraph."""
    if not pieces:
        return []
    usual = median(piece.size for piece in pieces)
    caps = [piece for piece in pieces if piece.size >= _LARGER * usual and len(piece.text.strip()) <= _LONGEST]
    gone: set[int] = set()
    for cap in caps:
        beside = _beside(cap, pieces)
        if len(beside) < _LINES:
            continue
        beside[0].text = cap.text.strip() + beside[0].text.lstrip()
        beside[0].opens = True
        for line in beside:
            line.left = cap.left
        gone.add(id(cap))
    return [piece for piece in pieces if id(piece) not in gone]


def _beside(cap: Piece, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with which the lines beside a drop cap begin, from top to bottom."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.left)):
        over = _OVER * piece.size
        level = cap.top - over <= piece.middle <= cap.bottom + over
        smaller = piece.size * _LARGER <= cap.size
        if level and smaller and abs(piece.left - cap.right) <= _NEAR * cap.size:
            found.append(piece)
    return [line for number, line in enumerate(found) if not number or line.middle - found[number - 1].middle > line.size / 2]
