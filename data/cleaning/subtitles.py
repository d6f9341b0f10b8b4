"""Subtitles, as files of their own or saved as text: numbers and times of the cues go, every line that was spoken stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.opening import TITLE
from jianghua.data.text.patterns import CLOSER_CLASS, COLON_CLASS, PARAGRAPH_START, PAUSE_CLASS, STOP_CLASS, TERMINAL

_CLOCK: Final = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[,.，．]\d{1,3}"
_TIMES: Final = re.compile(rf"{_CLOCK}(?:-->|—>|-&gt;|→|--＞){_CLOCK}(?:[A-Za-z]\w*:\S*)*")
"""The times of a cue, white space removed, with what WebVTT says of its place: 00:00:01,000-->00:00:04,200"""

_HEADER: Final = re.compile(r"WEBVTT\b.*|(?:Kind|Language|X-TIMESTAMP-MAP)[:=].*")
_NUMBER: Final = re.compile(r"\d{1,6}")
_FEWEST: Final = 2  # cues
_PUNCTUATED: Final = 0.5  # share of the cues: where fewer end in a mark, the end of a cue is all there is of punctuation
_MARK: Final = re.compile(rf"[{STOP_CLASS}{PAUSE_CLASS}{COLON_CLASS}…][{CLOSER_CLASS}\"']*$")


def cut_subtitles(lines: Sequence[Line], cuts: Cuts) -> None:
    """The frame of cues, and the ends of cues that are no ends of sentences."""
    times = [number for number, line in enumerate(lines) if _TIMES.fullmatch(line.bare)]
    if len(times) < _FEWEST:
        return
    frame = {*times, *(number for number in range(times[0]) if _HEADER.fullmatch(lines[number].text.strip()))}
    frame |= {number - 1 for number in times if number and _NUMBER.fullmatch(lines[number - 1].bare)}
    cuts.cut_lines((lines[number] for number in sorted(frame)), "subtitle time")
    spoken = [line for number, line in enumerate(lines) if number > times[0] and number not in frame]
    _join(spoken, cuts)


def _join(spoken: Sequence[Line], cuts: Cuts) -> None:
    """Note which lines go on in the next: those that end in a comma, and in text with punctuation those without a mark."""
    is_punctuated = sum(_MARK.search(line.bare) is not None for line in spoken) >= _PUNCTUATED * len(spoken)
    for line, following in pairwise(spoken):
        pauses = line.bare.endswith(tuple(PAUSE_CLASS))
        breaks = is_punctuated and not _MARK.search(line.bare) and not TERMINAL.search(line.bare)
        if (pauses or breaks) and not TITLE.search(line.bare) and not PARAGRAPH_START.match(following.bare):
            cuts.join_to_next(line)
