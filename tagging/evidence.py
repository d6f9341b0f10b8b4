"""Evidence: which clause of a sentence carried each of its labels.

It is read off the pass that gave the logits: what the tokens of a clause put into the pooled logit of the network, and what
its n-grams put into that of the lexical model. Nothing decides by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.speech import Span
from jianghua.tagging.clauses import clauses, sum_by_clause
from jianghua.tagging.lexical import LexicalModel
from jianghua.tagging.pooling import PooledSentence

_LEAST: Final = 1e-6
"""Weight that a share is taken of, at least: a clause may have all of its sentence's, or the [SEP] tokens may."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the clauses of one sentence speak for.

    Attributes:
        clauses: half-open code-point offsets into the sentence's text; they cover it in order.
        contributions: how much each clause raises each label's logit, shape (clauses, labels).
    """

    clauses: Sequence[Span]
    contributions: NDArray[np.float64]

    def carriers(self, keys: Sequence[str], labels: Iterable[str]) -> dict[str, Span]:
        """The clause that raises each of some labels most; empty for a sentence of fewer than two clauses.

        Args:
            keys: labels of the columns of `contributions`.
            labels: those that are asked for.
        """
        if len(self.clauses) < 2:
            return {}
        best = self.contributions.argmax(axis=0)
        return {label: self.clauses[best[keys.index(label)]] for label in labels}


def find_evidence(
    text: str, offsets: Sequence[Span], pooled: PooledSentence, lexical: LexicalModel | None, lexical_share: float
) -> Evidence:
    """The evidence in one sentence.

    Args:
        text: the sentence.
        offsets: where each of its tokens stands in it; the special tokens that a passage is built with are none of them.
        pooled: what the network made of these tokens.
        lexical: the model over words, if the bundle has one.
        lexical_share: its share, from 0 to 1.
    """
    spans = clauses(text)
    if len(spans) < 2:
        return Evidence(spans, np.zeros((len(spans), len(pooled.logits))))
    starts = [start for start, _ in spans]
    owners = np.searchsorted(starts, [start for start, _ in offsets], side="right") - 1
    contributions = _falls(owners, pooled, len(spans))
    if lexical is not None:
        contributions = (1 - lexical_share) * contributions + lexical_share * lexical.contributions(text, spans)
    return Evidence(spans, contributions)


def _falls(owners: NDArray[np.integer[Any]], pooled: PooledSentence, clauses: int) -> NDArray[np.float64]:
    """How far the text's part in each of the network's logits falls when a clause is left out of pooling; (clauses, labels).

    The bare sum of weights times values would not do: it depends on where the values have their zero, which pooling does not,
    and of a label that applies in spite of a logit below zero it would name the clause with the least weight. The [SEP] tokens
    are left out of the comparison: what they say of the whole sentence would else count against the clause that says it, too.

    Args:
        owners: number of the clause of each token.
        pooled: weights and values of the sentence.
        clauses: how many there are.
    """
    text = pooled.weights.sum(axis=0)
    weights = pooled.weights / np.maximum(text, _LEAST)
    shares = sum_by_clause(owners, weights, clauses)
    sums = sum_by_clause(owners, weights * pooled.values, clauses)
    return np.asarray(text * (sums - shares * sums.sum(axis=0)) / np.maximum(1 - shares, _LEAST), dtype=np.float64)
