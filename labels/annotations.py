"""Annotations: what one annotator said about one sentence, read from exports of Label Studio, stored as JSON Lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, TypeAlias

from pydantic import ConfigDict, StrictBool, StrictFloat, StrictInt, TypeAdapter, ValidationError

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.store import read_jsonl, write_jsonl

Origin: TypeAlias = Literal["manual", "prediction", "changed"]
ORIGINS: Final[Mapping[str, Origin]] = {"manual": "manual", "prediction": "prediction", "prediction-changed": "changed"}
"""Label Studio's words for where a result came from, and ours."""
LABEL: Final = "label"
FLAGS: Final = ("flag", "unsure")
NOTE: Final = "note"
"""Names of the controls of the labelling screen: the choices, the “unsure” flag (two names), the note."""
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


def parse_export(tasks: Iterable[Mapping[str, Any]], scheme: LabelScheme, users: Mapping[int, str]) -> Iterator[Annotation]:
    """Annotations of an export of Label Studio, in the form JSON or JSON_MIN, one task at a time.

    Drafts and tasks without annotation give nothing. A skipped annotation keeps the labels that were ticked beforehand: they
    are nobody's answer and are left out. JSON_MIN holds no skips, no origin, no pre-annotations and no project.

    Args:
        tasks: the tasks as JSON objects.
        scheme: the label scheme; labels come out in its order.
        users: name of each annotator by the server's number; an unknown one becomes `user-<number>`.

    Raises:
        RecordError: a task has no uid or text; or, after the last task, labels are not in the scheme or their number does not
            fit a single-label scheme, with counts. So take all of them before you use one.
    """
    wrong: Counter[str] = Counter()
    for number, task in enumerate(tasks, start=1):
        if not isinstance(task, Mapping):
            raise RecordError(f"export, task {number}: expected an object, got {type(task).__name__}")
        parse = _of_task if "annotations" in task or "data" in task else _of_flat_row
        for annotation in parse(task, users, f"export, task {task.get('id', number)}"):
            wrong.update(key for key in annotation.labels or () if key not in scheme.keys)
            if scheme.kind == "single" and annotation.labels is not None and len(annotation.labels) != 1:
                wrong[f"({len(annotation.labels)} labels)"] += 1
            yield _ordered(annotation, scheme)
    if wrong:
        counts = ", ".join(f"{key!r} in {count} annotations" for key, count in wrong.most_common())
        raise RecordError(f"export: expected labels of the {scheme.kind}-label scheme ({', '.join(scheme.keys)}), got {counts}")


def _ordered(annotation: Annotation, scheme: LabelScheme) -> Annotation:
    """Labels without repetition in the scheme's order; the pre-annotation's unknown labels are dropped."""

    def ordered(keys: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if keys is None else tuple(key for key in scheme.keys if key in keys)

    return replace(annotation, labels=ordered(annotation.labels), predicted=ordered(annotation.predicted))


def _of_task(task: Mapping[str, Any], users: Mapping[int, str], where: str) -> Iterator[Annotation]:
    """The annotations of one task of a JSON export."""
    uid, text = _identity(task.get("data"), where)
    for annotation in task.get("annotations") or ():
        if not isinstance(annotation, Mapping):
            raise RecordError(f"{where}: expected whole annotations, got {annotation!r:.40} (export as JSON)")
        skipped = bool(annotation.get("was_cancelled"))
        results = [result for result in annotation.get("result") or () if isinstance(result, Mapping)]
        labels = _choices(results, (LABEL,))
        prediction = _prediction(task, annotation)
        predicted = None if prediction is None else _choices(prediction.get("result") or (), (LABEL,))
        note = _note(result["value"].get("text") for result in results if result.get("from_name") == NOTE)
        yield Annotation(
            uid=uid,
            text=text,
            annotator=_name(annotation.get("completed_by"), users),
            labels=None if skipped else labels,
            skipped=skipped,
            unsure=not skipped and bool(_choices(results, FLAGS)),
            note=note,
            origin="manual" if skipped else _origin(results, labels, predicted),
            predicted=predicted,
            model_version=None if prediction is None else prediction.get("model_version") or None,
            created_at=str(annotation.get("created_at") or ""),
            updated_at=annotation.get("updated_at"),
            lead_time=annotation.get("lead_time"),
            project=annotation.get("project") or task.get("project"),
            task=task.get("id"),
            id=str(annotation.get("unique_id") or annotation.get("id") or ""),
        )


def _of_flat_row(row: Mapping[str, Any], users: Mapping[int, str], where: str) -> Iterator[Annotation]:
    """The annotation of one row of a JSON_MIN export; a row without one is a task that nobody answered."""
    uid, text = _identity(row, where)
    if row.get("annotation_id") is None:
        return
    yield Annotation(
        uid=uid,
        text=text,
        annotator=_name(row.get("annotator"), users),
        labels=_flat_choices(row.get(LABEL)),
        skipped=False,
        unsure=any(_flat_choices(row.get(flag)) for flag in FLAGS),
        note=_note([row.get(NOTE)]),
        origin="manual",
        predicted=None,
        model_version=None,
        created_at=str(row.get("created_at") or ""),
        updated_at=row.get("updated_at"),
        lead_time=row.get("lead_time"),
        project=None,
        task=row.get("id"),
        id=str(row["annotation_id"]),
    )


def _identity(data: Any, where: str) -> tuple[str, str]:
    """The uid and text of a task's data."""
    if not isinstance(data, Mapping) or not isinstance(data.get("uid"), str) or not isinstance(data.get("text"), str):
        found = sorted(data) if isinstance(data, Mapping) else type(data).__name__
        raise RecordError(f"{where}: expected task data with 'uid' and 'text', as 'annotate push' makes them, got {found}")
    return _storable(data["uid"]), _storable(data["text"])


def _choices(results: Iterable[Mapping[str, Any]], names: Sequence[str]) -> tuple[str, ...]:
    """The choices of the controls of these names."""
    found = (result["value"].get("choices") or () for result in results if result.get("from_name") in names)
    return tuple(str(choice) for choices in found for choice in choices)


def _flat_choices(value: Any) -> tuple[str, ...]:
    """JSON_MIN writes one choice as a string, several as an object with `choices`, several results as a list of both."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Mapping):
        return tuple(map(str, value.get("choices") or ()))
    return tuple(choice for item in value for choice in _flat_choices(item))


def _note(values: Iterable[Any]) -> str | None:
    """A note's text: a string, a list of strings, or an object with such a `text`."""
    lines: list[str] = []
    for value in values:
        inner = value.get("text") if isinstance(value, Mapping) else value
        lines += [inner] if isinstance(inner, str) else [str(line) for line in inner or ()]
    return _storable("\n".join(line.strip() for line in lines if line.strip())) or None


def _storable(text: str) -> str:
    """Lone surrogates, which no file in UTF-8 can hold, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _prediction(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The pre-annotation that the annotator saw: the copy in the annotation, else the task's prediction that it names."""
    copy = annotation.get("prediction")
    if isinstance(copy, Mapping) and copy:
        return copy
    parent = annotation.get("parent_prediction")
    for prediction in task.get("predictions") or ():
        if isinstance(prediction, Mapping) and parent is not None and prediction.get("id") == parent:
            return prediction
    return None


def _origin(results: Sequence[Mapping[str, Any]], labels: Sequence[str], predicted: Sequence[str] | None) -> Origin:
    """Where the labels came from, by Label Studio's word; without any label by comparison with the pre-annotation."""
    words = {str(result.get("origin", "manual")) for result in results if result.get("from_name") == LABEL}
    if words == {"prediction"}:
        return "prediction" if predicted is None or set(labels) == set(predicted) else "changed"
    if "prediction" in words or "prediction-changed" in words:
        return "changed"
    if not words and predicted is not None:
        return "changed" if predicted else "prediction"
    return "manual"


def _name(user: Any, users: Mapping[int, str]) -> str:
    """The annotator's name by number, or by the object that some exports hold."""
    number = user.get("id") if isinstance(user, Mapping) else user
    if isinstance(number, int) and number in users:
        return users[number]
    if isinstance(user, Mapping) and user.get("email"):
        return str(user["email"])
    return f"user-{number}"
