"""What the tagger of notices sees of a text: its characters, folded, and how usual each pair and triple of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]

_LAST: Final = 0xFFFF  # code points beyond it are one: emoji and rare hanzi
_HAN: Final = (0x4E00, 0x9FFF)
_UNKNOWN_HAN: Final = 1
UNKNOWN: Final = 2
"""Number of a character of which nothing is known."""

FIRST_KNOWN: Final = 3
"""Number of the first known character; before it come the padding, any other hanzi and anything else."""


def _folding() -> Codes:
    """For each code point the one that stands for it: full-width forms, capitals and digits are not told apart."""
    folded = np.arange(_LAST + 1)
    folded[0xFF01:0xFF5F] -= 0xFEE0
    folded[ord("Ａ") : ord("Ｚ") + 1] += 32
    folded[ord("A") : ord("Z") + 1] += 32
    folded[ord("0") : ord("9") + 1] = ord("0")
    folded[ord("０") : ord("９") + 1] = ord("0")
    return folded


_FOLDED: Final = _folding()


def fold(text: str) -> Codes:
    """The code points of a text, folded."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    return _FOLDED[np.minimum(codes, _LAST)]


class Features(NamedTuple):
    """What is known of each character of a text.

    Attributes:
        chars: number of the character.
        pairs: number of the pair that it begins; 0 for an unknown one.
        scores: how usual the pair and the triple that it begins are, one row a character.
    """

    chars: Codes
    pairs: Codes
    scores: Floats


class Ngrams:
    """The characters, pairs and triples that are known, with the scores of the last two."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the arrays of a model: sorted `chars`, `pairs`, `triples`, and the scores of the last two."""
        self._numbers = np.full(_LAST + 1, UNKNOWN, dtype=np.int64)
        self._numbers[_HAN[0] : _HAN[1] + 1] = _UNKNOWN_HAN
        chars = arrays["chars"].astype(np.int64)
        self._numbers[chars] = np.arange(FIRST_KNOWN, FIRST_KNOWN + len(chars))
        self._pairs = arrays["pairs"]
        self._triples = arrays["triples"]
        # With a last score for those that are not known.
        self._pair_scores = np.append(arrays["pair_scores"], np.int8(0)).astype(np.float32) / 16
        self._triple_scores = np.append(arrays["triple_scores"], np.int8(0)).astype(np.float32) / 16

    def features(self, codes: Codes) -> Features:
        """What is known of each of some folded code points."""
        chars = self._numbers[codes]
        pairs = _find(self._pairs, pair_keys(codes))
        triples = _find(self._triples, triple_keys(codes))
        scores = np.stack([self._pair_scores[pairs], self._triple_scores[triples]], axis=1)
        return Features(chars, pairs + 1, scores)


def _find(keys: npt.NDArray[np.generic], wanted: npt.NDArray[np.uint32]) -> Codes:
    """Places of keys in a sorted array; -1 for those that are not in it."""
    places = np.searchsorted(keys, wanted)
    return np.where(keys[np.minimum(places, len(keys) - 1)] == wanted, places, -1)


def pair_keys(codes: Codes) -> npt.NDArray[np.uint32]:
    """A key for the pair that each character begins."""
    following = np.append(codes[1:], 0)
    return (codes << 16 | following).astype(np.uint32)


def triple_keys(codes: Codes) -> npt.NDArray[np.uint32]:
    """A key for the triple that each character begins; two triples seldom share one."""
    second, third = np.append(codes[1:], 0), np.append(codes[2:], (0, 0))[: len(codes)]
    return ((codes * 0x9E3779B1 + second) * 0x85EBCA6B + third * 0xC2B2AE35).astype(np.uint32)
