"""Batch tagging on one machine: many files in, one shard a speech, resumable at any point.

Each speech's result is written atomically as a shard under a name made of everything that decides it: the name and the bytes
of the file, and the settings of the run. A run that was killed and is started again takes up the shards that are there, and
ends with the same bytes as a run that was never stopped; a run with other settings leaves them alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from jianghua.data.bounds import Bounds
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.intake.inputs import Input
from jianghua.data.reader import read_bytes
from jianghua.data.speech import Speech
from jianghua.data.store import dump_json, write_json
from jianghua.tagging.records import Failure, RunSummary, Tag, TaggedSpeech
from jianghua.tagging.tagger import Tagger

SHARDS: Final = "shards"
MANIFEST: Final = "manifest.json"
PACKAGES: Final = ("jianghua", "lxml", "pypdfium2", "rapidocr-onnxruntime", "tokenizers", "torch", "transformers")
"""Packages whose versions decide a tag: they extract the text or compute the model. Whether one is missing counts as well."""


@dataclass(frozen=True)
class RunSettings:
    """Everything that decides the tags of a file, but for the file.

    The device is left out: a run should be able to go on on another one, where the last decimal of a probability may differ.

    Attributes:
        model_sha256: hash of the bundle.
        ocr: whether images and pages without text are recognised.
        bounds: what reading one file may take.
        packages: version of each of `PACKAGES`; `None` where it is not installed.
    """

    model_sha256: str
    ocr: bool
    bounds: Bounds
    packages: Mapping[str, str | None]

    @classmethod
    def current(cls, model_sha256: str, ocr: bool) -> RunSettings:
        """The settings with the bounds and packages of this process.

        Raises:
            SettingsError: an environment variable gives a bound that is none.
        """
        return cls(model_sha256, ocr, Bounds.from_environment(), {name: _version(name) for name in PACKAGES})

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON."""
        return {
            "model_sha256": self.model_sha256,
            "ocr": self.ocr,
            "bounds": self.bounds.to_dict(),
            "packages": dict(self.packages),
        }

    def shard_name(self, name: str, content: bytes) -> str:
        """Name of the shard of a file, given its name and bytes."""
        parts = (name, hashlib.sha256(content).hexdigest(), dump_json(self.to_dict()))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:24] + ".json"


@dataclass(frozen=True)
class TaggingRun:
    """A finished run: its summary, and its tagged speeches in the order of the files."""

    summary: RunSummary
    shards: tuple[Path, ...]

    def speeches(self) -> Iterator[TaggedSpeech]:
        """Read the tagged speeches one after the other; only one is in memory at a time."""
        for shard in self.shards:
            yield load_shard(shard)


def tag_files(
    tagger: Tagger,
    inputs: Iterable[Input],
    out: Path,
    progress: Callable[[str, str | None], None] = lambda name, error: None,
    ocr: bool = True,
) -> TaggingRun:
    """Tag files, one shard a speech, and write the run's manifest.

    Args:
        tagger: the model.
        inputs: the files, taken one after the other; one with the same name and bytes as one before it is tagged once.
        out: directory of the run.
        progress: called after each file with its name and, if it could not be read, the reason.
        ocr: whether images and pages without text are recognised.

    Raises:
        SettingsError: an environment variable gives a bound that is none.
    """
    settings = RunSettings.current(tagger.model_sha256, ocr)
    shards: dict[Path, None] = {}
    failures = []
    files = 0
    for item in inputs:
        files += 1
        try:
            shards[_tag_file(tagger, item, out / SHARDS, settings)] = None
        except (DocumentError, MissingExtraError) as error:
            failures.append(Failure(item.name, str(error)))
            progress(item.name, str(error))
        else:
            progress(item.name, None)
    summary = RunSummary(
        model=tagger.name,
        model_sha256=tagger.model_sha256,
        scheme=tagger.scheme,
        thresholds=tagger.bundle.calibration.thresholds,
        failures=tuple(failures),
    )
    _write_manifest(out / MANIFEST, summary, settings, list(shards), files)
    return TaggingRun(summary, tuple(shards))


def _tag_file(tagger: Tagger, item: Input, directory: Path, settings: RunSettings) -> Path:
    """Tag one file unless its shard is there; returns the shard's path."""
    content = item.read()
    shard = directory / settings.shard_name(item.name, content)
    if not shard.is_file():
        save_shard(shard, tagger.tag_speech(read_bytes(content, item.name, settings.ocr)))
    return shard


def save_shard(path: Path, tagged: TaggedSpeech) -> None:
    """Write a tagged speech, atomically."""
    write_json(path, {"speech": tagged.speech.to_dict(), "tags": [tag.to_dict() for tag in tagged.tags]})


def load_shard(path: Path) -> TaggedSpeech:
    """Read what `save_shard` wrote."""
    record: dict[str, Any] = json.loads(path.read_text("utf-8"))
    tags = tuple(map(Tag.from_dict, record["tags"]))
    return TaggedSpeech(Speech.from_dict(record["speech"], str(path)), tags)


def _write_manifest(path: Path, summary: RunSummary, settings: RunSettings, shards: Sequence[Path], files: int) -> None:
    """What the run used and what it made of how many files."""
    write_json(
        path,
        {
            "jianghua": settings.packages["jianghua"],
            "model": summary.model,
            **settings.to_dict(),
            "thresholds": dict(summary.thresholds),
            "files": files,
            "shards": [shard.name for shard in shards],
            "failures": [{"file": failure.path, "reason": failure.reason} for failure in summary.failures],
        },
    )


def _version(package: str) -> str | None:
    """Version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
