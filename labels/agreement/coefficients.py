"""Coefficients of agreement, computed from sums over units, so that a bootstrap sample is one matrix product.

A coefficient that is not defined (nobody, or everybody, used the label) is NaN here and null in files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SAMPLES: Final = 1000
"""Bootstrap samples."""
_EPSILON: Final = 1e-12


def table(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Floats:
    """Which of two annotators gave a label: both, first only, second only, neither; (units, 4) of two arrays (units,)."""
    return np.stack([first & second, first & ~second, ~first & second, ~first & ~second], axis=-1).astype(np.float64)


def kappa(tables: Floats) -> Floats:
    """Cohen's κ (Cohen 1960) of each pair of annotators, pooled over the pairs as de Vries et al. (2008) do.

    Observed and expected agreement are averaged over the pairs, weighted by their common sentences; for one pair this is
    Cohen's κ itself.

    Args:
        tables: counts as `table` orders them, shape (…, pairs, 4).

    Returns:
        Shape (…); NaN where agreement by chance is certain.
    """
    both, first, second, neither = np.moveaxis(tables, -1, 0)
    total = tables.sum(axis=-1)
    ones = (both + first) * (both + second)
    zeros = (neither + first) * (neither + second)
    expected = np.divide(ones + zeros, total, out=np.zeros_like(total), where=total > 0)
    return _ratio((both + neither - expected).sum(axis=-1), (total - expected).sum(axis=-1))


def specific_agreement(tables: Floats) -> tuple[Floats, Floats]:
    """Positive and negative agreement (Cicchetti & Feinstein 1990) of tables (…, pairs, 4), pooled over the pairs; (…).

    Positive agreement is the chance that one annotator gives the label when another did: the F1 of one against the other.
    """
    both, first, second, neither = np.moveaxis(tables.sum(axis=-2), -1, 0)
    return _ratio(2 * both, 2 * both + first + second), _ratio(2 * neither, 2 * neither + first + second)


def disagreement(counts: Floats, distances: Floats) -> Floats:
    """Each unit's part of the observed disagreement of Krippendorff's α; zero for units with fewer than two values.

    Args:
        counts: how many annotators gave each value to each unit, shape (units, values).
        distances: between values, zero on the diagonal, shape (values, values).
    """
    pairs = np.einsum("uc,ck,uk->u", counts, distances, counts)
    return np.asarray(pairs / np.maximum(counts.sum(axis=1) - 1, 1), dtype=np.float64)


def alpha(observed: Floats, counts: Floats, distances: Floats) -> Floats:
    """Krippendorff's α (Krippendorff 2004) from sums over units with two values or more.

    Args:
        observed: sum of `disagreement`, shape (samples,).
        counts: sum of the units' counts, shape (samples, values).
        distances: shape (values, values).

    Returns:
        Shape (samples,); NaN where only one value occurs.
    """
    expected = np.einsum("sc,ck,sk->s", counts, distances, counts) / np.maximum(counts.sum(axis=1) - 1, 1)
    return 1 - _ratio(observed, expected)


def masi(first: frozenset[str], second: frozenset[str]) -> float:
    """MASI distance of two label sets (Passonneau 2006): 1 - Jaccard similarity · monotonicity; 0 for two empty sets."""
    if first == second:
        return 0.0
    common = len(first & second)
    nested = first <= second or second <= first
    monotonicity = 2 / 3 if nested else 1 / 3 if common else 0.0
    return 1 - common / len(first | second) * monotonicity


def distances(values: Sequence[frozenset[str]]) -> Floats:
    """MASI distances between label sets, shape (values, values)."""
    return np.array([[masi(a, b) for b in values] for a in values], dtype=np.float64).reshape(len(values), len(values))


def resamples(units: int, samples: int, seed: int) -> Floats:
    """How often each unit is drawn: the sample itself first, then bootstrap samples; shape (1 + samples, units)."""
    if not units:
        return np.ones((1 + samples, 0))
    drawn = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=samples)
    return np.concatenate([np.ones((1, units)), drawn])


def estimate(values: Floats) -> tuple[float | None, list[float] | None]:
    """A coefficient and its 95 % percentile interval.

    Args:
        values: the coefficient on the sample itself, then on bootstrap samples, shape (1 + samples,).

    Returns:
        The coefficient, `None` where it is not defined; the interval, `None` where it is not defined in half of the samples.
    """
    point = None if np.isnan(values[0]) else float(values[0])
    defined = values[1:][~np.isnan(values[1:])]
    if point is None or 2 * len(defined) <= len(values) - 1:
        return point, None
    low, high = np.percentile(defined, [2.5, 97.5])
    return point, [float(low), float(high)]


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    numerator, denominator = np.asarray(numerator), np.asarray(denominator)
    quotient = np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator > _EPSILON)
    return np.asarray(quotient, dtype=np.float64)
