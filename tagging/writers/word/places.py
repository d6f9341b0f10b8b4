"""Where the sentences of a speech stand in the text of a file, found again by their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jianghua.data.speech import Span
from jianghua.data.text.patterns import NUMBERING

_NEAR: Final = 2_000  # letters after the last sentence that are searched first: notices may stand between
_SHORT: Final = 6  # letters: what is no longer also occurs by chance
_NEAR_SHORT: Final = 200  # letters after the last sentence in which so short a one is looked for
_SEED: Final = 6  # letters at each end by which a sentence is recognised that the file shows otherwise in between
_SLIPS: Final = 9  # letters at each end that may not be there, such as the number of a list
_STRETCH: Final = 1.5  # times longer than the sentence that the place may be


def find_sentences(text: str, sentences: Sequence[str]) -> list[Span | None]:
    """Where sentences stand in a text. Places do not overlap.

    Each is looked for behind the one before, then anywhere. The number of a list, which a Word file counts and does not hold,
    may be missing at its beginning; what else differs, such as a formula, may differ in its middle.

    Args:
        text: the text, without white space.
        sentences: in order, without white space.

    Returns:
        For each sentence half-open offsets into the text; `None` for one that is not found.
    """
    finder = _Finder(text)
    return [finder.find(sentence) for sentence in sentences]


class _Finder:
    """Finds sentences one after the other; no letter belongs to two of them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken = bytearray(len(text))
        self._done = 0

    def find(self, sentence: str) -> Span | None:
        """The place of the next sentence."""
        for start, end in self._candidates(sentence) if sentence else ():
            if self._taken.find(1, start, end) < 0:
                self._taken[start:end] = b"\1" * (end - start)
                self._done = end
                return start, end
        return None

    def _candidates(self, sentence: str) -> Iterator[Span]:
        """Places where it may be, the likeliest first."""
        short = len(sentence) < _SHORT
        near = self._done + (_NEAR_SHORT if short else _NEAR)
        yield from self._exact(sentence, self._done, near)
        if short:
            return
        for _, numbering in NUMBERING:
            if (number := numbering.match(sentence)) and len(sentence) - number.end() >= _SHORT:
                yield from self._exact(sentence[number.end() :], self._done, near)
        yield from self._by_ends(sentence, near)
        yield from self._exact(sentence, self._done, len(self._text))
        yield from self._exact(sentence, 0, self._done)

    def _exact(self, words: str, start: int, end: int) -> Iterator[Span]:
        """The places between two offsets where these words stand."""
        while (found := self._text.find(words, start, end)) >= 0:
            yield found, found + len(words)
            start = found + 1

    def _by_ends(self, sentence: str, near: int) -> Iterator[Span]:
        """The first place that begins and ends as the sentence does."""
        if len(sentence) < 2 * _SEED:
            return
        for slip in range(min(_SLIPS, len(sentence) - 2 * _SEED + 1)):
            start = self._text.find(sentence[slip : slip + _SEED], self._done, near)
            if start < 0:
                continue
            for cut in range(min(_SLIPS, len(sentence) - 2 * _SEED - slip + 1)):
                tail = sentence[len(sentence) - cut - _SEED : len(sentence) - cut]
                end = self._text.find(tail, start + _SEED, start + int(_STRETCH * len(sentence)))
                if end >= 0:
                    yield start, end + _SEED
                    return
