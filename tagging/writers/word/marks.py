"""Marks in the XML of a Word file: letters on a coloured ground, and what a comment hangs on. Their looks stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from jianghua.data.documents.word.elements import first_child, short
from jianghua.tagging.writers.word.letters import Letter

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_AFTER_SHADING: Final = frozenset(
    [
        *("w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang"),
        *("w:eastAsianLayout", "w:specVanish", "w:oMath", "w:rPrChange"),
    ]
)
"""Run properties that the standard has after the shading."""
_AFTER_UNDERLINE: Final = _AFTER_SHADING | {"w:effect", "w:bdr", "w:shd"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a sentence is marked.

    Attributes:
        fill: of the ground under its letters, six hexadecimal digits.
        line: of a line under them; `None` for no line.
    """

    fill: str
    line: str | None = None


def mark_letters(letters: Sequence[Letter], look: Look) -> list[Any]:
    """Mark letters that follow each other; returns the runs that hold just them, in order.

    Runs are split where the letters begin and end. What stands before them keeps its elements, so mark from the end of a file
    to its beginning.
    """
    pieces = []
    for run, group in groupby(letters, key=lambda letter: _run_of(letter.element)):
        if run is not None:
            first, *rest = group
            pieces.append((first, rest[-1] if rest else first))
    return [_marked(first, last, look) for first, last in pieces]


def mark_run(run: Any, look: Look) -> None:
    """Mark a whole run. A ground of its own gives way, since the colour has to be seen; a line of its own stays."""
    properties = first_child(run, "w:rPr")
    if properties is None:
        properties = run.makeelement(named(run, "rPr"))
        run.insert(0, properties)
    if look.line is not None and first_child(properties, "w:u") is None:
        line = {named(run, "val"): "thick", named(run, "color"): look.line}
        _put(properties, properties.makeelement(named(run, "u"), line), _AFTER_UNDERLINE)
    for own in ("w:shd", "w:highlight"):
        if (ground := first_child(properties, own)) is not None:
            properties.remove(ground)
    shading = {named(run, "val"): "clear", named(run, "color"): "auto", named(run, "fill"): look.fill}
    _put(properties, properties.makeelement(named(run, "shd"), shading), _AFTER_SHADING)


def hang_comment(first: Any, last: Any, number: str) -> None:
    """Hang a comment on the runs from `first` to `last`. Word takes none inside a text box: there it hangs on the box."""
    first, last = outermost_run(first), outermost_run(last)
    identity = {named(first, "id"): number}
    first.addprevious(first.makeelement(named(first, "commentRangeStart"), identity))
    end = last.makeelement(named(last, "commentRangeEnd"), identity)
    reference = last.makeelement(named(last, "r"))
    reference.append(reference.makeelement(named(last, "commentReference"), identity))
    last.addnext(end)
    end.addnext(reference)


def outermost_run(run: Any) -> Any:
    """The run itself, or the one in the body that the text box or phonetic guide around it stands in."""
    return [run, *(one for one in run.iterancestors() if short(one.tag) == "w:r")][-1]


def named(element: Any, name: str) -> str:
    """A name in the namespace of a Word element: the strict form of the standard has one of its own."""
    return f"{element.tag.rpartition('}')[0]}}}{name}"


def _run_of(element: Any) -> Any | None:
    return next((one for one in element.iterancestors() if short(one.tag) == "w:r"), None)


def _marked(first: Letter, last: Letter, look: Look) -> Any:
    """The run between two letters of one run, both included, split off and marked."""
    run = _run_of(last.element)
    _split(run, _after(last))
    run = _split(run, _before(first))
    mark_run(run, look)
    return run


def _before(letter: Letter) -> Any:
    """The element that begins with a letter; a text is divided before it."""
    return _divided(letter.element, letter.offset) if letter.offset else letter.element


def _after(letter: Letter) -> Any | None:
    """The element that begins after a letter; a text is divided there. `None` where the run ends."""
    element, offset = letter.element, letter.offset + 1
    return _divided(element, offset) if offset < len(element.text or "") else element.getnext()


def _divided(text: Any, offset: int) -> Any:
    """Divide a text; returns the new element with its second half."""
    rest = text.makeelement(text.tag, dict(text.attrib))
    text.text, rest.text = text.text[:offset], text.text[offset:]
    for half in (text, rest):
        half.set(_SPACE, "preserve")
    text.addnext(rest)
    return rest


def _split(run: Any, start: Any | None) -> Any:
    """Move what stands in a run from an element on into a new one after it; returns the run that begins with the element."""
    content = [child for child in run if short(child.tag) != "w:rPr"]
    if start is None or start is content[0]:
        return run
    rest = run.makeelement(run.tag, dict(run.attrib))
    properties = first_child(run, "w:rPr")
    if properties is not None:
        rest.append(copy.deepcopy(properties))
    run.addnext(rest)
    for child in content[content.index(start) :]:
        rest.append(child)
    return rest


def _put(properties: Any, element: Any, following: frozenset[str]) -> None:
    """Put a property at the place that the standard gives it: before those that follow it, and before extensions."""
    later = next((one for one in properties if short(one.tag) in following or not short(one.tag).startswith("w:")), None)
    if later is None:
        properties.append(element)
    else:
        later.addprevious(element)
