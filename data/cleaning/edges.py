"""Where exactly a notice begins and ends: where the text around it closes best, and where its brackets do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from jianghua.data.cleaning.ngrams import Codes, Floats, Ngrams
from jianghua.data.speech import Span

_MOVE: Final = 4  # characters by which an edge may move
_CLOSURE: Final = 2.0  # weight of how well the text closes, beside the logits
_AROUND: Final = 2  # characters on each side of a seam that say how natural it is
_BRACKETS: Final = ("()", "[]", "【】", "（）", "〔〕", "「」", "『』", "《》", "〈〉", "<>", "{}", "［］", "＜＞", "“”")
_OPENING: Final = {pair[0]: pair[1] for pair in _BRACKETS}
_CLOSING: Final = {pair[1]: pair[0] for pair in _BRACKETS}
_BRACKET_REACH: Final = 30  # characters within which the other bracket is looked for


def moved_edges(span: Span, text: str, codes: Codes, logits: Floats, ngrams: Ngrams) -> Span:
    """A span with its edges where the logits and the text that is left without it agree best; a line break stays an edge."""
    starts, ends = _places(span[0], text, span[0] == 0), _places(span[1], text, span[1] == len(text))
    spans = [(start, end) for start in starts for end in ends if end - start >= _AROUND]
    if len(spans) < 2:
        return span
    framed = np.pad(codes, _AROUND)
    before = {at: framed[at : at + _AROUND] for at in {*starts, *ends}}
    after = {at: framed[at + _AROUND : at + 2 * _AROUND] for at in before}
    seams = _seams([(before[start], after[end]) for start, end in spans] + [(before[at], after[at]) for at in before], ngrams)
    natural = dict(zip(before, seams[len(spans) :], strict=True))

    def score(number: int) -> float:
        start, end = spans[number]
        explained = logits[start:end, 0].sum() + logits[start, 1] + logits[end - 1, 2]
        return float(explained + _CLOSURE * (seams[number] - natural[start] - natural[end]))

    return spans[max(range(len(spans)), key=score)]


def _places(edge: int, text: str, is_fixed: bool) -> list[int]:
    """The places to which an edge may move: none beyond a line break, and none from one."""
    if is_fixed or text[edge - 1] == "\n" or text[edge : edge + 1] == "\n":
        return [edge]
    first, last = edge, edge
    while edge - first < _MOVE and first > 1 and text[first - 1] != "\n":
        first -= 1
    while last - edge < _MOVE and last < len(text) - 1 and text[last] != "\n":
        last += 1
    return list(range(first, last + 1))


def _seams(sides: Sequence[tuple[Codes, Codes]], ngrams: Ngrams) -> list[float]:
    """For two characters before and two after a place: how usual the pair and the triples across it are."""
    around = np.concatenate([side for both in sides for side in both])
    scores = ngrams.features(around).scores.reshape(len(sides), 2 * _AROUND, 2)
    found: list[float] = (scores[:, 1, 0] + scores[:, 0, 1] + scores[:, 1, 1]).tolist()
    return found


def closed_brackets(span: Span, text: str) -> Span:
    """A span that takes in the bracket that belongs to one inside it."""
    start, end = span
    unclosed, unopened = _unmatched(text[start:end])
    if unclosed:
        at = text.find(_OPENING[unclosed], end, end + _BRACKET_REACH)
        if at >= 0 and not _ends_sentence(text[end:at]):
            end = at + 1
    if unopened:
        at = text.rfind(_CLOSING[unopened], max(0, start - _BRACKET_REACH), start)
        if at >= 0 and not _ends_sentence(text[at:start]):
            start = at
    return start, end


def _unmatched(text: str) -> tuple[str, str]:
    """The first bracket of a text that is not closed in it, and the first that is not opened in it; empty for none."""
    unclosed: list[str] = []
    unopened = ""
    for char in text:
        if char in _OPENING:
            unclosed.append(char)
        elif char in _CLOSING:
            if unclosed and unclosed[-1] == _CLOSING[char]:
                unclosed.pop()
            else:
                unopened = unopened or char
    return unclosed[0] if unclosed else "", unopened


def _ends_sentence(text: str) -> bool:
    return "\n" in text or "。" in text
