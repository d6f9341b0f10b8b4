"""The passage model: a plain token classifier, and the pooling that makes sentence logits of its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.classifier import tokenize
from jianghua.tagging.passages import PassageLimits, pack
from jianghua.tagging.pooling import Pooling
from jianghua.training.config import LossConfig
from jianghua.training.encoder import special_tokens
from jianghua.training.losses import IGNORE, sentence_loss


class PassageClassifier(nn.Module):
    """A token classifier with sentence pooling and loss, in the form that transformers' Trainer takes.

    Only `token_classifier` is saved in the end: pooling has no weights.
    """

    def __init__(self, token_classifier: nn.Module, pooling: Pooling, loss: LossConfig, positive_weight: Tensor) -> None:
        super().__init__()
        self.token_classifier = token_classifier
        self.pooling = pooling
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
        outputs = self.token_classifier(input_ids=input_ids, attention_mask=attention_mask).logits.float()
        members = slots.unsqueeze(1) == torch.arange(labels.shape[1], device=slots.device)[None, :, None]
        logits = pool_batch(outputs, members, self.pooling)
        return {"loss": sentence_loss(logits, labels, self.loss, self.positive_weight), "logits": logits}

    def activation_checkpointing_enable(self, **options: Any) -> None:
        """What the Trainer calls for `gradient_checkpointing`; the options are transformers' own."""
        self.token_classifier.activation_checkpointing_enable(**options)  # type: ignore[operator]


def pool_batch(outputs: Tensor, members: Tensor, pooling: Pooling) -> Tensor:
    """What `jianghua.tagging.pooling.pool` does, with a gradient.

    Args:
        outputs: of the token classifier, shape (batch, tokens, labels) or, for `attention`, (batch, tokens, 2 × labels).
        members: whether a token belongs to a sentence, shape (batch, sentences, tokens).
        pooling: see `Pooling`.

    Returns:
        Sentence logits, shape (batch, sentences, labels); of any value for a sentence without tokens, which is padding.
    """
    if pooling == "mean":
        weights = members.to(outputs.dtype)
        return weights @ outputs / weights.sum(dim=2, keepdim=True).clamp(min=1)
    values, scores = outputs.chunk(2, dim=-1)
    masked = scores.unsqueeze(1).masked_fill(~members.unsqueeze(-1), torch.finfo(scores.dtype).min)
    return (masked.softmax(dim=2) * values.unsqueeze(1)).sum(dim=2)


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
    return np.array(scheme.vector(labels), dtype=np.float32)


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
