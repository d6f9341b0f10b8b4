"""Pooling: sentence logits from the logits of a sentence's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jianghua.tagging.passages import Passage

Pooling: TypeAlias = Literal["mean", "attention"]
"""`mean`: the mean over a sentence's tokens.

`attention`: label-wise attention (after Mullenbach et al. 2018, arXiv 1802.05695): the token classifier has an output for the
value and one for the score of each label, and a label's logit is the mean of its values, weighed by the softmax of its scores
over the sentence's tokens. A clause can then carry a label by itself, where the mean thins out long sentences."""

OUTPUTS: Final = {"mean": 1, "attention": 2}
"""Outputs of the token classifier for each label."""


@dataclass(frozen=True, slots=True)
class PooledSentence:
    """One sentence's logits, and what its tokens put into them. The [SEP] tokens that close it are in its logits alone.

    Attributes:
        logits: shape (labels,).
        weights: of the tokens of its text, shape (tokens, labels).
        values: of the tokens of its text, shape (tokens, labels).
    """

    logits: NDArray[np.float64]
    weights: NDArray[np.float64]
    values: NDArray[np.float32]


def pool(
    passages: Sequence[Passage], outputs: Sequence[NDArray[np.float32]], sentences: int, pooling: Pooling
) -> list[PooledSentence]:
    """Pool the sentences of one speech.

    Args:
        passages: passages of the speech.
        outputs: outputs of each passage's tokens, shape (tokens, labels), or for `attention` (tokens, 2 × labels): values of
            all labels, then their scores; padding cut off.
        sentences: number of sentences in the speech.
        pooling: see `Pooling`.
    """
    pooled = []
    for pieces in _pieces_of(passages, outputs, sentences):
        tokens = np.concatenate(pieces)
        weights = token_weights(tokens, pooling)
        values = tokens[:, : weights.shape[1]]
        logits = (weights * values).sum(axis=0, dtype=np.float64)
        is_text = np.ones(len(tokens), dtype=np.bool_)
        is_text[np.cumsum([len(piece) for piece in pieces]) - 1] = False  # each piece ends with its [SEP]
        pooled.append(PooledSentence(logits, weights[is_text], values[is_text]))
    return pooled


def token_weights(tokens: NDArray[np.float32], pooling: Pooling) -> NDArray[np.float64]:
    """How much each token of one sentence counts for each label; columns sum to 1.

    Args:
        tokens: outputs of the sentence's tokens, shape (tokens, labels) or (tokens, 2 × labels).
        pooling: see `Pooling`.

    Returns:
        Shape (tokens, labels).
    """
    labels = tokens.shape[1] // OUTPUTS[pooling]
    if pooling == "mean":
        return np.full((len(tokens), labels), 1 / len(tokens))
    scores = tokens[:, labels:].astype(np.float64)
    powers = np.exp(scores - scores.max(axis=0))
    return np.asarray(powers / powers.sum(axis=0), dtype=np.float64)


def _pieces_of(
    passages: Sequence[Passage], outputs: Sequence[NDArray[np.float32]], sentences: int
) -> list[list[NDArray[np.float32]]]:
    """Outputs of the tokens of each sentence in each of the passages that score it, in order."""
    pieces: list[list[NDArray[np.float32]]] = [[] for _ in range(sentences)]
    for passage, values in zip(passages, outputs, strict=True):
        slots = np.asarray(passage.slots)
        for slot, (sentence, scored) in enumerate(zip(passage.sentences, passage.scored, strict=True)):
            if scored:
                pieces[sentence].append(values[slots == slot])
    return pieces
