"""Losses over sentences, with unannotated sentences masked."""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from jianghua.training.config import LossConfig

IGNORE: Final = -100.0
"""Target of a sentence that is padding or was not annotated."""


def sentence_loss(logits: Tensor, targets: Tensor, config: LossConfig, positive_weight: Tensor) -> Tensor:
    """Mean loss over the annotated sentences (and, for multi-label losses, their labels).

    Args:
        logits: shape (batch, sentences, labels).
        targets: same shape; 0 or 1, or `IGNORE` throughout a sentence that does not count.
        config: which loss.
        positive_weight: shape (labels,); weight of positive examples.

    Returns:
        A scalar; 0, with a gradient of 0, when no sentence counts.
    """
    counted = targets[..., 0] != IGNORE
    if not counted.any():
        return logits.sum() * 0.0
    logits, targets = logits[counted].float(), targets[counted].float()
    weight = positive_weight.to(logits.device)
    if config.kind == "cross_entropy":
        return F.cross_entropy(logits, targets.argmax(dim=1), weight=weight)
    if config.kind == "bce":
        return F.binary_cross_entropy_with_logits(logits, targets, pos_weight=weight)
    if config.kind == "focal":
        return _focal(logits, targets, config.gamma, weight)
    return _asymmetric(logits, targets, config, weight)


def _focal(logits: Tensor, targets: Tensor, gamma: float, weight: Tensor) -> Tensor:
    """Focal loss (Lin et al. 2017, arXiv 1708.02002): cross-entropy times (1 - probability of the truth) ** gamma."""
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    missing = 1.0 - torch.exp(-entropy)
    return (missing**gamma * entropy * (1.0 + (weight - 1.0) * targets)).mean()


def _asymmetric(logits: Tensor, targets: Tensor, config: LossConfig, weight: Tensor) -> Tensor:
    """Asymmetric loss (Ridnik et al. 2021, arXiv 2009.14119): easy negatives are shifted out and focused away."""
    positive = torch.sigmoid(logits)
    negative = (1.0 - positive + config.margin).clamp(max=1.0)
    gain = targets * F.logsigmoid(logits) * (1.0 - positive) ** config.gamma_positive * weight
    loss = (1.0 - targets) * torch.log(negative.clamp(min=1e-8)) * (1.0 - negative) ** config.gamma_negative
    return -(gain + loss).mean()


def positive_weights(positives: Tensor, annotated: int, config: LossConfig) -> Tensor:
    """Weights of positive examples, shape (labels,), from their counts, shape (labels,), among `annotated` sentences."""
    ratio = (annotated - positives).clamp(min=1).float() / positives.clamp(min=1).float()
    if config.class_weights == "none":
        return torch.ones_like(ratio)
    return ratio.sqrt() if config.class_weights == "sqrt" else ratio
