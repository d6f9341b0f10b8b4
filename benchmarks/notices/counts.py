"""Which characters, pairs and triples of characters are usual: counted over carriers, for the tagger's features."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from jianghua.data.cleaning.ngrams import fold, pair_keys, triple_keys

_CHARS: Final = 6000
_PAIRS: Final = 60_000
_TRIPLES: Final = 200_000
FEWEST: Final = 3
"""Occurrences of a pair or triple that is usual."""

_FEWEST_CHARS: Final = 5

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
Keys: TypeAlias = npt.NDArray[Any]


def count(texts: Iterable[tuple[str, int]], notices: Iterable[str]) -> Arrays:
    """The usual n-grams of texts, each with a weight, and the characters of notices as well; the arrays of `Ngrams`."""
    weighted = [(fold(text), weight) for text, weight in texts]
    chars, _ = _usual(weighted, _CHARS, _FEWEST_CHARS)
    of_notices = {code for text in notices for code in fold(text).tolist()}
    pairs, pair_counts = _usual([(pair_keys(codes), weight) for codes, weight in weighted], _PAIRS, FEWEST)
    triples, triple_counts = _usual([(triple_keys(codes), weight) for codes, weight in weighted], _TRIPLES, FEWEST)
    return {
        "chars": np.array(sorted({*chars.tolist(), *of_notices}), dtype=np.uint16),
        "pairs": pairs.astype(np.uint32),
        "pair_scores": _scores(pair_counts),
        "triples": triples.astype(np.uint32),
        "triple_scores": _scores(triple_counts),
    }


def _usual(weighted: Sequence[tuple[Keys, int]], most: int, fewest: int) -> tuple[Keys, npt.NDArray[np.float64]]:
    """The most frequent keys, sorted, and their weighted counts."""
    keys = np.concatenate([keys for keys, _ in weighted])
    weights = np.concatenate([np.full(len(keys), weight) for keys, weight in weighted])
    unique, inverse = np.unique(keys, return_inverse=True)
    totals = np.bincount(inverse, weights).astype(np.float64)
    chosen = np.argsort(-totals, kind="stable")[:most]
    chosen = np.sort(chosen[totals[chosen] >= fewest])
    return unique[chosen], totals[chosen]


def _scores(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Eight times the natural logarithm: what `Ngrams` expects."""
    return np.minimum(np.round(8 * np.log(counts)), 127).astype(np.int8)
