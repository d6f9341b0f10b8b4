from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from jianghua.tagging.passages import PassageLimits, SpecialTokens, pack
from jianghua.tagging.pooling import OUTPUTS, Pooling, pool, token_weights
from jianghua.training.model import pool_batch

SPECIAL = SpecialTokens(cls=0, sep=2, pad=1)
LENGTHS = st.lists(st.integers(0, 60), min_size=1, max_size=20)
LIMITS = st.builds(PassageLimits, max_tokens=st.integers(8, 64), max_sentences=st.integers(1, 8), overlap=st.integers(0, 3))
POOLINGS: list[Pooling] = ["mean", "attention"]
LABELS = 3


def expected(tokens: NDArray[np.float32], pooling: Pooling) -> NDArray[np.float64]:
    """The definition, token by token."""
    if pooling == "mean":
        return np.asarray(tokens.mean(axis=0, dtype=np.float64))
    values, scores = tokens[:, :LABELS].astype(float), tokens[:, LABELS:].astype(float)
    powers = np.exp(scores)
    return np.asarray((powers * values).sum(axis=0) / powers.sum(axis=0))


@pytest.mark.parametrize("pooling", POOLINGS)
@given(LENGTHS, LIMITS, st.integers(0, 2**32 - 1))
def test_a_sentence_is_pooled_from_all_its_tokens_and_no_others(
    pooling: Pooling, lengths: list[int], limits: PassageLimits, seed: int
) -> None:
    random = np.random.default_rng(seed)
    passages = pack([[9] * length for length in lengths], limits, SPECIAL)
    shape = OUTPUTS[pooling] * LABELS
    outputs = [random.normal(size=(len(p.token_ids), shape)).astype(np.float32) for p in passages]
    pooled = pool(passages, outputs, len(lengths), pooling)
    assert [one.logits.shape for one in pooled] == [(LABELS,)] * len(lengths)
    assert [len(one.values) for one in pooled] == [len(one.weights) for one in pooled] == lengths
    for sentence in range(len(lengths)):
        own = [
            values[token]
            for passage, values in zip(passages, outputs, strict=True)
            for token, slot in enumerate(passage.slots)
            if slot >= 0 and passage.scored[slot] and passage.sentences[slot] == sentence
        ]
        np.testing.assert_allclose(pooled[sentence].logits, expected(np.array(own), pooling), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_training_pools_as_tagging_does(pooling: Pooling) -> None:
    passages = pack([[9] * n for n in (3, 1, 7, 2)], PassageLimits(max_tokens=64, max_sentences=4), SPECIAL)
    (passage,) = passages
    outputs = np.random.default_rng(0).normal(size=(len(passage.token_ids), OUTPUTS[pooling] * LABELS)).astype(np.float32)
    members = torch.tensor(passage.slots)[None, None] == torch.arange(5)[None, :, None]  # the fifth sentence is padding
    trained = pool_batch(torch.from_numpy(outputs)[None], members, pooling)[0]
    assert torch.isfinite(trained).all()
    pooled = np.stack([one.logits for one in pool(passages, [outputs], 4, pooling)])
    np.testing.assert_allclose(pooled, trained[:4].numpy(), rtol=1e-5, atol=1e-6)


def test_attention_lets_one_token_carry_a_label() -> None:
    tokens = np.zeros((50, 2 * LABELS), dtype=np.float32)
    tokens[7, 0], tokens[7, LABELS] = 5.0, 20.0  # of the first label: a value, and a score far above the others
    weights = token_weights(tokens, "attention")
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    assert weights[7, 0] > 0.99
    assert weights[7, 1] == pytest.approx(1 / 50)
