"""Tables of Markdown: rows of cells between bars, with a rule under the first."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block import StateBlock

_RULE: Final = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_BAR: Final = re.compile(r"(?<!\\)\|")


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule for the library's parser: every cell of every row, while the library's own drops cells beyond the first row's."""
    if start + 1 >= end or not _is_row(_line(state, start)):
        return False
    rule = _line(state, start + 1)
    if not _is_row(rule) or not _RULE.fullmatch(rule):
        return False
    if silent:
        return True
    number = start
    while number < end and _is_row(_line(state, number)) and state.sCount[number] >= state.blkIndent:
        if number != start + 1:
            _push_row(state, number)
        number += 1
    state.line = number
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def _is_row(line: str) -> bool:
    return _BAR.search(line) is not None


def _push_row(state: StateBlock, number: int) -> None:
    for cell in _BAR.split(_line(state, number)):
        if cell.strip():
            state.push("td_open", "td", 1)
            token = state.push("inline", "", 0)
            token.content = cell.strip().replace(r"\|", "|")
            token.map, token.children = [number, number + 1], []
            state.push("td_close", "td", -1)
