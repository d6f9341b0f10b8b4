"""Pieces of a PDF page: its glyphs, turned upright, put together to pieces of text."""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from jianghua.data.documents.paged.columns import Piece, gap
from jianghua.data.documents.paged.glyphs import Glyph, is_wide
from jianghua.data.text.patterns import HAN_CLASS

_SLANT: Final = 12  # degrees off a right angle from which text is a watermark; scans are askew by less
_RUN: Final = 0.25  # em of white at which a run ends
_OVERLAP: Final = 0.4  # em by which neighbours may overlap: punctuation is set closer
_SPLIT: Final = 0.9  # em of white at which a piece ends
_ASCENT: Final = 0.86  # em of a full character above its baseline
_INITIAL: Final = 1.8  # times as large as its neighbour: a drop cap, which stands beside several lines
_RAISED: Final = (0.2, 0.8)  # em of the line that the sign of a note stands above its baseline
_SIGN_SIZE: Final = 0.75  # times the size of its line
_SIGN: Final = re.compile(r"[\[［〔]?\d{1,3}[\]］〕]?")
_NOTED: Final = re.compile(rf"[{HAN_CLASS}，。、；：？！”’）》】…]$")


@dataclass
class Pieces:
    """Pieces of a page: a list for each upright direction, the one with the most text first; and watermarks."""

    upright: list[list[Piece]] = field(default_factory=list)
    slanted: list[Piece] = field(default_factory=list)


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
    wide = [glyph for glyph in glyphs if is_wide(glyph.text)]
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
        near = [
            one for one in near if abs(_baseline(one) - _baseline(run)) < 0.45 * max(one.size, run.size) or _is_sign(run, one)
        ]
        near = [one for one in near if -_OVERLAP - 0.2 < (run.left - one.right) / max(one.size, run.size) < _SPLIT]
        near = [one for one in near if one.size < _INITIAL * run.size or _is_sign(run, one)]
        if near:
            piece = min(near, key=lambda one: abs(_baseline(one) - _baseline(run)))
            white = (run.left - piece.right) / max(piece.size, run.size)
            piece.text += "" if _is_sign(run, piece) else gap(piece.text, run.text, white) + run.text
            piece.right = max(piece.right, run.right)
            if run.size > piece.size:  # the largest characters stand for the line; signs of notes are smaller and higher
                piece.size, piece.top, piece.bottom = run.size, run.top, run.bottom
        else:
            pieces.append(piece := run)
        latest[level] = piece
    return pieces


def _baseline(piece: Piece) -> float:
    return piece.bottom - (1 - _ASCENT) * piece.size


def _is_sign(run: Piece, line: Piece) -> bool:
    """Whether a run is the number of a note, small and raised after a word or a mark of its line; it belongs to no sentence."""
    raised = (_baseline(line) - _baseline(run)) / line.size
    small = run.size <= _SIGN_SIZE * line.size
    return small and _RAISED[0] <= raised <= _RAISED[1] and bool(_SIGN.fullmatch(run.text) and _NOTED.search(line.text))
