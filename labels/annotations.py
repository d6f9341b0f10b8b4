"""Annotations: one annotator's answer to one sentence, stored as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, TypeAlias, get_args

from pydantic import ConfigDict, StrictBool, StrictFloat, StrictInt, TypeAdapter, ValidationError

from jianghua.data.errors import RecordError
from jianghua.data.store import read_jsonl, write_jsonl

Origin: TypeAlias = Literal["manual", "prediction", "changed"]
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)
_LISTS: Final = ("labels", "predicted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One annotator's answer to one sentence.

    Attributes:
        uid: the sentence, as `Speech.sentence_id` names it.
        text: the sentence's text.
        annotator: name of the annotator.
        labels: keys in the scheme's order; `()` means that none applies, `None` that the annotator skipped.
        skipped: the annotator passed the sentence on without an answer.
        unsure: the annotator marked the answer as unsure.
        note: the annotator's remark.
        origin: `manual`, or `prediction` when a shown pre-annotation was accepted as it was, or `changed` when it was changed.
        predicted: labels of the pre-annotation that was shown; `None` when there was none, or the export does not tell.
        model_version: the model that made the pre-annotation.
        created_at: when, ISO 8601.
        updated_at: when it was last changed, ISO 8601.
        lead_time: seconds that the sentence was open on the annotator's screen.
        project: number of the project on the server.
        task: number of the task on the server.
        id: the annotation's own id.
    """

    uid: str
    text: str
    annotator: str
    labels: tuple[str, ...] | None
    skipped: StrictBool = False
    unsure: StrictBool = False
    note: str | None = None
    origin: Origin = "manual"
    predicted: tuple[str, ...] | None = None
    model_version: str | None = None
    created_at: str
    updated_at: str | None = None
    lead_time: StrictFloat | None = None
    project: StrictInt | None = None
    task: StrictInt | None = None
    id: str

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    @property
    def speech(self) -> str:
        """Id of the sentence's speech."""
        return self.uid.rpartition("#")[0] or self.uid

    @property
    def when(self) -> datetime:
        """When it was last changed; a time without a zone is taken as UTC.

        Raises:
            RecordError: the time is not ISO 8601.
        """
        text = self.updated_at or self.created_at
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise RecordError(f"annotation {self.id} of {self.uid}: expected a time in ISO 8601, got {text!r}") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def to_dict(self) -> dict[str, Any]:
        """The annotation as one line of `annotations.jsonl`."""
        lists = {name: None if keys is None else list(keys) for name, keys in self._label_fields()}
        return asdict(self) | lists

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], where: str = "annotation") -> Annotation:
        """Read one annotation.

        Raises:
            RecordError: a field is missing, unknown or has the wrong type; the message starts with `where`.
        """
        if not isinstance(record, Mapping):
            raise RecordError(f"{where}: expected an object, got {type(record).__name__}")
        lists = {name: tuple(keys) for name, keys in record.items() if name in _LISTS and isinstance(keys, list)}
        try:
            annotation = _adapter().validate_python({**record, **lists})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            raise RecordError(f"{where}: {name!r}: {first['msg'].lower()}, got {first['input']!r:.80}") from error
        if annotation.skipped != (annotation.labels is None):
            raise RecordError(f"{where}: 'labels' must be null just where 'skipped' is true")
        return annotation

    def _label_fields(self) -> tuple[tuple[str, tuple[str, ...] | None], ...]:
        return (("labels", self.labels), ("predicted", self.predicted))


@cache
def _adapter() -> TypeAdapter[Annotation]:
    return TypeAdapter(Annotation)


def read_annotations(path: Path) -> list[Annotation]:
    """Read an `annotations.jsonl`.

    Raises:
        RecordError: a line is not an annotation; the message names file and line.
    """
    return [Annotation.from_dict(record, f"{path}, line {number}") for number, record in read_jsonl(path)]


def write_annotations(path: Path, annotations: Iterable[Annotation]) -> int:
    """Write an `annotations.jsonl` atomically; returns how many. Nothing is written when the iterable fails half way."""
    return write_jsonl(path, (annotation.to_dict() for annotation in annotations))


def newest(annotations: Iterable[Annotation]) -> list[Annotation]:
    """One annotation a sentence and annotator: the one changed last. Order of first appearance."""
    chosen: dict[tuple[str, str], Annotation] = {}
    for annotation in annotations:
        key = (annotation.uid, annotation.annotator)
        if key not in chosen or annotation.when >= chosen[key].when:
            chosen[key] = annotation
    return list(chosen.values())
