"""Annotated speeches to a `datasets.DatasetDict` with a manifest that tells exactly what is in it.

A row is a sentence; the rows of a speech stand together in reading order, and no speech is in two splits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.corpus.splits import near_duplicate_groups, stratified_split
from jianghua.data.errors import RecordError
from jianghua.data.extras import require
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import dump_json, write_json
from jianghua.data.validation import parse_json

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

MANIFEST: Final = "manifest.json"
SHARES: Final[Mapping[str, float]] = {"train": 0.7, "validation": 0.15, "test": 0.15}


@dataclass(frozen=True)
class SpeechDataset:
    """Splits of annotated speeches, and the manifest: scheme, seed, hashes, counts, guideline version."""

    splits: Mapping[str, tuple[Speech, ...]]
    scheme: LabelScheme
    manifest: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Hash of every split's speeches, sentences and labels."""
        return str(self.manifest["sha256"])


def build_dataset(
    speeches: Sequence[Speech], scheme: LabelScheme, seed: int = 0, shares: Mapping[str, float] = SHARES
) -> SpeechDataset:
    """Check labels, split by speech, count.

    The same speeches, scheme, shares and seed give the same splits, whatever the order of the speeches.

    Raises:
        RecordError: a label is not in the scheme, an id occurs twice, nothing is annotated, or there are too few speeches.
    """
    ordered = checked_speeches(speeches, scheme)
    groups = near_duplicate_groups(ordered)
    chosen = stratified_split(label_counts(ordered, scheme), groups, shares, seed)
    splits = {name: tuple(ordered[index] for index in indices) for name, indices in chosen.items()}
    about = {
        "seed": seed,
        "shares": dict(shares),
        "near_duplicates": [[ordered[index].id for index in group] for group in groups if len(group) > 1],
        "left_out_without_labels": sorted(speech.id for speech in speeches if not speech.annotated),
    }
    return dataset_of_splits(splits, scheme, about)


def checked_speeches(speeches: Sequence[Speech], scheme: LabelScheme) -> list[Speech]:
    """The annotated speeches, in order of their ids.

    Raises:
        RecordError: a label is not in the scheme, an id occurs twice, or nothing is annotated.
    """
    ordered = sorted((speech for speech in speeches if speech.annotated), key=lambda speech: speech.id)
    if not ordered:
        raise RecordError(f"expected annotated speeches, got {len(speeches)} without any label (labels: null)")
    for before, speech in pairwise(ordered):
        if before.id == speech.id:
            raise RecordError(f"expected speeches with different ids, got {speech.id!r} twice")
    for speech in ordered:
        scheme.check(speech)
    return ordered


def dataset_of_splits(splits: Mapping[str, Sequence[Speech]], scheme: LabelScheme, about: Mapping[str, Any]) -> SpeechDataset:
    """A dataset of splits that were made elsewhere; `about` goes into the manifest and says how."""
    parts = {name: tuple(part) for name, part in splits.items()}
    manifest = {
        "sha256": _hash(parts, scheme),
        **about,
        "scheme": scheme.model_dump(),
        "guideline_version": scheme.guideline_version,
        "splits": {name: _summary(part, scheme) for name, part in parts.items()},
    }
    return SpeechDataset(parts, scheme, manifest)


def label_counts(speeches: Sequence[Speech], scheme: LabelScheme) -> NDArray[np.float64]:
    """Annotated sentences with each label, with none, and in all; shape (speeches, labels + 2)."""
    rows = [_counts(speech, scheme) for speech in speeches]
    return np.array(rows, dtype=np.float64).reshape(len(speeches), len(scheme.keys) + 2)


def save_dataset(dataset: SpeechDataset, directory: Path) -> None:
    """Write the Arrow files of the `DatasetDict` and `manifest.json`."""
    require("datasets", extra="train").disable_progress_bars()  # it takes a moment, and the bars stay on the screen
    to_dataset_dict(dataset).save_to_disk(str(directory))
    write_json(directory / MANIFEST, dataset.manifest)


@dataclass(frozen=True)
class _Manifest:
    """What of a manifest is needed to read its dataset."""

    sha256: str
    scheme: LabelScheme
    splits: dict[str, Any]


def load_dataset(directory: Path) -> SpeechDataset:
    """Read what `save_dataset` wrote and check it against the manifest's hash.

    Raises:
        RecordError: the directory holds no dataset of this project, or its contents are not what the manifest says.
    """
    datasets = require("datasets", extra="train")
    file = directory / MANIFEST
    if not file.is_file():
        raise RecordError(f"{directory}: expected a dataset made by 'jianghua dataset' (no {MANIFEST} there)")
    content = file.read_bytes()
    manifest = parse_json(_Manifest, content, str(file))
    try:
        arrow = datasets.load_from_disk(str(directory))
        splits = {name: tuple(_speeches(arrow[name], manifest.scheme)) for name in manifest.splits}
    except (OSError, ValueError, LookupError) as error:
        raise RecordError(f"{directory}: expected the Arrow files of a dataset, got {' '.join(str(error).split())}") from error
    found = _hash(splits, manifest.scheme)
    if found != manifest.sha256:
        raise RecordError(f"{directory}: contents changed: expected hash {manifest.sha256[:12]}, got {found[:12]}")
    return SpeechDataset(splits, manifest.scheme, json.loads(content))


def to_dataset_dict(dataset: SpeechDataset) -> DatasetDict:
    """One row a sentence: speech, title, meta (JSON), sentence, paragraph, kind, text, labels (class indices, or null)."""
    datasets = require("datasets", extra="train")
    features = datasets.Features(
        {
            "speech": datasets.Value("string"),
            "title": datasets.Value("string"),
            "meta": datasets.Value("string"),
            "sentence": datasets.Value("int32"),
            "paragraph": datasets.Value("int32"),
            "kind": datasets.Value("string"),
            "text": datasets.Value("string"),
            "labels": datasets.List(datasets.ClassLabel(names=list(dataset.scheme.keys))),
        }
    )
    return datasets.DatasetDict(
        {
            name: datasets.Dataset.from_list(
                [row | {"meta": meta} for speech in part for meta in [_meta_json(speech)] for row in _rows(speech)],
                features=features,
            )
            for name, part in dataset.splits.items()
        }
    )


def _rows(speech: Speech) -> list[dict[str, Any]]:
    return [
        {
            "speech": speech.id,
            "title": speech.title,
            "sentence": index,
            "paragraph": sentence.paragraph,
            "kind": sentence.kind,
            "text": sentence.text,
            "labels": None if sentence.labels is None else list(sentence.labels),
        }
        for index, sentence in enumerate(speech.sentences)
    ]


def _meta_json(speech: Speech) -> str:
    """The speech's own fields that are a string or a number. JSON, as one field may be a number here and a string there."""
    kept = {key: value for key, value in speech.meta.items() if isinstance(value, str | int | float)}
    return dump_json(kept)


def _speeches(rows: Dataset, scheme: LabelScheme) -> list[Speech]:
    speeches = []
    for id, group in groupby(rows, key=lambda row: row["speech"]):
        members = list(group)
        sentences = tuple(
            Sentence(
                text=row["text"],
                paragraph=row["paragraph"],
                kind=row["kind"],
                labels=None if row["labels"] is None else tuple(scheme.keys[label] for label in row["labels"]),
            )
            for row in members
        )
        meta = json.loads(members[0].get("meta") or "{}")  # datasets of older versions have no such column
        speeches.append(Speech(id=id, title=members[0]["title"], sentences=sentences, meta=meta))
    return speeches


def _counts(speech: Speech, scheme: LabelScheme) -> list[int]:
    """Annotated sentences with each label, with none, and in all."""
    annotated = [sentence.labels for sentence in speech.sentences if sentence.labels is not None]
    return [
        *(sum(key in labels for labels in annotated) for key in scheme.keys),
        sum(not labels for labels in annotated),
        len(annotated),
    ]


def _summary(speeches: Sequence[Speech], scheme: LabelScheme) -> dict[str, Any]:
    totals = label_counts(speeches, scheme).sum(axis=0).astype(int).tolist()
    return {
        "speeches": len(speeches),
        "sentences": sum(len(speech.sentences) for speech in speeches),
        "annotated": totals[-1],
        "labels": dict(zip((*scheme.keys, "none"), totals[:-1], strict=True)),
        "ids": [speech.id for speech in speeches],
    }


def _hash(splits: Mapping[str, Sequence[Speech]], scheme: LabelScheme) -> str:
    """SHA-256 over what a model can learn from: split, order, texts, kinds, labels and the scheme's keys; not the metadata."""
    content = {name: [_rows(speech) for speech in part] for name, part in splits.items()}
    return hashlib.sha256(dump_json([scheme.kind, scheme.keys, content]).encode("utf-8")).hexdigest()
