"""The bundle: a trained model's directory, complete with everything that decides its tags.

A bundle is a plain transformers token-classification directory (`config.json`, `model.safetensors`, `tokenizer.json`) plus
`tagger.json`: label scheme, passage limits, calibration, thresholds, and the hashes of what it was trained on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from jianghua.data.errors import SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.settings import validate_settings
from jianghua.data.store import write_json
from jianghua.tagging.classifier import Architecture
from jianghua.tagging.lexical import FILE as LEXICAL
from jianghua.tagging.model_files import CONFIG, TOKENIZER, WEIGHTS, check_model_file, read_json_object
from jianghua.tagging.passages import PassageLimits, SpecialTokens
from jianghua.tagging.pooling import OUTPUTS, Pooling

MANIFEST: Final = "tagger.json"
DECIMALS: Final = 4
"""Decimals of a probability: labels are decided on the rounded value, so that what a file shows explains its labels."""


class Calibration(BaseModel):
    """From logits to labels: temperatures and thresholds, chosen on the validation split alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperatures: Mapping[str, float]
    """By label; logits are divided by it (Guo et al. 2017). A single-label scheme has the same one for every label."""
    biases: Mapping[str, float] = {}
    """By label; added to the logit after the division (bias-corrected temperatures, Alexandari et al. 2020). Empty: none."""
    thresholds: Mapping[str, float]
    """By label, in [0, 1]: the label applies from this probability on. Empty for a single-label scheme."""


class Bundle(BaseModel):
    """Contents of `tagger.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal[1] = 1
    scheme: LabelScheme
    pooling: Pooling = "mean"
    lexical_share: float = Field(default=0.0, ge=0, le=1)
    """See `jianghua.tagging.classifier.Architecture`."""
    passages: PassageLimits
    tokens: SpecialTokens
    calibration: Calibration
    base_model: str
    """What was fine-tuned: a hub name or a directory's name."""
    dataset_sha256: str
    config_sha256: str
    metrics: Mapping[str, Any] = {}
    """Figures on the validation split, for people to read; nothing is decided by them."""

    @model_validator(mode="after")
    def _complete(self) -> Bundle:
        keys = set(self.scheme.keys)
        if set(self.calibration.temperatures) != keys:
            raise ValueError(f"temperatures must be given for {sorted(keys)}")
        if self.scheme.kind == "multi" and set(self.calibration.thresholds) != keys:
            raise ValueError(f"thresholds must be given for {sorted(keys)}")
        return self

    @property
    def architecture(self) -> Architecture:
        """What a `SentenceClassifier` is loaded with."""
        return Architecture(self.passages, self.tokens, self.pooling, self.lexical_share)

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities, rounded, shape (sentences, labels), of sentence logits of the same shape."""
        temperatures = np.array([self.calibration.temperatures[key] for key in self.scheme.keys])
        biases = np.array([self.calibration.biases.get(key, 0.0) for key in self.scheme.keys])
        return np.round(to_probabilities(logits / temperatures + biases, self.scheme.kind), DECIMALS)

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which labels apply to each sentence, given probabilities of the same shape (sentences, labels)."""
        keys = self.scheme.keys
        if self.scheme.kind == "single":
            return np.asarray(probabilities.argmax(axis=1)[:, None] == np.arange(len(keys)), dtype=np.bool_)
        thresholds = np.array([self.calibration.thresholds[key] for key in keys])
        return np.asarray(probabilities >= thresholds, dtype=np.bool_)


def to_probabilities(logits: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Sigmoid of each logit for a multi-label scheme, softmax of each row for a single-label one; (sentences, labels)."""
    if kind == "multi":
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float64)  # tanh does not overflow
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float64)


def is_model(path: Path) -> bool:
    """Whether a path is a bundle, or a run that holds one."""
    return any((directory / MANIFEST).is_file() for directory in _bundle_places(path))


def _bundle_places(path: Path) -> tuple[Path, Path]:
    return path, path / "bundle"


def find_bundle(path: Path) -> Path:
    """The bundle's directory, given itself or the run that it belongs to.

    Raises:
        SettingsError: neither holds a `tagger.json`.
    """
    for directory in _bundle_places(path):
        if (directory / MANIFEST).is_file():
            return directory
    raise SettingsError(f"{path}: expected a trained model (a directory with {MANIFEST}, or a run that holds one)")


def load_bundle(directory: Path) -> Bundle:
    """Read and check `tagger.json`.

    Raises:
        SettingsError: the file is missing, is not JSON or lacks something.
    """
    file = find_bundle(directory) / MANIFEST
    check_model_file(file)
    return validate_settings(Bundle, read_json_object(file), str(file))


def check_outputs(bundle: Bundle, directory: Path) -> None:
    """Check that the network's outputs are the labels of the scheme, in its order.

    Raises:
        SettingsError: they are not: `tagger.json` and the network are of different bundles.
    """
    file, labels = directory / CONFIG, ", ".join(output_names(bundle.scheme, bundle.pooling))
    outputs = ", ".join(map(str, read_json_object(file).get("id2label", {}).values()))
    if outputs != labels:
        raise SettingsError(f"{file}: expected the outputs {labels} of {MANIFEST}, got {outputs or 'none'}")


def output_names(scheme: LabelScheme, pooling: Pooling) -> list[str]:
    """Names of a network's outputs: the labels, and behind them their scores where pooling has such."""
    scores = [f"{key}.score" for key in scheme.keys]
    return [*scheme.keys, *scores] if OUTPUTS[pooling] == 2 else list(scheme.keys)


def save_bundle(bundle: Bundle, directory: Path) -> None:
    """Write `tagger.json` beside the model's files."""
    write_json(directory / MANIFEST, bundle.model_dump(mode="json"))


def bundle_sha256(directory: Path) -> str:
    """Hash of everything in a bundle that decides a tag: weights, configuration, tokenizer, words, `tagger.json`."""
    digest = hashlib.sha256()
    names = [CONFIG, WEIGHTS, TOKENIZER, MANIFEST, *([LEXICAL] if (directory / LEXICAL).is_file() else [])]
    for name in names:
        with (directory / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
