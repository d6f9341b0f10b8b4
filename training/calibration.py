"""Calibration: temperatures and thresholds from the validation split, so that probabilities mean what they say."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from jianghua.data.scheme import LabelScheme
from jianghua.tagging.bundle import DECIMALS, Calibration, to_probabilities

_BOUNDS: Final = (np.log(0.05), np.log(20.0))  # of the logarithm of a temperature
_PRIOR: Final = 10.0
"""Sentences of prior: the threshold of a rare label should not hang on one or two sentences."""


def calibrate(logits: NDArray[np.float64], gold: NDArray[np.int64], scheme: LabelScheme) -> Calibration:
    """Choose temperatures by likelihood (Guo et al. 2017, arXiv 1706.04599), then thresholds by F1.

    Args:
        logits: sentence logits on the validation split, shape (sentences, labels).
        gold: 0 or 1, the same shape.
        scheme: decides between one temperature a label with thresholds (multi) and one temperature in all (single).
    """
    if scheme.kind == "single":
        shared = _temperature(logits, gold, "single")
        return Calibration(temperatures=dict.fromkeys(scheme.keys, shared), thresholds={})
    temperatures, thresholds = {}, {}
    for column, key in enumerate(scheme.keys):
        temperatures[key] = _temperature(logits[:, [column]], gold[:, [column]], "multi")
        probabilities = np.round(to_probabilities(logits[:, column] / temperatures[key], "multi"), DECIMALS)
        thresholds[key] = best_threshold(probabilities, gold[:, column])
    return Calibration(temperatures=temperatures, thresholds=thresholds)


def _temperature(logits: NDArray[np.float64], gold: NDArray[np.int64], kind: str) -> float:
    """The temperature under which the gold labels are likeliest; 1 when there is nothing to learn it from."""
    if len(gold) == 0 or (kind == "multi" and gold.min() == gold.max()):
        return 1.0

    def negative_log_likelihood(log_temperature: float) -> float:
        p = np.clip(to_probabilities(logits / np.exp(log_temperature), kind), 1e-12, 1 - 1e-12)
        terms: Any = gold * np.log(p) + ((1 - gold) * np.log(1 - p) if kind == "multi" else 0)
        return -float(terms.sum())

    return float(np.exp(minimize_scalar(negative_log_likelihood, bounds=_BOUNDS, method="bounded").x))


def best_threshold(probabilities: NDArray[np.float64], gold: NDArray[np.int64]) -> float:
    """The threshold with the best F1, in the middle of the gap between the two probabilities that it parts.

    F1 is smoothed by a prior: `_PRIOR` more sentences, spread evenly over the probabilities, each positive with just its own
    probability. Without a positive sentence the threshold is 0.5.

    Args:
        probabilities: shape (sentences,).
        gold: 0 or 1, the same shape.
    """
    if not gold.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    ranked, true_positives = probabilities[order], np.cumsum(gold[order])
    ends = np.flatnonzero(np.append(np.diff(ranked) < 0, True))  # only between different probabilities
    below = np.append(ranked[1:], 0.0)[ends]
    cuts = (ranked[ends] + below) / 2
    predictions = ends + 1
    prior_true_positives, prior_predictions = _PRIOR * (1 - cuts**2) / 2, _PRIOR * (1 - cuts)
    f1 = 2 * (true_positives[ends] + prior_true_positives) / (predictions + prior_predictions + gold.sum() + _PRIOR / 2)
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    nearest = best[np.argmin(np.abs(cuts[best] - 0.5))]
    # Rounded up: probabilities have as many digits, so rounding down could reach the lower of the two that the cut parts.
    steps = np.ceil(round(float(cuts[nearest]) * 10**DECIMALS, 2))
    return float(np.clip(round(float(steps) / 10**DECIMALS, DECIMALS), 0.05, 0.95))
