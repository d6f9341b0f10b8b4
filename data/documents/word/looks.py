"""How the text of a Word file looks, as far as that decides whether a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeAlias

from jianghua.data.documents.visibility import BLACK, WHITE, Colour, blends, hex_colour, is_faint, is_tiny
from jianghua.data.documents.word.elements import attribute, first_child, short

Paint: TypeAlias = Colour | Literal["auto", "unknown"]
"""A colour; `auto` for the one that Word chooses (letters: what stands out; a ground: none), `unknown` for what is not told."""

Unseen: TypeAlias = Literal["hidden", "struck", "tiny", "faint", "pale"]
"""Why text is not seen: set as hidden, crossed out, too small, too transparent, or of the colour of what lies behind it."""

_OFF: Final = ("0", "false", "off")
_THEME: Final[dict[str | None, Colour]] = {"background1": WHITE, "light1": WHITE, "text1": BLACK, "dark1": BLACK}
_HIGHLIGHTS: Final[dict[str | None, Paint]] = {
    "none": "auto",
    "white": WHITE,
    "black": BLACK,
    "yellow": (255, 255, 0),
    "green": (0, 255, 0),
    "cyan": (0, 255, 255),
    "magenta": (255, 0, 255),
    "blue": (0, 0, 255),
    "red": (255, 0, 0),
}
_WHOLE: Final = 100_000  # what DrawingML counts for 100 %


@dataclass(frozen=True, slots=True)
class Look:
    """What one set of run properties says; None where it leaves that to the style.

    Attributes:
        hidden: whether the text is set as hidden.
        struck: whether it is crossed out, with one line or two.
        bold: whether it is bold.
        points: its size.
        opacity: 0 to 1.
        colour: of its letters.
        fill: of the ground under it.
    """

    hidden: bool | None = None
    struck: bool | None = None
    bold: bool | None = None
    points: float | None = None
    opacity: float | None = None
    colour: Paint | None = None
    fill: Paint | None = None

    def over(self, base: Look) -> Look:
        """This look where it says something, and `base` where it leaves that open."""
        if base is PLAIN:
            return self
        if self is PLAIN:
            return base
        return Look(*(getattr(base if getattr(self, name) is None else self, name) for name in _NAMES))

    def unseen(self, backdrop: Paint) -> Unseen | None:
        """Why text of this look is not seen where `backdrop` lies behind it; None when it is seen."""
        if self.hidden:
            return "hidden"
        if self.struck:
            return "struck"
        if is_tiny(self.points):
            return "tiny"
        if is_faint(self.opacity):
            return "faint"
        return "pale" if blends(_known(self.colour), _known(on(self.fill, backdrop))) else None


_NAMES: Final = tuple(field.name for field in fields(Look))
PLAIN: Final = Look()


def read_look(properties: Any | None) -> Look:
    """The look that run properties (`w:rPr`) give."""
    found: dict[str, Any] = {}
    outlined = False
    for element in properties if properties is not None else ():
        tag = short(element.tag)
        if tag == "w:vanish":
            found["hidden"] = _is_on(element)
        elif tag in ("w:strike", "w:dstrike"):
            found["struck"] = found.get("struck", False) or _is_on(element)
        elif tag == "w:b":
            found["bold"] = _is_on(element)
        elif tag == "w:sz":
            found["points"] = _half_points(attribute(element, "w:val"))
        elif tag == "w:color":
            found.setdefault("colour", _paint(element, "w:val", "w:theme"))
        elif tag == "w:shd":
            found.setdefault("fill", _ground(element))
        elif tag == "w:highlight":
            found["fill"] = _HIGHLIGHTS.get(attribute(element, "w:val"), "unknown")
        elif tag == "w14:textFill":
            found |= _text_fill(element)
        elif tag == "w14:textOutline":
            outlined = first_child(element, "w14:noFill") is None
    if outlined and found.get("opacity") == 0.0:  # hollow letters
        found["opacity"] = None
    return Look(**found) if found else PLAIN


def read_fill(properties: Any | None) -> Paint | None:
    """The ground that the properties of a paragraph, a table or a cell put under their text; None where they say nothing."""
    shading = None if properties is None else first_child(properties, "w:shd")
    return None if shading is None else _ground(shading)


def on(fill: Paint | None, backdrop: Paint) -> Paint:
    """What lies behind the text that stands on this ground."""
    return backdrop if fill is None or fill == "auto" else fill


def is_squeezed(paragraph: Any | None) -> bool:
    """Whether a paragraph with these properties has lines so low that nothing of its text is seen."""
    spacing = None if paragraph is None else first_child(paragraph, "w:spacing")
    if spacing is None or attribute(spacing, "w:lineRule") not in ("exact", "exactly"):
        return False
    height = attribute(spacing, "w:line") or ""
    return height.isdigit() and is_tiny(int(height) / 20)


def _known(paint: Paint | None) -> Colour | None:
    return None if paint is None or isinstance(paint, str) else paint


def _is_on(element: Any) -> bool:
    return (attribute(element, "w:val") or "1") not in _OFF


def _half_points(text: str | None) -> float | None:
    digits = (text or "").removesuffix("pt")
    try:
        return float(digits) / (1 if digits != text else 2)
    except ValueError:
        return None


def _paint(element: Any, name: str, theme: str) -> Paint:
    """A colour by its digits, else by its place in the theme, which is white for the ground and black for the text."""
    written = attribute(element, name)
    colour = hex_colour(written)
    place = attribute(element, f"{theme}Color") or attribute(element, theme)
    if colour is not None or place is None:
        return colour or ("auto" if written in (None, "auto") else "unknown")
    is_pure = attribute(element, f"{theme}Shade") is None and attribute(element, f"{theme}Tint") is None
    return _THEME.get(place, "unknown") if is_pure else "unknown"


def _ground(shading: Any) -> Paint:
    """The colour of a shading: its fill, or that of its pattern where the pattern covers all."""
    pattern = attribute(shading, "w:val")
    if pattern == "solid":
        return _paint(shading, "w:color", "w:theme")
    return _paint(shading, "w:fill", "w:themeFill") if pattern in (None, "clear", "nil") else "unknown"


def _text_fill(element: Any) -> dict[str, Any]:
    """Colour and opacity of letters that are filled like a drawing; that goes before their plain colour."""
    if first_child(element, "w14:noFill") is not None:
        return {"opacity": 0.0}
    for name in ("w14:srgbClr", "w14:schemeClr"):
        colour = first_child(element, "w14:solidFill", name)
        if colour is None:
            continue
        place = attribute(colour, "w14:val")
        is_changed = any(short(one.tag) in ("w14:lumMod", "w14:lumOff", "w14:shade", "w14:tint") for one in colour)
        paint = hex_colour(place) or {"bg1": WHITE, "lt1": WHITE}.get(place or "")
        alpha = first_child(colour, "w14:alpha")
        transparency = (attribute(alpha, "w14:val") or "0") if alpha is not None else "0"
        opacity = 1 - int(transparency) / _WHOLE if transparency.isdigit() else None
        return {"colour": "unknown" if paint is None or is_changed else paint, "opacity": opacity}
    return {}
