"""Numbers of list paragraphs in Word files: they stand only in the list's definition, and are counted as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.documents.word.elements import attribute, children, first_child, number, short, toggle, value
from jianghua.data.documents.word.numerals import numeral
from jianghua.data.documents.word.styles import Styles

_LEVELS: Final = 9
_GAPS: Final = {"tab": "\t", "space": " ", "nothing": ""}
_PLACE: Final = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        start: the first number.
        format: number format, or a pattern such as `001` for numbers padded to its width.
        text: the label, with `%1` for the number of the first level and so on.
        gap: what follows the label: a tab, a space or nothing.
        restart: the level (1 the highest) after whose paragraphs it begins anew; 0 never, None after each higher one.
        legal: whether the numbers of all levels are written in decimal.
        style: id of the paragraph style that belongs to this level.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    gap: str = "\t"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _Definition:
    """A list as paragraphs refer to it: its levels, its starts, and the counters that it shares with other lists."""

    counters: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """The lists of a file, and how far each has been counted.

    Args:
        root: root element of the numbering part, None where the file has none.
        styles: the file's styles; a list can be defined through one.
    """

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self._abstract = (
            {} if root is None else {attribute(one, "w:abstractNumId") or "": one for one in children(root, "w:abstractNum")}
        )
        self._nums = {} if root is None else {attribute(one, "w:numId") or "": one for one in children(root, "w:num")}
        self._styles = styles
        self._definitions: dict[str, _Definition | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def label(self, properties: Any | None) -> str:
        """Count a paragraph with these properties (`w:pPr`); its label with what follows it, "" where it has none.

        Bullets are no text and give no label.
        """
        reference = self._styles.numbering(properties)
        if reference is None:
            return ""
        id, given, style = reference
        definition = self._definition(id)
        if definition is None:
            return ""
        depth = given if given is not None else 0
        if style is not None:
            depth = next((number for number, one in definition.levels.items() if one.style == style), depth)
        level = definition.levels.get(depth)
        if level is None:
            return ""
        self._count(id, definition, depth)
        label = self._format(definition, depth, level)
        return label + level.gap if label.strip() else ""

    def _count(self, id: str, definition: _Definition, depth: int) -> None:
        counts = self._counts.setdefault(definition.counters, {})
        if depth in definition.starts and (id, depth) not in self._restarted:
            self._restarted.add((id, depth))
            counts[depth] = definition.starts[depth]
        elif depth in counts:
            counts[depth] += 1
        else:
            counts[depth] = definition.starts.get(depth, definition.levels[depth].start)
        for lower in [one for one in counts if one > depth]:
            restart = definition.levels[lower].restart if lower in definition.levels else None
            if restart is None or restart > depth:  # `restart` counts from 1: n is reached by levels 0 to n - 1
                del counts[lower]

    def _format(self, definition: _Definition, depth: int, level: Level) -> str:
        """The label of a paragraph at this depth, as far as it has been counted."""
        counts = self._counts[definition.counters]

        def place(match: re.Match[str]) -> str:
            other = int(match.group(1)) - 1
            if other not in definition.levels or other > depth:
                return ""
            shape = definition.levels[other]
            count = counts.get(other, definition.starts.get(other, shape.start))
            if shape.format.isdigit():  # a pattern such as 001
                return f"{count:0{min(len(shape.format), 20)}}"
            return numeral(count, "decimal" if level.legal and shape.format != "none" else shape.format)

        return "" if level.format == "bullet" else _PLACE.sub(place, level.text)

    def _definition(self, id: str) -> _Definition | None:
        if id not in self._definitions:
            self._definitions[id] = self._resolve(id)
        return self._definitions[id]

    def _resolve(self, id: str) -> _Definition | None:
        num = self._nums.get(id)
        if num is None:
            return None
        name = value(num, "w:abstractNumId") or ""
        abstract = self._abstract.get(name)
        for _ in range(_LEVELS):  # a list can be defined by a style, which names another list
            link = None if abstract is None else value(abstract, "w:numStyleLink")
            linked = None if link is None else self._nums.get(self._styles.list_of(link) or "")
            if linked is None:
                break
            name = value(linked, "w:abstractNumId") or ""
            abstract = self._abstract.get(name)
        if abstract is None:
            return None
        levels = {depth: _level(one) for one in children(abstract, "w:lvl") if (depth := _depth(one)) is not None}
        starts = {}
        for override in children(num, "w:lvlOverride"):
            depth = _depth(override)
            if depth is None:
                continue
            own = first_child(override, "w:lvl")
            if own is not None:
                levels[depth] = _level(own)
            start = number(override, "w:startOverride")
            if start is not None or own is not None:
                starts[depth] = start if start is not None else levels[depth].start
        return _Definition(name, levels, starts)


def _depth(element: Any) -> int | None:
    text = attribute(element, "w:ilvl") or ""
    return int(text) if text.isascii() and text.isdigit() and int(text) < _LEVELS else None


def _level(element: Any) -> Level:
    start = number(element, "w:start")
    gap = value(element, "w:suff") or "tab"
    return Level(
        start=0 if start is None else start,
        format=_format(element),
        text=value(element, "w:lvlText") or "",
        gap=_GAPS.get(gap, "\t"),
        restart=number(element, "w:lvlRestart"),
        legal=bool(toggle(element, "w:isLgl")),
        style=value(element, "w:pStyle"),
    )


def _format(element: Any) -> str:
    """Number format of a level; newer ones such as `001, 002, …` stand in a choice beside one for older programs."""
    for child in element:
        if short(child.tag) == "w:numFmt":
            return attribute(child, "w:val") or "decimal"
        if short(child.tag) == "mc:AlternateContent":
            custom = first_child(child, "mc:Choice", "w:numFmt")
            pattern = "" if custom is None else (attribute(custom, "w:format") or "").split(",")[0].strip()
            if pattern.isascii() and pattern.isdigit():
                return pattern
            return value(child, "mc:Fallback", "w:numFmt") or "decimal"
    return "decimal"
