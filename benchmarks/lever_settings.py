"""Levers: ways to train the network, each a change of one setting against the base."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, Literal, TypeAlias

Pooling: TypeAlias = Literal["mean", "attention", "max", "lse"]
"""`mean` and `attention`: see `jianghua.tagging.pooling`. `max`: a label's logit is that of its strongest token. `lse`: the
logarithm of the mean of the exponentials, between the two."""


@dataclass(frozen=True)
class Lever:
    """How a network is trained.

    Attributes:
        encoder: a local directory or `base_encoder`; `--encoder12` names the one of levers that ask for `twelve`.
        pooling: see `Pooling`.
        sentences: most sentences in a sequence; 1 for none of context.
        tokens: longest sequence.
        batch: tokens in a step, padding included.
        epochs: passes over the training split.
        learning_rate: the highest.
        warmup: share of the steps in which it rises.
        class_weights: weight of a label's positives: 1, or the square root of negatives / positives.
        probe: passes in which only the head learns, before the others (Kumar et al. 2022).
        head_rate: factor of the learning rate for the head.
        decay: factor of the learning rate from each layer to the one below.
        dropout: share of hidden values that are dropped.
    """

    encoder: Literal["base_encoder", "twelve"] = "base_encoder"
    pooling: Pooling = "attention"
    sentences: int = 1
    tokens: int = 256
    batch: int = 1024
    epochs: float = 1.5
    learning_rate: float = 3e-4
    warmup: float = 0.1
    class_weights: Literal["none", "sqrt"] = "sqrt"
    probe: float = 0.0
    head_rate: float = 1.0
    decay: float = 1.0
    dropout: float = 0.1

    @property
    def changes(self) -> dict[str, object]:
        """The settings that are not the base's: a new kind of setting leaves the runs of old levers what they are."""
        return {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name) != field.default}


BASE: Final = Lever()

LEVERS: Final[dict[str, Lever]] = {
    "base": BASE,
    "mean": replace(BASE, pooling="mean"),
    "max": replace(BASE, pooling="max"),
    "lse": replace(BASE, pooling="lse"),
    "context": replace(BASE, sentences=64),
    "twelve": replace(BASE, encoder="twelve", learning_rate=1e-4),
    "probe": replace(BASE, probe=1.0),
    "head": replace(BASE, head_rate=10.0),
    "probe-long": replace(BASE, probe=1.0, epochs=3),
    "probe-mean": replace(BASE, probe=1.0, pooling="mean"),
    "probe-twelve": replace(BASE, probe=1.0, encoder="twelve", learning_rate=1e-4),
    "layer-decay": replace(BASE, decay=0.85),
    "three-epochs": replace(BASE, epochs=3),
    "slow": replace(BASE, learning_rate=1.5e-4),
    "unweighted": replace(BASE, class_weights="none"),
    "half-batch": replace(BASE, batch=512, learning_rate=2e-4),
}
"""Every lever by its name on the command line."""
