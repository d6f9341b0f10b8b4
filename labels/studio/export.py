"""Exports of Label Studio, in the form JSON or JSON_MIN: from tasks as JSON to annotations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.labels.annotations import Annotation, Origin
from jianghua.labels.studio.screen import FLAG, LABEL, NOTE, UNSURE

FLAGS: Final = (FLAG, UNSURE)
"""Names that the control of the “unsure” flag may have."""
_WANTED: Final = "an export of Label Studio 1.x as JSON or JSON_MIN"


def read_export(file: Path) -> list[dict[str, Any]]:
    """The tasks of a file exported by hand, JSON or JSON_MIN.

    Raises:
        RecordError: the file cannot be read, or is not such an export.
    """
    try:
        tasks = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise RecordError(f"{file}: {error.strerror or error}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RecordError(f"{file}: expected {_WANTED}, got something else ({error})") from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise RecordError(f"{file}: expected {_WANTED}, a list of tasks")
    return tasks


def parse_export(tasks: Iterable[Mapping[str, Any]], scheme: LabelScheme, users: Mapping[int, str]) -> Iterator[Annotation]:
    """Annotations of an export, one task at a time.

    Drafts and tasks without annotation give nothing. A skipped annotation keeps the labels that were ticked beforehand: they
    are nobody's answer and are left out. JSON_MIN holds no skips, no origin, no pre-annotations and no project.

    Args:
        tasks: the tasks as JSON objects.
        scheme: the label scheme; labels come out in its order.
        users: name of each annotator by the server's number; an unknown one becomes `user-<number>`.

    Raises:
        RecordError: a task is not of such an export, or has no uid or text; or, after the last task, labels are not in the
            scheme or their number does not fit a single-label scheme, with counts. So take all of them before you use one.
    """
    wrong: Counter[str] = Counter()
    for number, task in enumerate(tasks, start=1):
        if not isinstance(task, Mapping):
            raise RecordError(f"export, task {number}: expected an object, got {type(task).__name__}")
        parse = _of_task if "data" in task else _of_flat_row
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


# JSON: tasks with annotations in them


def _of_task(task: Mapping[str, Any], users: Mapping[int, str], where: str) -> Iterator[Annotation]:
    """The annotations of one task of a JSON export."""
    uid, text = _identity(task["data"], where)
    annotations = task.get("annotations")
    if not isinstance(annotations, list):
        found = "'completions', as Label Studio wrote before 1.0" if "completions" in task else f"the keys {sorted(task)}"
        raise RecordError(f"{where}: expected 'annotations', a list ({_WANTED}), got {found}")
    for annotation in annotations:
        if not isinstance(annotation, Mapping):
            raise RecordError(f"{where}: expected whole annotations, got {annotation!r:.40} (export as JSON)")
        results = _results(annotation, where)
        skipped = bool(annotation.get("was_cancelled"))
        labels = _choices(results, (LABEL,), where)
        prediction = _prediction(task, annotation)
        predicted = None if prediction is None else _choices(_results(prediction, where), (LABEL,), where)
        yield Annotation(
            uid=uid,
            text=text,
            annotator=_name(annotation.get("completed_by"), users),
            labels=None if skipped else labels,
            skipped=skipped,
            unsure=not skipped and bool(_choices(results, FLAGS, where)),
            note=_note(value.get("text") for value in _values(results, (NOTE,), where)),
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


def _results(holder: Mapping[str, Any], where: str) -> list[Mapping[str, Any]]:
    """The results of an annotation or a prediction.

    Raises:
        RecordError: they are no list of objects.
    """
    results = holder.get("result") or []
    if not isinstance(results, list) or not all(isinstance(result, Mapping) for result in results):
        raise RecordError(f"{where}: expected 'result', a list of objects, got {results!r:.60}")
    return results


def _values(results: Iterable[Mapping[str, Any]], names: Sequence[str], where: str) -> Iterator[Mapping[str, Any]]:
    """The values of the results of the controls of these names; results of other kinds, such as relations, have none.

    Raises:
        RecordError: one of these results has no value.
    """
    for result in results:
        if result.get("from_name") in names:
            value = result.get("value")
            if not isinstance(value, Mapping):
                found = f"got {value!r:.60}" if "value" in result else "which it lacks"
                raise RecordError(f"{where}: expected an object as 'value' of a result of {result['from_name']!r}, {found}")
            yield value


def _choices(results: Iterable[Mapping[str, Any]], names: Sequence[str], where: str) -> tuple[str, ...]:
    """The choices of the controls of these names.

    Raises:
        RecordError: the choices are no list.
    """
    choices: list[str] = []
    for value in _values(results, names, where):
        listed = value.get("choices") or []
        if not isinstance(listed, list):
            raise RecordError(f"{where}: expected 'choices', a list, got {listed!r:.60}")
        choices += map(str, listed)
    return tuple(choices)


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


# JSON_MIN: a flat row an annotation


def _of_flat_row(row: Mapping[str, Any], users: Mapping[int, str], where: str) -> Iterator[Annotation]:
    """The annotation of one row of a JSON_MIN export; a row without one is a task that nobody answered."""
    uid, text = _identity(row, where)
    if "annotation_id" not in row:
        raise RecordError(f"{where}: expected 'annotation_id' ({_WANTED}), got the keys {sorted(row)}")
    if row["annotation_id"] is None:
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


def _flat_choices(value: Any) -> tuple[str, ...]:
    """JSON_MIN writes one choice as a string, several as an object with `choices`, several results as a list of both."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Mapping):
        return tuple(map(str, value.get("choices") or ()))
    return tuple(choice for item in value for choice in _flat_choices(item))


# Both


def _identity(data: Any, where: str) -> tuple[str, str]:
    """The uid and text of a task's data."""
    if not isinstance(data, Mapping) or not isinstance(data.get("uid"), str) or not isinstance(data.get("text"), str):
        found = sorted(data) if isinstance(data, Mapping) else type(data).__name__
        raise RecordError(f"{where}: expected task data with 'uid' and 'text', as 'annotate push' makes them, got {found}")
    return _storable(data["uid"]), _storable(data["text"])


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


def _name(user: Any, users: Mapping[int, str]) -> str:
    """The annotator's name by number, or by the object that some exports hold."""
    number = user.get("id") if isinstance(user, Mapping) else user
    if isinstance(number, int) and number in users:
        return users[number]
    if isinstance(user, Mapping) and user.get("email"):
        return str(user["email"])
    return f"user-{number}"
