"""Breaks inside the text of a Word file: which of them part it, and which were only put into a sentence for its looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jianghua.data.text.patterns import (
    CLOSER_CLASS,
    COLON_CLASS,
    NUMBERING,
    PARAGRAPH_START,
    PAUSE_CLASS,
    SALUTATION,
    STOP,
    STOP_CLASS,
    TERMINAL,
)

LINE: Final = "\n"
"""A line break."""

PAGE: Final = "\f"
"""The break of a page or a column."""

PARTING: Final = "\v"
"""A break at which the looks of the text change, as between a heading and its text."""

BREAK: Final = re.compile(f"[{LINE}{PAGE}{PARTING}]")
"""A break of any kind."""

_ENDED: Final = re.compile(f"[；;{COLON_CLASS}]$")  # the items of a list, and what leads up to one
_PAUSED: Final = re.compile(f"[{PAUSE_CLASS}]$")
_NO_START: Final = re.compile(f"[{PAUSE_CLASS}{STOP_CLASS}{COLON_CLASS}{CLOSER_CLASS}]")
_INDENT: Final = re.compile(r"\u3000|\t|[ \xa0]{2,}")
_UNFINISHED: Final = re.compile("[的把被将在和与及对向从为于使让是要]$")  # no title ends so
_SHORTEST: Final = {LINE: 9, PAGE: 4}  # characters of a line without a pause that is no heading
_FEWEST_WRAPPED: Final = 4  # lines
_SLACK: Final = 3  # characters by which wrapped lines differ


def lines_of(text: str, has_begun: bool) -> list[str]:
    """The lines of a paragraph whose breaks part it; at the others it goes on.

    Args:
        text: the paragraph, with breaks.
        has_begun: whether a sentence or a salutation came before: until then, short lines are title and byline.
    """
    if BREAK.search(text) is None:
        return [text]
    pieces = BREAK.split(text)
    marks = BREAK.findall(text)
    if _is_wrapped(pieces):  # the lines of a layout: cleaning joins them by their widths
        return pieces
    # Where some breaks follow the end of a sentence, breaks stand for paragraphs here.
    loose = not any(TERMINAL.search(piece.rstrip()) for piece in pieces[:-1])
    lines = [pieces[0]]
    for number, (mark, piece) in enumerate(zip(marks, pieces[1:], strict=True), 1):
        rest = "".join(pieces[number:])
        if mark != PARTING and goes_on(lines[-1], piece, rest, mark if has_begun and loose else None):
            lines[-1] += piece
        else:
            has_begun = has_begun or begins_speech(lines[-1])
            lines.append(piece)
    return lines


def goes_on(before: str, after: str, rest: str, loose: str | None) -> bool:
    """Whether the sentence that breaks off at the end of a line goes on in the next.

    Args:
        before: the line, with all that it goes on from.
        after: the next line.
        rest: the text from the next line on.
        loose: the break between them, where a line without any mark may be part of a sentence; None where it is rather a title.
    """
    line, following = before.strip(), after.strip()
    if not line or not following or TERMINAL.search(line) or _ENDED.search(line):
        return False
    if _NO_START.match(following):
        return True
    if PARAGRAPH_START.match(following) or _is_salutation(following):
        return False
    if _PAUSED.search(line):
        return True
    if _INDENT.match(after):
        return False
    if STOP.search(line) or (loose is not None and _UNFINISHED.search(line)):
        return True
    is_numbered = any(numbering.match(line) for _, numbering in NUMBERING)
    if loose is None or is_numbered:
        return False
    return len(line) >= _SHORTEST[loose] and STOP.search(rest) is not None


def begins_speech(line: str) -> bool:
    """Whether what comes after a line is no title or byline any more, because it ends a sentence or addresses the audience."""
    return TERMINAL.search(line.rstrip()) is not None or _is_salutation(line)


def _is_salutation(line: str) -> bool:
    """Whether a line addresses the audience."""
    return SALUTATION.fullmatch("".join(line.split())) is not None


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether most lines but the last have about the same length, as those of a layout."""
    lengths = [len(line.strip()) for line in lines[:-1]]
    full = max(lengths)
    return len(lines) >= _FEWEST_WRAPPED and sum(full - length <= _SLACK for length in lengths) * 2 > len(lengths)
