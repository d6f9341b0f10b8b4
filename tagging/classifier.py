"""The sentence classifier: from the sentences of a speech to their logits, in the context of one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.extras import require
from jianghua.tagging.backends import Backend, TorchBackend
from jianghua.tagging.model_files import (
    CONFIG,
    TOKENIZER,
    WEIGHTS,
    check_model_file,
    check_vocabulary,
    loading,
    read_json_object,
)
from jianghua.tagging.passages import Passage, PassageLimits, SpecialTokens, pack, pool

_BATCH_TOKENS: Final = 2048
"""Tokens computed at once: enough to fill the cores, little enough to keep memory flat."""


class SentenceClassifier:
    """A network with its tokenizer. What its logits mean is decided elsewhere: see `jianghua.tagging.bundle.Bundle`."""

    def __init__(self, backend: Backend, tokenizer: Any, limits: PassageLimits, special: SpecialTokens) -> None:
        """Use `SentenceClassifier.load`, unless you bring a backend or a tokenizer of your own.

        Args:
            backend: computes token logits.
            tokenizer: a `tokenizers.Tokenizer` that neither pads nor truncates.
            limits: how sentences are packed into passages.
            special: ids of the tokenizer's special tokens.
        """
        self._backend = backend
        self._tokenizer = tokenizer
        self._limits = limits
        self._special = special

    @classmethod
    def load(
        cls, directory: Path, limits: PassageLimits, special: SpecialTokens, device: str | None = None
    ) -> SentenceClassifier:
        """Load network and tokenizer of a bundle.

        Args:
            directory: the bundle; its `tagger.json` need not be there yet.
            limits: how sentences are packed into passages.
            special: ids of the tokenizer's special tokens.
            device: torch device; default the GPU when there is one.

        Raises:
            SettingsError: a file is missing or damaged, or they do not belong together.
        """
        for name in (CONFIG, WEIGHTS, TOKENIZER):
            check_model_file(directory / name)
        tokenizer = _load_tokenizer(directory / TOKENIZER)
        check_vocabulary(tokenizer, special, read_json_object(directory / CONFIG).get("vocab_size"), directory)
        return cls(TorchBackend(directory, device), tokenizer, limits, special)

    def logits(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Uncalibrated logits of the sentences of one speech, given in order; shape (sentences, labels)."""
        passages = pack(tokenize(self._tokenizer, sentences), self._limits, self._special)
        return pool(passages, self._token_logits(passages), len(sentences))

    def _token_logits(self, passages: Sequence[Passage]) -> list[NDArray[np.float32]]:
        """Token logits of each passage, shape (tokens, labels); computed in batches of passages of similar length."""
        order = sorted(range(len(passages)), key=lambda number: len(passages[number].token_ids), reverse=True)
        logits: dict[int, NDArray[np.float32]] = {}
        while order:
            longest = len(passages[order[0]].token_ids)
            size = max(1, _BATCH_TOKENS // longest)
            batch, order = order[:size], order[size:]
            ids = np.full((len(batch), longest), self._special.pad, dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, number in enumerate(batch):
                length = len(passages[number].token_ids)
                ids[row, :length] = passages[number].token_ids
                mask[row, :length] = 1
            values = self._backend.logits(ids, mask)
            for row, number in enumerate(batch):
                logits[number] = values[row, : len(passages[number].token_ids)]
        return [logits[number] for number in range(len(passages))]


def _load_tokenizer(file: Path) -> Any:
    """A `tokenizers.Tokenizer` that neither pads nor truncates: passages do both."""
    tokenizers = require("tokenizers", extra="tag")
    with loading(file, "a tokenizer"):
        tokenizer = tokenizers.Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def tokenize(tokenizer: Any, sentences: Sequence[str]) -> list[list[int]]:
    """Token ids of each sentence, without special tokens, by a `tokenizers.Tokenizer`.

    Lone surrogates, which no encoding of Unicode can carry, become question marks.
    """
    safe = [sentence.encode("utf-8", "replace").decode("utf-8") for sentence in sentences]
    return [encoding.ids for encoding in tokenizer.encode_batch(safe, add_special_tokens=False)]
