"""Exports as Label Studio writes them, and as other versions and other programs do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.labels.annotations import Annotation, read_annotations, write_annotations
from jianghua.labels.studio.export import parse_export, read_export

DATA = {"uid": "s-1#0003", "speech": "s-1", "index": 3, "title": "讲话", "text": "要抓好落实。", "prev": "", "next": ""}
USERS = {1: "wang", 2: "li"}


def result(name: str, choices: list[str], origin: str = "manual") -> dict[str, Any]:
    return {"from_name": name, "to_name": "text", "type": "choices", "origin": origin, "value": {"choices": choices}}


def answer(results: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    values = {"id": 7, "unique_id": "u-7", "completed_by": 1, "was_cancelled": False, "lead_time": 2.5, "result": results}
    return values | {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:05:05Z", "prediction": {}} | changes


def parse(scheme: LabelScheme, *annotations: dict[str, Any], **task: Any) -> list[Annotation]:
    row = {"id": 11, "project": 5, "data": DATA, "annotations": list(annotations), "drafts": [], "predictions": [3]} | task
    return list(parse_export([row], scheme, USERS))


def test_an_answer_with_everything(scheme: LabelScheme) -> None:
    note = {"from_name": "note", "type": "textarea", "value": {"text": [" 拿不准 ", "再看"]}}
    seen = {"id": 3, "model_version": "m1", "result": [result("label", ["risk"])]}
    given = answer(
        [result("label", ["target", "directive"], "prediction-changed"), result("flag", ["unsure"]), note], prediction=seen
    )
    assert parse(scheme, given) == [
        Annotation(
            uid="s-1#0003",
            text="要抓好落实。",
            annotator="wang",
            labels=("directive", "target"),
            unsure=True,
            note="拿不准\n再看",
            origin="changed",
            predicted=("risk",),
            model_version="m1",
            created_at="2026-01-02T03:04:05Z",
            updated_at="2026-01-02T03:05:05Z",
            lead_time=2.5,
            project=5,
            task=11,
            id="u-7",
        )
    ]


@pytest.mark.parametrize("results", [[], [result("label", [])]])
def test_no_label_is_an_answer_and_a_skip_is_none(scheme: LabelScheme, results: list[dict[str, Any]]) -> None:
    (none,) = parse(scheme, answer(results))
    assert none.labels == ()
    assert not none.skipped
    (skip,) = parse(scheme, answer([result("label", ["risk"], "prediction"), result("flag", ["unsure"])], was_cancelled=True))
    assert (skip.labels, skip.skipped, skip.origin, skip.unsure) == (None, True, "manual", False)


@pytest.mark.parametrize(
    ("results", "predicted", "origin"),
    [
        ([result("label", ["risk"], "prediction")], ["risk"], "prediction"),
        ([result("label", ["risk", "target"], "prediction")], ["risk"], "changed"),
        ([result("label", ["risk"], "prediction-changed")], ["target"], "changed"),
        ([result("label", ["risk"])], ["risk"], "manual"),
        ([], ["risk"], "changed"),
        ([], [], "prediction"),
        ([], None, "manual"),
    ],
)
def test_where_labels_came_from(
    scheme: LabelScheme, results: list[dict[str, Any]], predicted: list[str] | None, origin: str
) -> None:
    seen = {} if predicted is None else {"result": [result("label", predicted)] if predicted else [], "model_version": "m"}
    (annotation,) = parse(scheme, answer(results, prediction=seen))
    assert annotation.origin == origin
    assert annotation.predicted == (None if predicted is None else tuple(predicted))


def test_the_prediction_can_stand_in_the_task(scheme: LabelScheme) -> None:
    others = [{"id": 3, "result": [result("label", ["risk"])]}, {"id": 4, "result": [result("label", ["target"])]}]
    (annotation,) = parse(scheme, answer([], parent_prediction=4), predictions=others)
    assert annotation.predicted == ("target",)


def test_drafts_and_tasks_without_annotation_give_nothing(scheme: LabelScheme) -> None:
    assert parse(scheme, drafts=[{"result": [result("label", ["risk"])]}]) == []


def test_names_of_annotators(scheme: LabelScheme) -> None:
    people: list[Any] = [2, 9, {"id": 1}, {"id": 8, "email": "x@example.org"}]
    found = parse(scheme, *(answer([], completed_by=person) for person in people))
    assert [annotation.annotator for annotation in found] == ["li", "user-9", "wang", "x@example.org"]


def test_json_min(scheme: LabelScheme) -> None:
    base = DATA | {"annotator": 2, "annotation_id": 40, "created_at": "2026-01-02T03:04:05Z", "lead_time": 1, "id": 11}
    rows = [
        base | {"label": "risk", "note": "一句"},
        base | {"label": {"choices": ["target", "directive"]}, "flag": "unsure", "note": {"text": ["甲", "乙"]}},
        base | {"label": [{"choices": []}]},
        base,
        base | {"annotation_id": None, "annotator": {}},
    ]
    found = list(parse_export(rows, scheme, USERS))
    assert [annotation.labels for annotation in found] == [("risk",), ("directive", "target"), (), ()]
    assert [annotation.note for annotation in found] == ["一句", "甲\n乙", None, None]
    assert [annotation.unsure for annotation in found] == [False, True, False, False]
    assert {(annotation.annotator, annotation.id, annotation.task) for annotation in found} == {("li", "40", 11)}


def test_unknown_labels_are_counted(scheme: LabelScheme) -> None:
    given = [answer([result("label", ["riks", "risk"])]), answer([result("label", ["riks"])]), answer([result("label", ["x"])])]
    with pytest.raises(RecordError, match=r"'riks' in 2 annotations, 'x' in 1 annotations"):
        parse(scheme, *given)
    parse(scheme, answer([result("label", ["riks"])], was_cancelled=True))  # nobody's answer: no error


def test_a_single_label_scheme_wants_one_label(scheme: LabelScheme) -> None:
    single = scheme.model_copy(update={"kind": "single"})
    with pytest.raises(RecordError, match=r"\(0 labels\)' in 1 annotations"):
        parse(single, answer([]), answer([result("label", ["risk"])]))


def test_a_task_of_another_project_is_an_error(scheme: LabelScheme) -> None:
    with pytest.raises(RecordError, match=r"task 11: expected task data with 'uid' and 'text'.*\['image'\]"):
        parse(scheme, answer([]), data={"image": "x.png"})


def test_what_was_read_can_be_stored(scheme: LabelScheme, tmp_path: Path) -> None:
    given = (answer([result("label", ["risk"])]), answer([], was_cancelled=True))
    found = parse(scheme, *given, data=DATA | {"text": "<b>𠀀\ud800"})
    assert found[0].text == "<b>𠀀?"
    assert write_annotations(tmp_path / "a.jsonl", found) == 2
    assert read_annotations(tmp_path / "a.jsonl") == found


BARE = {"from_name": "label", "to_name": "text", "type": "choices"}


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (BARE, "expected an object as 'value' of a result of 'label', which it lacks"),
        (BARE | {"value": ["risk"]}, r"expected an object as 'value' of a result of 'label', got \['risk'\]"),
        (BARE | {"value": {"choices": "risk"}}, "expected 'choices', a list, got 'risk'"),
        (BARE | {"from_name": "flag"}, "expected an object as 'value' of a result of 'flag'"),
        ({"from_name": "note", "type": "textarea"}, "expected an object as 'value' of a result of 'note'"),
    ],
)
def test_a_result_without_a_value_names_its_task(scheme: LabelScheme, broken: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=f"^export, task 11: {message}"):
        parse(scheme, answer([broken]))
    if broken["from_name"] == "label":  # the pre-annotation that was shown can be broken, too
        with pytest.raises(RecordError, match=f"^export, task 11: {message}"):
            parse(scheme, answer([], prediction={"model_version": "m", "result": [broken]}))


def test_results_that_are_none_name_their_task(scheme: LabelScheme) -> None:
    for results in ("risk", {"label": "risk"}, ["risk"]):
        with pytest.raises(RecordError, match=r"^export, task 11: expected 'result', a list of objects, got "):
            parse(scheme, answer(results))  # type: ignore[arg-type]


def test_relations_between_regions_need_no_value(scheme: LabelScheme) -> None:
    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    assert parse(scheme, answer([relation, result("label", ["risk"])]))[0].labels == ("risk",)


def test_exports_of_other_versions_are_told_as_such(scheme: LabelScheme) -> None:
    old = {"id": 11, "data": DATA, "completions": [{"id": 7, "result": [result("label", ["risk"])]}]}
    with pytest.raises(RecordError, match=r"^export, task 11: expected 'annotations', a list .*1\.x.*, got 'completions', as"):
        list(parse_export([old], scheme, USERS))
    with pytest.raises(RecordError, match=r"expected 'annotations', .*, got the keys \['data', 'id'\]"):
        list(parse_export([{"id": 11, "data": DATA}], scheme, USERS))  # tasks to import are no export
    with pytest.raises(RecordError, match=r"expected 'annotation_id' .*1\.x"):
        list(parse_export([DATA | {"id": 11, "label": "risk"}], scheme, USERS))


@pytest.mark.parametrize("content", ["{}", "[1]", "not json", '{"a": 1}'])
def test_files_that_are_no_export_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(RecordError, match=r"x\.json: expected"):
        read_export(tmp_path / "x.json")
    with pytest.raises(RecordError, match="No such file"):
        read_export(tmp_path / "none.json")
