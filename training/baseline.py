"""A baseline to compare with: TF-IDF of character n-grams and logistic regression.

Regularisation and thresholds are chosen on the validation split, and the figures come from the code that measures the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.training.calibration import best_threshold
from jianghua.training.evaluation import GoldLabels, Outcome, gold_labels
from jianghua.training.metrics import AveragePrecision

INVERSE_REGULARISATION: Final = (1.0, 4.0, 16.0, 64.0)
"""Values of logistic regression's `C` that are tried."""


def fit_baseline(
    train: Sequence[Speech],
    validation: Sequence[Speech],
    scheme: LabelScheme,
    inverse_regularisation: Sequence[float] = INVERSE_REGULARISATION,
) -> tuple[Pipeline, dict[str, float]]:
    """The pipeline with the best mean average precision on the validation split, and its thresholds by label."""
    gold, held_out = gold_labels(train, scheme), gold_labels(validation, scheme)
    texts, held_out_texts = _texts(train, gold), _texts(validation, held_out)
    best: tuple[float, Pipeline, NDArray[np.float64]] | None = None
    for c in inverse_regularisation:
        vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
        model = make_pipeline(vectorizer, OneVsRestClassifier(LogisticRegression(C=c, max_iter=2000)))
        model.fit(texts, gold.labels)
        probabilities = model.predict_proba(held_out_texts)
        ranking = AveragePrecision(scheme.keys).compute(predictions=probabilities.tolist(), references=held_out.labels.tolist())
        score = ranking["macro_average_precision"] or 0.0
        if best is None or score > best[0]:
            best = (score, model, probabilities)
    assert best is not None
    _, model, probabilities = best
    thresholds = {key: best_threshold(probabilities[:, n], held_out.labels[:, n]) for n, key in enumerate(scheme.keys)}
    return model, thresholds


def run_baseline(model: Pipeline, thresholds: dict[str, float], speeches: Sequence[Speech], scheme: LabelScheme) -> Outcome:
    """What the baseline makes of annotated sentences."""
    gold = gold_labels(speeches, scheme)
    probabilities = model.predict_proba(_texts(speeches, gold))
    predicted = (probabilities >= np.array([thresholds[key] for key in scheme.keys])).astype(np.int64)
    return Outcome(probabilities, predicted, gold.labels, gold.speeches, gold.indices)


def _texts(speeches: Sequence[Speech], gold: GoldLabels) -> list[str]:
    """Texts of the annotated sentences."""
    return [speeches[number].sentences[index].text for number, index in zip(gold.speeches, gold.indices, strict=True)]
