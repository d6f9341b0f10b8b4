"""Single characters that are no part of a speech wherever they stand: those without a shape, and white space."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from jianghua.data.cleaning.lines import INVISIBLE, Cuts, Line
from jianghua.data.cleaning.opening import speech_start
from jianghua.data.text.patterns import HAN_CLASS

_LATIN: Final = re.compile(r"[A-Za-z0-9]")
_SPACE: Final = re.compile(r"\s+")
_STRAY: Final = re.compile(rf"(?<=[{HAN_CLASS}，。、；：])[^\S\n]+(?=[{HAN_CLASS}，。、；：])")
_TITLE_GAP: Final = re.compile(rf"(?<=[{HAN_CLASS}]{{4}})[^\S\n]+(?=[{HAN_CLASS}]{{4}})")


def cut_invisible(lines: Sequence[Line], cuts: Cuts) -> None:
    """Characters without a shape, between the lines as well."""
    for match in INVISIBLE.finditer(cuts.text):
        cuts.cut(match.start(), match.end(), "invisible character")


def cut_white_space(lines: Sequence[Line], cuts: Cuts) -> None:
    """All white space but that between Latin words, and the gaps between the phrases of a title."""
    text = cuts.text
    title_gaps = _title_gaps(lines, text)
    for match in _SPACE.finditer(text):
        keeps_one = match.start() in title_gaps or _parts_words(text, match)
        cuts.cut(match.start() + keeps_one, match.end(), "white space")


def _parts_words(text: str, gap: re.Match[str]) -> bool:
    """Whether white space parts two Latin words or numbers: everywhere else running Chinese text has none."""
    before, after = text[gap.start() - 1 : gap.start()], text[gap.end() : gap.end() + 1]
    return bool(_LATIN.match(before) and _LATIN.match(after)) and "\n" not in gap.group()


def _title_gaps(lines: Sequence[Line], text: str) -> set[int]:
    """Offsets of the gaps that part the phrases of a title, such as `抢抓机遇 乘势而上`: they stand for punctuation.

    Where the body has gaps like these between its characters, they are stray, and so are those of the title.
    """
    start = speech_start(lines)
    stray = Counter(match.group() for line in lines[start:] for match in _STRAY.finditer(text, line.start, line.block.end))
    return {
        match.start()
        for line in lines[:start]
        for match in _TITLE_GAP.finditer(text, line.start, line.block.end)
        if match.group() not in stray
    }
