"""The letters of a Word file, each with the element that it stands in: what sentences are found among.

The same is left out as when the file is read (`jianghua.data.documents.word`): deletions, hidden text, instructions of fields,
tables of contents, prompts. White space is left out too, and so are characters without a width.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, Final, NamedTuple

from jianghua.data.documents.word.containers import CONTENTS, is_excluded, is_prompt, text_branch
from jianghua.data.documents.word.elements import attribute, first_child, short, value
from jianghua.data.documents.word.fields import Fields
from jianghua.data.documents.word.looks import read_look
from jianghua.data.documents.word.runs import LEFT_OUT
from jianghua.data.documents.word.symbols import symbol

_LAYOUT: Final = frozenset({"w:sectPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr"})
_WIDTHLESS: Final = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")


class Letter(NamedTuple):
    """A character, the element that shows it, and its offset in that element's text."""

    char: str
    element: Any
    offset: int


@lru_cache(maxsize=8192)
def is_seen(char: str) -> bool:
    """Whether a character is neither white space nor without a width."""
    return not char.isspace() and unicodedata.category(char) not in _WIDTHLESS


def bare(text: str) -> str:
    """The characters of a text that are seen."""
    return "".join(filter(is_seen, text))


def read_letters(story: Any) -> list[Letter]:
    """The letters of a story, such as the body of a document, in reading order; text boxes follow their paragraph."""
    walk = _Letters(Fields(story))
    walk.take(story)
    return walk.letters


class _Letters:
    """Takes in the elements of a story, one after the other."""

    def __init__(self, fields: Fields) -> None:
        self.letters: list[Letter] = []
        self._fields = fields
        self._boxes: list[Any] = []

    def take(self, element: Any) -> None:
        """Take in the children of an element, in order."""
        for child in element:
            tag = short(child.tag)
            if tag in LEFT_OUT or tag in _LAYOUT or is_excluded(child) or _is_foreign_control(child, tag):
                continue
            if tag == "w:p":
                self._paragraph(child)
            elif tag == "w:t":
                self._add(child.text or "", child)
            elif tag == "w:r":
                if read_look(first_child(child, "w:rPr")).unseen("unknown") is None:
                    self.take(child)
            elif tag == "w:sym":
                self._add(symbol(attribute(child, "w:font") or "", attribute(child, "w:char") or ""), child)
            elif tag == "w:noBreakHyphen":
                self._add("-", child)
            elif tag == "w:fldChar":
                self._fields.mark(attribute(child, "w:fldCharType"))
            elif tag == "w:instrText":
                self._fields.instruct(child.text or "")
            elif tag == "w:txbxContent":
                self._boxes.append(child)
            elif tag == "mc:AlternateContent":
                branch = text_branch(child)
                self.take(() if branch is None else branch)
            else:
                self.take(child)

    def _paragraph(self, paragraph: Any) -> None:
        outer, self._boxes = self._boxes, []
        self.take(paragraph)
        boxes, self._boxes = self._boxes, outer
        for box in boxes:
            self.letters += read_letters(box)

    def _add(self, text: str, element: Any) -> None:
        if self._fields.showing and not self._fields.contents:
            self.letters += (Letter(char, element, offset) for offset, char in enumerate(text) if is_seen(char))


def _is_foreign_control(element: Any, tag: str) -> bool:
    """Whether an element is a content control that holds a table of contents, or nothing but its prompt."""
    if tag != "w:sdt":
        return False
    gallery = value(element, "w:sdtPr", "w:docPartObj", "w:docPartGallery") or ""
    return gallery.lower() == CONTENTS or is_prompt(element)
