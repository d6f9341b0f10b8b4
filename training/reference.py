"""The reference of a run: what its training and held-out speeches are like, for `jianghua drift` to compare others with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from jianghua.data.corpus.dataset import SpeechDataset
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.selection import confidence, margins
from jianghua.tagging.bundle import Bundle
from jianghua.tagging.drift.profile import Judgement, profile
from jianghua.tagging.drift.reference import QUANTILES, LabelReference, Reference
from jianghua.tagging.drift.statistics import TextStatistics
from jianghua.tagging.records import Tag
from jianghua.training.evaluation import Classify

Track: TypeAlias = Callable[[Sequence[Speech]], Iterable[Speech]]


def judgement(tags: Sequence[Tag], scheme: LabelScheme, thresholds: Mapping[str, float]) -> Judgement:
    """Tags as arrays, with their confidence."""
    keys = scheme.keys
    shape = (len(tags), len(keys))
    probabilities = np.array([[tag.probabilities[key] for key in keys] for tag in tags], dtype=np.float64).reshape(shape)
    decided = np.array([[key in tag.labels for key in keys] for tag in tags], dtype=np.bool_).reshape(shape)
    return _judgement(probabilities, decided, scheme, thresholds)


def _judgement(
    probabilities: NDArray[np.float64], decided: NDArray[np.bool_], scheme: LabelScheme, thresholds: Mapping[str, float]
) -> Judgement:
    """A judgement with the confidence that active learning goes by (`jianghua.labels.selection`)."""
    limits = np.array([thresholds[key] for key in scheme.keys]) if scheme.kind == "multi" else None
    return Judgement(probabilities, decided, confidence(margins(probabilities, limits)))


def model_reference(
    bundle: Bundle,
    classify: Classify,
    model_sha256: str,
    dataset: SpeechDataset,
    track: Track = lambda speeches: speeches,
) -> Reference:
    """The reference of a model and the dataset that it was trained on; see `build_reference`."""

    def judge(speech: Speech) -> Judgement:
        probabilities = bundle.probabilities(classify(speech.texts))
        return _judgement(probabilities, bundle.decide(probabilities), bundle.scheme, bundle.calibration.thresholds)

    return build_reference(dataset, judge, model_sha256, track)


def build_reference(
    dataset: SpeechDataset, judge: Callable[[Speech], Judgement], model_sha256: str, track: Track = lambda speeches: speeches
) -> Reference:
    """Measure a dataset: texts and label rates of its training split, and how far the other splits are from them.

    Args:
        dataset: that the model was trained on.
        judge: what the model says of the sentences of a speech.
        model_sha256: hash of the model's bundle.
        track: passes the held-out speeches on and shows how many were judged.
    """
    training = dataset.splits["train"]
    held_out = [speech for name, split in dataset.splits.items() if name != "train" for speech in split]
    judgements = [judge(speech) for speech in track(held_out)]
    statistics = TextStatistics.of(text for speech in training for text in speech.texts)
    labels = _labels(training, held_out, judgements, dataset.scheme)
    rates = np.array([label.model for label in labels.values()])
    profiles = [profile(speech.texts, statistics, said, rates) for speech, said in zip(held_out, judgements, strict=True)]
    sure = np.concatenate([said.confidence for said in judgements])
    return Reference(
        model_sha256=model_sha256,
        training_speeches=len(training),
        statistics=statistics,
        labels=labels,
        confidence={str(percent): round(float(np.percentile(sure, percent)), 4) for percent in QUANTILES},
        held_out=tuple(one for one in profiles if all(one.values())),  # those long enough for every measure
    )


def _labels(
    training: Sequence[Speech], held_out: Sequence[Speech], judgements: Sequence[Judgement], scheme: LabelScheme
) -> dict[str, LabelReference]:
    """Label rates in training, and in held-out speeches by annotation and by the model, all over annotated sentences."""
    annotated = np.array([sentence.labels is not None for speech in held_out for sentence in speech.sentences])
    probabilities, decided = (
        np.concatenate([getattr(said, name) for said in judgements])[annotated] for name in ("probabilities", "decided")
    )
    gold, trained = _gold(held_out, scheme), _gold(training, scheme)
    return {
        key: LabelReference(
            training=_rate(trained[:, column]),
            held_out=_rate(gold[:, column]),
            model=_rate(decided[:, column]),
            probability=_rate(probabilities[:, column]),
        )
        for column, key in enumerate(scheme.keys)
    }


def _gold(speeches: Sequence[Speech], scheme: LabelScheme) -> NDArray[np.bool_]:
    """Which labels the annotated sentences have, shape (sentences, labels)."""
    rows = [
        [key in sentence.labels for key in scheme.keys]
        for speech in speeches
        for sentence in speech.sentences
        if sentence.labels is not None
    ]
    return np.array(rows, dtype=np.bool_)


def _rate(column: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    return round(float(column.mean()), 4)
