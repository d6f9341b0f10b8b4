"""The lexical path: which words a sentence holds, beside what the encoder makes of it.

Character n-grams, hashed into a fixed number of buckets, weighed by TF-IDF and by one logistic regression a label. Words and
encoder err differently: their mean ranks better than either, most of all on texts unlike those of training. It costs a few
dozen microseconds a sentence and nothing but two arrays in the bundle.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import SettingsError
from jianghua.data.extras import require
from jianghua.data.speech import Span
from jianghua.data.text.folding import fold
from jianghua.tagging.clauses import sum_by_clause
from jianghua.tagging.model_files import check_model_file

FILE: Final = "lexical.safetensors"
"""Name of the file in a bundle."""

_LONGEST: Final = 4  # characters of an n-gram: single characters up to words of four
# Multipliers of Fowler–Noll–Vo and of MurmurHash3's finaliser: any odd numbers with well mixed bits would do, but changing
# them makes every saved model worthless.
_PRIME: Final = np.uint64(0x100000001B3)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_FINAL: Final = np.uint64(0xFF51AFD7ED558CCD)
_EDGES: Final = ("\x02", "\x03")  # so that the beginning and the end of a sentence are n-grams too


@dataclass(frozen=True)
class Features:
    """Weighed n-grams of a sentence.

    Attributes:
        buckets: the buckets that they fill, ascending.
        counts: how often they fill each, as 1 + ln of the count.
        grams: for each n-gram, in the order of `_places`, the position of its bucket in `buckets`.
    """

    buckets: NDArray[np.int64]
    counts: NDArray[np.float32]
    grams: NDArray[np.int64]


def features(text: str, bits: int) -> Features:
    """The n-grams of a sentence in 2^bits buckets; other forms of characters count as the usual ones (`fold`, Unicode NFKC)."""
    filled, grams, counts = np.unique(_hashes(text, bits), return_inverse=True, return_counts=True)
    return Features(filled, (1 + np.log(counts)).astype(np.float32), grams)


def _hashes(text: str, bits: int) -> NDArray[np.int64]:
    """The bucket of each n-gram, in the order of `_places`."""
    marked = _EDGES[0] + _normalised(text) + _EDGES[1]
    characters = np.frombuffer(marked.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64) * _SPREAD
    rolling = np.zeros(len(characters), dtype=np.uint64)
    buckets = []
    for length, places in _places(len(characters)):
        rolling = rolling[:places] * _PRIME ^ characters[length - 1 :]  # unsigned 64-bit arithmetic wraps around
        mixed = rolling * _FINAL
        mixed ^= mixed >> np.uint64(33)
        buckets.append((mixed >> np.uint64(64 - bits)).astype(np.int64))
    return np.concatenate(buckets)


def _places(characters: int) -> list[tuple[int, int]]:
    """The order of n-grams: lengths from 1 to `_LONGEST` with the number of places that each has; by place within a length."""
    return [(length, characters - length + 1) for length in range(1, min(_LONGEST, characters) + 1)]


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", fold(text))


def _owners(text: str, spans: Sequence[Span]) -> NDArray[np.int64]:
    """The clause that each n-gram lies in, in the order of `_places`; -1 for one that lies in two.

    The edges of the sentence belong to its first and its last clause.
    """
    ends = 1 + np.cumsum([len(_normalised(text[start:end])) for start, end in spans])
    owners = np.searchsorted(ends[:-1], np.arange(len(_normalised(text)) + 2), side="right")
    found = []
    for length, places in _places(len(owners)):
        first, last = owners[:places], owners[length - 1 :]
        found.append(np.where(first == last, first, -1))
    return np.concatenate(found)


@dataclass(frozen=True)
class LexicalModel:
    """A linear model over hashed n-grams.

    Attributes:
        idf: inverse document frequency of each bucket, shape (2^bits,); 0 for buckets that training filled less than twice.
        weights: shape (2^bits, labels).
        bias: shape (labels,).
    """

    idf: NDArray[np.float16]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]

    @property
    def bits(self) -> int:
        """Binary logarithm of the number of buckets."""
        return len(self.idf).bit_length() - 1

    def logits(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Logit of each label, shape (sentences, labels). A sentence's logits depend on its text alone."""
        return np.stack([self._logits(text) for text in texts]) if texts else np.zeros((0, len(self.bias)))

    def _logits(self, text: str) -> NDArray[np.float64]:
        found, values = self._weighed(text)
        return np.asarray(values @ self.weights[found.buckets].astype(np.float32) + self.bias, dtype=np.float64)

    def contributions(self, text: str, spans: Sequence[Span]) -> NDArray[np.float64]:
        """What the n-grams of each clause add to each logit, shape (clauses, labels); those that lie in two are left out.

        Args:
            text: a sentence.
            spans: its clauses, at least one; they cover the text in order.
        """
        found, values = self._weighed(text)
        parts = values / np.bincount(found.grams)  # a bucket's value is shared out among the n-grams that fill it
        added = parts[:, None] * self.weights[found.buckets].astype(np.float32)
        return sum_by_clause(_owners(text, spans), added[found.grams], len(spans))

    def _weighed(self, text: str) -> tuple[Features, NDArray[np.float32]]:
        """The n-grams of a sentence, and the TF-IDF value of each bucket that they fill; the values have length one."""
        found = features(text, self.bits)
        values = found.counts * self.idf[found.buckets].astype(np.float32)
        return found, values / (float(np.linalg.norm(values)) or 1.0)


def save_lexical(model: LexicalModel, directory: Path) -> None:
    """Write the arrays beside the model's other files."""
    arrays = {"idf": model.idf, "weights": model.weights, "bias": model.bias}
    require("safetensors.numpy", extra="tag").save_file(arrays, str(directory / FILE))


def load_lexical(directory: Path) -> LexicalModel:
    """Read the lexical model of a bundle.

    Raises:
        SettingsError: the file is missing or damaged.
    """
    file = directory / FILE
    check_model_file(file)
    safetensors = require("safetensors", extra="tag")
    try:
        arrays = require("safetensors.numpy", extra="tag").load_file(str(file))
        model = LexicalModel(arrays["idf"], arrays["weights"], arrays["bias"])
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise SettingsError(f"{file}: expected arrays idf, weights and bias, got a damaged file ({error})") from None
    if model.weights.shape != (1 << model.bits, len(model.bias)) or len(model.idf) != 1 << model.bits:
        raise SettingsError(f"{file}: expected weights of shape ({len(model.idf)}, labels), got {model.weights.shape}")
    return model
