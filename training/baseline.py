"""A baseline to compare with: TF-IDF of character n-grams and logistic regression.

Regularisation and thresholds are chosen on the validation split, the figures measured by the code that measures the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.training.calibration import best_threshold
from jianghua.training.evaluation import Outcome

STRENGTHS: Final = (1.0, 4.0, 16.0, 64.0)
"""Inverse regularisation strengths that are tried."""


def fit(
    train: Sequence[Speech],
    validation: Sequence[Speech],
    scheme: LabelScheme,
    strengths: Sequence[float] = STRENGTHS,
) -> tuple[Pipeline, dict[str, float]]:
    """The pipeline with the best mean average precision on the validation split, and its thresholds by label."""
    texts, gold, _, _ = _annotated(train, scheme)
    held_out, held_gold, _, _ = _annotated(validation, scheme)
    best: tuple[float, Pipeline, NDArray[np.float64]] | None = None
    for strength in strengths:
        vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
        model = make_pipeline(vectorizer, OneVsRestClassifier(LogisticRegression(C=strength, max_iter=2000)))
        model.fit(texts, gold)
        probabilities = model.predict_proba(held_out)
        score = float(average_precision_score(held_gold, probabilities, average="macro"))
        if best is None or score > best[0]:
            best = (score, model, probabilities)
    assert best is not None
    thresholds = {key: best_threshold(best[2][:, n], held_gold[:, n]) for n, key in enumerate(scheme.keys)}
    return best[1], thresholds


def run(model: Pipeline, thresholds: dict[str, float], speeches: Sequence[Speech], scheme: LabelScheme) -> Outcome:
    """What the baseline makes of annotated sentences."""
    texts, gold, numbers, indices = _annotated(speeches, scheme)
    probabilities = model.predict_proba(texts)
    predicted = (probabilities >= np.array([thresholds[key] for key in scheme.keys])).astype(np.int64)
    return Outcome(probabilities, predicted, gold, numbers, indices)


def _annotated(
    speeches: Sequence[Speech], scheme: LabelScheme
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Texts, labels (sentences, labels), number of the speech and number in the speech of the annotated sentences."""
    rows: list[tuple[str, list[bool], int, int]] = [
        (sentence.text, [key in sentence.labels for key in scheme.keys], number, index)
        for number, speech in enumerate(speeches)
        for index, sentence in enumerate(speech.sentences)
        if sentence.labels is not None
    ]
    columns: tuple[Any, ...] = tuple(zip(*rows, strict=True))
    return list(columns[0]), *(np.array(column, dtype=np.int64) for column in columns[1:])  # type: ignore[return-value]
