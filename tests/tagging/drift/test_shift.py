from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from jianghua.tagging.drift.shift import shift_of


@pytest.mark.parametrize("by", [-1.0, 0.0, 0.7, 2.0])
def test_the_shift_is_that_of_mann_and_whitney(by: float) -> None:
    random = np.random.default_rng(0)
    here, held_out = random.normal(by, size=25), random.normal(size=40)
    expected = mannwhitneyu(here, held_out, alternative="greater", method="asymptotic", use_continuity=False)
    found = shift_of(here.tolist(), held_out.tolist())
    assert found.farther == pytest.approx(expected.statistic / (25 * 40))
    assert found.chance == pytest.approx(expected.pvalue)


def test_ties_are_no_shift() -> None:
    assert shift_of([0.2] * 30, [0.2] * 30).farther == 0.5
    assert shift_of([0.2] * 30, [0.2] * 30).chance == 0.5
