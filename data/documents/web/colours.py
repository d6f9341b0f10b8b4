"""Colours as style sheets write them."""

from __future__ import annotations

import colorsys
import re
from typing import Final, NamedTuple

from jianghua.data.documents.visibility import BLACK, WHITE, Colour, hex_colour

_NAMES: Final[dict[str, Colour]] = {
    "white": WHITE,
    "black": BLACK,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
}
_DIGITS: Final = re.compile(r"#?([0-9a-f]{3,8})")
_FUNCTION: Final = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")


class Ink(NamedTuple):
    """A colour and how opaque it is, 0 to 1."""

    colour: Colour
    opacity: float


def parse_colour(text: str) -> Ink | None:
    """The colour that a value in lower case stands for; None where it is another one than those that are known here."""
    text = text.strip()
    if text == "transparent":
        return Ink(WHITE, 0.0)
    if text in _NAMES:
        return Ink(_NAMES[text], 1.0)
    function = _FUNCTION.fullmatch(text)
    return _computed(function.group(1), function.group(2)) if function else _digits(text)


def _digits(text: str) -> Ink | None:
    match = _DIGITS.fullmatch(text)
    digits = "" if match is None else match.group(1)
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    colour = hex_colour(digits[:6]) if len(digits) in (6, 8) else None
    return None if colour is None else Ink(colour, int(digits[6:] or "ff", 16) / 255)


def _computed(space: str, arguments: str) -> Ink | None:
    numbers = [_number(part, 255 if space == "rgb" and place < 3 else 1) for place, part in enumerate(_parts(arguments))]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers) or len(known) not in (3, 4):
        return None
    opacity = known[3] if len(known) == 4 else 1.0
    red, green, blue = known[:3]
    if space == "hsl":
        red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(known[0] % 360 / 360, known[2], known[1]))
    return Ink((_channel(red), _channel(green), _channel(blue)), opacity)


def _parts(arguments: str) -> list[str]:
    return re.split(r"[\s,/]+", arguments.strip())


def _number(text: str, whole: float) -> float | None:
    digits = text.removesuffix("%").removesuffix("deg")
    try:
        return float(digits) * (whole / 100 if text.endswith("%") else 1)
    except ValueError:
        return None


def _channel(value: float) -> int:
    return min(255, max(0, round(value)))
