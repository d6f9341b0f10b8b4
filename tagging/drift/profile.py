"""The profile of a speech: how far each piece of it is from training, in five measures.

Divergences grow as samples get smaller. So a speech is cut into pieces of one size, each piece is measured, and a speech's
value is the mean over its pieces: long and short speeches compare. What is left over at the end of a speech is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from jianghua.tagging.drift.statistics import TextStatistics, bigrams, visible

Measure: TypeAlias = Literal["characters", "bigrams", "length", "labels", "doubt"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
"""`characters`: divergence of the characters' distribution. `bigrams`: share of unknown ones. `length`: Kolmogorov–Smirnov
statistic of sentence lengths. `labels`: distance of the label rates. `doubt`: 1 minus the mean confidence. Of all of them more
is farther from training."""

PIECE_CHARACTERS: Final = 500
"""Characters, or bigrams, of a piece."""
PIECE_SENTENCES: Final = 20
"""Sentences of a piece."""
_DIGITS: Final = 4

Profile: TypeAlias = Mapping[Measure, tuple[float, ...]]
"""For each measure the values of a speech's pieces, in order; none where the speech is shorter than a piece."""

_Whole = TypeVar("_Whole", str, list[str], NDArray[Any])


@dataclass(frozen=True)
class Judgement:
    """What a model says of the sentences of a speech.

    Attributes:
        probabilities: calibrated, shape (sentences, labels).
        decided: whether each label applies, the same shape.
        confidence: of the least certain decision on each sentence, 0 to 1, shape (sentences,).
    """

    probabilities: NDArray[np.float64]
    decided: NDArray[np.bool_]
    confidence: NDArray[np.float64]


def profile(
    texts: Sequence[str], statistics: TextStatistics, judgement: Judgement | None, rates: NDArray[np.float64]
) -> Profile:
    """Measure a speech.

    Args:
        texts: its sentences.
        statistics: of the training texts.
        judgement: what the model says; without it there are no `labels` and no `doubt`.
        rates: how often the model gives each label to held-out sentences, shape (labels,).
    """
    shown = [visible(text) for text in texts]
    lengths = np.array([len(text) for text in shown], dtype=np.int64)
    pairs = [pair for text in shown for pair in bigrams(text)]
    values: dict[Measure, tuple[float, ...]] = {
        "characters": _pieces("".join(shown), PIECE_CHARACTERS, statistics.divergence),
        "bigrams": _pieces(pairs, PIECE_CHARACTERS, statistics.unknown_bigrams),
        "length": _pieces(lengths, PIECE_SENTENCES, statistics.length_distance),
        "labels": (),
        "doubt": (),
    }
    if judgement is not None:
        values["labels"] = _pieces(judgement.decided, PIECE_SENTENCES, lambda rows: _rate_distance(rows, rates))
        values["doubt"] = _pieces(judgement.confidence, PIECE_SENTENCES, lambda sure: 1 - float(sure.mean()))
    return values


def _pieces(whole: _Whole, size: int, measure: Callable[[_Whole], float]) -> tuple[float, ...]:
    starts = range(0, len(whole) - size + 1, size)
    return tuple(round(measure(whole[start : start + size]), _DIGITS) for start in starts)


def _rate_distance(decided: NDArray[np.bool_], rates: NDArray[np.float64]) -> float:
    """Sum of the differences between the labels' rates in sentences (sentences, labels) and the usual rates (labels,)."""
    return float(np.abs(decided.mean(axis=0) - rates).sum())


def mean_values(profiles: Sequence[Profile], like: Profile) -> NDArray[np.float64]:
    """Each speech's values over as many of its first pieces as the speech `like` has, shape (speeches, measures).

    A mean over few pieces varies more, so a short speech is compared with the beginnings of others. NaN where one of the two is
    shorter than a piece.
    """
    return np.array([[_mean(profile[measure][: len(like[measure])]) for measure in MEASURES] for profile in profiles]).reshape(
        len(profiles), len(MEASURES)
    )


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values) if values else float("nan")
