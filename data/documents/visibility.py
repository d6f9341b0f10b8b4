"""What a reader sees: from which size, in which colours, and how opaque text must be, in files of every format.

Copy protection mixes white, tiny or transparent words into a text, so that a copy of it holds them. The readers ask here, with
what their format says of a piece of text; where the format leaves something unknown, such as what lies behind the text, they
ask with `None`, and the text counts as seen.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (0, 0, 0)

TINIEST: Final = 2.0
"""Points: what is no larger cannot be read, not even as a footnote of a footnote."""

FAINTEST: Final = 0.05
"""Opacity, 0 to 1: what is no more opaque leaves no trace."""

_NEAREST: Final = 20  # of 255, in each channel: colours no further apart are one to the eye. Yellow on white is not.
_HEX: Final = re.compile(r"#?([0-9a-fA-F]{6})")


def is_tiny(points: float | None) -> bool:
    """Whether text of this size is too small to be seen; a negative size mirrors text, and counts like its amount."""
    return points is not None and abs(points) <= TINIEST


def is_faint(opacity: float | None) -> bool:
    """Whether text of this opacity is too transparent to be seen."""
    return opacity is not None and opacity <= FAINTEST


def blends(colour: Colour | None, backdrop: Colour | None) -> bool:
    """Whether text of this colour vanishes on what lies behind it."""
    if colour is None or backdrop is None:
        return False
    return all(abs(one - other) <= _NEAREST for one, other in zip(colour, backdrop, strict=True))


def hex_colour(text: str | None) -> Colour | None:
    """The colour that six hexadecimal digits stand for, with `#` or without; None for anything else."""
    match = _HEX.fullmatch(text or "")
    if match is None:
        return None
    red, green, blue = bytes.fromhex(match.group(1))
    return red, green, blue
