"""A training run that takes seconds, and where the material lies that is no part of the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jianghua.data.paths import SHIPPED

if TYPE_CHECKING:
    from jianghua.training.config import TrainConfig

REAL = SHIPPED.parent / "shared" / "real"
RAW_SENTENCES = 460
"""Sentences of the raw sample files."""


def tiny_config(encoder: Path, dataset: Path, runs: Path, name: str, **changes: object) -> TrainConfig:
    """Settings of a training run that takes seconds."""
    from jianghua.training.config import TrainConfig as Config

    values = {
        "name": name,
        "dataset": dataset,
        "model": str(encoder),
        "runs": runs,
        "report_to": (),
        "device": "cpu",
        "passages": {"max_tokens": 128, "max_sentences": 4},
        "lexical": {"share": 0.1, "bits": 12},
        "optimisation": {"epochs": 1, "learning_rate": 1e-3, "passages_per_step": 8, "precision": "fp32"},
    }
    return Config.model_validate(values | changes)
