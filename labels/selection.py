"""Active learning: which sentences are worth an annotator's time. Plain arrays in, numbers of sentences out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import SettingsError
from jianghua.data.extras import require
from jianghua.labels.choices import Selection

_NGRAMS: Final = 50_000  # the most frequent ones
_DIMENSIONS: Final = 64


def margins(probabilities: NDArray[np.float64], thresholds: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """How far each probability is from its decision threshold, in [0, 1], shape (sentences, labels).

    Multi-label: the distance of the probability to the label's threshold, relative to the farthest that it could be on that
    side, so labels with low and high thresholds compare. Single-label (`thresholds` is `None`): the lead of the best label
    over the second (margin sampling, Scheffer et al. 2001) in the best label's column, 1 elsewhere.

    Args:
        probabilities: shape (sentences, labels).
        thresholds: shape (labels,), or `None` for a single-label scheme.
    """
    if thresholds is not None:
        room = np.where(probabilities >= thresholds, 1 - thresholds, thresholds)
        distance = np.abs(probabilities - thresholds)
        return np.asarray(np.divide(distance, room, out=np.ones_like(distance), where=room > 0).clip(0, 1))
    result = np.ones_like(probabilities)
    if probabilities.shape[1] > 1:
        ranked = np.sort(probabilities, axis=1)
        best = probabilities.argmax(axis=1)
        result[np.arange(len(result)), best] = ranked[:, -1] - ranked[:, -2]
    return result


def confidence(margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """A sentence's confidence: that of its least certain label, shape (sentences,), of margins (sentences, labels)."""
    return np.asarray(margin.min(axis=1, initial=1.0))


def select(
    method: Selection,
    count: int | None,
    texts: Sequence[str],
    margin: NDArray[np.float64] | None = None,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The numbers of the chosen sentences, ascending, so that they stay in the speeches' order.

    Args:
        method: see `Selection`.
        count: how many; `None` or more than there are: all of them.
        texts: the sentences.
        margin: see `margins`, shape (sentences, labels).
        seed: decides among equals, and the drawing of `diverse` and `random`.

    Raises:
        SettingsError: `uncertainty` without margins, or a count below one.
    """
    if count is not None and count < 1:
        raise SettingsError(f"expected at least one sentence to select, got {count}")
    if method == Selection.UNCERTAINTY and margin is None:
        raise SettingsError("selecting by uncertainty needs a model: give --model RUN")
    if method == Selection.ALL or count is None or count >= len(texts):
        return np.arange(len(texts))
    random = np.random.default_rng(seed)
    if method == Selection.RANDOM:
        chosen = random.choice(len(texts), count, replace=False)
    elif method == Selection.UNCERTAINTY:
        assert margin is not None
        chosen = _uncertain(margin, count, random)
    else:
        weights = None if margin is None else 1 - confidence(margin)
        chosen = _diverse(character_features(texts, seed), count, weights, random)
    return np.sort(chosen)


def _uncertain(margin: NDArray[np.float64], count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Each label in turn takes the sentence about which it is least certain: frequent labels do not crowd out rare ones."""
    sentences, labels = margin.shape
    shuffled = random.permutation(sentences)  # ties: not always the beginning of the first speech
    queues = [iter(shuffled[np.argsort(margin[shuffled, label], kind="stable")]) for label in range(labels)]
    chosen: dict[int, None] = {}
    while len(chosen) < count:
        for queue in queues:
            sentence = next((number for number in queue if number not in chosen), None)
            if sentence is not None and len(chosen) < count:
                chosen[int(sentence)] = None
    return np.fromiter(chosen, dtype=np.int64)


def character_features(texts: Sequence[str], seed: int = 0) -> NDArray[np.float64]:
    """Latent semantic features of character n-grams: rows of length one (or zero), shape (sentences, up to 64).

    TF-IDF of 1- to 3-grams alone puts nearly all sentences equally far apart; its leading singular vectors (Deerwester et al.
    1990) tell apart what is said from how it happens to be put.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    text = require("sklearn.feature_extraction.text", extra="annotate")
    decomposition = require("sklearn.decomposition", extra="annotate")
    vectorizer = text.TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), max_features=_NGRAMS, sublinear_tf=True, dtype=np.float32
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # not one character in all the sentences
        return np.zeros((len(texts), 1))
    if min(weights.shape) <= _DIMENSIONS:
        features = weights.toarray().astype(np.float64)
    else:
        svd = decomposition.TruncatedSVD(_DIMENSIONS, n_iter=2, random_state=seed)
        features = svd.fit_transform(weights).astype(np.float64)
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(np.divide(features, length, out=np.zeros_like(features), where=length > 0))


def _diverse(
    features: NDArray[np.float64], count: int, weights: NDArray[np.float64] | None, random: np.random.Generator
) -> NDArray[np.int64]:
    """Seeds of greedy k-means++ (Arthur and Vassilvitskii 2007), each sentence with its weight.

    Each next sentence is the one, of several drawn with a chance in proportion to their squared distance to the nearest
    chosen one, after which all sentences are nearest to a chosen one. Unlike taking the farthest (k-center), this does not
    collect outliers.
    """
    cluster = require("sklearn.cluster", extra="annotate")
    weight = np.ones(len(features)) if weights is None else weights + 1e-3  # a sure sentence may be chosen too, if it is far
    different = len(np.unique(features.round(6), axis=0))
    _, seeds = cluster.kmeans_plusplus(
        features, min(count, different), sample_weight=weight, random_state=int(random.integers(2**31))
    )
    chosen = np.unique(seeds)
    rest = np.setdiff1d(np.arange(len(features)), chosen)  # copies of what is chosen, drawn only when nothing else is left
    more = random.choice(rest, count - len(chosen), replace=False, p=weight[rest] / weight[rest].sum())
    return np.concatenate([chosen, more])
