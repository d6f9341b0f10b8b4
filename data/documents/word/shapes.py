"""Drawn shapes of a Word file: whether they are seen, and what ground they put under text."""

from __future__ import annotations

import re
from typing import Any, Final

from jianghua.data.documents.visibility import WHITE, hex_colour
from jianghua.data.documents.word.elements import attribute, first_child, short
from jianghua.data.documents.word.looks import Paint

_WIDE: Final = 5_000_000  # 1/914,400 inch: a picture of 14 cm behind the text is a ground, a smaller one a seal
_OFF: Final = ("f", "false", "0")
_HIDDEN: Final = re.compile(r"visibility:\s*hidden|display:\s*none")
_NAMES: Final[dict[str, Paint]] = {"white": WHITE, "window": WHITE}


def page_ground(root: Any) -> Paint:
    """What lies behind the text of a document: white, the colour of its pages, or `unknown` where large pictures lie there."""
    background = first_child(root, "w:background")
    colour = None if background is None else hex_colour(attribute(background, "w:color"))
    if colour is not None:
        return colour
    return "unknown" if any(_lies_behind(element) for element in root.iter() if short(element.tag) == "wp:anchor") else WHITE


def box_ground(box: Any) -> Paint | None:
    """What lies behind the text of a text box; None where the box is not shown at all."""
    for element in box.iterancestors():
        tag = short(element.tag)
        if tag == "w:p":
            break
        properties = first_child(element, "wp:docPr") if tag in ("wp:anchor", "wp:inline") else None
        if properties is not None and properties.get("hidden") in ("1", "true"):
            return None
        if tag.startswith("v:") and _HIDDEN.search(element.get("style") or ""):
            return None
        if tag == "wps:wsp":
            return _drawn_ground(element) if _is_shown(element) else None
        if tag.startswith("v:") and element.get("fillcolor"):
            return _vml_ground(element)
    return "unknown"


def _is_shown(shape: Any) -> bool:
    """Whether the drawing around a shape is not hidden."""
    drawings = (element for element in shape.iterancestors() if short(element.tag) in ("wp:anchor", "wp:inline"))
    properties = (first_child(drawing, "wp:docPr") for drawing in drawings)
    return not any(one is not None and one.get("hidden") in ("1", "true") for one in properties)


def _drawn_ground(shape: Any) -> Paint:
    """A shape without a colour of its own may take one from its theme, or let a picture show through."""
    colour = first_child(shape, "wps:spPr", "a:solidFill", "a:srgbClr")
    return hex_colour(None if colour is None else colour.get("val")) or "unknown"


def _vml_ground(shape: Any) -> Paint:
    written = re.split(r"[\s\[]", shape.get("fillcolor"))[0].lower()
    if shape.get("filled") in _OFF:
        return "unknown"
    return hex_colour(written) or _NAMES.get(written, "unknown")


def _lies_behind(anchor: Any) -> bool:
    """Whether an anchored drawing is large and lies behind the text."""
    extent = first_child(anchor, "wp:extent")
    width = "" if extent is None else extent.get("cx") or ""
    return anchor.get("behindDoc") in ("1", "true") and width.isdigit() and int(width) >= _WIDE
