"""Marks of notes, such as `[1]` and `①` behind a full stop: they lead to a note, and are no part of the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.speech import Span
from jianghua.data.text.patterns import CLOSER_CLASS, COLON_CLASS, PAUSE_CLASS, SENTENCE_STOP_CLASS, STOP_CLASS

_NUMBER: Final = r"[注註]?\s?\d{1,3}(?:\s?[-–—,，、]\s?\d{1,3})*"  # 1, 注2, 1-3
_BRACKETED: Final = rf"(?: \[ {_NUMBER} \] | ［ {_NUMBER} ］ | 〔 {_NUMBER} 〕 )"
_MARK: Final = re.compile(
    rf"""
      (?<= [{SENTENCE_STOP_CLASS}…{CLOSER_CLASS}] ) \s? {_BRACKETED}+ (?! \s? [\d号號] )    # 平稳。[1][2]; not in 〔23〕15号
    | (?<= [\w％%] ) {_BRACKETED}+ (?= [{STOP_CLASS}{PAUSE_CLASS}{COLON_CLASS}…] | \s* $ )    # 平稳[1]，
    | (?<= [{SENTENCE_STOP_CLASS}…”’」』] ) \s? [⁰¹²³⁴-⁹]+                                 # 平稳。¹; not in 平方米²
    """,
    re.VERBOSE,
)
"""A mark that can be no number of a document or of a year."""

_ITEM: Final = re.compile(rf"(?: ^ | [{COLON_CLASS}；;] ) \s* {_BRACKETED}", re.VERBOSE)
"""A number in brackets that begins an item, or the note itself."""

_CIRCLED_CLASS: Final = "①-⑳㉑-㉟㊱-㊿❶-❿⓫-⓴"
_CIRCLED: Final = re.compile(rf"(?<= [{SENTENCE_STOP_CLASS}…{CLOSER_CLASS}] ) [{_CIRCLED_CLASS}]+", re.VERBOSE)
_LAST_CIRCLED: Final = re.compile(rf"{_CIRCLED.pattern} \s* $", re.VERBOSE)
"""A circled number behind the last stop of a paragraph, which is that of a note: items have text behind all of theirs."""


def cut_note_marks(lines: Sequence[Line], cuts: Cuts) -> None:
    """Marks of notes behind words and stops; the notes themselves, and numbers that items begin with, stay."""
    for line in lines:
        spans = [(line.start + start, line.start + end) for start, end in _marks(cuts.text[line.start : line.block.end])]
        if spans:
            cuts.cut_spans(line, spans, "note mark")


def _marks(text: str) -> Iterator[Span]:
    """Where the marks of notes stand in a line."""
    if not _ITEM.search(text):
        yield from (match.span() for match in _MARK.finditer(text))
    if _LAST_CIRCLED.search(text):
        yield from (match.span() for match in _CIRCLED.finditer(text))
