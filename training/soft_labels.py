"""Soft labels: what a teacher, or several, say about the sentences of unlabelled text, for a student to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jianghua.data.corpus.text import Document
from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.sentences import split
from jianghua.data.store import read_jsonl, write_jsonl
from jianghua.tagging.bundle import DECIMALS
from jianghua.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class SoftLabel:
    """A sentence, and how likely its teachers find each label.

    Attributes:
        text: the sentence.
        probabilities: by key of the label scheme.
        document: number of its document, from 0: sentences of one document that follow one another are each other's context.
    """

    text: str
    probabilities: Mapping[str, float]
    document: int

    def to_dict(self) -> dict[str, Any]:
        """The sentence as one line of the file."""
        return {"document": self.document, "text": self.text, "probabilities": dict(self.probabilities)}


def soft_labels(teachers: Sequence[Tagger], documents: Iterable[Document]) -> Iterator[SoftLabel]:
    """Split documents into sentences and have them tagged; the probabilities are the mean over the teachers.

    Args:
        teachers: at least one; all of one label scheme.
        documents: each is tagged on its own, as a speech is.

    Raises:
        SettingsError: the teachers know different labels.
    """
    keys = teachers[0].scheme.keys
    for teacher in teachers[1:]:
        if teacher.scheme.keys != keys:
            raise SettingsError(
                f"expected teachers of one label scheme, got {', '.join(keys)} and {', '.join(teacher.scheme.keys)}"
            )
    for number, document in enumerate(documents):
        sentences = [paragraph[start:end].strip() for paragraph in document for start, end in split(paragraph)]
        tags = zip(*(teacher.tag_sentences(sentences) for teacher in teachers), strict=True)
        for text, answers in zip(sentences, tags, strict=True):
            means = {key: float(np.mean([answer.probabilities[key] for answer in answers])) for key in keys}
            yield SoftLabel(text, {key: round(mean, DECIMALS) for key, mean in means.items()}, number)


def write_soft_labels(path: Path, labelled: Iterable[SoftLabel]) -> int:
    """Write one sentence a line, atomically; returns how many."""
    return write_jsonl(path, (sentence.to_dict() for sentence in labelled))


def read_soft_labels(path: Path, keys: Sequence[str]) -> list[SoftLabel]:
    """Read what `write_soft_labels` wrote.

    Args:
        path: the file.
        keys: the labels that each sentence must have a probability for, and no others.

    Raises:
        RecordError: a line has another form, or other labels.
    """
    return [_parse(record, set(keys), f"{path}, line {number}") for number, record in read_jsonl(path)]


def _parse(record: Any, keys: set[str], where: str) -> SoftLabel:
    try:
        text, probabilities, document = record["text"], record["probabilities"], record["document"]
        found = {str(key): float(value) for key, value in probabilities.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{where}: expected text, probabilities and document, got {record!r:.60} ({error!r})") from error
    if set(found) != keys:
        raise RecordError(
            f"{where}: expected probabilities of {', '.join(sorted(keys))}, got {', '.join(sorted(found)) or 'none'}"
        )
    if not all(0 <= value <= 1 for value in found.values()):
        raise RecordError(f"{where}: expected probabilities from 0 to 1, got {found}")
    return SoftLabel(str(text), found, int(document))
