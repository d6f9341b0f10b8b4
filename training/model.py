"""The passage model: a plain token classifier, and the pooling that makes sentence logits of its token logits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoModelForTokenClassification, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging

from jianghua.data.errors import SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.passages import PassageLimits, SpecialTokens, pack
from jianghua.tagging.tagger import tokenize
from jianghua.training.config import BASE_ENCODER, LossConfig
from jianghua.training.losses import IGNORE, sentence_loss

_BUNDLED: Final = Path(__file__).parent / "base_encoder"


class PassageClassifier(nn.Module):
    """A token classifier with sentence pooling and loss, in the form that transformers' Trainer takes.

    Only `token_classifier` is saved in the end: pooling has no weights.
    """

    def __init__(self, token_classifier: nn.Module, loss: LossConfig, positive_weight: Tensor) -> None:
        super().__init__()
        self.token_classifier = token_classifier
        self.loss = loss
        self.register_buffer("positive_weight", positive_weight, persistent=False)
        self.positive_weight: Tensor

    def forward(self, input_ids: Tensor, attention_mask: Tensor, slots: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Loss and sentence logits of a batch of passages.

        Args:
            input_ids: shape (batch, tokens).
            attention_mask: shape (batch, tokens).
            slots: shape (batch, tokens); position of the sentence that each token belongs to, -1 for none.
            labels: shape (batch, sentences, labels); see `sentence_loss`.

        Returns:
            `loss`, a scalar, and `logits`, shape (batch, sentences, labels).
        """
        token_logits = self.token_classifier(input_ids=input_ids, attention_mask=attention_mask).logits.float()
        members = slots.unsqueeze(1) == torch.arange(labels.shape[1], device=slots.device)[None, :, None]
        members = members.to(token_logits.dtype)  # (batch, sentences, tokens)
        logits = members @ token_logits / members.sum(dim=2, keepdim=True).clamp(min=1)
        return {"loss": sentence_loss(logits, labels, self.loss, self.positive_weight), "logits": logits}

    def activation_checkpointing_enable(self, **options: Any) -> None:
        """What the Trainer calls for `gradient_checkpointing`; the options are transformers' own."""
        self.token_classifier.activation_checkpointing_enable(**options)  # type: ignore[operator]


def load_encoder(model: str, scheme: LabelScheme) -> tuple[nn.Module, PreTrainedTokenizerBase]:
    """Load a pretrained encoder with a fresh classification head, and its tokenizer.

    Args:
        model: a hub name, a local directory, or `base_encoder`.
        scheme: decides the size of the head and the names of its outputs.

    Raises:
        SettingsError: the model cannot be loaded; the message tells what was tried.
    """
    with loading(model) as path:
        tokenizer = AutoTokenizer.from_pretrained(path, use_fast=True)
        token_classifier = AutoModelForTokenClassification.from_pretrained(
            path,
            dtype=torch.float32,
            num_labels=len(scheme.labels),
            id2label=dict(enumerate(scheme.keys)),
            label2id={key: index for index, key in enumerate(scheme.keys)},
        )
    check_fast(tokenizer, model)
    return token_classifier, tokenizer


@contextmanager
def loading(model: str) -> Iterator[str]:
    """What to give to `from_pretrained` for a model; inside, transformers is silent, and its errors become ours.

    Raises:
        SettingsError: the model cannot be loaded; the message tells what was tried.
    """
    try:
        with quiet():
            yield str(local_model(model) or model)
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        expected = f"expected a hub name that can be reached, a local directory or {BASE_ENCODER!r}"
        raise SettingsError(f"model: {expected}, got {model!r}: {reason}") from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers silent: a fresh head is what we want, the warning about it only frightens, and bars flicker."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def local_model(model: str) -> Path | None:
    """The directory of a local model, or of the one in the package; None for a hub name."""
    if Path(model).is_dir():
        return Path(model)
    return _BUNDLED if model == BASE_ENCODER else None


def check_fast(tokenizer: PreTrainedTokenizerBase, model: str) -> None:
    """Check that a tokenizer is one of the library `tokenizers`.

    Raises:
        SettingsError: it is not.
    """
    if not tokenizer.is_fast:
        raise SettingsError(f"model: expected a model with a fast tokenizer (tokenizer.json), got {model!r} without one")


def special_tokens(tokenizer: PreTrainedTokenizerBase) -> SpecialTokens:
    """Ids of the tokenizer's special tokens.

    Raises:
        SettingsError: the tokenizer lacks one that passages are built with.
    """
    ids = {"cls": tokenizer.cls_token_id, "sep": tokenizer.sep_token_id, "pad": tokenizer.pad_token_id}
    for name, id in ids.items():
        if id is None:
            raise SettingsError(f"model: its tokenizer has no {name} token; a BERT-like encoder is expected")
    return SpecialTokens.model_validate(ids)


def features(
    speeches: Sequence[Speech], tokenizer: PreTrainedTokenizerBase, limits: PassageLimits, scheme: LabelScheme
) -> list[dict[str, Any]]:
    """Training examples: one dictionary a passage with `input_ids`, `slots` and `labels` (sentences × labels).

    Passages do not overlap here: every sentence is learned from once an epoch. Passages without annotation are left out.
    """
    special, examples = special_tokens(tokenizer), []
    limits = limits.model_copy(update={"overlap": 0})
    for speech in speeches:
        targets = [_target(sentence.labels, scheme) for sentence in speech.sentences]
        for passage in pack(tokenize(tokenizer.backend_tokenizer, speech.texts), limits, special):
            labels = np.stack([targets[sentence] for sentence in passage.sentences])
            if (labels != IGNORE).any():
                examples.append({"input_ids": passage.token_ids, "slots": passage.slots, "labels": labels})
    return examples


def _target(labels: tuple[str, ...] | None, scheme: LabelScheme) -> np.ndarray[Any, np.dtype[np.float32]]:
    if labels is None:
        return np.full(len(scheme.keys), IGNORE, dtype=np.float32)
    return np.array([key in labels for key in scheme.keys], dtype=np.float32)


class Collator:
    """Pads passages to the longest of the batch."""

    def __init__(self, pad: int) -> None:
        self.pad = pad

    def __call__(self, examples: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """Tensors `input_ids`, `attention_mask`, `slots` (batch, tokens) and `labels` (batch, sentences, labels)."""
        tokens = max(len(example["input_ids"]) for example in examples)
        sentences = max(len(example["labels"]) for example in examples)
        batch = len(examples)
        ids = torch.full((batch, tokens), self.pad)
        mask = torch.zeros((batch, tokens), dtype=torch.long)
        slots = torch.full((batch, tokens), -1)
        labels = torch.full((batch, sentences, examples[0]["labels"].shape[1]), IGNORE)
        for row, example in enumerate(examples):
            length = len(example["input_ids"])
            ids[row, :length] = torch.tensor(example["input_ids"])
            mask[row, :length] = 1
            slots[row, :length] = torch.tensor(example["slots"])
            labels[row, : len(example["labels"])] = torch.from_numpy(example["labels"])
        return {"input_ids": ids, "attention_mask": mask, "slots": slots, "labels": labels}
