"""The settings of a run: everything that decides the tags of a file but the file, and the key that both make together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any, Final

from jianghua.data.bounds import Bounds
from jianghua.data.store import dump_json
from jianghua.tagging.tagger import Tagger

PACKAGES: Final = (
    "jianghua",
    "lxml",
    "numpy",
    "onnxruntime",
    "openvino",
    "pypdfium2",
    "python-crfsuite",
    "rapidocr-onnxruntime",
    "tokenizers",
    "torch",
    "transformers",
)
"""Packages whose versions decide a tag: they extract the text or compute the model. Whether one is missing counts as well."""


@dataclass(frozen=True)
class RunSettings:
    """Everything that decides the tags of a file, but for the file.

    The device is left out: a run should be able to go on on another one, where the last decimal of a probability may differ.

    Attributes:
        model_sha256: hash of the bundle.
        computation: how the network is computed, such as the backend and the precision; see `Tagger.computation_key`.
        ocr: whether images and pages without text are recognised.
        bounds: what reading one file may take.
        packages: version of each of `PACKAGES`; `None` where it is not installed.
    """

    model_sha256: str
    computation: Mapping[str, Any]
    ocr: bool
    bounds: Bounds
    packages: Mapping[str, str | None]

    @classmethod
    def current(cls, tagger: Tagger, ocr: bool = True) -> RunSettings:
        """The settings with the bounds and packages of this process.

        Raises:
            SettingsError: an environment variable gives a bound that is none.
        """
        packages = {name: _version(name) for name in PACKAGES}
        return cls(tagger.model_sha256, dict(tagger.computation_key), ocr, Bounds.from_environment(), packages)

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON."""
        return asdict(self)

    def key(self, name: str, sha256: str) -> str:
        """The key of a file's result under these settings, 64 hex digits.

        Args:
            name: the file's own name, see `own_name`.
            sha256: hash of its bytes.
        """
        parts = (name, sha256, dump_json(self.to_dict()))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def own_name(name: str) -> str:
    """The part of an input's name that decides anything: the last one of its path, inside an archive that of the member.

    It gives the suffix, where the bytes leave the format open, and the speech's id. The folders above it decide nothing, so
    a result is found again whatever path its file was named by.
    """
    member = re.split(r"\.zip!", name, flags=re.IGNORECASE)[-1]
    return PurePath(member).name or member


def _version(package: str) -> str | None:
    """Version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
