"""The tagger: from sentences, text or a file to tags. Everything that tags goes through it, so all tags are the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jianghua.data.extras import require
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.backends import Backend, TorchBackend
from jianghua.tagging.bundle import Bundle, bundle_sha256, find_bundle, load_bundle
from jianghua.tagging.passages import Passage, pack, pool
from jianghua.tagging.records import Tag, TaggedSpeech

_BATCH_TOKENS = 2048  # tokens computed at once: enough to fill the cores, little enough to keep memory flat


class Tagger:
    """A trained bundle, ready to tag.

    Sentences are tagged in the context of their speech. A speech is always computed on its own, so its tags do not depend on
    which other speeches are tagged in the same run.
    """

    def __init__(self, bundle: Bundle, backend: Backend, tokenizer: Any, name: str, sha256: str) -> None:
        """Use `Tagger.load`, unless you bring a backend or a tokenizer of your own."""
        self.bundle = bundle
        self.name = name
        self.model_sha256 = sha256
        self._backend = backend
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, path: str | Path, device: str | None = None) -> Tagger:
        """Load a bundle, or the bundle of a run.

        Args:
            path: directory with `tagger.json`, or a run's directory.
            device: torch device; default the GPU when there is one.

        Raises:
            SettingsError: there is no bundle, or it is damaged.
        """
        directory = find_bundle(Path(path))
        tokenizers = require("tokenizers", extra="tag")
        tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        name = directory.parent.name if directory.name == "bundle" else directory.name
        backend = TorchBackend(directory, device)
        return cls(load_bundle(directory), backend, tokenizer, name, bundle_sha256(directory))

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme that the model was trained on."""
        return self.bundle.scheme

    def tag_sentences(self, sentences: Sequence[str]) -> list[Tag]:
        """Tag the sentences of one speech, given in order; one tag a sentence."""
        if not sentences:
            return []
        probabilities = self.bundle.probabilities(self.sentence_logits(sentences))
        keys = self.scheme.keys
        return [
            Tag(labels, dict(zip(keys, row.tolist(), strict=True)))
            for labels, row in zip(self.bundle.decide(probabilities), probabilities, strict=True)
        ]

    def tag_speech(self, speech: Speech) -> TaggedSpeech:
        """Tag a speech that was already read."""
        return TaggedSpeech(speech, tuple(self.tag_sentences(speech.texts)))

    def tag_text(self, text: str) -> TaggedSpeech:
        """Clean a text, split it into sentences and tag them."""
        from jianghua.data.reader import read_text

        return self.tag_speech(read_text(text))

    def tag_file(self, path: str | Path) -> TaggedSpeech:
        """Read a speech file and tag it.

        Raises:
            DocumentError: the file cannot be read as a speech.
        """
        from jianghua.data.reader import read_speech

        return self.tag_speech(read_speech(Path(path)))

    def sentence_logits(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Uncalibrated logits of the sentences of one speech, shape (sentences, labels)."""
        tokens = tokenize(self._tokenizer, sentences)
        passages = pack(tokens, self.bundle.passages, self.bundle.tokens)
        return pool(passages, self._token_logits(passages), len(sentences))

    def _token_logits(self, passages: Sequence[Passage]) -> list[NDArray[np.float32]]:
        """Token logits of each passage, shape (tokens, labels); computed in batches of passages of similar length."""
        order = sorted(range(len(passages)), key=lambda number: len(passages[number].token_ids), reverse=True)
        logits: dict[int, NDArray[np.float32]] = {}
        while order:
            longest = len(passages[order[0]].token_ids)
            size = max(1, _BATCH_TOKENS // longest)
            batch, order = order[:size], order[size:]
            ids = np.full((len(batch), longest), self.bundle.tokens.pad, dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, number in enumerate(batch):
                length = len(passages[number].token_ids)
                ids[row, :length] = passages[number].token_ids
                mask[row, :length] = 1
            values = self._backend.logits(ids, mask)
            for row, number in enumerate(batch):
                logits[number] = values[row, : len(passages[number].token_ids)]
        return [logits[number] for number in range(len(passages))]


def tokenize(tokenizer: Any, sentences: Sequence[str]) -> list[list[int]]:
    """Token ids of each sentence, without special tokens, by a `tokenizers.Tokenizer`.

    Lone surrogates, which no encoding of Unicode can carry, become question marks.
    """
    safe = [sentence.encode("utf-8", "replace").decode("utf-8") for sentence in sentences]
    return [encoding.ids for encoding in tokenizer.encode_batch(safe, add_special_tokens=False)]
