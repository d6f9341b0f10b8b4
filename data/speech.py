"""The records of the project: a speech, and its sentences with labels and places in the source.

A speech is the unit of splitting, sampling and tagging; a sentence carries the labels. Both are frozen, are written as plain
dictionaries, the form of one line of `speeches.jsonl`, and are checked against their types when they are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Final, Literal, TypeAlias

from jianghua.data.errors import RecordError
from jianghua.data.validation import parse_json, parse_value

Kind: TypeAlias = Literal["title", "byline", "salutation", "heading", "body", "closing"]

Span: TypeAlias = tuple[int, int]
"""Half-open code-point offsets [start, end) into the extracted text of a document."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a speech.

    Attributes:
        text: the clean text; exactly the source characters of `spans`, in order.
        paragraph: 0-based number of its paragraph in the clean speech.
        kind: what it is in the layout of a speech.
        labels: keys of the label scheme that apply; `()` means that none applies, `None` that nobody annotated it.
        spans: the kept pieces of the extracted text; empty when the speech did not come from a document.
        page: 1-based page of its first character, for paged documents.
        level: depth of a heading, 1 the highest (一、 1 · （一） 2 · 1. 3 …).
        truncated: the source breaks off inside this sentence.
    """

    text: str
    paragraph: int = 0
    kind: Kind = "body"
    labels: tuple[str, ...] | None = None
    spans: tuple[Span, ...] = ()
    page: int | None = None
    level: int | None = None
    truncated: bool = False

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"strict": True, "extra": "ignore"}

    def __post_init__(self) -> None:
        for start, end in self.spans:
            if not 0 <= start < end:
                raise ValueError(f"expected spans [start, end] with 0 <= start < end, got {[start, end]}")

    @property
    def start(self) -> int | None:
        """Offset of its first character in the extracted text."""
        return self.spans[0][0] if self.spans else None

    @property
    def end(self) -> int | None:
        """Offset just past its last character in the extracted text."""
        return self.spans[-1][1] if self.spans else None

    def to_dict(self) -> dict[str, Any]:
        """The sentence as JSON; fields that say nothing are left out."""
        record: dict[str, Any] = {
            "text": self.text,
            "paragraph": self.paragraph,
            "kind": self.kind,
            "labels": None if self.labels is None else list(self.labels),
        }
        if self.spans:
            record |= {"start": self.start, "end": self.end, "spans": [list(span) for span in self.spans]}
        if self.page is not None:
            record["page"] = self.page
        if self.level is not None:
            record["level"] = self.level
        if self.truncated:
            record["truncated"] = True
        return record

    @classmethod
    def from_json(cls, text: str | bytes, where: str = "sentence") -> Sentence:
        """Read one sentence from its JSON; fields that a sentence does not have are passed over.

        Raises:
            RecordError: a field is missing or has the wrong type; the message starts with `where`.
        """
        return parse_json(cls, text, where)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], where: str = "sentence") -> Sentence:
        """Read one sentence from what `to_dict` gave; see `from_json`."""
        return parse_value(cls, record, where)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A piece of the extracted text that cleaning left out, and why. Offsets are half-open code points."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a speech was read from.

    Attributes:
        path: the path as it was given; `archive.zip!member` for a file inside an archive.
        format: name of the reader, such as `txt`, `docx`, `pdf` or `html`.
        sha256: hash of the file's bytes.
        characters: length of the extracted text in code points.
        encoding: character encoding that the file was decoded with, where that applies.
        notes: what of the file is not in the text though a person sees it, such as pages that were not recognised.
    """

    path: str
    format: str
    sha256: str
    characters: int
    encoding: str | None = None
    notes: tuple[str, ...] = ()

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"strict": True, "extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Speech:
    """A speech: sentences in reading order, where they came from, and free metadata (topic, speaker, date …)."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]
    source: Source | None = None
    deletions: tuple[Deletion, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    def sentence_id(self, index: int) -> str:
        """Stable id of sentence `index` (0-based): the speech's id and the number with four digits or more."""
        return f"{self.id}#{index:04d}"

    def neighbours(self, index: int) -> tuple[str, str]:
        """Texts of the sentences before and after sentence `index`; empty at the ends of the speech."""
        before = self.sentences[index - 1].text if index > 0 else ""
        after = self.sentences[index + 1].text if index + 1 < len(self.sentences) else ""
        return before, after

    @property
    def texts(self) -> list[str]:
        """The sentences' texts, in order."""
        return [sentence.text for sentence in self.sentences]

    @property
    def annotated(self) -> bool:
        """Whether at least one sentence was annotated."""
        return any(sentence.labels is not None for sentence in self.sentences)

    def with_labels(self, labels: Sequence[tuple[str, ...] | None]) -> Speech:
        """The same speech with new labels, one entry a sentence.

        Raises:
            RecordError: the number of entries is not the number of sentences.
        """
        if len(labels) != len(self.sentences):
            raise RecordError(f"speech {self.id}: expected labels for {len(self.sentences)} sentences, got {len(labels)}")
        pairs = zip(self.sentences, labels, strict=True)
        return replace(self, sentences=tuple(replace(sentence, labels=new) for sentence, new in pairs))

    def to_dict(self) -> dict[str, Any]:
        """The speech as one line of `speeches.jsonl`."""
        record: dict[str, Any] = {"id": self.id, "title": self.title, **self.meta}
        if self.source is not None:
            record["source"] = {
                "path": self.source.path,
                "format": self.source.format,
                "sha256": self.source.sha256,
                "characters": self.source.characters,
                "encoding": self.source.encoding,
            } | ({"notes": list(self.source.notes)} if self.source.notes else {})
        record["sentences"] = [
            {"id": self.sentence_id(index), **sentence.to_dict()} for index, sentence in enumerate(self.sentences)
        ]
        if self.deletions:
            record["deletions"] = [[cut.start, cut.end, cut.reason] for cut in self.deletions]
        return record

    @classmethod
    def from_json(cls, text: str | bytes, where: str = "speech") -> Speech:
        """Read one speech from its JSON; unknown fields are kept as metadata.

        Raises:
            RecordError: a field is missing or has the wrong type; the message starts with `where`.
        """
        return _speech(parse_json(_SpeechRecord, text, where))

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], where: str = "speech") -> Speech:
        """Read one speech from what `to_dict` gave; see `from_json`."""
        return _speech(parse_value(_SpeechRecord, record, where))


@dataclass(frozen=True)
class _SpeechRecord:
    """One line of `speeches.jsonl`: a speech whose deletions are lists and whose metadata stand beside its fields."""

    id: str
    sentences: tuple[Sentence, ...]
    title: str = ""
    source: Source | None = None
    deletions: tuple[tuple[int, int, str], ...] | None = None

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"strict": True, "extra": "allow"}


_FIELDS: Final = frozenset(one.name for one in fields(_SpeechRecord))


def _speech(record: _SpeechRecord) -> Speech:
    deletions = tuple(Deletion(*cut) for cut in record.deletions or ())
    meta = {key: value for key, value in vars(record).items() if key not in _FIELDS}
    return Speech(record.id, record.title, record.sentences, record.source, deletions, meta)


def speech_id(stem: str, content: bytes) -> str:
    """Content-addressed id of a speech: its file's stem and the first 10 hex digits of the SHA-256 of its bytes."""
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}"
