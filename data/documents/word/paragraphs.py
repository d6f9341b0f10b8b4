"""One paragraph of a Word file: its text, and how it hangs together with the paragraphs around it."""

from __future__ import annotations

import re
from typing import Any, Final

from jianghua.data.documents.word.breaks import BREAK, PAGE, goes_on
from jianghua.data.documents.word.containers import is_excluded
from jianghua.data.documents.word.elements import attribute, first_child, short, toggle, value
from jianghua.data.documents.word.fields import Fields
from jianghua.data.documents.word.looks import Look, Paint, is_squeezed, on
from jianghua.data.documents.word.runs import ParagraphContent, read_runs
from jianghua.data.documents.word.styles import Styles
from jianghua.data.text.patterns import HAN_CLASS, TERMINAL

_INITIAL: Final = re.compile(rf"[“‘「《]?[{HAN_CLASS}]")
_SHORTEST_PROSE: Final = 10  # characters of a paragraph that may begin with a letter in a box of its own
_CENTRED: Final = ("center", "right", "end")


class Paragraph:
    """One paragraph element.

    Args:
        element: the element.
        fields: the fields that are open before it.
        styles: the styles of the file.
        backdrop: what lies behind it.
        furniture: what the content control around it says that it is.

    Attributes:
        properties: its `w:pPr`.
        furniture: see above.
        content: its text and what hangs on it.
        mark_hidden: whether its mark is hidden.
    """

    def __init__(self, element: Any, fields: Fields, styles: Styles, backdrop: Paint, furniture: str | None) -> None:
        self.properties = properties = first_child(element, "w:pPr")
        self.furniture = furniture
        mark = None if properties is None else first_child(properties, "w:rPr")
        ground = on(styles.fill(properties), backdrop)
        if is_squeezed(properties):
            ground_look = Look(points=0.0)
            self.content: ParagraphContent = read_runs(element, fields, lambda run: ground_look, ground)
        else:
            self.content = read_runs(element, fields, lambda run: styles.look(run, properties), ground)
        self._mark_deleted = mark is not None and any(map(is_excluded, mark))
        special = mark is not None and bool(toggle(mark, "w:specVanish"))
        look = styles.look(mark, properties)
        self.mark_hidden = not self._mark_deleted and (special or bool(look.hidden))
        self.number_seen = look.unseen(ground) is None
        self._heading = styles.level(properties) is not None
        self._numbered = styles.numbering(properties) is not None

    @property
    def continues(self) -> bool:
        """Whether the next paragraph goes on in the same line, because nothing is seen that parts them."""
        return self._mark_deleted or self.mark_hidden or self._is_initial

    @property
    def invisible(self) -> bool:
        """Whether nothing of it is seen, so that it is not counted in its list either."""
        return (self._mark_deleted or self.mark_hidden) and not self.content.parts

    @property
    def _is_initial(self) -> bool:
        """Whether it holds nothing but the large first letter of the next paragraph, in a frame."""
        frame = None if self.properties is None else first_child(self.properties, "w:framePr")
        kind = None if frame is None else attribute(frame, "w:dropCap") or attribute(frame, "w:drop-cap")
        return kind not in (None, "none") and bool(self.content.parts)

    def goes_on_in(self, following: Paragraph, has_begun: bool) -> bool:
        """Whether a page or a section ends between two paragraphs, and in the middle of a sentence."""
        if not (self._ends_page or following._begins_page) or following._numbered or self._heading or following._heading:
            return False
        if self._is_centred or self.content.last_bold != following.content.first_bold:
            return False
        text = BREAK.split(self.content.text.rstrip())[-1]
        rest = following.content.text.strip()
        return goes_on(text, BREAK.split(rest)[0], rest, PAGE if has_begun else None)

    @property
    def _ends_page(self) -> bool:
        section = None if self.properties is None else first_child(self.properties, "w:sectPr")
        return section is not None or self.content.text.rstrip(" \t").endswith(PAGE)

    @property
    def _begins_page(self) -> bool:
        breaks = self.properties is not None and bool(toggle(self.properties, "w:pageBreakBefore"))
        return breaks or self.content.text.startswith(PAGE)

    @property
    def _is_centred(self) -> bool:
        return self.properties is not None and value(self.properties, "w:jc") in _CENTRED


def split_initial(text: str, boxes: list[Any]) -> tuple[str, list[Any]]:
    """A paragraph with the large first letter that stands in a text box beside it, and the other boxes."""
    for number, box in enumerate(boxes):
        letter = box if isinstance(box, str) else _box_text(box)
        if _INITIAL.fullmatch(letter) and len(text) >= _SHORTEST_PROSE and TERMINAL.search(text.rstrip()):
            return letter + text.lstrip(), boxes[:number] + boxes[number + 1 :]
    return text, boxes


def _box_text(box: Any) -> str:
    return "".join(element.text or "" for element in box.iter() if short(element.tag) == "w:t").strip()
