"""Plans, sending and pulling against a double of the server, which counts what it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jianghua.data.errors import RecordError, StudioError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.client import Project, RemoteTask
from jianghua.labels.studio.pull import pull_annotations, pull_tasks
from jianghua.labels.studio.push import PushPlan, PushSettings, Remote, plan, send, validate
from jianghua.labels.studio.screen import labeling_config
from jianghua.labels.studio.tasks import SentenceTask, build_tasks, in_overlap

PROJECT = Project(1, "项目", "", {"maximum_annotations": 1, "model_version": ""})


@dataclass
class Double:
    """A project in memory, which fails after so many requests."""

    url: str = "http://double"
    held: dict[int, dict[str, Any]] = field(default_factory=dict)
    versions: dict[int, set[str]] = field(default_factory=dict)
    overlaps: dict[int, int] = field(default_factory=dict)
    model: str = ""
    asked: int = 0
    dies_after: int | None = None

    def _ask(self) -> None:
        if self.dies_after is not None and self.asked >= self.dies_after:
            raise StudioError(f"{self.url}: no server answers there")
        self.asked += 1

    def import_tasks(self, number: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        self._ask()
        numbers = [len(self.held) + 1 + index for index in range(len(tasks))]
        for task_id, task in zip(numbers, tasks, strict=True):
            self.held[task_id] = json.loads(json.dumps(task))
            self.versions[task_id] = {item["model_version"] for item in task["predictions"]}
            self.overlaps[task_id] = 1
        return numbers

    def import_predictions(self, number: int, predictions: Sequence[Mapping[str, Any]]) -> None:
        self._ask()
        for item in predictions:
            assert item["model_version"] not in self.versions[item["task"]]
            self.versions[item["task"]].add(item["model_version"])

    def set_overlap(self, task: int, annotators: int) -> None:
        self._ask()
        self.overlaps[task] = annotators

    def update_project(self, number: int, settings: Mapping[str, Any]) -> None:
        self._ask()
        self.model = settings["model_version"]

    def remote(self, answers: Mapping[int, int] | None = None) -> Remote:
        answers = answers or {}
        tasks = [
            RemoteTask(
                id=task_id,
                uid=task["data"]["uid"],
                overlap=self.overlaps[task_id],
                finished=answers.get(task_id, 0) >= self.overlaps[task_id],
                answers=answers.get(task_id, 0),
                updated_at="now",
                round=task["meta"]["round"],
                versions=frozenset(self.versions[task_id]),
            )
            for task_id, task in self.held.items()
        ]
        return Remote({task.uid: task for task in tasks})


@pytest.fixture(scope="module")
def sentences(corpus: list[Speech]) -> list[SentenceTask]:
    return list(build_tasks(corpus[:2]))[:60]


def predictions(sentences: Sequence[SentenceTask]) -> dict[str, Prediction]:
    return {sentence.uid: Prediction(("risk",), 0.5) for sentence in sentences}


def quiet(what: str, done: int) -> None:
    pass


def push(
    double: Double, settings: PushSettings, sentences: Sequence[SentenceTask], chosen: set[str], **answers: Any
) -> PushPlan:
    made = plan(settings, double.remote(**answers), sentences, chosen, predictions(sentences) if settings.model_version else {})
    send(double, PROJECT, settings, made, quiet)  # type: ignore[arg-type]
    return made


def test_only_the_chosen_are_sent_and_twice_adds_nothing(sentences: list[SentenceTask]) -> None:
    double, settings = Double(), PushSettings(2, 20, "1", "m1", batch=7)
    chosen = {sentence.uid for sentence in sentences[10:40]}
    push(double, settings, sentences, chosen)
    assert {task["data"]["uid"] for task in double.held.values()} == chosen
    assert double.model == "m1"
    for task_id, task in double.held.items():
        assert double.overlaps[task_id] == (2 if in_overlap(task["data"]["uid"], 20) else 1)
    again = push(double, settings, sentences, chosen)
    assert again.sizes() == {"tasks": 0, "overlap": 0, "predictions": 0}
    assert again.present == 30


def test_a_push_that_broke_off_goes_on_wherever_it_broke(sentences: list[SentenceTask]) -> None:
    whole, settings = Double(), PushSettings(2, 50, "1", "m1", batch=7)
    chosen = {sentence.uid for sentence in sentences}
    push(whole, settings, sentences, chosen)
    for requests in range(whole.asked):
        double = Double(dies_after=requests)
        with pytest.raises(StudioError, match="of 60 tasks and predictions were sent; the same command goes on"):
            push(double, settings, sentences, chosen)
        double.dies_after = None
        push(double, settings, sentences, chosen)
        by_uid = {task["data"]["uid"]: double.overlaps[task_id] for task_id, task in double.held.items()}
        assert len(double.held) == len(by_uid) == 60
        assert by_uid == {task["data"]["uid"]: whole.overlaps[task_id] for task_id, task in whole.held.items()}
        assert double.model == "m1"


def test_a_newer_model_adds_its_predictions_to_what_is_unfinished(sentences: list[SentenceTask]) -> None:
    double = Double()
    chosen = {sentence.uid for sentence in sentences[:20]}
    push(double, PushSettings(1, 100, "1", "m1"), sentences, chosen)
    newer = PushSettings(1, 100, "2", "m2")
    later = {sentence.uid for sentence in sentences[20:25]}
    made = push(double, newer, sentences, later, answers={1: 1, 2: 1})
    assert made.sizes() == {"tasks": 5, "overlap": 0, "predictions": 18}
    assert double.versions[1] == {"m1"}
    assert double.versions[3] == {"m1", "m2"}
    assert double.model == "m2"
    assert push(double, newer, sentences, later, answers={1: 1, 2: 1}).sizes()["predictions"] == 0
    assert double.remote().of_other_rounds("2") == chosen


def test_the_overlap_of_an_answered_sentence_stays(sentences: list[SentenceTask]) -> None:
    double = Double()
    chosen = {sentence.uid for sentence in sentences}
    push(double, PushSettings(2, 0, "1"), sentences, chosen)
    made = push(double, PushSettings(2, 100, "1"), sentences, chosen, answers={5: 1})
    assert len(made.overlaps) == 59
    assert double.overlaps[5] == 1


def test_everything_is_checked_before_anything_is_sent(sentences: list[SentenceTask], scheme: LabelScheme) -> None:
    renamed = labeling_config(scheme).replace('alias="risk"', 'alias="danger"')
    settings = PushSettings(2, 100, "1", "m1")
    made = plan(settings, Remote(), sentences, {sentence.uid for sentence in sentences[:5]}, predictions(sentences))
    with pytest.raises(
        StudioError, match=r"5 of 5 .*situation, directive, criticism, target, danger; nothing was sent"
    ) as caught:
        validate(made, renamed)
    assert sentences[0].uid in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    validate(made, labeling_config(scheme))


class Pages:
    """A server with answered tasks, which fails after so many exports."""

    url = "http://double"

    def __init__(self, tasks: int, dies_after: int | None = None) -> None:
        self.numbers, self.dies_after, self.exports = range(1, tasks + 1), dies_after, 0
        self.changed: dict[int, str] = {}

    def tasks(self, number: int) -> list[RemoteTask]:
        return [
            RemoteTask(n, f"a#{n}", 1, True, int(n % 5 != 0), self.changed.get(n, "then"), "1", frozenset())
            for n in self.numbers
        ]

    def export(self, number: int, tasks: Sequence[int]) -> list[dict[str, Any]]:
        if self.dies_after is not None and self.exports >= self.dies_after:
            raise StudioError("http://double: no server answers there")
        self.exports += 1
        return [self.task(n) for n in reversed(tasks)]

    def task(self, number: int) -> dict[str, Any]:
        chosen = {"from_name": "label", "value": {"choices": ["risk"]}}
        answer = {"id": number, "completed_by": 1, "created_at": self.changed.get(number, "then"), "result": [chosen]}
        return {"id": number, "data": {"uid": f"a#{number}", "text": "文"}, "annotations": [answer]}

    def users(self) -> dict[int, str]:
        return {1: "wang"}


def test_a_pull_that_broke_off_goes_on_with_what_has_not_changed(tmp_path: Path, scheme: LabelScheme) -> None:
    server, seen = Pages(2000, dies_after=2), []
    spool = tmp_path / "part"

    def pull() -> list[dict[str, Any]]:
        return list(pull_tasks(server, PROJECT, spool, lambda *counts: seen.append(counts)))  # type: ignore[arg-type]

    with pytest.raises(StudioError, match="the annotations of 800 tasks had come; the same command goes on"):
        pull()
    assert seen == [(0, 1600), (400, 1600), (800, 1600)]
    server.dies_after, server.exports = None, 0
    server.changed = {1: "now"}
    tasks = pull()
    assert server.exports == 3  # the two that were missing, and the one that changed
    assert [task["id"] for task in tasks] == [n for n in range(1, 2001) if n % 5]
    assert tasks[0]["annotations"][0]["created_at"] == "now"
    other = scheme.model_copy(update={"labels": scheme.labels[:2]})
    with pytest.raises(RecordError, match="'risk' in 1600 annotations"):
        pull_annotations(server, PROJECT, other, spool)  # type: ignore[arg-type]
    assert spool.exists()  # with the right scheme nothing need be fetched
    annotations = pull_annotations(server, PROJECT, scheme, spool)  # type: ignore[arg-type]
    assert server.exports == 3
    assert {(one.annotator, one.labels) for one in annotations} == {("wang", ("risk",))}
    assert len(annotations) == 1600
    assert not spool.exists()
