"""Colours of labels on paper: pale enough for black letters."""

from __future__ import annotations

from typing import Final

PALE: Final = 0.28
"""Share of a label's colour behind letters; the rest is white."""


def tint(colour: str, share: float = PALE) -> str:
    """A colour mixed with white.

    Args:
        colour: `#rrggbb`.
        share: of the colour, 0 (white) to 1 (the colour itself).

    Returns:
        Six hexadecimal digits, as office formats write a colour.
    """
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "".join(f"{round(255 - share * (255 - channel)):02X}" for channel in channels)
