"""Texts as a cell of Excel holds them, whatever they begin with and however long they are."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from jianghua.tagging.writers.columns import printable

CELL_LENGTH: Final = 32_767
"""UTF-16 code units of a cell: what Excel takes."""
_CUT: Final = f"……（以下从略：Excel 单元格最多 {CELL_LENGTH} 个字符）"
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as the character U+0041
_MISTAKABLE: Final = re.compile(r"[=+\-@＝＋－＠\t\r\n#]")


def is_mistakable(text: str) -> bool:
    """Whether a text begins like a formula or an error such as #N/A, so that Excel takes it for one when somebody edits it."""
    return _MISTAKABLE.match(text) is not None


def cell_text(value: str) -> str:
    """A text as a cell holds it: what Excel would decode is escaped, and what it cannot hold is cut, visibly."""
    text = printable(value)
    if _length(text) <= CELL_LENGTH:
        return _ESCAPE.sub("_x005F_", text)
    room = CELL_LENGTH - _length(_CUT)
    kept = bisect_right(range(CELL_LENGTH), room, key=lambda characters: _length(text[:characters])) - 1
    return _ESCAPE.sub("_x005F_", text[:kept]) + _CUT


def _length(text: str) -> int:
    """Length of a text in a cell: UTF-16 code units of its escaped form."""
    return len(_ESCAPE.sub("_x005F_", text).encode("utf-16-le")) // 2
