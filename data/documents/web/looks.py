"""How the elements of a web page look, as far as that decides whether a reader sees their text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from jianghua.data.documents.visibility import BLACK, WHITE, Colour, blends, is_faint, is_tiny
from jianghua.data.documents.web.colours import parse_colour
from jianghua.data.documents.web.sheets import Sheets

Unseen: TypeAlias = Literal["hidden", "struck", "faint", "off-screen", "clipped", "tiny", "pale"]
"""Why text is not seen: not displayed, crossed out, transparent, off the screen, cut off, too small, or as its backdrop."""

_POINTS: Final = 0.75  # of a pixel
_FAR: Final = 900.0  # pixels: text that is moved so far to the left or up is off the screen
_INDENTED: Final = 500.0  # pixels: the same for the first line
_FARTHER: Final = 3000.0  # by its margins, which lay out columns as well; or to the right or down, where pages go on
_SLIM: Final = 1.0  # pixels of a box that shows nothing
_STRUCK: Final = frozenset({"s", "del", "strike"})
_LENGTH: Final = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|%|vw|vh|cm|in|mm)?")
_FONT_SIZE: Final = re.compile(r"(?:^|\s)((?:\d+\.?\d*|\.\d+)(?:px|pt|em|rem|%)?)(?:/|\s+\S)")
_PIXELS: Final = {"pt": 1 / _POINTS, "ex": 8.0, "vw": 12.0, "vh": 8.0, "cm": 37.8, "in": 96.0, "mm": 3.78, "px": 1.0}
_NOTHING_LEFT: Final = re.compile(
    r"rect\((?:\s*(?:0|1)(?:px)?[\s,]*){4}\)|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0[\s,0px]*\)"
)
_MOVED: Final = re.compile(r"translate(?:3d|x|y)?\(([^()]*)\)")
_SHRUNK: Final = re.compile(r"scale(?:3d|x|y)?\(\s*0?\.?0*\s*[,)]")
_PICTURE: Final = re.compile(r"url\(|gradient\(|image\(")


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of an element looks.

    Attributes:
        colour: of its letters; None where it is not known.
        backdrop: what lies behind it; None where that is not known.
        pixels: size of its letters.
        visible: whether it is visible by `visibility`, which elements inside may revoke.
        opacity: of the element and all around it.
        ink: opacity of the letters' own colour.
        gone: why nothing of the element is seen, whatever the elements inside say.
    """

    colour: Colour | None = BLACK
    backdrop: Colour | None = WHITE
    pixels: float = 16.0
    visible: bool = True
    opacity: float = 1.0
    ink: float = 1.0
    gone: Unseen | None = None

    @property
    def unseen(self) -> Unseen | None:
        """Why the element's own text is not seen; None when it is."""
        if not self.visible:
            return "hidden"
        if is_faint(self.ink):
            return "faint"
        if is_tiny(self.pixels * _POINTS):
            return "tiny"
        return "pale" if blends(self.colour, self.backdrop) else None


class Looks:
    """The looks of a page's elements.

    Args:
        root: its root element.
        blocks: the names of the elements that make paragraphs.
    """

    def __init__(self, root: Any, blocks: frozenset[str]) -> None:
        self._sheets = Sheets(root)
        self._blocks = blocks
        # Behind text that other style sheets may set, anything can lie.
        self.page = Look(backdrop=None if self._sheets.has_others else WHITE)

    def inside(self, outer: Look, element: Any) -> Look:
        """How an element looks in an element of this look."""
        values = self._sheets.declared(element)
        _add_attributes(element, values)
        if outer.pixels == 0.0 and (element.tag in self._blocks or self._may_have_size(element)):
            outer = replace(outer, pixels=16.0)  # the trick that closes gaps between boxes, which have a size of their own
        if outer.gone is not None:  # what is inside is looked at as if it stood alone: it may turn out to be the text
            outer = replace(outer, gone=None)
        gone = _gone(element, values)
        if not values and gone is None:
            return outer
        look = Look(
            colour=_colour(values, outer),
            backdrop=_backdrop(values, outer.backdrop),
            pixels=_pixels(values, outer.pixels),
            visible=_is_visible(values, outer.visible),
            opacity=outer.opacity * _opacity(values.get("opacity", "")),
            ink=_ink(values, outer.ink),
        )
        if gone is None and is_faint(look.opacity):
            gone, look = "faint", replace(look, opacity=1.0)
        if gone is None and look.backdrop is None and blends(look.colour, WHITE) and self._stands_beside_dark(element, outer):
            look = replace(look, backdrop=WHITE)
        return replace(look, gone=gone)

    def _may_have_size(self, element: Any) -> bool:
        return self._sheets.has_others and bool(element.get("class") or element.get("id"))

    def _stands_beside_dark(self, element: Any, outer: Look) -> bool:
        """Whether dark text is read on the same unknown backdrop: then it is light, and white text on it is not seen."""
        parent = element.getparent()
        if parent is None or outer.colour is None or max(outer.colour) > 128:
            return False
        if element.tag in self._blocks:
            plain = not element.get("class") and not element.get("id")
            beside = (one for one in parent if one.tag == element.tag and not one.attrib)
            return plain and any((one.text or "").strip() for one in beside)
        return bool((parent.text or "").strip()) or any((one.tail or "").strip() for one in parent)


def _add_attributes(element: Any, values: dict[str, str]) -> None:
    """The attributes of older pages that style declares as well; it goes before them."""
    colour = element.get("color") if element.tag == "font" else element.get("text") if element.tag == "body" else None
    if colour:
        values.setdefault("color", colour.strip().lower())
    ground = element.get("bgcolor")
    if ground and "background" not in values:
        values.setdefault("background-color", ground.strip().lower())
    if element.get("background") and element.tag in ("body", "table", "td", "tr", "th"):
        values.setdefault("background-image", "url()")


def _gone(element: Any, values: Mapping[str, str]) -> Unseen | None:
    """Why nothing in an element is seen by its own account."""
    display = values.get("display")
    if display == "none" or values.get("content-visibility") == "hidden":
        return "hidden"
    is_closed = element.tag == "dialog" and element.get("open") is None
    if display is None and (is_closed or element.get("hidden") is not None):
        return "hidden"
    line = values.get("text-decoration-line", values.get("text-decoration", ""))
    if "line-through" in line or (element.tag in _STRUCK and line.split(" ")[0] != "none"):
        return "struck"
    if not values:
        return None
    if _is_off_screen(values):
        return "off-screen"
    return "clipped" if _is_clipped(values) else None


def _is_off_screen(values: Mapping[str, str]) -> bool:
    """Whether an element is moved off the screen."""
    moved = [_length(part) for match in _MOVED.finditer(values.get("transform", "")) for part in match.group(1).split(",")]
    if values.get("position") in ("absolute", "fixed", "relative"):
        moved += [_length(values.get(name, "")) for name in ("left", "top", "right", "bottom")]
    margins = [_length(values.get(name, "")) for name in ("margin-left", "margin-top")]
    indent = _length(values.get("text-indent", ""))
    return (
        any(pixels is not None and (pixels <= -_FAR or pixels >= _FARTHER) for pixels in moved)
        or any(pixels is not None and pixels <= -_FARTHER for pixels in margins)
        or (indent is not None and indent <= -_INDENTED)
    )


def _is_clipped(values: Mapping[str, str]) -> bool:
    """Whether nothing is left of an element's box."""
    if _NOTHING_LEFT.search(values.get("clip", "")) or _NOTHING_LEFT.search(values.get("clip-path", "")):
        return True
    if _SHRUNK.search(values.get("transform", "")):
        return True
    overflow = " ".join(values.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    sizes = (_length(values.get(name, "")) for name in ("width", "height", "max-width", "max-height"))
    return any(pixels is not None and 0 <= pixels <= _SLIM for pixels in sizes)


def _colour(values: Mapping[str, str], outer: Look) -> Colour | None:
    """Colour of the letters; half-transparent letters mix with what lies behind them, and then it is not known."""
    value = values.get("-webkit-text-fill-color", values.get("color"))
    if value is None or value in ("inherit", "unset", "currentcolor"):
        return outer.colour
    ink = parse_colour(value)
    return None if ink is None or 0.05 < ink.opacity < 0.5 else ink.colour


def _ink(values: Mapping[str, str], outer: float) -> float:
    value = values.get("-webkit-text-fill-color", values.get("color"))
    if value is None or value in ("inherit", "unset", "currentcolor"):
        return outer
    ink = parse_colour(value)
    return 1.0 if ink is None else ink.opacity


def _backdrop(values: Mapping[str, str], outer: Colour | None) -> Colour | None:
    """What lies behind an element: its own ground, or what shines through; None where a picture lies there."""
    if any(_PICTURE.search(values.get(name, "")) for name in ("background", "background-image")):
        return None
    value = values.get("background-color", values.get("background"))
    if value is None or value in ("none", "inherit", "initial", "unset", "transparent", "0", "0 0"):
        return outer
    inks = [ink for part in re.findall(r"[^\s(]+(?:\([^()]*\))?", value) if (ink := parse_colour(part))]
    if not inks:
        return outer if value.startswith("none") else None
    return outer if is_faint(inks[0].opacity) else inks[0].colour if inks[0].opacity > 0.5 else None


def _pixels(values: Mapping[str, str], outer: float) -> float:
    """Size of the letters; words such as `small` change nothing that matters here."""
    size = values.get("font-size")
    if size is None and "font" in values:
        match = _FONT_SIZE.search(values["font"])
        size = match.group(1) if match else None
    match = _LENGTH.fullmatch(size or "")
    if match is None:
        return outer if size in (None, "inherit", "smaller", "larger") else 16.0
    number, unit = float(match.group(1)), match.group(2)
    if unit in ("em", "%"):
        return number * outer / (100 if unit == "%" else 1)
    return number * 16 if unit == "rem" else number * _PIXELS.get(unit or "px", 1.0)


def _is_visible(values: Mapping[str, str], outer: bool) -> bool:
    value = values.get("visibility", "inherit")
    return outer if value in ("inherit", "unset") else value not in ("hidden", "collapse")


def _opacity(value: str) -> float:
    match = _LENGTH.fullmatch(value)
    if match is None or match.group(2) not in (None, "%"):
        return 1.0
    return min(1.0, max(0.0, float(match.group(1)) / (100 if match.group(2) else 1)))


def _length(value: str) -> float | None:
    """A length in pixels, taking letters of the usual size; None for what is no length, and for shares of the space around."""
    match = _LENGTH.fullmatch(value.strip())
    if match is None or match.group(2) == "%":
        return None
    number, unit = float(match.group(1)), match.group(2) or "px"
    return number * (16 if unit in ("em", "rem") else _PIXELS[unit])
