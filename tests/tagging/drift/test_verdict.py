from __future__ import annotations

import pytest

from jianghua.tagging.drift.outliers import Yardstick
from jianghua.tagging.drift.profile import Measure
from jianghua.tagging.drift.shift import Shift
from jianghua.tagging.drift.verdict import decide


@pytest.mark.parametrize(
    ("distances", "held_out", "kind", "line"),
    [
        ([0.9, 0.5], 40, "same", "Nothing to do: 0 of 2 speeches lie outside 95 %"),
        (
            [1.1, *[0.5] * 9],
            40,
            "same",
            "1 of 10 speeches lie outside 95 % of what the run's 40 held-out speeches show, no more",
        ),
        ([1.2] * 7 + [0.5] * 3, 40, "annotate", "Annotate some: 7 of 10 speeches lie outside"),
        ([1.2], 40, "annotate", "1 of 1 speech lies outside 95 %"),
        ([5.0, 4.0, 0.5], 40, "foreign", "The model was not made for this: 2 of 3"),
        ([5.0, 0.5, 0.5, 0.5], 40, "same", "1 of 4"),
        ([1.2, 1.2, 1.2, 1.2], 9, "annotate", "lie outside 90 % of what the run's 9 held-out"),
        ([1.2], 9, "unknown", "Cannot tell: too few speeches (1 long enough to be measured, beside 9 held-out ones)"),
        ([4.0], 9, "foreign", "not made for this"),
        ([], 40, "unknown", "(0 long enough"),
        ([], 0, "unknown", "beside 0 held-out ones"),
    ],
)
def test_the_verdict(distances: list[float], held_out: int, kind: str, line: str) -> None:
    named = [(f"s{number}", distance) for number, distance in enumerate(distances)]
    verdict = decide(named, Yardstick(held_out), {"bigrams": Shift(0.6, 1e-9)})
    assert verdict.kind == kind
    assert line in verdict.line
    assert verdict.measured == len(distances)
    assert verdict.shifted == ()
    assert verdict.first == tuple(id for id, distance in named if distance > 1)


def test_speeches_may_be_shifted_together_though_none_is_outside() -> None:
    shifts: dict[Measure, Shift] = {"characters": Shift(0.75, 1e-5), "bigrams": Shift(0.9, 1e-9), "length": Shift(0.9, 0.004)}
    verdict = decide([("s0", 0.9), ("s1", 0.8), ("s2", 0.7), ("s3", 0.6)], Yardstick(40), shifts)
    assert verdict.kind == "annotate"
    assert verdict.shifted == ("bigrams", "characters")  # a chance of 0.004 in one of three measures is 0.012 in any
    assert verdict.first == ("s0", "s1", "s2", "s3")
    assert "0 of 4 speeches lie outside" in verdict.line
    assert "together they are farther from training by bigrams in 90 % of comparisons" in verdict.line


def test_the_line_names_the_farthest() -> None:
    verdict = decide([(f"s{number}", 1.5) for number in range(5)], Yardstick(40), {})
    assert verdict.line.endswith("Begin with s0, s1, s2 …")
