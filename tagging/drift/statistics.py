"""Plain statistics of training texts, and how far a piece of text is from them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from jianghua.data.text.folding import fold

FREQUENT_CHARACTERS: Final = 1024
"""Characters that the divergence tells apart; all others count as one."""
FREQUENT_BIGRAMS: Final = 16_384
"""Bigrams of training that count as known."""

Length = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class TextStatistics(BaseModel):
    """Which characters and bigrams the training texts hold, and how long their sentences are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    characters: str
    """Every character of training, the most frequent first."""
    counts: tuple[Count, ...]
    """How often each of `characters` occurs."""
    bigrams: str
    """The most frequent bigrams of training, at most `FREQUENT_BIGRAMS`, one behind the other: two characters each."""
    lengths: tuple[tuple[Length, Count], ...]
    """Length in characters and number of sentences of that length, ascending."""

    @model_validator(mode="after")
    def _consistent(self) -> TextStatistics:
        if len(self.counts) != len(self.characters) or not self.characters:
            raise ValueError(f"counts must be given for {len(self.characters)} characters, one or more")
        if len(self.bigrams) % 2:
            raise ValueError("bigrams must be of two characters each")
        if not self.lengths or any(before >= after for (before, _), (after, _) in pairwise(self.lengths)):
            raise ValueError("lengths must ascend")
        return self

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextStatistics:
        """Count the sentences of the training speeches; at least one must hold a character."""
        shown = [visible(text) for text in texts]
        characters = Counter(chain.from_iterable(shown))
        pairs = Counter(chain.from_iterable(map(bigrams, shown)))
        lengths = Counter(map(len, shown))
        return cls(
            characters="".join(char for char, _ in _by_count(characters)),
            counts=tuple(count for _, count in _by_count(characters)),
            bigrams="".join(pair for pair, _ in _by_count(pairs)[:FREQUENT_BIGRAMS]),
            lengths=tuple(sorted(lengths.items())),
        )

    @cached_property
    def known_characters(self) -> frozenset[str]:
        """Every character of training."""
        return frozenset(self.characters)

    @cached_property
    def known_bigrams(self) -> frozenset[str]:
        """The frequent bigrams of training."""
        return frozenset(self.bigrams[start : start + 2] for start in range(0, len(self.bigrams), 2))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {char: rank for rank, char in enumerate(self.characters[:FREQUENT_CHARACTERS])}

    @cached_property
    def _shares(self) -> NDArray[np.float64]:
        """Share of each frequent character and of all others, shape (FREQUENT_CHARACTERS + 1,)."""
        shares = np.zeros(FREQUENT_CHARACTERS + 1)
        frequent = self.counts[:FREQUENT_CHARACTERS]
        shares[: len(frequent)] = frequent
        shares[-1] += sum(self.counts[FREQUENT_CHARACTERS:])
        return np.asarray(shares / shares.sum(), dtype=np.float64)

    @cached_property
    def _cumulative(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The lengths of sentences, and the share of sentences that are no longer; both of shape (lengths,)."""
        values, counts = np.array(self.lengths, dtype=np.int64).T
        return values, np.cumsum(counts) / counts.sum()

    def divergence(self, text: str) -> float:
        """Jensen–Shannon divergence (Lin 1991) of the text's characters from those of training, in bits, 0 to 1.

        It grows as texts get shorter: compare texts of one length only.
        """
        ranks = [self._ranks.get(char, FREQUENT_CHARACTERS) for char in text]
        mine = np.bincount(ranks, minlength=FREQUENT_CHARACTERS + 1) / len(text)
        middle = (mine + self._shares) / 2
        return (_relative_entropy(mine, middle) + _relative_entropy(self._shares, middle)) / 2

    def unknown_bigrams(self, pairs: Sequence[str]) -> float:
        """Share of the bigrams that are not among the frequent ones of training."""
        return sum(pair not in self.known_bigrams for pair in pairs) / len(pairs)

    def length_distance(self, lengths: NDArray[np.int64]) -> float:
        """Kolmogorov–Smirnov statistic: the greatest distance of two cumulative distributions of sentence length, 0 to 1."""
        values, cumulative = self._cumulative
        mine = np.sort(lengths)
        places = np.union1d(values, mine)
        training = np.concatenate([[0.0], cumulative])[np.searchsorted(values, places, "right")]
        return float(np.abs(training - np.searchsorted(mine, places, "right") / len(mine)).max())

    def length_quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median and upper quartile of the lengths of training sentences."""
        values, cumulative = self._cumulative
        lower, median, upper = values[np.searchsorted(cumulative, (0.25, 0.5, 0.75))].tolist()
        return lower, median, upper


def visible(text: str) -> str:
    """What is counted of a text: no white space, other forms of characters as the usual ones (`fold`, Unicode NFKC).

    Lone surrogates, which no file can hold, become question marks.
    """
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(unicodedata.normalize("NFKC", fold(plain)).split())


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters of a sentence."""
    return [a + b for a, b in pairwise(text)]


def _by_count(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent first; equally frequent ones by code point, so that the same texts give the same file."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _relative_entropy(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Kullback–Leibler divergence of p from q in bits; q is nowhere 0 where p is not."""
    some = p > 0
    return float((p[some] * np.log2(p[some] / q[some])).sum())
