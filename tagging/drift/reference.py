"""The reference: what a run's training and held-out speeches are like. Plain numbers beside a bundle, in `reference.json`.

It holds no sentence: characters with their frequency, frequent pairs of characters, sentence lengths, label rates and, of each
held-out speech, its distances from training. So it can go with a model to whoever tags with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from jianghua.data.errors import SettingsError
from jianghua.data.settings import validate_settings
from jianghua.data.store import dump_json, write_text
from jianghua.tagging.drift.profile import MEASURES, Measure
from jianghua.tagging.drift.statistics import TextStatistics

FILE: Final = "reference.json"
"""Name of the file in a bundle."""


class LabelReference(BaseModel):
    """How often a label applies, as shares of annotated sentences."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    training: float
    """In the training split, by its annotation."""
    held_out: float
    """In the held-out splits, by their annotation."""
    model: float
    """In the held-out splits, by the model."""
    probability: float
    """In the held-out splits, by the mean of the model's probabilities."""


class Reference(BaseModel):
    """Contents of `reference.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal[1] = 1
    model_sha256: str
    """Hash of the bundle whose tags the figures are of."""
    training_speeches: int
    statistics: TextStatistics
    labels: Mapping[str, LabelReference]
    """By key, in the scheme's order."""
    confidence: Mapping[str, float]
    """Quantiles of the confidence in held-out sentences, by per cent: "5", "10", "25", "50", "75", "90", "95"."""
    held_out: tuple[Mapping[Measure, tuple[float, ...]], ...]
    """The profile of each held-out speech; see `jianghua.tagging.drift.profile`."""

    @model_validator(mode="after")
    def _complete(self) -> Reference:
        if any(set(profile) != set(MEASURES) for profile in self.held_out):
            raise ValueError(f"each held-out profile must have {', '.join(MEASURES)}")
        return self

    @property
    def rates(self) -> NDArray[np.float64]:
        """How often the model gives each label to held-out sentences, shape (labels,)."""
        return np.array([label.model for label in self.labels.values()])


QUANTILES: Final = (5, 10, 25, 50, 75, 90, 95)
"""Per cent of the quantiles that a reference holds."""
UNSURE: Final = "10"
"""A sentence is unsure when it is below this quantile of the confidence in held-out ones."""


def find_reference(directory: Path, model_sha256: str) -> Reference | None:
    """The reference in a bundle; `None` when there is none, or one of another version of the model.

    Raises:
        SettingsError: the file is damaged.
    """
    file = directory / FILE
    if not file.is_file():
        return None
    try:
        values = json.loads(file.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SettingsError(f"{file}: expected JSON, got {error}") from error
    reference = validate_settings(Reference, values, str(file))
    return reference if reference.model_sha256 == model_sha256 else None


def save_reference(reference: Reference, directory: Path) -> None:
    """Write `reference.json` beside the model's files, about 150 kB."""
    write_text(directory / FILE, dump_json(reference.model_dump(mode="json")) + "\n")
