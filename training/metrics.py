"""Metrics of sentence tagging, as `evaluate.Metric` classes that need no hub.

Predictions and references are rows of one value a label: shape (sentences, labels).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import datasets
import evaluate
import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

BINS: Final = 10
"""Equal-width bins of probability in reliability diagrams and the calibration error."""

_CITATION: Final = "jianghua"


class _SentenceMetric(evaluate.Metric):  # type: ignore[misc]
    """A metric over rows of one value a label."""

    description: str
    value: str = "float64"

    def __init__(self, labels: Sequence[str], **options: Any) -> None:
        self.labels = tuple(labels)
        super().__init__(keep_in_memory=True, **options)

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=self.description,
            citation=_CITATION,
            inputs_description="predictions and references: shape (sentences, labels)",
            features=datasets.Features(
                {
                    "predictions": datasets.List(datasets.Value(self.value)),
                    "references": datasets.List(datasets.Value("int64")),
                }
            ),
        )


class LabelScores(_SentenceMetric):
    """Precision, recall, F1 and support of each label; macro and micro F1; exact match. Predictions are 0 or 1.

    A label without a positive reference has none of the three: they are `None`, and left out of the macro mean.
    """

    description = "Precision, recall and F1 by label, macro and micro F1, exact match"
    value = "int64"

    def _compute(self, predictions: ArrayLike, references: ArrayLike) -> dict[str, Any]:
        predicted, gold = np.asarray(predictions), np.asarray(references)
        *scores, support = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
        labels: dict[str, dict[str, Any]] = {}
        for column, (key, count) in enumerate(zip(self.labels, support.tolist(), strict=True)):
            values = (float(score[column]) if count else None for score in scores)
            labels[key] = {**dict(zip(("precision", "recall", "f1"), values, strict=True)), "support": count}
        true_positives = int((predicted & gold).sum())
        return {
            "labels": labels,
            "macro_f1": _mean([label["f1"] for label in labels.values()]),
            "micro_f1": 2 * true_positives / max(1, int(predicted.sum() + gold.sum())),
            "exact_match": float((predicted == gold).all(axis=1).mean()),
        }


class AveragePrecision(_SentenceMetric):
    """Area under the precision-recall curve of each label, and their mean. Predictions are probabilities.

    A label without a positive reference has no average precision: it is `None`, and left out of the mean.
    """

    description = "Average precision by label and their mean"

    def _compute(self, predictions: ArrayLike, references: ArrayLike) -> dict[str, Any]:
        probabilities, gold = np.asarray(predictions), np.asarray(references)
        values = {
            key: float(average_precision_score(gold[:, column], probabilities[:, column])) if gold[:, column].any() else None
            for column, key in enumerate(self.labels)
        }
        return {"labels": values, "macro_average_precision": _mean(list(values.values()))}


class CalibrationError(_SentenceMetric):
    """Expected calibration error (Naeini et al. 2015) of each label and over all, with the reliability diagrams' points."""

    description = "Expected calibration error by label and over all labels, in 10 equal-width bins"

    def _compute(self, predictions: ArrayLike, references: ArrayLike) -> dict[str, Any]:
        probabilities, gold = np.asarray(predictions, dtype=np.float64), np.asarray(references)
        diagrams = {key: reliability(probabilities[:, n], gold[:, n]) for n, key in enumerate(self.labels)}
        return {
            "labels": {key: _gap(points) for key, points in diagrams.items()},
            "reliability": diagrams,
            "calibration_error": _gap(reliability(probabilities.ravel(), gold.ravel())),
        }


def reliability(probabilities: NDArray[np.float64], gold: NDArray[Any]) -> list[tuple[float, float, int]]:
    """Mean probability, observed rate and count of each bin that is not empty; inputs of shape (n,)."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    points = []
    for number in range(BINS):
        inside = bins == number
        if inside.any():
            points.append((float(probabilities[inside].mean()), float(gold[inside].mean()), int(inside.sum())))
    return points


def _mean(values: Sequence[float | None]) -> float | None:
    """Mean of the values that are there; nothing where none is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _gap(points: Sequence[tuple[float, float, int]]) -> float:
    total = sum(count for _, _, count in points)
    return sum(abs(mean - rate) * count for mean, rate, count in points) / max(1, total)


def bootstrap_intervals(
    predicted: NDArray[np.int64],
    gold: NDArray[np.int64],
    speeches: NDArray[np.int64],
    samples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """95 % percentile intervals of F1 by label, macro and micro F1 and exact match, by resampling whole speeches.

    Sentences of one speech resemble each other: resampling single sentences would give intervals that are too narrow. A label
    counts in the samples in which it has an example; an interval is `None` where there is no such sample.

    Args:
        predicted: 0 or 1, shape (sentences, labels).
        gold: the same shape.
        speeches: number of the speech of each sentence, from 0; shape (sentences,).
        samples: bootstrap samples.
        seed: seed of the resampling.
    """
    count = int(speeches.max()) + 1
    exact = (predicted == gold).all(axis=1)
    columns = np.concatenate([predicted & gold, predicted, gold, exact[:, None], np.ones_like(exact)[:, None]], axis=1)
    by_speech = np.zeros((count, columns.shape[1]))
    np.add.at(by_speech, speeches, columns)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=samples) @ by_speech
    labels = gold.shape[1]
    true_positives, predictions, positives = (drawn[:, n * labels : (n + 1) * labels] for n in range(3))
    f1 = 2 * true_positives / np.maximum(1, predictions + positives)
    micro = 2 * true_positives.sum(axis=1) / np.maximum(1, (predictions + positives).sum(axis=1))
    present = positives > 0
    counted = present.any(axis=1)
    macro = (f1 * present)[counted].sum(axis=1) / present[counted].sum(axis=1)
    return {
        "f1": [_interval(f1[present[:, label], label]) for label in range(labels)],
        "macro_f1": _interval(macro),
        "micro_f1": _interval(micro),
        "exact_match": _interval(drawn[:, -2] / drawn[:, -1]),
    }


def _interval(values: NDArray[np.float64]) -> list[float] | None:
    if not len(values):
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return [float(low), float(high)]


def confusion(predicted: NDArray[np.int64], gold: NDArray[np.int64], labels: Sequence[str]) -> dict[str, dict[str, int]]:
    """Confusion by pair of labels; `none` stands for no label.

    Entry (a, b), a ≠ b, counts sentences in which a was missed while b was given wrongly. Where a label was missed and none
    given wrongly, the pair is (a, none); where one was given wrongly and none missed, (none, b). The diagonal counts hits.
    """
    names = (*labels, "none")
    table = {a: dict.fromkeys(names, 0) for a in names}
    for p, g in zip(predicted.astype(bool), gold.astype(bool), strict=True):
        for label in np.flatnonzero(p & g):
            table[names[label]][names[label]] += 1
        if not p.any() and not g.any():
            table["none"]["none"] += 1
        missed = [names[label] for label in np.flatnonzero(g & ~p)]
        wrong = [names[label] for label in np.flatnonzero(p & ~g)]
        for a in missed or (["none"] if wrong else []):
            for b in wrong or ["none"]:
                table[a][b] += 1
    return table
