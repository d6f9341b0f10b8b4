"""The audit: labels that are likely wrong, by what models say that were trained without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import RecordError
from jianghua.data.extras import require


@dataclass(frozen=True, slots=True)
class Suspect:
    """A sentence whose labels are likely wrong.

    Attributes:
        row: number of the sentence in the arrays that were searched.
        score: how well its labels fit what the model says, 0 to 1; the lower, the likelier they are wrong.
        missing: labels that it lacks and should likely have, with the model's probability.
        extra: labels that it has and should likely not have, with the model's probability.
        labels: the labels that it has.
        suggested: the labels that it has, with `missing` added and `extra` taken away, in the scheme's order.
    """

    row: int
    score: float
    missing: dict[str, float]
    extra: dict[str, float]
    labels: tuple[str, ...]
    suggested: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The suspect as JSON, without its row."""
        return {
            "score": round(self.score, 4),
            "labels": list(self.labels),
            "suggested": list(self.suggested),
            "missing": {key: round(value, 4) for key, value in self.missing.items()},
            "extra": {key: round(value, 4) for key, value in self.extra.items()},
        }


def find_suspects(
    probabilities: NDArray[np.float64], gold: NDArray[np.int64], keys: Sequence[str], single: bool = False
) -> list[Suspect]:
    """Sentences with likely wrong labels, the most doubtful first.

    Confident learning (Northcutt et al. 2021), with each label as a question of its own (Thyagarajan et al. 2023).

    Args:
        probabilities: of every label for every sentence, by models that did not see it, shape (sentences, labels).
        gold: the labels given, 0 or 1, the same shape.
        keys: the labels.
        single: the scheme is single-label: exactly one label applies.

    Raises:
        RecordError: the shapes do not fit.
    """
    if probabilities.shape != gold.shape or gold.shape[1:] != (len(keys),):
        raise RecordError(f"expected probabilities and labels of shape (sentences, {len(keys)}), got {probabilities.shape}")
    if not len(gold):
        return []
    issues = _single_label_issues(probabilities, gold) if single else _label_issues(probabilities, gold)
    self_confidence = np.where(gold == 1, probabilities, 1 - probabilities)  # in each label as given
    suspects = []
    for row in np.flatnonzero(issues.any(axis=1)):
        given = gold[row].astype(bool)
        flipped = given ^ issues[row]
        suspects.append(
            Suspect(
                row=int(row),
                score=float(self_confidence[row][issues[row]].min()),
                missing=_by_key(keys, probabilities[row], issues[row] & ~given),
                extra=_by_key(keys, probabilities[row], issues[row] & given),
                labels=tuple(key for key, on in zip(keys, given, strict=True) if on),
                suggested=tuple(key for key, on in zip(keys, flipped, strict=True) if on),
            )
        )
    return sorted(suspects, key=lambda suspect: suspect.score)


def _label_issues(probabilities: NDArray[np.float64], gold: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which labels of which sentences are doubtful, shape (sentences, labels); a label that nobody has is not searched."""
    cleanlab = require("cleanlab.multilabel_classification.filter", extra="annotate")
    issues = np.zeros(gold.shape, dtype=bool)
    used = [column for column in range(gold.shape[1]) if 0 < gold[:, column].sum() < len(gold)]
    if not used:
        return issues
    listed = [np.flatnonzero(row).tolist() for row in gold[:, used]]
    issues[:, used] = cleanlab.find_multilabel_issues_per_class(labels=listed, pred_probs=probabilities[:, used], n_jobs=1)
    return issues


def _single_label_issues(probabilities: NDArray[np.float64], gold: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The same for a single-label scheme: the given label and the likeliest one are in doubt together."""
    cleanlab = require("cleanlab.filter", extra="annotate")
    given, likeliest = gold.argmax(axis=1), probabilities.argmax(axis=1)
    doubtful = cleanlab.find_label_issues(labels=given, pred_probs=probabilities, n_jobs=1)
    issues = np.zeros(gold.shape, dtype=bool)
    rows = np.flatnonzero(doubtful & (given != likeliest))
    issues[rows, given[rows]] = issues[rows, likeliest[rows]] = True
    return issues


def _by_key(keys: Sequence[str], values: NDArray[np.float64], chosen: NDArray[np.bool_]) -> dict[str, float]:
    return {key: float(value) for key, value, on in zip(keys, values, chosen, strict=True) if on}
