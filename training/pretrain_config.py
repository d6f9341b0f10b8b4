"""Settings of pre-training, with their meaning and units. File: `configs/pretrain.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from jianghua.training.config import OptimiserConfig, RunConfig, Section


class MaskingConfig(Section):
    """Which words are hidden, and what stands in their place (Devlin et al. 2019, arXiv 1810.04805)."""

    share: float = Field(default=0.15, gt=0, lt=1)
    """Share of a sequence's tokens that the model has to tell; at least one word."""
    whole_words: bool = True
    """Hide all the tokens of a word or none; otherwise each token is a word of its own."""
    mask: float = Field(default=0.8, ge=0, le=1)
    """Share of the chosen words that become mask tokens."""
    random: float = Field(default=0.1, ge=0, le=1)
    """Share of the chosen words that become random tokens; the rest stays as it is."""

    @model_validator(mode="after")
    def _shares(self) -> MaskingConfig:
        if self.mask + self.random > 1:
            raise ValueError("expected mask and random that are at most 1 together")
        return self


class PretrainOptimisationConfig(OptimiserConfig):
    """The optimiser of pre-training."""

    epochs: float = Field(default=3, gt=0)
    """Passes over the text."""
    tokens_per_step: int = Field(default=2048, ge=8)
    """Most tokens in a batch, padding included, on each device."""


class PretrainConfig(RunConfig):
    """One run of pre-training."""

    command = "pretrain"
    text: tuple[Path, ...] = Field(min_length=1)
    """Files of unlabelled text: `.txt`, `.txt.xz` (a paragraph a line, blank lines between documents), or speeches `.jsonl`."""
    objective: Literal["masked", "distil"] = "masked"
    """`masked`: tell the hidden words; `distil`: have the kept `layers` give the hidden states of all of them."""
    layers: tuple[Annotated[int, Field(ge=0)], ...] | None = None
    """Layers of the model that are kept, from 0, ascending; all without it."""
    max_tokens: int = Field(default=256, ge=8)
    """Longest sequence, special tokens included; longer paragraphs are cut between sentences."""
    validation: float = Field(default=0.02, gt=0, lt=1)
    """Share of the text, in characters, that is held out to measure on; whole documents."""
    evaluations: int = Field(default=10, ge=1)
    """Evaluations on the held-out text over the run, each with a checkpoint."""
    weights: Literal["fp16", "fp32"] = "fp16"
    """Precision in which the encoder is saved; fine-tuning computes in its own anyway."""
    masking: MaskingConfig = MaskingConfig()
    optimisation: PretrainOptimisationConfig = PretrainOptimisationConfig()

    @field_validator("layers")
    @classmethod
    def _ascending(cls, layers: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if layers is not None and (not layers or list(layers) != sorted(set(layers))):
            raise ValueError("expected different numbers, ascending, such as [0, 2, 4]")
        return layers
