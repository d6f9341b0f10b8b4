"""Evaluation: the deployed tagger on annotated speeches, with intervals, confusion and the worst errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.bundle import Bundle
from jianghua.tagging.records import Tag
from jianghua.tagging.tagger import Tagger
from jianghua.training.metrics import AveragePrecision, CalibrationError, LabelScores, bootstrap_intervals, confusion

MAX_ERRORS: Final = 200
"""Errors that the error page shows."""


@dataclass(frozen=True)
class Outcome:
    """What a tagger made of annotated sentences.

    Attributes:
        probabilities: shape (sentences, labels), calibrated.
        predicted: 0 or 1, the same shape.
        gold: 0 or 1, the same shape.
        speeches: number of the speech of each sentence, shape (sentences,).
        indices: number of each sentence in its speech, shape (sentences,).
    """

    probabilities: NDArray[np.float64]
    predicted: NDArray[np.int64]
    gold: NDArray[np.int64]
    speeches: NDArray[np.int64]
    indices: NDArray[np.int64]


@dataclass(frozen=True)
class GoldLabels:
    """The annotated sentences of speeches, in order.

    Attributes:
        labels: 0 or 1, shape (sentences, labels).
        speeches: number of the speech of each sentence, shape (sentences,).
        indices: number of each sentence in its speech, shape (sentences,).
    """

    labels: NDArray[np.int64]
    speeches: NDArray[np.int64]
    indices: NDArray[np.int64]


def gold_labels(speeches: Sequence[Speech], scheme: LabelScheme) -> GoldLabels:
    """The labels of the annotated sentences.

    Raises:
        RecordError: a label is not in the scheme, or nothing is annotated.
    """
    labels, numbers, indices = [], [], []
    for number, speech in enumerate(speeches):
        scheme.check(speech)
        for index, sentence in enumerate(speech.sentences):
            if sentence.labels is None:
                continue
            labels.append(scheme.vector(sentence.labels))
            numbers.append(number)
            indices.append(index)
    if not labels:
        raise RecordError(f"expected annotated sentences to evaluate on, got none in {len(speeches)} speeches")
    return GoldLabels(*(np.array(column, dtype=np.int64) for column in (labels, numbers, indices)))


Classify: TypeAlias = Callable[[Sequence[str]], NDArray[np.float64]]
"""From the sentences of one speech to their logits, shape (sentences, labels): `SentenceClassifier.logits`."""


def annotated_logits(classify: Classify, speeches: Sequence[Speech]) -> NDArray[np.float64]:
    """Logits of the annotated sentences, each computed in its speech; shape (sentences, labels), rows as in `gold_labels`."""
    return np.concatenate(
        [
            classify(speech.texts)[[sentence.labels is not None for sentence in speech.sentences]]
            for speech in speeches
            if speech.annotated
        ]
    )


def decide(logits: NDArray[np.float64], gold: GoldLabels, bundle: Bundle) -> Outcome:
    """What a bundle makes of the logits of annotated sentences, shape (sentences, labels)."""
    probabilities = bundle.probabilities(logits)
    return Outcome(probabilities, bundle.decide(probabilities).astype(np.int64), gold.labels, gold.speeches, gold.indices)


def run_tagger(tagger: Tagger, speeches: Sequence[Speech]) -> Outcome:
    """Tag whole speeches, keep the annotated sentences.

    Raises:
        RecordError: a label is not in the model's scheme, or nothing is annotated.
    """
    gold = gold_labels(speeches, tagger.scheme)
    return compare(tag_annotated(tagger, speeches), gold, tagger.scheme)


def tag_annotated(tagger: Tagger, speeches: Sequence[Speech]) -> list[list[Tag]]:
    """The tags of each speech; none for one without an annotated sentence."""
    return [tagger.tag_sentences(speech.texts) if speech.annotated else [] for speech in speeches]


def compare(tags: Sequence[Sequence[Tag]], gold: GoldLabels, scheme: LabelScheme) -> Outcome:
    """Compare the tags of speeches with their annotation.

    Args:
        tags: those of each speech's sentences, as `tag_annotated` gives them.
        gold: the annotation of the same speeches.
        scheme: the label scheme of both.
    """
    own = [tags[speech][index] for speech, index in zip(gold.speeches.tolist(), gold.indices.tolist(), strict=True)]
    probabilities = np.array([[tag.probabilities[key] for key in scheme.keys] for tag in own])
    predicted = np.array([scheme.vector(tag.labels) for tag in own], dtype=np.int64)
    return Outcome(probabilities, predicted, gold.labels, gold.speeches, gold.indices)


def measure(outcome: Outcome, keys: Sequence[str], thresholds: Mapping[str, float]) -> dict[str, Any]:
    """All figures, as JSON: by label under `labels`, then macro and micro F1, exact match, calibration error, confusion.

    A label without an example in the outcome has no precision, recall, F1 or average precision: they are `None` and left out of
    the macro means. What the model gave it wrongly counts in micro F1, exact match and the confusion.

    Args:
        outcome: what the tagger made of annotated sentences.
        keys: the labels, in the order of the outcome's columns.
        thresholds: reported beside the figures; empty for a single-label scheme.
    """
    predictions, gold = outcome.predicted.tolist(), outcome.gold.tolist()
    probabilities = outcome.probabilities.tolist()
    scores = LabelScores(keys).compute(predictions=predictions, references=gold)
    ranking = AveragePrecision(keys).compute(predictions=probabilities, references=gold)
    calibration = CalibrationError(keys).compute(predictions=probabilities, references=gold)
    intervals = bootstrap_intervals(outcome.predicted, outcome.gold, outcome.speeches)
    labels = {
        key: {
            **scores["labels"][key],
            "f1_interval": intervals["f1"][number],
            "average_precision": ranking["labels"][key],
            "threshold": thresholds.get(key),
            "calibration_error": calibration["labels"][key],
            "reliability": calibration["reliability"][key],
        }
        for number, key in enumerate(keys)
    }
    metrics: dict[str, Any] = {"sentences": len(outcome.gold), "speeches": len(set(outcome.speeches.tolist()))}
    for name in ("macro_f1", "micro_f1", "exact_match"):
        metrics |= {name: scores[name], f"{name}_interval": intervals[name]}
    return metrics | {
        "macro_average_precision": ranking["macro_average_precision"],
        "calibration_error": calibration["calibration_error"],
        "labels": labels,
        "confusion": confusion(outcome.predicted, outcome.gold, keys),
    }


def worst_errors(outcome: Outcome, most: int = MAX_ERRORS) -> list[tuple[int, float]]:
    """Row and loss of the sentences with a wrong label set, the least likely gold labels first.

    The loss is the cross-entropy of the gold labels in nats, summed over the labels.
    """
    p = np.clip(outcome.probabilities, 1e-4, 1 - 1e-4)
    loss = -(outcome.gold * np.log(p) + (1 - outcome.gold) * np.log(1 - p)).sum(axis=1)
    wrong = np.flatnonzero((outcome.predicted != outcome.gold).any(axis=1))
    return [(int(row), float(loss[row])) for row in wrong[np.argsort(-loss[wrong], kind="stable")][:most]]
