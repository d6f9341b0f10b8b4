"""Fields of a Word file: their results are text, their instructions are not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.documents.word.elements import attribute, short

_DELETED: Final = frozenset({"w:del", "w:moveFrom"})
_CONTENTS: Final = re.compile(r"\s*TOC\b", re.IGNORECASE)
_OVERLAID: Final = re.compile(r"\s*EQ\b.*?\\o(?:\\a[a-z])?\s*\((.*)\)\s*$", re.IGNORECASE | re.DOTALL)
_RINGED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(slots=True)
class _Field:
    """An open field: its instruction so far, and whether its result has begun."""

    code: str = ""
    result: bool = False


class Fields:
    """The fields that are open at a place of one story (the body, a text box, a note); they may span paragraphs.

    Args:
        root: the element that holds the whole story.
    """

    def __init__(self, root: Any) -> None:
        kinds = Counter(
            attribute(element, "w:fldCharType")
            for element in root.iter()
            if short(element.tag) == "w:fldChar" and not any(short(one.tag) in _DELETED for one in element.iterancestors())
        )
        # In a damaged file a field without an end would swallow the rest: then everything counts as result.
        self._sound = kinds["begin"] == kinds["end"]
        self._open: list[_Field] = []

    def mark(self, kind: str | None) -> str:
        """Go on at a field character. Returns the text of a field that ends without a result but shows some."""
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].result = True
        elif kind == "end" and self._open:
            field = self._open.pop()
            return "" if field.result else _overlaid(field.code)
        return ""

    def instruct(self, text: str) -> None:
        """Add to the instruction of the innermost field."""
        if self._open and not self._open[-1].result:
            self._open[-1].code += text

    @property
    def showing(self) -> bool:
        """Whether text stands here in no instruction."""
        return not self._sound or all(field.result for field in self._open)

    @property
    def contents(self) -> bool:
        """Whether text stands here in a table of contents."""
        return any(_CONTENTS.match(field.code) for field in self._open)


def _overlaid(code: str) -> str:
    r"""What an `EQ \o` field shows: the character under a phonetic guide, or in a ring.

    Older versions of Word write both so, and the character then stands only in the instruction.
    """
    match = _OVERLAID.match(code)
    if match is None:
        return ""
    parts: list[str] = [""]
    depth = 0
    for char in match.group(1):
        depth += (char == "(") - (char == ")")
        if char in ",;，；" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    base = parts[-1].strip()
    if parts[0].strip() in ("○", "〇", "◯") and base.isascii() and base.isdigit() and 1 <= int(base) <= len(_RINGED):
        return _RINGED[int(base) - 1]
    return "" if "\\" in base else base
