"""The text of one Word paragraph, and what hangs on it: text boxes and references to notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from jianghua.data.documents.word.elements import attribute, children, first_child, short
from jianghua.data.documents.word.fields import Fields
from jianghua.data.documents.word.symbols import symbol

_LEFT_OUT: Final = frozenset(
    [
        *("w:delText", "w:delInstrText"),  # revisions are read as accepted
        *("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:customXmlPr", "w:smartTagPr", "m:ctrlPr"),
        *("w:rubyPr", "w:rt"),  # of a phonetic guide only the base is text
        *("w:footnoteRef", "w:endnoteRef", "w:annotationRef", "w:commentReference", "w:fldData"),
    ]
)
_MARKS: Final = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:br": "\n",
    "w:cr": "\n",
    "w:noBreakHyphen": "-",
    "w:softHyphen": "\u00ad",
}
_NOTES: Final = {"w:footnoteReference": "footnote", "w:endnoteReference": "endnote"}


@dataclass(slots=True)
class ParagraphContent:
    """What a paragraph holds.

    Attributes:
        parts: its text in pieces; a line feed is a line or page break.
        boxes: the contents of its text boxes, and the words of its pictures made of letters.
        notes: the footnotes and endnotes that it refers to: kind and id; in files of Word 2003 the note itself.
        contents: characters of it, white space aside, that stand in a table of contents.
    """

    parts: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    contents: int = 0

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(self.parts)

    @property
    def only_contents(self) -> bool:
        """Whether it stands in a table of contents altogether."""
        return 0 < self.contents == sum(len(part.strip()) for part in self.parts)


def read_runs(paragraph: Any, fields: Fields, hidden: Callable[[Any | None], bool]) -> ParagraphContent:
    """Read a paragraph.

    Args:
        paragraph: its element.
        fields: the fields that are open before it; the method goes on in them.
        hidden: whether text with these run properties (`w:rPr`) is hidden.
    """
    content = ParagraphContent()
    _Runs(content, fields, hidden).walk(paragraph, False)
    return content


class _Runs:
    """Takes in the elements of a paragraph, one after the other."""

    def __init__(self, content: ParagraphContent, fields: Fields, hidden: Callable[[Any | None], bool]) -> None:
        self._content = content
        self._fields = fields
        self._hidden = hidden

    def _add(self, text: str, hidden: bool) -> None:
        if text and not hidden and self._fields.showing:
            self._content.parts.append(text)
            self._content.contents += len(text.strip()) if self._fields.contents else 0

    def walk(self, element: Any, hidden: bool) -> None:
        """Take in the children of an element, in order."""
        custom_mark = False
        for child in element:
            tag = short(child.tag)
            if tag in _LEFT_OUT or is_excluded(child):
                continue
            if tag in ("w:t", "m:t"):
                self._add("" if custom_mark else re.sub(r"[\t\r\n]+", " ", child.text or ""), hidden)
            elif tag == "w:r":
                self.walk(child, self._hidden(first_child(child, "w:rPr")))
            elif tag in _MARKS:
                self._add(_MARKS[tag], hidden)
            elif tag == "w:sym":
                self._add(symbol(attribute(child, "w:font") or "", attribute(child, "w:char") or ""), hidden)
            elif tag == "w:fldChar":
                self._add(self._fields.mark(attribute(child, "w:fldCharType")), hidden)
            elif tag == "w:instrText":
                self._fields.instruct(child.text or "")
            elif tag in _NOTES:
                custom_mark = attribute(child, "w:customMarkFollows") in ("1", "true", "on")
                if not hidden and self._fields.showing:
                    self._content.notes.append((_NOTES[tag], attribute(child, "w:id") or ""))
            elif tag in ("w:footnote", "w:endnote"):
                self._content.notes.append(child)
            elif tag == "w:txbxContent":
                self._content.boxes.append(child)
            elif tag == "v:textpath":
                self._content.boxes.append(child.get("string") or "")
            elif tag == "mc:AlternateContent":
                branch = text_branch(child)
                if branch is not None:
                    self.walk(branch, hidden)
            elif tag in ("m:f", "m:d"):
                self._formula(child, tag, hidden)
            else:
                self.walk(child, hidden)

    def _formula(self, element: Any, tag: str, hidden: bool) -> None:
        """A fraction with its stroke, or something in brackets: Word keeps these marks as properties."""
        names: tuple[str, ...]
        if tag == "m:f":
            opening, between, closing, names = "", "/", "", ("m:num", "m:den")
        else:
            properties = first_child(element, "m:dPr")

            def mark(name: str, usual: str) -> str:
                found = None if properties is None else first_child(properties, name)
                return usual if found is None else attribute(found, "m:val") or ""

            opening, between, closing = mark("m:begChr", "("), mark("m:sepChr", "|"), mark("m:endChr", ")")
            names = ("m:e",)
        self._add(opening, hidden)
        parts = [part for name in names for part in children(element, name)]
        for number, part in enumerate(parts):
            self._add(between if number else "", hidden)
            self.walk(part, hidden)
        self._add(closing, hidden)


def is_excluded(element: Any) -> bool:
    """Whether an element marks a deletion, a removal to another place, or a comment, and so its content is none."""
    tag = short(element.tag)
    return tag in ("w:del", "w:moveFrom") or (
        tag == "aml:annotation" and attribute(element, "w:type") not in (None, "Word.Insertion")
    )


def text_branch(alternatives: Any) -> Any | None:
    """The first branch of an `mc:AlternateContent` that holds text: all of them show the same."""
    for branch in alternatives:
        if any(short(one.tag) in ("w:t", "m:t", "w:sym", "w:txbxContent", "v:textpath", "w:fldChar") for one in branch.iter()):
            return branch
    return None
