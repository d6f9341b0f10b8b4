"""Agreement: how far annotators say the same, by label, by pair, and how far they follow the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.extras import require
from data.scheme import LabelScheme
from labels.anchoring import measure_anchoring
from labels.annotations import Annotation, newest
from labels.coefficients import (
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

DISPUTED: Final = 100
"""Disputed sentences that are listed."""
_FEW: Final = 10
"""With fewer speeches than this, single sentences are resampled: so few speeches would say nothing about spread."""
_NOMINAL: Final[Floats] = 1 - np.eye(2)


@dataclass(frozen=True)
class _Units:
    """The doubly annotated sentences, and the bootstrap's units.

    Attributes:
        answers: the answers to each sentence.
        unit: `speech` or `sentence`: what is resampled.
        of: number of the unit of each sentence, shape (sentences,).
        weights: see `resamples`, shape (1 + samples, units).
    """

    answers: Sequence[Sequence[Annotation]]
    unit: str
    of: NDArray[np.int64]
    weights: Floats

    def total(self, values: Floats, rows: NDArray[np.int64] | None = None) -> Floats:
        """Sums over the sentences of every sample; values of shape (sentences, …) to (1 + samples, …).

        Args:
            values: one entry a sentence, or one for each of `rows`.
            rows: numbers of the sentences that the values belong to; default all.
        """
        sums = np.zeros((self.weights.shape[1], *values.shape[1:]))
        np.add.at(sums, self.of if rows is None else self.of[rows], values)
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
    units = _units(double, samples, seed)
    pairs = list(combinations(sorted({answer.annotator for group in double for answer in group}), 2))
    return {
        "annotations": len(annotations),
        "answers": len(answers),
        "skipped": len(chosen) - len(answers),
        "repeated": len(annotations) - len(chosen),
        "sentences": len(by_sentence),
        "double": len(double),
        "double_speeches": len({group[0].speech for group in double}),
        "bootstrap": {"unit": units.unit, "units": units.weights.shape[1], "samples": samples, "seed": seed},
        "labels": {key: _label(key, units, pairs, answers) for key in scheme.keys},
        "sets": _sets(units),
        "pairs": [figures for pair in pairs if (figures := _pair(pair, units, scheme))],
        "annotators": _annotators(chosen, scheme),
        "anchoring": measure_anchoring(answers, scheme),
        "disputed": _disputed(double, scheme),
    }


def _units(double: Sequence[Sequence[Annotation]], samples: int, seed: int) -> _Units:
    speeches = {name: number for number, name in enumerate(dict.fromkeys(group[0].speech for group in double))}
    if len(speeches) >= _FEW:
        of = np.array([speeches[group[0].speech] for group in double], dtype=np.int64)
        return _Units(double, "speech", of, resamples(len(speeches), samples, seed))
    return _Units(double, "sentence", np.arange(len(double)), resamples(len(double), samples, seed))


def _label(key: str, units: _Units, pairs: Sequence[tuple[str, str]], answers: Sequence[Annotation]) -> dict[str, Any]:
    """Figures of one label over all annotators."""
    figures: dict[str, Any] = {"prevalence": _share([key in (answer.labels or ()) for answer in answers])}
    tables = np.zeros((len(units.weights), len(pairs), 4))
    for number, pair in enumerate(pairs):
        rows, values = _pair_table(units, pair, lambda answer: key in (answer.labels or ()))
        tables[:, number] = units.total(values, rows)
    positive, negative = specific_agreement(tables)
    for name, values in (("kappa", kappa(tables)), ("positive_agreement", positive), ("negative_agreement", negative)):
        figures[name], figures[f"{name}_interval"] = estimate(values)
    given = np.array([sum(key in (answer.labels or ()) for answer in group) for group in units.answers], dtype=np.float64)
    sizes = np.array([len(group) for group in units.answers], dtype=np.float64)
    figures["alpha"], figures["alpha_interval"] = _alpha(units, np.stack([sizes - given, given], axis=1), _NOMINAL)
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


def _pair(pair: tuple[str, str], units: _Units, scheme: LabelScheme) -> dict[str, Any] | None:
    """Figures of two annotators; nothing when they have no sentence in common."""
    rows, _ = _pair_table(units, pair, lambda answer: True)
    if not len(rows):
        return None
    labels: dict[str, dict[str, Any]] = {}
    for key in scheme.keys:
        rows, values = _pair_table(units, pair, lambda answer, key=key: key in (answer.labels or ()))  # type: ignore[misc]
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
    common = [_of(units.answers[row], pair) for row in rows]
    known = [label["kappa"] for label in labels.values() if label["kappa"] is not None]
    return {
        "annotators": list(pair),
        "sentences": len(rows),
        "exact": _share([first.labels == second.labels for first, second in common]),
        "mean_kappa": float(np.mean(known)) if known else None,
        "labels": labels,
    }


def _pair_table(units: _Units, pair: tuple[str, str], gives: Callable[[Annotation], bool]) -> tuple[NDArray[np.int64], Floats]:
    """The sentences that both of a pair answered, and the table of each, shape (sentences, 4)."""
    rows = [row for row, group in enumerate(units.answers) if {answer.annotator for answer in group} >= set(pair)]
    given = np.array([[gives(answer) for answer in _of(units.answers[row], pair)] for row in rows], dtype=bool)
    given = given.reshape(-1, 2)
    return np.array(rows, dtype=np.int64), table(given[:, 0], given[:, 1])


def _of(group: Sequence[Annotation], pair: tuple[str, str]) -> tuple[Annotation, Annotation]:
    by_name = {answer.annotator: answer for answer in group}
    return by_name[pair[0]], by_name[pair[1]]


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
