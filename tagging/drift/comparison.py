"""The comparison: speeches beside the reference, speech by speech and together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import RecordError
from jianghua.data.speech import Speech
from jianghua.tagging.drift.outliers import Yardstick
from jianghua.tagging.drift.profile import MEASURES, Judgement, Measure, Profile, mean_values, profile
from jianghua.tagging.drift.reference import UNSURE, Reference
from jianghua.tagging.drift.shift import Shift, shift_of
from jianghua.tagging.drift.statistics import bigrams, visible
from jianghua.tagging.drift.verdict import Verdict, decide

_UNKNOWN_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class SpeechDrift:
    """One speech.

    Attributes:
        id: of the speech.
        title: of the speech.
        sentences: how many it has.
        values: its value in each measure; `None` where it is too short, or nothing was tagged.
        distance: how far out it is, in units of the farthest that is usual; above 1 it is outside. `None`: too short.
        farthest: the measure in which it is farthest.
    """

    id: str
    title: str
    sentences: int
    values: Mapping[Measure, float | None]
    distance: float | None
    farthest: Measure | None


@dataclass(frozen=True, slots=True)
class MeasureDrift:
    """One measure over all speeches that are long enough for it.

    Attributes:
        held_out: median of the held-out speeches.
        limit: 95 % of them are below it.
        here: median of the speeches.
        beyond: how many are above the limit.
        shift: of the speeches together.
    """

    held_out: float
    limit: float
    here: float
    beyond: int
    shift: Shift


@dataclass(frozen=True, slots=True)
class WordDrift:
    """Characters and bigrams that training did not hold.

    Attributes:
        unknown_characters: share of the characters that training never saw.
        characters: the most frequent of those.
        bigrams: the most frequent bigrams of Chinese characters that are not among the frequent ones of training.
    """

    unknown_characters: float
    characters: tuple[str, ...]
    bigrams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LengthDrift:
    """Sentence lengths in characters: quartiles of training and here, and their Kolmogorov–Smirnov statistic."""

    training: tuple[float, float, float]
    here: tuple[float, float, float]
    statistic: float


@dataclass(frozen=True, slots=True)
class LabelDrift:
    """How often a label applies, as shares of sentences.

    Attributes:
        training: in training, by its annotation.
        held_out: in held-out speeches, by the model.
        here: here, by the model.
        estimated: here in truth; see `_labels`. `None` for a label that the model never expects.
    """

    training: float
    held_out: float
    here: float
    estimated: float | None


@dataclass(frozen=True, slots=True)
class ConfidenceDrift:
    """Confidence: median of held-out sentences and here; share of sentences below the least sure tenth of held-out ones."""

    held_out: float
    here: float
    unsure: float


@dataclass(frozen=True, slots=True)
class Drift:
    """All of it; `labels` and `confidence` only of speeches that were tagged. Speeches stand with the farthest first."""

    verdict: Verdict
    held_out: int
    sentences: int
    speeches: tuple[SpeechDrift, ...]
    measures: Mapping[Measure, MeasureDrift]
    words: WordDrift
    lengths: LengthDrift
    labels: Mapping[str, LabelDrift] | None
    confidence: ConfidenceDrift | None

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return asdict(self)


def compare(
    reference: Reference,
    speeches: Sequence[Speech],
    judgements: Sequence[Judgement] | None,
) -> Drift:
    """Compare speeches with those that a run was trained on.

    Args:
        reference: of the run.
        speeches: the speeches to tag.
        judgements: what the run's model says of each; `None` to compare the texts alone.

    Raises:
        RecordError: there is not one character in the speeches.
    """
    texts = [visible(text) for speech in speeches for text in speech.texts]
    if not any(texts):
        raise RecordError(f"expected speeches with text, got none in {len(speeches)} speeches")
    said: Sequence[Judgement | None] = judgements if judgements is not None else [None] * len(speeches)
    rates, statistics = reference.rates, reference.statistics
    profiles = [profile(speech.texts, statistics, heard, rates) for speech, heard in zip(speeches, said, strict=True)]
    yardstick = Yardstick(len(reference.held_out))
    found = [_speech(speech, mine, reference, yardstick) for speech, mine in zip(speeches, profiles, strict=True)]
    found.sort(key=lambda speech: -1 if speech.distance is None else speech.distance, reverse=True)
    distances = [(speech.id, speech.distance) for speech in found if speech.distance is not None]
    measures = _measures(reference, found)
    return Drift(
        verdict=decide(distances, yardstick, {measure: drift.shift for measure, drift in measures.items()}),
        held_out=len(reference.held_out),
        sentences=len(texts),
        speeches=tuple(found),
        measures=measures,
        words=_words(reference, texts),
        lengths=_lengths(reference, texts),
        labels=None if judgements is None else _labels(reference, judgements),
        confidence=None if judgements is None else _confidence(reference, judgements),
    )


def _speech(speech: Speech, mine: Profile, reference: Reference, yardstick: Yardstick) -> SpeechDrift:
    (values,) = mean_values([mine], like=mine)
    distance, farthest = None, None
    if reference.held_out and not np.isnan(values).all():
        distance, number = yardstick.distance(values, mean_values(reference.held_out, like=mine))
        farthest = MEASURES[number]
    shown = {measure: None if np.isnan(value) else float(value) for measure, value in zip(MEASURES, values, strict=True)}
    return SpeechDrift(speech.id, speech.title, len(speech.sentences), shown, distance, farthest)


def _measures(reference: Reference, speeches: Sequence[SpeechDrift]) -> dict[Measure, MeasureDrift]:
    """Each measure that some speech was measured in."""
    drifts: dict[Measure, MeasureDrift] = {}
    for measure in MEASURES:
        here = [value for speech in speeches if (value := speech.values[measure]) is not None]
        if not here or not reference.held_out:
            continue
        usual = [float(np.mean(held[measure])) for held in reference.held_out]
        limit = float(np.quantile(usual, 0.95))
        beyond = sum(value > limit for value in here)
        medians = float(np.median(usual)), float(np.median(here))
        drifts[measure] = MeasureDrift(medians[0], limit, medians[1], beyond, shift_of(here, usual))
    return drifts


def _words(reference: Reference, texts: Sequence[str]) -> WordDrift:
    statistics = reference.statistics
    characters = Counter(char for text in texts for char in text)
    unknown = Counter({char: count for char, count in characters.items() if char not in statistics.known_characters})
    pairs = Counter(
        pair for text in texts for pair in bigrams(text) if pair not in statistics.known_bigrams and _is_hanzi(pair)
    )
    return WordDrift(
        unknown_characters=unknown.total() / characters.total(),
        characters=tuple(char for char, _ in unknown.most_common(_UNKNOWN_SHOWN)),
        bigrams=tuple(pair for pair, _ in pairs.most_common(_UNKNOWN_SHOWN)),
    )


def _is_hanzi(text: str) -> bool:
    return all("\u4e00" <= char <= "\u9fff" for char in text)


def _lengths(reference: Reference, texts: Sequence[str]) -> LengthDrift:
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    lower, median, upper = np.quantile(lengths, (0.25, 0.5, 0.75)).tolist()
    statistics = reference.statistics
    return LengthDrift(statistics.length_quartiles(), (lower, median, upper), statistics.length_distance(lengths))


def _labels(reference: Reference, judgements: Sequence[Judgement]) -> dict[str, LabelDrift]:
    """The label rates, also an estimate of the true ones.

    The estimate is the mean probability (probabilistic classify and count, Bella et al. 2010, ICDM), times what it has to be
    multiplied by to give the annotated rate of the held-out speeches. Expectation maximisation after Saerens et al. (2002) was
    tried and does worse than counting the model's labels as soon as texts differ in more than their label rates; docs/drift.md
    has the figures.
    """
    probability = np.concatenate([judgement.probabilities for judgement in judgements]).mean(axis=0)
    here = np.concatenate([judgement.decided for judgement in judgements]).mean(axis=0)
    return {
        key: LabelDrift(
            training=label.training,
            held_out=label.model,
            here=float(rate),
            estimated=min(1.0, float(mean) * label.held_out / label.probability) if label.probability else None,
        )
        for (key, label), rate, mean in zip(reference.labels.items(), here, probability, strict=True)
    }


def _confidence(reference: Reference, judgements: Sequence[Judgement]) -> ConfidenceDrift:
    sure: NDArray[np.float64] = np.concatenate([judgement.confidence for judgement in judgements])
    usual = reference.confidence
    return ConfidenceDrift(usual["50"], float(np.median(sure)), float((sure < usual[UNSURE]).mean()))
