"""The records of the project: a speech, and its sentences with labels and places in the source.

A speech is the unit of splitting, sampling and tagging; a sentence carries the labels. Both are frozen, and convert to
and from plain dictionaries, the form of one line of `speeches.jsonl`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from jianghua.data.errors import RecordError

Kind: TypeAlias = Literal["title", "byline", "salutation", "heading", "body", "closing"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

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
    def from_dict(cls, record: Mapping[str, Any], where: str = "sentence") -> Sentence:
        """Read one sentence.

        Raises:
            RecordError: a field is missing or has the wrong type; the message starts with `where`.
        """
        text = _field(record, "text", str, where)
        kind = record.get("kind", "body")
        if kind not in KINDS:
            raise RecordError(f"{where}: 'kind' must be one of {', '.join(KINDS)}, got {kind!r}")
        labels = record.get("labels")
        if labels is not None and not (isinstance(labels, list | tuple) and all(isinstance(x, str) for x in labels)):
            raise RecordError(f"{where}: 'labels' must be a list of label keys or null, got {labels!r}")
        spans = record.get("spans") or ()
        if not all(_is_span(span) for span in spans):
            raise RecordError(f"{where}: 'spans' must be [start, end] pairs with start < end, got {spans!r}")
        return cls(
            text=text,
            paragraph=_field(record, "paragraph", int, where, default=0),
            kind=kind,
            labels=None if labels is None else tuple(labels),
            spans=tuple((start, end) for start, end in spans),
            page=_field(record, "page", int, where, default=None),
            level=_field(record, "level", int, where, default=None),
            truncated=_field(record, "truncated", bool, where, default=False),
        )


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
    def from_dict(cls, record: Mapping[str, Any], where: str = "speech") -> Speech:
        """Read one speech; unknown fields are kept as metadata.

        Raises:
            RecordError: a field is missing or has the wrong type; the message starts with `where`.
        """
        if not isinstance(record, Mapping):
            raise RecordError(f"{where}: expected an object with 'id' and 'sentences', got {type(record).__name__}")
        id = _field(record, "id", str, where)
        rows = _field(record, "sentences", list, where)
        sentences = tuple(Sentence.from_dict(row, f"{where}, sentence {n}") for n, row in enumerate(rows))
        source = _field(record, "source", dict, where, default=None)
        known = {"id", "title", "sentences", "source", "deletions"}
        try:
            return cls(
                id=id,
                title=_field(record, "title", str, where, default=""),
                sentences=sentences,
                source=None if source is None else Source(**{**source, "notes": tuple(source.get("notes", ()))}),
                deletions=tuple(Deletion(*cut) for cut in record.get("deletions") or ()),
                meta={key: value for key, value in record.items() if key not in known},
            )
        except TypeError as error:
            raise RecordError(f"{where}: 'source' or 'deletions' is malformed: {error}") from error


def speech_id(stem: str, content: bytes) -> str:
    """Content-addressed id of a speech: its file's stem and the first 10 hex digits of the SHA-256 of its bytes."""
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}"


def _is_span(value: object) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    start, end = value
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end


_MISSING: Final = object()


def _field(record: Mapping[str, Any], key: str, expected: type, where: str, default: Any = _MISSING) -> Any:
    if not isinstance(record, Mapping):
        raise RecordError(f"{where}: expected an object, got {type(record).__name__}")
    value = record.get(key, default)
    if value is _MISSING:
        raise RecordError(f"{where}: the field {key!r} is missing")
    if value is default or (isinstance(value, expected) and not (expected is int and isinstance(value, bool))):
        return value
    raise RecordError(f"{where}: {key!r} must be {expected.__name__}, got {value!r:.80}")
