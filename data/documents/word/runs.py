"""The text of one Word paragraph, and what hangs on it: text boxes and references to notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from jianghua.data.documents.word.breaks import LINE, PAGE, PARTING
from jianghua.data.documents.word.containers import is_excluded, is_prompt, text_branch
from jianghua.data.documents.word.elements import attribute, children, first_child, short
from jianghua.data.documents.word.fields import Fields
from jianghua.data.documents.word.looks import PLAIN, Look, Paint, Unseen
from jianghua.data.documents.word.symbols import symbol

LEFT_OUT: Final = frozenset(
    [
        *("w:delText", "w:delInstrText"),  # revisions are read as accepted
        *("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:customXmlPr", "w:smartTagPr", "m:ctrlPr"),
        *("w:rubyPr", "w:rt"),  # of a phonetic guide only the base is text
        *("w:footnoteRef", "w:endnoteRef", "w:annotationRef", "w:commentReference", "w:fldData"),
    ]
)
"""Elements whose content is no text of the paragraph that they stand in."""
_MARKS: Final = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:cr": LINE,
    "w:noBreakHyphen": "-",
    "w:softHyphen": "\u00ad",
}
_PAGE_BREAKS: Final = ("page", "column")
_NOTES: Final = {"w:footnoteReference": "footnote", "w:endnoteReference": "endnote"}


@dataclass(slots=True)
class ParagraphContent:
    """What a paragraph holds.

    Attributes:
        parts: its text in pieces; a line feed is a line break, a form feed the break of a page or column, a vertical tab a
            break at which the looks change (`breaks.PARTING`).
        boxes: the contents of its text boxes, and the words of its pictures made of letters.
        notes: the footnotes and endnotes that it refers to: kind and id; in files of Word 2003 the note itself.
        contents: characters of it, white space aside, that stand in a table of contents.
        pale: characters left out because they have the colour of what lies behind them.
        first_bold: whether its first letters are bold.
        last_bold: whether its last letters are bold.
    """

    parts: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    contents: int = 0
    pale: int = 0
    first_bold: bool | None = None
    last_bold: bool | None = None

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(self.parts)

    @property
    def only_contents(self) -> bool:
        """Whether it stands in a table of contents altogether."""
        return 0 < self.contents == sum(len(part.strip()) for part in self.parts)


def read_runs(paragraph: Any, fields: Fields, look: Callable[[Any | None], Look], backdrop: Paint) -> ParagraphContent:
    """Read a paragraph.

    Args:
        paragraph: its element.
        fields: the fields that are open before it; the method goes on in them.
        look: how text with these run properties (`w:rPr`) looks.
        backdrop: what lies behind the text.
    """
    content = ParagraphContent()
    _Runs(content, fields, look, backdrop).walk(paragraph, None)
    return content


class _Runs:
    """Takes in the elements of a paragraph, one after the other."""

    def __init__(self, content: ParagraphContent, fields: Fields, look: Callable[[Any | None], Look], backdrop: Paint) -> None:
        self._content = content
        self._fields = fields
        self._look = look
        self._backdrop = backdrop
        self._bold = False  # of the run that is being read
        self._break: int | None = None  # place of a line break after which no letter came yet

    def _add(self, text: str, unseen: Unseen | None) -> None:
        if not text or not self._fields.showing:
            return
        if unseen is not None:
            self._content.pale += len(text.strip()) if unseen == "pale" else 0
            return
        if not text.isspace():
            self._note_bold()
        elif text in (LINE, PAGE):
            self._break = len(self._content.parts)
        self._content.parts.append(text)
        self._content.contents += len(text.strip()) if self._fields.contents else 0

    def _note_bold(self) -> None:
        """Keep whether letters are bold at both ends of the paragraph, and mark a break at which that changes."""
        content = self._content
        if self._break is not None and content.last_bold not in (None, self._bold):
            content.parts[self._break] = PARTING
        self._break = None
        content.first_bold = self._bold if content.first_bold is None else content.first_bold
        content.last_bold = self._bold

    def _run(self, run: Any) -> None:
        properties = first_child(run, "w:rPr")
        look = self._look(properties)
        outer, self._bold = self._bold, bool(look.bold)
        self.walk(run, None if look is PLAIN else look.unseen(self._backdrop))
        self._bold = outer

    def walk(self, element: Any, unseen: Unseen | None) -> None:
        """Take in the children of an element, in order."""
        custom_mark = False
        for child in element:
            tag = short(child.tag)
            if tag in LEFT_OUT or is_excluded(child) or (tag == "w:sdt" and is_prompt(child)):
                continue
            if tag in ("w:t", "m:t"):
                self._add("" if custom_mark else re.sub(r"[\t\r\n]+", " ", child.text or ""), unseen)
            elif tag == "w:r":
                self._run(child)
            elif tag == "w:br":
                self._add(PAGE if attribute(child, "w:type") in _PAGE_BREAKS else LINE, unseen)
            elif tag in _MARKS:
                self._add(_MARKS[tag], unseen)
            elif tag == "w:sym":
                self._add(symbol(attribute(child, "w:font") or "", attribute(child, "w:char") or ""), unseen)
            elif tag == "w:fldChar":
                self._add(self._fields.mark(attribute(child, "w:fldCharType")), unseen)
            elif tag == "w:instrText":
                self._fields.instruct(child.text or "")
            elif tag in _NOTES:
                custom_mark = attribute(child, "w:customMarkFollows") in ("1", "true", "on")
                if unseen is None and self._fields.showing:
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
                    self.walk(branch, unseen)
            elif tag in ("m:f", "m:d"):
                self._formula(child, tag, unseen)
            else:
                self.walk(child, unseen)

    def _formula(self, element: Any, tag: str, unseen: Unseen | None) -> None:
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
        self._add(opening, unseen)
        parts = [part for name in names for part in children(element, name)]
        for number, part in enumerate(parts):
            self._add(between if number else "", unseen)
            self.walk(part, unseen)
        self._add(closing, unseen)
