"""Agreement: how far annotators say the same, by label, by pair, and how far they follow the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.extras import require
from jianghua.data.scheme import LabelScheme
from jianghua.labels.agreement.anchoring import measure_anchoring
from jianghua.labels.agreement.coefficients import (
    SAMPLES,
    Floats,
    alpha,
    disagreement,
    distances,
    estimate,
    kappa,
    masi,
    resamples,
    specific_agreement,
    table,
)
from jianghua.labels.annotations import Annotation, newest

DISPUTED: Final = 100
"""Disputed sentences that are listed."""
_MIN_SPEECHES: Final = 10
"""With fewer speeches than this, single sentences are resampled: so few speeches would say nothing about spread."""
_NOMINAL: Final[Floats] = 1 - np.eye(2)


@dataclass(frozen=True)
class _Units:
    """The doubly annotated sentences, and the bootstrap's units.

    Attributes:
        answers: the answers to each sentence.
        names: the annotators.
        votes: whether each annotator gave each label to each sentence: 1 or 0, -1 without an answer; shape (sentences,
            annotators, labels).
        unit: `speech` or `sentence`: what is resampled.
        unit_of: number of the unit of each sentence, shape (sentences,).
        weights: see `resamples`, shape (1 + samples, units).
    """

    answers: Sequence[Sequence[Annotation]]
    names: Sequence[str]
    votes: NDArray[np.int8]
    unit: str
    unit_of: NDArray[np.int64]
    weights: Floats

    def total(self, values: Floats, rows: NDArray[np.int64] | None = None) -> Floats:
        """Sums over the sentences of every sample; values of shape (sentences, …) to (1 + samples, …).

        Args:
            values: one entry a sentence, or one for each of `rows`.
            rows: numbers of the sentences that the values belong to; default all.
        """
        sums = np.zeros((self.weights.shape[1], *values.shape[1:]))
        np.add.at(sums, self.unit_of if rows is None else self.unit_of[rows], values)
        return np.asarray(np.tensordot(self.weights, sums, axes=1), dtype=np.float64)


def measure_agreement(
    annotations: Sequence[Annotation], scheme: LabelScheme, samples: int = SAMPLES, seed: int = 0
) -> dict[str, Any]:
    """All figures, as JSON. Of several answers by one annotator to one sentence the newest counts; a skip is no answer.

    Intervals are 95 % percentiles over bootstrap samples of whole speeches, or of sentences when fewer than 10 speeches were
    annotated twice; `bootstrap.unit` says which.
    """
    chosen = newest(annotations)
    answers = [annotation for annotation in chosen if annotation.labels is not None]
    by_sentence: dict[str, list[Annotation]] = {}
    for answer in sorted(answers, key=lambda answer: answer.annotator):
        by_sentence.setdefault(answer.uid, []).append(answer)
    double = [group for group in by_sentence.values() if len(group) > 1]
    units = _units(double, scheme, samples, seed)
    pairs = list(combinations(range(len(units.names)), 2))
    return {
        "annotations": len(annotations),
        "answers": len(answers),
        "skipped": len(chosen) - len(answers),
        "repeated": len(annotations) - len(chosen),
        "sentences": len(by_sentence),
        "double": len(double),
        "double_speeches": len({group[0].speech for group in double}),
        "bootstrap": {"unit": units.unit, "units": units.weights.shape[1], "samples": samples, "seed": seed},
        "labels": {key: _label(number, key, units, pairs, answers) for number, key in enumerate(scheme.keys)},
        "sets": _sets(units),
        "pairs": [figures for pair in pairs if (figures := _pair(pair, units, scheme))],
        "annotators": _annotators(chosen, scheme),
        "anchoring": measure_anchoring(answers, scheme),
        "disputed": _disputed(double, scheme),
    }


def _units(double: Sequence[Sequence[Annotation]], scheme: LabelScheme, samples: int, seed: int) -> _Units:
    names = sorted({answer.annotator for group in double for answer in group})
    votes = np.full((len(double), len(names), len(scheme.keys)), -1, dtype=np.int8)
    for row, group in enumerate(double):
        for answer in group:
            votes[row, names.index(answer.annotator)] = scheme.vector(answer.labels or ())
    speeches = {name: number for number, name in enumerate(dict.fromkeys(group[0].speech for group in double))}
    if len(speeches) >= _MIN_SPEECHES:
        unit_of = np.array([speeches[group[0].speech] for group in double], dtype=np.int64)
        return _Units(double, names, votes, "speech", unit_of, resamples(len(speeches), samples, seed))
    return _Units(double, names, votes, "sentence", np.arange(len(double)), resamples(len(double), samples, seed))


def _label(
    number: int, key: str, units: _Units, pairs: Sequence[tuple[int, int]], answers: Sequence[Annotation]
) -> dict[str, Any]:
    """Figures of one label, the `number`-th of the scheme, over all annotators."""
    figures: dict[str, Any] = {"prevalence": _share([key in (answer.labels or ()) for answer in answers])}
    tables = np.zeros((len(units.weights), len(pairs), 4))
    for column, pair in enumerate(pairs):
        rows, values = _pair_table(units, pair, number)
        tables[:, column] = units.total(values, rows)
    positive, negative = specific_agreement(tables)
    for name, values in (("kappa", kappa(tables)), ("positive_agreement", positive), ("negative_agreement", negative)):
        figures[name], figures[f"{name}_interval"] = estimate(values)
    counts = np.stack([(units.votes[:, :, number] == value).sum(axis=1) for value in (0, 1)], axis=1).astype(np.float64)
    figures["alpha"], figures["alpha_interval"] = _alpha(units, counts, _NOMINAL)
    return figures


def _sets(units: _Units) -> dict[str, Any]:
    """Figures of whole label sets: α with MASI distance, and the share of pairs of answers that are equal."""
    values = sorted({frozenset(answer.labels or ()) for group in units.answers for answer in group}, key=sorted)
    numbers = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(units.answers), len(values)))
    for row, group in enumerate(units.answers):
        for answer in group:
            counts[row, numbers[frozenset(answer.labels or ())]] += 1
    point, interval = _alpha(units, counts, distances(values))
    same = (counts * (counts - 1)).sum(axis=1) / 2
    pairs = counts.sum(axis=1) * (counts.sum(axis=1) - 1) / 2
    with np.errstate(invalid="ignore"):
        exact = units.total(same) / units.total(pairs)
    share, share_interval = estimate(exact)
    return {"alpha_masi": point, "alpha_masi_interval": interval, "exact": share, "exact_interval": share_interval}


def _alpha(units: _Units, counts: Floats, distance: Floats) -> tuple[float | None, list[float] | None]:
    """Krippendorff's α by the krippendorff package, and its interval by our own sums."""
    values = alpha(units.total(disagreement(counts, distance)), units.total(counts), distance)
    point, interval = estimate(values)
    if point is None:
        return None, None
    package = require("krippendorff", extra="annotate")
    value = package.alpha(
        value_counts=counts,
        level_of_measurement=lambda v1, v2, i1, i2, n_v, dtype=np.float64: distance[i1, i2].astype(dtype),
    )
    return float(value), interval


def _pair(pair: tuple[int, int], units: _Units, scheme: LabelScheme) -> dict[str, Any] | None:
    """Figures of two annotators; nothing when they have no sentence in common."""
    common = _common(units, pair)
    if not len(common):
        return None
    labels: dict[str, dict[str, Any]] = {}
    for number, key in enumerate(scheme.keys):
        rows, values = _pair_table(units, pair, number)
        tables = units.total(values, rows)[:, None]
        value, interval = estimate(kappa(tables))
        positive, negative = (estimate(part)[0] for part in specific_agreement(tables))
        labels[key] = {
            "kappa": value,
            "kappa_interval": interval,
            "positive_agreement": positive,
            "negative_agreement": negative,
            "table": dict(zip(("both", "first", "second", "neither"), map(int, values.sum(axis=0)), strict=True)),
        }
    known = [label["kappa"] for label in labels.values() if label["kappa"] is not None]
    first, second = (units.votes[common, column] for column in pair)
    return {
        "annotators": [units.names[column] for column in pair],
        "sentences": len(common),
        "exact": float((first == second).all(axis=1).mean()),
        "mean_kappa": float(np.mean(known)) if known else None,
        "labels": labels,
    }


def _common(units: _Units, pair: tuple[int, int]) -> NDArray[np.int64]:
    """Numbers of the sentences that both of a pair answered."""
    answered = units.votes[:, pair, 0] >= 0
    return np.asarray(np.flatnonzero(answered.all(axis=1)), dtype=np.int64)


def _pair_table(units: _Units, pair: tuple[int, int], label: int) -> tuple[NDArray[np.int64], Floats]:
    """The sentences that both of a pair answered, and the table of each for one label, shape (sentences, 4)."""
    rows = _common(units, pair)
    first, second = (units.votes[rows, column, label] == 1 for column in pair)
    return rows, table(first, second)


def _annotators(chosen: Sequence[Annotation], scheme: LabelScheme) -> dict[str, Any]:
    """How much each annotator did, how fast, and how often each label was given."""
    figures = {}
    for name in sorted({annotation.annotator for annotation in chosen}):
        own = [annotation for annotation in chosen if annotation.annotator == name]
        answers = [annotation for annotation in own if annotation.labels is not None]
        times = [annotation.lead_time for annotation in answers if annotation.lead_time is not None]
        figures[name] = {
            "answers": len(answers),
            "skipped": len(own) - len(answers),
            "unsure": sum(answer.unsure for answer in answers),
            "lead_time_median": median(times) if times else None,
            "prevalence": {key: _share([key in (answer.labels or ()) for answer in answers]) for key in scheme.keys},
        }
    return figures


def _disputed(double: Sequence[Sequence[Annotation]], scheme: LabelScheme) -> list[dict[str, Any]]:
    """The sentences with the most disagreement: mean MASI distance over pairs of answers, then doubts, then their order."""
    ranked = []
    for group in double:
        sets = [frozenset(answer.labels or ()) for answer in group]
        distance = float(np.mean([masi(a, b) for a, b in combinations(sets, 2)]))
        if distance > 0:
            ranked.append((-distance, -sum(answer.unsure for answer in group), group))
    ranked.sort(key=lambda item: (item[0], item[1], item[2][0].uid))
    return [
        {
            "uid": group[0].uid,
            "text": group[0].text,
            "distance": -distance,
            "labels": [key for key in scheme.keys if len({key in (answer.labels or ()) for answer in group}) > 1],
            "answers": [
                {
                    "annotator": answer.annotator,
                    "labels": list(answer.labels or ()),
                    "unsure": answer.unsure,
                    "note": answer.note,
                    "origin": answer.origin,
                }
                for answer in group
            ],
        }
        for distance, _, group in ranked[:DISPUTED]
    ]


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def headline(figures: Mapping[str, Any]) -> str:
    """One line for the console."""
    return (
        f"{figures['answers']} answers of {len(figures['annotators'])} annotators to {figures['sentences']} sentences, "
        f"{figures['double']} of them answered twice or more; {figures['skipped']} skipped, "
        f"{figures['repeated']} older answers left out"
    )
