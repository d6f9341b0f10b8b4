"""Calibration: temperatures, biases and thresholds from the validation split, so that probabilities mean what they say."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from jianghua.data.scheme import LabelScheme
from jianghua.tagging.bundle import DECIMALS, Calibration, to_probabilities

_LOG_TEMPERATURE: Final = (np.log(0.05), np.log(20.0))  # bounds
_BIAS: Final = (-6.0, 6.0)  # bounds
_PRIOR: Final = 10.0
"""Sentences of prior: the threshold of a rare label should not hang on one or two sentences."""
_SHRINKAGE: Final = 0.5
"""How far a label's threshold is drawn towards the mean of all labels': calibrated probabilities mean the same for each, and
what sets one label apart on the validation split often does not hold on other texts."""


def calibrate(logits: NDArray[np.float64], gold: NDArray[np.int64], scheme: LabelScheme) -> Calibration:
    """Choose temperatures and biases by likelihood, then thresholds by F1.

    Multi-label: bias-corrected temperature scaling (Alexandari et al. 2020, arXiv 1901.06852) label by label, which with one
    logit a label is Platt's scaling; the weights of rare labels in training shift logits, and a temperature alone cannot undo
    that. Single-label: one temperature (Guo et al. 2017, arXiv 1706.04599).

    Args:
        logits: sentence logits on the validation split, shape (sentences, labels).
        gold: 0 or 1, the same shape.
        scheme: its kind and labels.
    """
    if scheme.kind == "single":
        return Calibration(temperatures=dict.fromkeys(scheme.keys, _temperature(logits, gold)), thresholds={})
    temperatures, biases, best = {}, {}, {}
    for column, key in enumerate(scheme.keys):
        temperatures[key], biases[key] = _scale(logits[:, column], gold[:, column])
        probabilities = to_probabilities(logits[:, column] / temperatures[key] + biases[key], "multi")
        best[key] = best_threshold(np.round(probabilities, DECIMALS), gold[:, column])
    seen = [key for key, column in zip(scheme.keys, gold.T, strict=True) if column.any()]
    common = float(np.mean([best[key] for key in seen])) if seen else 0.5
    shrunk = {key: round((1 - _SHRINKAGE) * best[key] + _SHRINKAGE * common, DECIMALS) for key in seen}
    thresholds = best | shrunk  # a label without an example keeps its 0.5
    return Calibration(temperatures=temperatures, biases=biases, thresholds=thresholds)


def _scale(logits: NDArray[np.float64], gold: NDArray[np.int64]) -> tuple[float, float]:
    """Temperature and bias of one label, both of shape (sentences,); 1 and 0 when there is nothing to learn them from."""
    if len(gold) == 0 or gold.min() == gold.max():
        return 1.0, 0.0

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = logits / np.exp(parameters[0]) + parameters[1]
        return float(np.mean(np.logaddexp(0, scaled) - gold * scaled))

    found = minimize(loss, x0=np.zeros(2), bounds=[_LOG_TEMPERATURE, _BIAS], method="L-BFGS-B").x
    return float(np.exp(found[0])), float(found[1])


def _temperature(logits: NDArray[np.float64], gold: NDArray[np.int64]) -> float:
    """The temperature of a single-label scheme under which the gold labels are likeliest; 1 without a sentence."""
    if len(gold) == 0:
        return 1.0

    def negative_log_likelihood(log_temperature: float) -> float:
        probabilities = to_probabilities(logits / np.exp(log_temperature), "single")
        return -float((gold * np.log(np.clip(probabilities, 1e-12, 1.0))).sum())

    return float(np.exp(minimize_scalar(negative_log_likelihood, bounds=_LOG_TEMPERATURE, method="bounded").x))


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
