"""Numbers of list paragraphs in Word files: they stand only in the list's definition, and are counted as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.documents.word.numerals import numeral
from jianghua.data.documents.word.package import children, first, get, number, on, short, value
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
class _List:
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
            {} if root is None else {get(one, "w:abstractNumId") or "": one for one in children(root, "w:abstractNum")}
        )
        self._nums = {} if root is None else {get(one, "w:numId") or "": one for one in children(root, "w:num")}
        self._styles = styles
        self._lists: dict[str, _List | None] = {}
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
        list = self._list(id)
        if list is None:
            return ""
        level = given if given is not None else 0
        if style is not None:
            level = next((number for number, one in list.levels.items() if one.style == style), level)
        definition = list.levels.get(level)
        if definition is None:
            return ""
        self._count(id, list, level)
        label = self._written(list, level, definition)
        return label + definition.gap if label.strip() else ""

    def _count(self, id: str, list: _List, level: int) -> None:
        counts = self._counts.setdefault(list.counters, {})
        if level in list.starts and (id, level) not in self._restarted:
            self._restarted.add((id, level))
            counts[level] = list.starts[level]
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = list.starts.get(level, list.levels[level].start)
        for lower in [one for one in counts if one > level]:
            restart = list.levels[lower].restart if lower in list.levels else None
            if restart is None or restart > level:  # `restart` counts from 1: n is reached by levels 0 to n - 1
                del counts[lower]

    def _written(self, list: _List, level: int, definition: Level) -> str:
        counts = self._counts[list.counters]

        def place(match: re.Match[str]) -> str:
            other = int(match.group(1)) - 1
            if other not in list.levels or other > level:
                return ""
            shape = list.levels[other]
            count = counts.get(other, list.starts.get(other, shape.start))
            if shape.format.isdigit():  # a pattern such as 001
                return f"{count:0{min(len(shape.format), 20)}}"
            return numeral(count, "decimal" if definition.legal and shape.format != "none" else shape.format)

        return "" if definition.format == "bullet" else _PLACE.sub(place, definition.text)

    def _list(self, id: str) -> _List | None:
        if id not in self._lists:
            self._lists[id] = self._resolve(id)
        return self._lists[id]

    def _resolve(self, id: str) -> _List | None:
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
            own = first(override, "w:lvl")
            if own is not None:
                levels[depth] = _level(own)
            start = number(override, "w:startOverride")
            if start is not None or own is not None:
                starts[depth] = start if start is not None else levels[depth].start
        return _List(name, levels, starts)


def _depth(element: Any) -> int | None:
    text = get(element, "w:ilvl") or ""
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
        legal=bool(on(element, "w:isLgl")),
        style=value(element, "w:pStyle"),
    )


def _format(element: Any) -> str:
    """Number format of a level; newer ones such as `001, 002, …` stand in a choice beside one for older programs."""
    for child in element:
        if short(child.tag) == "w:numFmt":
            return get(child, "w:val") or "decimal"
        if short(child.tag) == "mc:AlternateContent":
            custom = first(child, "mc:Choice", "w:numFmt")
            pattern = "" if custom is None else (get(custom, "w:format") or "").split(",")[0].strip()
            if pattern.isascii() and pattern.isdigit():
                return pattern
            return value(child, "mc:Fallback", "w:numFmt") or "decimal"
    return "decimal"
