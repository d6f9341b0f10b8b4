"""What wraps the paragraphs and tables of a Word file: content controls, revisions, alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from jianghua.data.documents.word.elements import attribute, first_child, short, toggle, value

CONTENTS: Final = "table of contents"

_LEFT_OUT: Final = frozenset({"w:sectPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sdtPr", "w:sdtEndPr"})
_PROMPT: Final = re.compile(
    r"此处|这里|单击|点击|双击|输入|键入|填写|选择|选取|\[.*\]|【.*】|click|tap|enter|choose|type", re.IGNORECASE
)
_LONGEST_PROMPT: Final = 60  # characters
_SHORTEST_TEXT: Final = 12  # characters: what is no longer, in a control that is marked as empty, is its prompt


def find(container: Any, names: tuple[str, ...], furniture: str | None) -> Iterator[tuple[Any, str | None]]:
    """Elements with these names in whatever wraps them, with what a content control around them says they are."""
    for child in container:
        tag = short(child.tag)
        if tag in names:
            yield child, furniture
        elif tag == "w:sdt":
            gallery = value(child, "w:sdtPr", "w:docPartObj", "w:docPartGallery") or ""
            if not is_prompt(child):
                yield from find(child, names, CONTENTS if gallery.lower() == CONTENTS else furniture)
        elif tag == "mc:AlternateContent":
            branch = text_branch(child)
            if branch is not None:
                yield from find(branch, names, furniture)
        elif tag not in _LEFT_OUT and not is_excluded(child) and len(child):
            yield from find(child, names, furniture)


def is_prompt(control: Any) -> bool:
    """Whether a content control is empty and shows what to type into it.

    Programs that fill a control sometimes leave it marked as empty: long text, and text that neither looks nor sounds like a
    prompt, is believed to be text.
    """
    properties = first_child(control, "w:sdtPr")
    if properties is None or not toggle(properties, "w:showingPlcHdr"):
        return False
    text = "".join(element.text or "" for element in control.iter() if short(element.tag) == "w:t").strip()
    if len(text) > _LONGEST_PROMPT:
        return False
    looks_so = any(short(element.tag) in ("w:rStyle", "w:color") for element in control.iter())
    return looks_so or len(text) <= _SHORTEST_TEXT or _PROMPT.search(text) is not None


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
