"""What is compared: speeches that were only read, or tagged sentences as `jianghua tag` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import read_jsonl, read_speeches
from jianghua.tagging.engine.manifest import MANIFEST
from jianghua.tagging.records import Tag, TaggedSpeech

SENTENCES: Final = "sentences.jsonl"
"""Name of the file of tagged sentences that `jianghua tag` writes."""


def read_inputs(path: Path, keys: Sequence[str]) -> list[tuple[Speech, TaggedSpeech | None]]:
    """Read a file of speeches, or one whose rows are tagged sentences (`sentences.jsonl`): each speech, tagged where it was.

    Args:
        path: JSON Lines.
        keys: of the model's labels, which tags must have.

    Raises:
        RecordError: a line has neither form, or tags have other labels; the message names file and line.
    """
    rows = list(read_jsonl(path))
    if rows and all(isinstance(record, dict) and "probabilities" in record for _, record in rows):
        return [(tagged.speech, tagged) for tagged in _tagged_speeches(path, rows, keys)]
    return [(speech, None) for speech in read_speeches(path)]


def check_model(path: Path, model_sha256: str) -> None:
    """Check that tagged sentences are of this model, by the manifest that `jianghua tag` leaves beside them.

    Raises:
        SettingsError: they are of another model.
    """
    manifest = path.with_name(MANIFEST)
    if path.name != SENTENCES or not manifest.is_file():
        return
    found = json.loads(manifest.read_text("utf-8")).get("model_sha256", "")
    if found != model_sha256:
        raise SettingsError(f"{path}: expected tags of the model {model_sha256[:12]}, got those of {found[:12]}: tag it again")


def _tagged_speeches(path: Path, rows: Iterable[tuple[int, Any]], keys: Sequence[str]) -> list[TaggedSpeech]:
    tagged: dict[str, TaggedSpeech] = {}
    for id, group in groupby(rows, key=lambda row: row[1].get("speech")):
        members = list(group)
        where = f"{path}, line {members[0][0]}"
        if not isinstance(id, str) or id in tagged:
            raise RecordError(f"{where}: expected the rows of one speech after another, got 'speech' {id!r}")
        # The labels are the model's: no annotation.
        sentences = tuple(Sentence.from_dict({**row, "labels": None}, f"{path}, line {line}") for line, row in members)
        tags = tuple(_tag(row, keys, f"{path}, line {line}") for line, row in members)
        tagged[id] = TaggedSpeech(Speech(id, str(members[0][1].get("title", "")), sentences), tags)
    return list(tagged.values())


def _tag(row: Mapping[str, Any], keys: Sequence[str], where: str) -> Tag:
    labels, probabilities = row.get("labels"), row["probabilities"]
    if not isinstance(labels, list) or not set(labels) <= set(keys):
        raise RecordError(f"{where}: expected labels of {', '.join(keys)}, got {labels!r:.80}")
    if not isinstance(probabilities, dict) or set(probabilities) != set(keys):
        raise RecordError(f"{where}: expected probabilities of {', '.join(keys)}, got {probabilities!r:.80}")
    if not all(isinstance(value, int | float) and 0 <= value <= 1 for value in probabilities.values()):
        raise RecordError(f"{where}: expected probabilities from 0 to 1, got {probabilities!r:.80}")
    return Tag(tuple(labels), {key: float(probabilities[key]) for key in keys})
