"""The trained tagger of notices: which characters of a text a site added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from jianghua.data.cleaning.edges import closed_brackets, moved_edges
from jianghua.data.cleaning.network import Network
from jianghua.data.cleaning.ngrams import Codes, Floats, Ngrams, fold
from jianghua.data.speech import Span

MODEL: Final = Path(__file__).with_name("notices.npz")
"""The model that ships; `python -m benchmarks.notices train` makes it."""

_BATCH: Final = 4096  # characters that the network sees at once
_POSSIBLE: Final = -3.0  # logit; a notice has no character that is less likely than that to be part of one
_MOST: Final = 6.0  # logit; no character counts for more


_LEAST: Final = 2.5  # mean logit of a notice
_EVIDENCE: Final = 30.0  # sum of its logits, so that a short one in a sentence needs to be very likely
_EVIDENCE_OF_LINE: Final = 12.0  # the same where it is a line of its own


class Marked(NamedTuple):
    """A span of a text that may be a notice, and the logits of its characters.

    Attributes:
        start: offset of its first character.
        end: offset just past its last character.
        logits: the sum of what speaks for each of its characters.
        is_line: whether it is a line of its own, or several.
    """

    start: int
    end: int
    logits: float
    is_line: bool

    @property
    def is_certain(self) -> bool:
        """Whether it is to be cut: on formal text and speeches, a few such spans in a million characters are none."""
        least = _EVIDENCE_OF_LINE if self.is_line else _EVIDENCE
        return self.logits >= max(least, _LEAST * (self.end - self.start))


class NoticeTagger:
    """Finds what does not belong to a text."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the arrays of a model."""
        self._ngrams = Ngrams(arrays)
        self._network = Network(arrays)

    def notices(self, text: str) -> list[Span]:
        """Spans of a text without white space but line breaks that are notices, in order and apart."""
        return merged((one.start, one.end) for one in self.marked(text) if one.is_certain)

    def marked(self, text: str) -> list[Marked]:
        """Spans of a text without white space but line breaks that may be notices, in order."""
        codes = fold(text)
        logits = self._logits(codes)
        found = []
        for first, last in _runs(logits[:, 0] > _POSSIBLE):
            for start, end in best_segments(logits[first:last]):
                span = moved_edges((first + start, first + end), text, codes, logits, self._ngrams)
                start, end = closed_brackets(span, text)
                is_line = text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")
                found.append(Marked(start, end, float(logits[start:end, 0].sum()), is_line))
        return found

    def logits(self, text: str) -> Floats:
        """For each character of a text whether it is part of a notice, begins one, ends one."""
        return self._logits(fold(text))

    def _logits(self, codes: Codes) -> Floats:
        features = self._ngrams.features(codes)
        reach, found = self._network.reach, []
        for start in range(0, len(codes), _BATCH):
            first = max(0, start - reach)
            part = slice(first, start + _BATCH + reach)
            rows = self._network.logits(type(features)(*(column[part] for column in features)))
            found.append(rows[start - first :][:_BATCH])
        return np.clip(np.concatenate(found), -_MOST, _MOST) if found else np.zeros((0, 3), np.float32)


@cache
def notice_tagger() -> NoticeTagger:
    """The tagger that ships, loaded when it is first asked for."""
    with np.load(MODEL, allow_pickle=False) as arrays:
        return NoticeTagger(dict(arrays))


def _runs(flags: npt.NDArray[np.bool_]) -> Iterator[Span]:
    """Half-open spans of flags that are set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def best_segments(logits: Floats) -> list[Span]:
    """The spans that explain logits best, by Viterbi over two states: text and notice."""
    outside, inside, begin = 0.0, -np.inf, 0
    closed: list[int | None] = []  # for each character where the notice begins that ends with it, if that explains most
    for at, (part, begins, ends) in enumerate(logits.tolist()):
        if outside + begins > inside:
            inside, begin = outside + begins, at
        inside += part
        closed.append(begin if inside + ends > outside else None)
        outside = max(outside, inside + ends)
    found, at = [], len(closed) - 1
    while at >= 0:
        start = closed[at]
        if start is not None:
            found.append((start, at + 1))
            at = start
        at -= 1
    return found[::-1]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(end, found.pop()[1])
        found.append((start, end))
    return found
