"""Fit the lexical path: TF-IDF of hashed character n-grams and one logistic regression a label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jianghua.data.extras import require
from jianghua.tagging.lexical import LexicalModel, features
from jianghua.training.config import LexicalConfig


def fit_lexical(texts: Sequence[str], targets: NDArray[np.integer[Any]], config: LexicalConfig) -> LexicalModel:
    """Fit on sentences and their labels, shape (sentences, labels).

    Rare labels are weighed up to balance (`class_weight="balanced"`). A label that all sentences or none of them have gets
    no weights: its bias says so.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    counts = _matrix(texts, config.bits)
    frequency = np.bincount(counts.indices, minlength=1 << config.bits)
    # The smooth form of scikit-learn's TfidfTransformer; a bucket of one sentence teaches that sentence by heart.
    idf = np.where(frequency >= 2, np.log((1 + len(texts)) / (1 + frequency)) + 1, 0).astype(np.float16)
    weighed = counts.multiply(idf.astype(np.float32)).tocsr()
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    normalised = require("scipy.sparse", extra="train").diags(1 / np.where(lengths > 0, lengths, 1)) @ weighed
    weights = np.zeros((1 << config.bits, targets.shape[1]), dtype=np.float16)
    bias = np.zeros(targets.shape[1], dtype=np.float32)
    for label, column in enumerate(targets.T):
        weights[:, label], bias[label] = _fit_label(normalised, column, config)
    return LexicalModel(idf, weights, bias)


def _fit_label(rows: Any, column: NDArray[np.integer[Any]], config: LexicalConfig) -> tuple[NDArray[np.float64], float]:
    if column.min() == column.max():
        return np.zeros(rows.shape[1]), 10.0 if column[0] else -10.0
    regression = require("sklearn.linear_model", extra="train").LogisticRegression(
        C=config.strength, class_weight="balanced", solver="liblinear", max_iter=300, random_state=0
    )
    regression.fit(rows, column)
    return regression.coef_[0], float(regression.intercept_[0])


def _matrix(texts: Sequence[str], bits: int) -> Any:
    """Counts of n-grams as a sparse matrix, shape (sentences, 2^bits)."""
    found = [features(text, bits) for text in texts]
    offsets = np.concatenate([[0], np.cumsum([len(one.buckets) for one in found])])
    values, columns = (np.concatenate([getattr(one, name) for one in found]) for name in ("counts", "buckets"))
    return require("scipy.sparse", extra="train").csr_matrix((values, columns, offsets), shape=(len(texts), 1 << bits))
