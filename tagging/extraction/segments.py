"""Segments: the parts of a sentence between its commas, semicolons, colons and stops, which the rules read one after the other.

`tagging.clauses` parts sentences for another end, at every mark and into parts that say something; a list (教育、住建两家) is
one part of a sentence here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jianghua.data.sentences import enclosures
from jianghua.data.text.patterns import CLOSER_CLASS

_MARK: Final = re.compile(
    rf"""
      (?<! [0-9０-９] ) [,，:：] | [,，:：] (?! [0-9０-９]{{2,3}} (?! [0-9０-９] ) )    # not in 1,000 and 8:30
    | [；;。！!？?…]+ [{CLOSER_CLASS}"]*
    | [—－─]{{2,}}
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a sentence, without the mark behind it.

    Attributes:
        start: offset of its first character.
        end: offset past its last one.
        mark: the mark behind it; empty at the end of a sentence that has none.
    """

    start: int
    end: int
    mark: str


def segments(text: str) -> list[Segment]:
    """The segments of a sentence, in order; a mark inside a quotation or brackets parts nothing."""
    inside = enclosures(text)
    found: list[Segment] = []
    start = 0
    for match in _MARK.finditer(text):
        if any(opening < match.start() < closing for opening, closing in inside):
            continue
        if match.start() > start:
            found.append(Segment(start, match.start(), match.group()))
        start = match.end()
    if start < len(text):
        found.append(Segment(start, len(text), ""))
    return found


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space and punctuation at its ends; a quotation or bracket that closes inside of it stays whole."""
    while start < end and (text[start].isspace() or text[start] in "，,、；;：:。"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "，,、；;：:。！!？?…"):
        end -= 1
    return start, end
