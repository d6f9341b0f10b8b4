"""Which speeches lie outside what held-out speeches show, and how many would by chance.

Held-out speeches are to the training split what further speeches of the same kind would be. So how far they are from it says
what is usual, and nothing needs to be assumed about distributions: conformal outlier detection (Bates et al. 2023, arXiv
2104.08279).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVEL: Final = 0.05
"""Share of usual speeches that may be called outside, where there are enough held-out ones to say so."""
_NORMAL: Final = 1.4826  # median absolute deviation to standard deviation of a normal distribution
_LEAST_SCALE: Final = 1e-3  # smaller differences are none


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How far out a speech may be, by the number of held-out speeches.

    Attributes:
        held_out: number of held-out speeches.
    """

    held_out: int

    @property
    def allowed(self) -> int:
        """The rank, from the farthest on, up to which a speech among the held-out ones is outside; at least 1."""
        return max(1, int(LEVEL * (self.held_out + 1) + 1e-9))

    @property
    def level(self) -> float:
        """Chance that a speech of the same kind is outside; `LEVEL`, or more for fewer than 19 held-out speeches."""
        return self.allowed / (self.held_out + 1)

    def chance(self, outside: int, speeches: int) -> float:
        """Probability that so many, or more, of these speeches are outside when they are of the same kind.

        Beta-binomial (Vovk 2012, arXiv 1209.2673): all are held against the same speeches, so they are outside together.
        """
        if outside <= 0:
            return 1.0
        inside = self.held_out + 1 - self.allowed
        if inside == 0:
            return 1.0
        return sum(
            exp(
                lgamma(speeches + 1) - lgamma(count + 1) - lgamma(speeches - count + 1)
                + _log_beta(count + self.allowed, speeches - count + inside)
                - _log_beta(self.allowed, inside)
            )
            for count in range(outside, speeches + 1)
        )  # fmt: skip

    def distance(self, speech: NDArray[np.float64], held_out: NDArray[np.float64]) -> tuple[float, int]:
        """How far out a speech is, above 1 when it is outside, and the measure in which it is farthest.

        In each measure: how many deviations above the median, both robust and taken over the held-out speeches and this one
        together, so that it has no other part in them than they have. The farthest measure counts.

        Args:
            speech: values in the measures, shape (measures,); NaN where it was too short, but not everywhere.
            held_out: values of the held-out speeches, shape (held-out speeches, measures).
        """
        columns = np.flatnonzero(~np.isnan(speech))
        pool = np.vstack([held_out, speech])[:, columns]
        middle = np.median(pool, axis=0)
        scale = _NORMAL * np.median(np.abs(pool - middle), axis=0)
        deviations = (pool - middle) / np.maximum(scale, _LEAST_SCALE)
        farthest = deviations.max(axis=1)
        limit = np.sort(farthest[:-1])[-self.allowed]
        measure = int(columns[deviations[-1].argmax()])
        return float(max(farthest[-1], 0) / max(limit, _LEAST_SCALE)), measure


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
