"""Scores of runs with several seeds: counts by speech, and macro F1 with an interval over seeds and speeches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jianghua.training.evaluation import Outcome

SAMPLES = 2000
"""Bootstrap samples."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds and its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Macro F1 of the tagger and of the baseline on the same speeches, and the tagger's lead."""

    tagger: Estimate
    baseline: Estimate
    lead: Estimate


def speech_counts(outcome: Outcome) -> NDArray[np.int64]:
    """Sentences of each speech that got a label rightly, that got it, and that have it; shape (speeches, 3, labels).

    Speeches without an annotated sentence are left out.
    """
    columns = np.stack([outcome.predicted & outcome.gold, outcome.predicted, outcome.gold], axis=1)
    found, rows = np.unique(outcome.speeches, return_inverse=True)
    counts = np.zeros((len(found), *columns.shape[1:]), dtype=np.int64)
    np.add.at(counts, rows, columns)
    return counts


def compare(tagger: NDArray[np.int64], baseline: NDArray[np.int64], seed: int = 0) -> Comparison:
    """Means over seeds, with percentile intervals from resampling both seeds and whole speeches.

    Both models are resampled alike, so that the interval of the lead is that of paired differences.

    Args:
        tagger: counts as `speech_counts` gives them, of runs that differ in their seed; shape (seeds, speeches, 3, labels).
        baseline: those of the baseline, the same shape.
        seed: seed of the resampling.
    """
    seeds, speeches = tagger.shape[:2]
    rng = np.random.default_rng(seed)
    of_seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=SAMPLES) / seeds
    of_speeches = rng.multinomial(speeches, np.full(speeches, 1 / speeches), size=SAMPLES)
    means = [float(_macro_f1(counts.sum(axis=1)).mean()) for counts in (tagger, baseline)]
    drawn = [_resampled(counts, of_seeds, of_speeches) for counts in (tagger, baseline)]
    return Comparison(
        tagger=_estimate(means[0], drawn[0]),
        baseline=_estimate(means[1], drawn[1]),
        lead=_estimate(means[0] - means[1], drawn[0] - drawn[1]),
    )


def _resampled(counts: NDArray[np.int64], of_seeds: NDArray[np.float64], of_speeches: NDArray[np.int64]) -> NDArray[np.float64]:
    """Macro F1 of each bootstrap sample, shape (samples,); weights of shape (samples, seeds) and (samples, speeches)."""
    f1 = np.stack([_macro_f1(np.tensordot(of_speeches, one, axes=1)) for one in counts], axis=1)
    return np.asarray((f1 * of_seeds).sum(axis=1))


def _macro_f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean F1 over the labels that have an example, of counts of shape (…, 3, labels); 0 where none has."""
    true_positives, predicted, gold = (counts[..., row, :] for row in range(3))
    f1 = 2 * true_positives / np.maximum(1, predicted + gold)
    present = gold > 0
    return np.asarray((f1 * present).sum(axis=-1) / np.maximum(1, present.sum(axis=-1)))


def _estimate(mean: float, samples: NDArray[np.float64]) -> Estimate:
    low, high = np.percentile(samples, [2.5, 97.5])
    return Estimate(mean, float(low), float(high))
