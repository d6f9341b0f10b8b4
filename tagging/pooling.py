"""Pooling: sentence logits from the logits of a sentence's tokens."""

from __future__ import annotations

from collections.abc import Sequence
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


def pool(
    passages: Sequence[Passage], outputs: Sequence[NDArray[np.float32]], sentences: int, pooling: Pooling
) -> NDArray[np.float64]:
    """Logits of the sentences of one speech.

    Args:
        passages: passages of the speech.
        outputs: outputs of each passage's tokens, shape (tokens, labels), or for `attention` (tokens, 2 × labels): values of
            all labels, then their scores; padding cut off.
        sentences: number of sentences in the speech.
        pooling: see `Pooling`.

    Returns:
        Shape (sentences, labels).
    """
    labels = outputs[0].shape[1] // OUTPUTS[pooling] if outputs else 0
    logits = np.zeros((sentences, labels))
    for sentence, tokens in enumerate(_tokens_of(passages, outputs, sentences)):
        logits[sentence] = (token_weights(tokens, pooling) * tokens[:, :labels]).sum(axis=0, dtype=np.float64)
    return logits


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


def _tokens_of(
    passages: Sequence[Passage], outputs: Sequence[NDArray[np.float32]], sentences: int
) -> list[NDArray[np.float32]]:
    """Outputs of the tokens of each sentence, from all the passages that score it, in order."""
    pieces: list[list[NDArray[np.float32]]] = [[] for _ in range(sentences)]
    for passage, values in zip(passages, outputs, strict=True):
        slots = np.asarray(passage.slots)
        for slot, (sentence, scored) in enumerate(zip(passage.sentences, passage.scored, strict=True)):
            if scored:
                pieces[sentence].append(values[slots == slot])
    return [np.concatenate(parts) for parts in pieces]
