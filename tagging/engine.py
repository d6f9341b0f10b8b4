"""Batch tagging on one machine: many files in, one shard a speech, resumable at any point.

Each speech's result is written atomically as a shard under a name made of the hashes of everything that decides it: the
file's bytes, the model and the version of the package. A run that was killed and is started again takes up the shards that
are there, and ends with the same bytes as a run that was never stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.intake.inputs import Input
from jianghua.data.reader import read_bytes
from jianghua.data.speech import Speech
from jianghua.data.store import write_json
from jianghua.tagging.records import Failure, RunSummary, Tag, TaggedSpeech
from jianghua.tagging.tagger import Tagger

SHARDS: Final = "shards"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Run:
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
) -> Run:
    """Tag files, one shard a speech, and write the run's manifest.

    Args:
        tagger: the model.
        inputs: the files, taken one after the other; one with the same name and bytes as one before it is tagged once.
        out: directory of the run.
        progress: called after each file with its name and, if it could not be read, the reason.
        ocr: whether images and pages without text are recognised.
    """
    shards: dict[Path, None] = {}
    failures = []
    files = 0
    for item in inputs:
        files += 1
        try:
            shards[_tag_file(tagger, item, out / SHARDS, ocr)] = None
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
    _write_manifest(out / MANIFEST, summary, list(shards), files)
    return Run(summary, tuple(shards))


def _tag_file(tagger: Tagger, item: Input, directory: Path, ocr: bool) -> Path:
    """Tag one file unless its shard is there; returns the shard's path."""
    content = item.read()
    decides = (item.name, hashlib.sha256(content).hexdigest(), tagger.model_sha256, version("jianghua"))
    key = hashlib.sha256("\0".join(decides).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    shard = directory / f"{key}.json"
    if not shard.is_file():
        save_shard(shard, tagger.tag_speech(read_bytes(content, item.name, ocr)))
    return shard


def save_shard(path: Path, tagged: TaggedSpeech) -> None:
    """Write a tagged speech, atomically."""
    tags = [{"labels": list(tag.labels), "probabilities": dict(tag.probabilities)} for tag in tagged.tags]
    write_json(path, {"speech": tagged.speech.to_dict(), "tags": tags})


def load_shard(path: Path) -> TaggedSpeech:
    """Read what `save_shard` wrote."""
    record: dict[str, Any] = json.loads(path.read_text("utf-8"))
    tags = tuple(Tag(tuple(tag["labels"]), tag["probabilities"]) for tag in record["tags"])
    return TaggedSpeech(Speech.from_dict(record["speech"], str(path)), tags)


def _write_manifest(path: Path, summary: RunSummary, shards: Sequence[Path], files: int) -> None:
    write_json(
        path,
        {
            "jianghua": version("jianghua"),
            "model": summary.model,
            "model_sha256": summary.model_sha256,
            "thresholds": dict(summary.thresholds),
            "files": files,
            "shards": [shard.name for shard in shards],
            "failures": [{"file": failure.path, "reason": failure.reason} for failure in summary.failures],
        },
    )
