"""Paragraph and character styles of a Word file, as far as they bear on its text: heading levels, numbering, looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.documents.word.elements import attribute, children, first_child, number, short, value
from jianghua.data.documents.word.looks import PLAIN, Look, Paint, read_fill, read_look

_HEADING: Final = re.compile(r"(?:heading|标题|標題) ?([1-9])", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"(?:toc|目录|目錄) ?(?:[1-9]|heading|标题|標題)|table of figures|图表目录", re.IGNORECASE)
_BODY_LEVEL: Final = 9  # the outline level of text that is no heading


@dataclass(frozen=True, slots=True)
class NumberReference:
    """Which list a paragraph is numbered by, its id, and on which level; None where it is not said."""

    list_id: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Style:
    """One style: what it says itself, None where it leaves that to the style it is based on."""

    id: str
    name: str
    based_on: str | None
    level: int | None
    numbering: NumberReference | None
    look: Look
    fill: Paint | None
    shades: bool


class Styles:
    """The styles of a file.

    Args:
        root: root element of the styles part, None where the file has none.
    """

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Style] = {}
        self._default: str | None = None
        defaults = None if root is None else first_child(root, "w:docDefaults", "w:rPrDefault", "w:rPr")
        self._plain = read_look(defaults)
        self._looks: dict[str | None, Look] = {}  # of a style with all that it is based on
        for element in children(root, "w:style") if root is not None else ():
            style = _style(element)
            self._styles[style.id] = style
            if attribute(element, "w:type") == "paragraph" and attribute(element, "w:default") in ("1", "true", "on"):
                self._default = style.id

    def chain(self, id: str | None) -> Iterator[Style]:
        """A style and those it is based on; the default paragraph style where `id` is None or unknown."""
        seen: set[str] = set()
        current = id if id in self._styles else self._default
        while current is not None and current in self._styles and current not in seen:
            seen.add(current)
            yield self._styles[current]
            current = self._styles[current].based_on

    def level(self, properties: Any | None) -> int | None:
        """Heading level, 1 the highest, of a paragraph with these properties (`w:pPr`)."""
        own = None if properties is None else number(properties, "w:outlineLvl")
        if own is not None:
            return _heading(own)
        levels = (style.level for style in self.chain(_style_id(properties)) if style.level is not None)
        return _heading(next(levels, _BODY_LEVEL))

    def numbering(self, properties: Any | None) -> tuple[str, int | None, str | None] | None:
        """List, level and the style that says so (None: the paragraph itself) for a paragraph with these properties.

        The level is None where only a style names the list: the list then knows which of its levels belongs to that style.
        """
        own = None if properties is None else _reference(properties)
        if own is not None and own.list_id is not None:
            return (own.list_id, own.level or 0, None) if own.list_id != "0" else None
        for style in self.chain(_style_id(properties)):
            if style.numbering is not None and style.numbering.list_id is not None:
                if style.numbering.list_id == "0":
                    return None
                level = own.level if own is not None and own.level is not None else style.numbering.level
                return style.numbering.list_id, level, style.id
        return None

    def list_of(self, id: str) -> str | None:
        """The list that a numbering style stands for."""
        style = self._styles.get(id)
        return None if style is None or style.numbering is None else style.numbering.list_id

    def look(self, run: Any | None, paragraph: Any | None) -> Look:
        """How text with these run and paragraph properties (`w:rPr`, `w:pPr`) looks."""
        look = self._chained(_style_id(paragraph)).over(self._plain)
        if run is None:
            return look
        character = value(run, "w:rStyle")
        if character in self._styles:
            look = self._chained(character).over(look)
        return read_look(run).over(look)

    def _chained(self, id: str | None) -> Look:
        if id not in self._looks:
            look = PLAIN
            for style in self.chain(id):
                look = look.over(style.look)
            self._looks[id] = look
        return self._looks[id]

    def fill(self, properties: Any | None) -> Paint | None:
        """The ground under a paragraph with these properties; None where neither it nor its style gives one."""
        own = read_fill(properties)
        fills = (own, *(style.fill for style in self.chain(_style_id(properties)))) if own is None else (own,)
        return next((fill for fill in fills if fill is not None), None)

    def table_fill(self, properties: Any | None) -> Paint | None:
        """The ground under a table with these properties (`w:tblPr`); styles shade some of the rows and columns."""
        own = read_fill(properties)
        id = None if properties is None else value(properties, "w:tblStyle")
        shades = id in self._styles and any(style.shades for style in self.chain(id))
        return "unknown" if own is None and shades else own

    def contents(self, properties: Any | None) -> bool:
        """Whether a paragraph is an entry or the heading of a table of contents by its style."""
        style = self._styles.get(_style_id(properties) or "")
        return style is not None and _CONTENTS.fullmatch(style.name) is not None


def _style_id(properties: Any | None) -> str | None:
    return None if properties is None else value(properties, "w:pStyle")


def _heading(outline: int) -> int | None:
    return outline + 1 if 0 <= outline < _BODY_LEVEL else None


def _reference(properties: Any) -> NumberReference | None:
    """The list reference in paragraph properties."""
    found = first_child(properties, "w:numPr")
    return None if found is None else NumberReference(value(found, "w:numId"), number(found, "w:ilvl"))


def _style(element: Any) -> Style:
    name = value(element, "w:name") or ""
    paragraph, run = first_child(element, "w:pPr"), first_child(element, "w:rPr")
    level = None if paragraph is None else number(paragraph, "w:outlineLvl")
    heading = _HEADING.fullmatch(name)
    if level is None and heading:
        level = int(heading.group(1)) - 1
    return Style(
        id=attribute(element, "w:styleId") or "",
        name=name,
        based_on=value(element, "w:basedOn"),
        level=level,
        numbering=None if paragraph is None else _reference(paragraph),
        look=read_look(run),
        fill=read_fill(paragraph),
        shades=attribute(element, "w:type") == "table" and any(short(one.tag) == "w:shd" for one in element.iter()),
    )
