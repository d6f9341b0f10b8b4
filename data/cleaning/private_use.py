"""What only a private font could show: bullets and numbers of glyphs go; characters stay, though nobody can read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.speech import Span
from jianghua.data.text.folding import fold
from jianghua.data.text.garbled import GLYPH_NUMBER
from jianghua.data.text.patterns import CLOSER_CLASS, COLON_CLASS, PAUSE_CLASS, STOP_CLASS

_PRIVATE_CLASS: Final = "\ue000-\uf8ff\U000f0000-\U0010fffd"
_SYMBOL_CLASS: Final = "\uf000-\uf0ff"
"""Codes of the fonts that are nothing but symbols, such as Wingdings."""

_PRIVATE: Final = re.compile(f"[{_PRIVATE_CLASS}]")
_LEADING: Final = re.compile(f"[{_PRIVATE_CLASS}]+")
_SYMBOLS: Final = re.compile(
    rf"""
      (?: ^ | (?<= [\s{STOP_CLASS}{COLON_CLASS}{PAUSE_CLASS}{CLOSER_CLASS}] ) ) [{_SYMBOL_CLASS}]+   # before an item
    | (?<= [{STOP_CLASS}{CLOSER_CLASS}] ) \s* [{_SYMBOL_CLASS}]+ (?= \s* $ )                         # an ornament at the end
    """,
    re.VERBOSE,
)
_FEW: Final = 3  # characters of private fonts in a speech that are not worth a word


def cut_glyph_numbers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Marks such as `(cid:12)` in place of a character; a text with more than a few of them is not read at all."""
    for line in lines:
        spans = [match.span() for match in GLYPH_NUMBER.finditer(cuts.text, line.block.start, line.block.end)]
        if spans:
            cuts.cut_spans(line, spans, "glyph number")


def cut_bullets(lines: Sequence[Line], cuts: Cuts) -> None:
    """Bullets before paragraphs and items; one that may be a hanzi begins several lines, or has a space behind it."""
    if not _PRIVATE.search(cuts.text):
        return
    bullets = _bullets(lines)
    for line in lines:
        spans = [*_symbols(line, cuts), *_leading(line, cuts, bullets)]
        if spans:
            cuts.cut_spans(line, spans, "bullet")


def _symbols(line: Line, cuts: Cuts) -> list[Span]:
    """Where symbols stand between sentences or items: inside a word they may be its characters."""
    text = cuts.text[line.block.start : line.block.end]
    return [(line.block.start + start, line.block.start + end) for start, end in map(re.Match.span, _SYMBOLS.finditer(text))]


def _leading(line: Line, cuts: Cuts, bullets: set[str]) -> list[Span]:
    """The bullet that a line begins with."""
    start = line.start + len(cuts.text[line.start : line.block.end]) - len(cuts.text[line.start : line.block.end].lstrip())
    match = _LEADING.match(cuts.text, start, line.block.end)
    return [match.span()] if match and match.group() in bullets else []


def _bullets(lines: Sequence[Line]) -> set[str]:
    """Characters with which several lines begin, or lines that go on with white space, and that stand nowhere else."""
    leading = [match for line in lines if (match := _LEADING.match(line.text.lstrip()))]
    counts = Counter(match.group() for match in leading)
    spaced = {match.group() for match in leading if match.string[match.end() : match.end() + 1].isspace()}
    inside = Counter(char for line in lines for char in _PRIVATE.findall(line.bare))
    return {
        mark
        for mark, count in counts.items()
        if (count >= 2 or mark in spaced) and all(inside[char] <= count for char in {*mark})
    }


def unreadable_note(texts: Iterable[str]) -> tuple[str, ...]:
    """What there is to say of characters of private fonts that stayed in a speech: nothing of a few."""
    count = sum(len(_PRIVATE.findall(fold(text))) for text in texts)
    if count <= _FEW:
        return ()
    return (f"{count} characters of private fonts stay as they are: no program can tell which words they stand for",)
