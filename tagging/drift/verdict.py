"""The verdict: whether to annotate more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from jianghua.tagging.drift.outliers import LEVEL, Yardstick
from jianghua.tagging.drift.profile import Measure
from jianghua.tagging.drift.shift import Shift

Kind: TypeAlias = Literal["same", "annotate", "foreign", "unknown"]

FAR: Final = 3.0
"""Distance from which a speech is of another kind than held-out ones; docs/drift.md shows what a model is worth there."""
FARTHER: Final = 0.7
"""Share of pairs from which speeches together count as shifted; docs/drift.md shows what a model is worth there."""
SHIFT_LEVEL: Final = 0.01
"""Chance that usual speeches count as shifted together, over all measures."""
_SHOWN: Final = 3  # speeches that the line names


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do.

    Attributes:
        kind: `same`: nothing. `annotate`: some of the speeches. `foreign`: the model was not made for this. `unknown`: there
            are too few speeches, or too few held-out ones, to tell.
        outside: how many speeches are outside what held-out ones show.
        measured: how many speeches were long enough to be measured.
        level: chance that a speech of the same kind is outside.
        chance: probability that so many of them, or more, are outside when all are of the same kind.
        shifted: the measures in which the speeches together are farther out than held-out ones, the farthest first.
        first: ids of the speeches to annotate first, the farthest in front: those that are outside; where only all together are
            shifted, all that were measured.
        line: all this in a sentence.
    """

    kind: Kind
    outside: int
    measured: int
    level: float
    chance: float
    shifted: tuple[Measure, ...]
    first: tuple[str, ...]
    line: str


def decide(distances: Sequence[tuple[str, float]], yardstick: Yardstick, shifts: Mapping[Measure, Shift]) -> Verdict:
    """Decide by the speeches' distances and by the shift of all together.

    Args:
        distances: id and distance of each speech that was measured, the farthest first; above 1 is outside.
        yardstick: by which they were measured.
        shifts: in each measure.
    """
    measured = len(distances)
    outside = tuple(id for id, distance in distances if distance > 1)
    chance = yardstick.chance(len(outside), measured)
    shifted = _shifted(shifts)
    kind: Kind = "same"
    if 2 * sum(distance > FAR for _, distance in distances) > measured:
        kind = "foreign"
    elif chance <= LEVEL or shifted:
        kind = "annotate"
    elif yardstick.chance(measured, measured) > LEVEL:
        kind = "unknown"  # even if all of them were outside, it could be chance
    first = tuple(id for id, _ in distances) if kind == "annotate" and chance > LEVEL else outside
    line = _LINES[kind].format(
        found=_found(len(outside), measured, yardstick),
        together=_together(shifts, shifted),
        first=", ".join(first[:_SHOWN]) + (" …" if len(first) > _SHOWN else ""),
        measured=measured,
        held_out=yardstick.held_out,
    )
    return Verdict(kind, len(outside), measured, yardstick.level, chance, shifted, first, line)


_LINES: Final[dict[Kind, str]] = {
    "same": "Nothing to do: {found}, no more than chance.",
    "annotate": "Annotate some: {found}{together}. Begin with {first}",
    "foreign": "The model was not made for this: {found}{together}. "
    f"Most lie more than {FAR:g} times as far out as that. "
    "Annotate speeches of this kind, and train on them. Begin with {first}",
    "unknown": "Cannot tell: too few speeches ({measured} long enough to be measured, beside {held_out} held-out ones).",
}


def _shifted(shifts: Mapping[Measure, Shift]) -> tuple[Measure, ...]:
    """The measures with a shift that is large, and no chance over all measures (Bonferroni)."""
    found = [
        measure for measure, shift in shifts.items() if shift.farther >= FARTHER and shift.chance * len(shifts) <= SHIFT_LEVEL
    ]
    return tuple(sorted(found, key=lambda measure: -shifts[measure].farther))


def _found(outside: int, measured: int, yardstick: Yardstick) -> str:
    lies = "speech lies" if measured == 1 else "speeches lie"
    coverage = f"{100 * (1 - yardstick.level):.0f} %"
    return f"{outside} of {measured} {lies} outside {coverage} of what the run's {yardstick.held_out} held-out speeches show"


def _together(shifts: Mapping[Measure, Shift], shifted: Sequence[Measure]) -> str:
    if not shifted:
        return ""
    share = 100 * shifts[shifted[0]].farther
    return f"; together they are farther from training by {shifted[0]} in {share:.0f} % of comparisons"
