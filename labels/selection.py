"""Active learning: which sentences are worth an annotator's time. Plain arrays in, numbers of sentences out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.extras import require

Method: TypeAlias = Literal["uncertainty", "diverse", "random", "all"]
METHODS: Final[tuple[str, ...]] = get_args(Method)


def margins(probabilities: NDArray[np.float64], thresholds: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """How far each decision is from turning, in [0, 1], shape (sentences, labels).

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
    method: Method,
    count: int | None,
    texts: Sequence[str],
    margin: NDArray[np.float64] | None = None,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The numbers of the chosen sentences, ascending, so that they stay in the speeches' order.

    Args:
        method: `uncertainty`: nearest to turning, each label in turn. `diverse`: far apart in character n-grams, weighted by
            uncertainty when there are margins. `random`: every sentence alike. `all`: no choice.
        count: how many; `None` or more than there are: all of them.
        texts: the sentences.
        margin: see `margins`, shape (sentences, labels).
        seed: decides among equals, and the drawing of `diverse` and `random`.

    Raises:
        SettingsError: `uncertainty` without margins, or a count below one.
    """
    if count is not None and count < 1:
        raise SettingsError(f"expected at least one sentence to select, got {count}")
    if method == "uncertainty" and margin is None:
        raise SettingsError("selecting by uncertainty needs a model: give --model RUN")
    if method == "all" or count is None or count >= len(texts):
        return np.arange(len(texts))
    random = np.random.default_rng(seed)
    if method == "random":
        chosen = random.choice(len(texts), count, replace=False)
    elif method == "uncertainty":
        assert margin is not None
        chosen = _uncertain(margin, count, random)
    else:
        weights = None if margin is None else 1 - confidence(margin)
        chosen = _diverse(character_features(texts), count, weights, random)
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


def character_features(texts: Sequence[str]) -> Any:
    """TF-IDF of character 1- to 3-grams, rows of length one; a sparse matrix (sentences, n-grams).

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    text = require("sklearn.feature_extraction.text", extra="annotate")
    vectorizer = text.TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # not one character in all the sentences
        return require("scipy.sparse", extra="annotate").csr_matrix((len(texts), 1), dtype=np.float32)


def _diverse(features: Any, count: int, weights: NDArray[np.float64] | None, random: np.random.Generator) -> NDArray[np.int64]:
    """Seeds of k-means++ (Arthur and Vassilvitskii 2007).

    Each next sentence is drawn with a chance in proportion to its squared distance to the nearest chosen one, times its
    weight. Unlike taking the farthest point (k-center), this does not collect outliers.
    """
    sentences = features.shape[0]
    weight = np.ones(sentences) if weights is None else weights + 1e-3  # a sure sentence may still be drawn, if it is far
    squares = np.asarray(features.multiply(features).sum(axis=1)).ravel()
    nearest = np.full(sentences, np.inf)
    free = np.ones(sentences, dtype=bool)
    chosen = np.empty(count, dtype=np.int64)
    for step in range(count):
        chance = weight * free * (nearest if step else 1.0)
        if chance.sum() <= 0:  # what is left repeats what was chosen
            chance = weight * free
        chosen[step] = random.choice(sentences, p=chance / chance.sum())
        free[chosen[step]] = False
        products = np.asarray((features @ features[chosen[step]].T).todense()).ravel()
        distance = np.maximum(squares + squares[chosen[step]] - 2 * products, 0.0)
        nearest = np.minimum(nearest, np.where(distance < 1e-6, 0.0, distance))
    return chosen
