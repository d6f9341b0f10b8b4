"""The sentence classifier: from the sentences of a speech to their logits, by a network and by the words that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.extras import require
from jianghua.data.text.folding import fold
from jianghua.tagging.backends import Backend, TorchBackend
from jianghua.tagging.evidence import Evidence, find_evidence
from jianghua.tagging.lexical import LexicalModel, load_lexical
from jianghua.tagging.model_files import (
    CONFIG,
    TOKENIZER,
    WEIGHTS,
    check_model_file,
    check_vocabulary,
    loading,
    read_json_object,
)
from jianghua.tagging.passages import Passage, PassageLimits, SpecialTokens, pack
from jianghua.tagging.pooling import PooledSentence, Pooling, pool

_BATCH_TOKENS: Final = 2048
"""Tokens computed at once: enough to fill the cores, little enough to keep memory flat."""


@dataclass(frozen=True)
class Architecture:
    """What makes sentence logits of a network's outputs, beside its weights.

    Attributes:
        passages: how sentences are packed into token sequences.
        tokens: ids of the tokenizer's special tokens.
        pooling: how the outputs of a sentence's tokens become its logits.
        lexical_share: share of the lexical model's logits in the sum, from 0 to 1; the network's are the rest.
    """

    passages: PassageLimits
    tokens: SpecialTokens
    pooling: Pooling = "mean"
    lexical_share: float = 0.0


class SentenceClassifier:
    """A network with its tokenizer. What its logits mean is decided elsewhere: see `jianghua.tagging.bundle.Bundle`."""

    def __init__(
        self, backend: Backend, tokenizer: Any, architecture: Architecture, lexical: LexicalModel | None = None
    ) -> None:
        """Use `SentenceClassifier.load`, unless you bring a backend or a tokenizer of your own.

        Args:
            backend: computes the outputs of tokens.
            tokenizer: a `tokenizers.Tokenizer` that neither pads nor truncates.
            architecture: packing, pooling and the share of the lexical model.
            lexical: the model over words; needed where its share is above 0.
        """
        self._backend = backend
        self._tokenizer = tokenizer
        self._architecture = architecture
        self._lexical = lexical

    @classmethod
    def load(cls, directory: Path, architecture: Architecture, device: str | None = None) -> SentenceClassifier:
        """Load network, tokenizer and lexical model of a bundle.

        Args:
            directory: the bundle; its `tagger.json` need not be there yet.
            architecture: what its `tagger.json` says, or will say.
            device: torch device; default the GPU when there is one.

        Raises:
            SettingsError: a file is missing or damaged, or they do not belong together.
        """
        for name in (CONFIG, WEIGHTS, TOKENIZER):
            check_model_file(directory / name)
        tokenizer = _load_tokenizer(directory / TOKENIZER)
        check_vocabulary(tokenizer, architecture.tokens, read_json_object(directory / CONFIG).get("vocab_size"), directory)
        lexical = load_lexical(directory) if architecture.lexical_share > 0 else None
        return cls(TorchBackend(directory, device), tokenizer, architecture, lexical)

    def logits(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Uncalibrated logits of the sentences of one speech, given in order; shape (sentences, labels)."""
        return self._logits(sentences, self._pool(encode(self._tokenizer, sentences)))

    def explain(self, sentences: Sequence[str]) -> tuple[NDArray[np.float64], list[Evidence]]:
        """The same logits, and the evidence in each sentence, of one run of the network."""
        encodings = encode(self._tokenizer, sentences)
        pooled = self._pool(encodings)
        share = self._architecture.lexical_share
        evidence = [
            find_evidence(text, encoding.offsets, one, self._lexical, share)
            for text, encoding, one in zip(sentences, encodings, pooled, strict=True)
        ]
        return self._logits(sentences, pooled), evidence

    def _pool(self, encodings: Sequence[Any]) -> list[PooledSentence]:
        """What the network makes of the sentences of one speech, given as `encode` gives them."""
        tokens = [encoding.ids for encoding in encodings]
        passages = pack(tokens, self._architecture.passages, self._architecture.tokens)
        return pool(passages, self._outputs(passages), len(tokens), self._architecture.pooling)

    def _logits(self, sentences: Sequence[str], pooled: Sequence[PooledSentence]) -> NDArray[np.float64]:
        """Logits of network and lexical model together, shape (sentences, labels)."""
        logits = np.stack([one.logits for one in pooled]) if pooled else np.zeros((0, 0))
        if self._lexical is None:
            return logits
        share = self._architecture.lexical_share
        return (1 - share) * logits + share * self._lexical.logits(sentences)

    def _outputs(self, passages: Sequence[Passage]) -> list[NDArray[np.float32]]:
        """Outputs of each passage's tokens, shape (tokens, outputs); computed in batches of passages of similar length."""
        order = sorted(range(len(passages)), key=lambda number: len(passages[number].token_ids), reverse=True)
        outputs: dict[int, NDArray[np.float32]] = {}
        while order:
            longest = len(passages[order[0]].token_ids)
            size = max(1, _BATCH_TOKENS // longest)
            batch, order = order[:size], order[size:]
            ids = np.full((len(batch), longest), self._architecture.tokens.pad, dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, number in enumerate(batch):
                length = len(passages[number].token_ids)
                ids[row, :length] = passages[number].token_ids
                mask[row, :length] = 1
            values = self._backend.logits(ids, mask)
            for row, number in enumerate(batch):
                outputs[number] = values[row, : len(passages[number].token_ids)]
        return [outputs[number] for number in range(len(passages))]


def _load_tokenizer(file: Path) -> Any:
    """A `tokenizers.Tokenizer` that neither pads nor truncates: passages do both."""
    tokenizers = require("tokenizers", extra="tag")
    with loading(file, "a tokenizer"):
        tokenizer = tokenizers.Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer: Any, sentences: Sequence[str]) -> list[Any]:
    """A `tokenizers.Encoding` of each sentence, without special tokens, by a `tokenizers.Tokenizer`.

    Other forms of characters, such as radicals, are tokenised as the usual ones (`fold`). Lone surrogates, which no encoding of
    Unicode can carry, become question marks, one for one: offsets stay what they are.
    """
    safe = [fold(sentence).encode("utf-8", "replace").decode("utf-8") for sentence in sentences]
    return list(tokenizer.encode_batch(safe, add_special_tokens=False))


def tokenize(tokenizer: Any, sentences: Sequence[str]) -> list[list[int]]:
    """Token ids of each sentence; see `encode`."""
    return [encoding.ids for encoding in encode(tokenizer, sentences)]
