"""Whether speeches together are farther from training than held-out ones, though few of them may be outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np


@dataclass(frozen=True, slots=True)
class Shift:
    """How speeches compare with held-out ones in a measure.

    Attributes:
        farther: share of the pairs of one of these and one held-out speech in which this one is farther from training; 0.5 is
            usual (the common language effect size of McGraw and Wong 1992).
        chance: probability of such a share, or a greater one, when all are of the same kind.
    """

    farther: float
    chance: float


def shift_of(here: Sequence[float], held_out: Sequence[float]) -> Shift:
    """The test of Mann and Whitney (1947), one-sided, by its normal approximation; ties count half.

    Args:
        here: a measure of each speech, one or more.
        held_out: of each held-out speech, one or more.
    """
    difference = np.subtract.outer(np.asarray(here), np.asarray(held_out))
    farther = float(((difference > 0) + (difference == 0) / 2).mean())
    deviation = sqrt((len(here) + len(held_out) + 1) / (12 * len(here) * len(held_out)))
    return Shift(farther, erfc((farther - 0.5) / deviation / sqrt(2)) / 2)
