"""Pushing: the difference between what a project should hold and what it holds, sent in batches.

Nothing is remembered between two pushes but what the server holds, so a push that broke off is simply given again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from jianghua.data.errors import StudioError
from jianghua.labels.predictor import Prediction
from jianghua.labels.studio.client import Project, RemoteTask, ScreenCheck, Studio
from jianghua.labels.studio.screen import LABEL
from jianghua.labels.studio.tasks import SentenceTask, in_overlap, prediction_record

Item = TypeVar("Item")
Progress = Callable[[str, int], None]
"""Called with what is being sent (a key of `PushPlan.sizes`) and how many are done."""
_PREDICTIONS: Final = 20_000  # in one request: Label Studio counts the whole project anew after each
_PROBLEMS: Final = 3  # named in an error


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a push has to send.

    Attributes:
        tasks: new tasks, predictions inside.
        predictions: predictions for tasks that are there.
        overlaps: annotators that a task is to get, by the task's number, where the server has another number.
        present: chosen sentences that the project holds already.
        known: the project holds predictions of the model already.
    """

    tasks: Sequence[Mapping[str, Any]]
    predictions: Sequence[Mapping[str, Any]]
    overlaps: Mapping[int, int]
    present: int
    known: bool

    def sizes(self) -> dict[str, int]:
        """How many things of each kind are to be sent."""
        return {"tasks": len(self.tasks), "overlap": len(self.overlaps), "predictions": len(self.predictions)}


@dataclass(frozen=True, slots=True)
class PushSettings:
    """How sentences are pushed.

    Attributes:
        annotators: how many annotators a sentence of the overlap gets.
        overlap: per cent of the sentences that get them.
        round: name of this round of selection, kept with each task.
        model_version: name of the model that made the predictions; `None` without a model.
        batch: tasks a request.
    """

    annotators: int
    overlap: int
    round: str
    model_version: str | None = None
    batch: int = 500

    def annotators_of(self, uid: str) -> int:
        """How many annotators a sentence gets."""
        return self.annotators if in_overlap(uid, self.overlap) else 1


@dataclass(slots=True)
class Remote:
    """What a project holds, by sentence."""

    tasks: dict[str, RemoteTask] = field(default_factory=dict)

    @classmethod
    def read(cls, studio: Studio, project: Project, versions: bool) -> Remote:
        """Read every task. Of two tasks for one sentence the first counts; `annotate push` makes no second."""
        remote = cls()
        for task in studio.tasks(project.id, versions):
            if task.uid:
                remote.tasks.setdefault(task.uid, task)
        return remote

    def of_other_rounds(self, name: str) -> set[str]:
        """The sentences that rounds of other names pushed."""
        return {uid for uid, task in self.tasks.items() if task.round != name}


def plan(
    settings: PushSettings,
    remote: Remote,
    sentences: Sequence[SentenceTask],
    chosen: Collection[str],
    predictions: Mapping[str, Prediction],
) -> PushPlan:
    """What is to be sent so that the project holds the chosen sentences, with the newest predictions.

    Predictions also go to unfinished tasks of earlier pushes: annotators see those of the project's newest model only. The
    overlap of a task that somebody has answered stays as it is.

    Args:
        settings: how sentences are pushed.
        remote: what the project holds.
        sentences: all the sentences, chosen or not.
        chosen: uids of the sentences to push.
        predictions: of the model `settings.model_version`, by uid.
    """
    tasks: list[Mapping[str, Any]] = []
    updates: list[Mapping[str, Any]] = []
    overlaps: dict[int, int] = {}
    present = 0
    for sentence in sentences:
        task = remote.tasks.get(sentence.uid)
        records = prediction_records(predictions.get(sentence.uid), settings.model_version)
        if task is None:
            if sentence.uid in chosen:
                tasks.append({"data": sentence.data, "meta": {"round": settings.round}, "predictions": records})
            continue
        if not task.finished and settings.model_version not in task.versions:
            updates += [{"task": task.id, **record} for record in records]
        if sentence.uid in chosen:
            present += 1
            annotators = settings.annotators_of(sentence.uid)
            if not task.answers and task.overlap != annotators:
                overlaps[task.id] = annotators
    known = any(settings.model_version in task.versions for task in remote.tasks.values())
    return PushPlan(tasks, updates, overlaps, present, known)


def prediction_records(prediction: Prediction | None, model_version: str | None) -> list[dict[str, Any]]:
    """The prediction in a list, as a task holds it; empty without a prediction or a model."""
    return [prediction_record(prediction, model_version)] if prediction and model_version else []


def validate(plan: PushPlan, label_config: str) -> None:
    """Check everything that is to be sent against the project's screen, before anything is.

    Raises:
        StudioError: something does not fit; the message names the first problems.
    """
    check = ScreenCheck(label_config)
    problems: list[str] = []
    wrong = 0
    for task in plan.tasks:
        found = check.problems(task["data"], task["predictions"])
        wrong += bool(found)
        problems += [f"{task['data']['uid']}: {problem}" for problem in found[: _PROBLEMS - len(problems)]]
    for item in plan.predictions:
        found = check.problems(dict.fromkeys(check.fields, ""), [item])
        wrong += bool(found)
        problems += [f"task {item['task']}: {problem}" for problem in found[: _PROBLEMS - len(problems)]]
    if wrong:
        raise StudioError(
            f"{wrong} of {len(plan.tasks) + len(plan.predictions)} tasks and predictions do not fit the project's screen, "
            f"which stores {', '.join(check.labels(LABEL)) or 'no labels'}; nothing was sent: {' · '.join(problems)}"
        )


def send(studio: Studio, project: Project, settings: PushSettings, plan: PushPlan, progress: Progress) -> None:
    """Send what a plan holds, in batches.

    Raises:
        StudioError: the server refuses or is gone; the message says what got there, and that the same command goes on.
    """
    total = len(plan.tasks) + len(plan.predictions)
    done = 0
    try:
        for batch in _batches(plan.tasks, settings.batch):
            numbers = studio.import_tasks(project.id, batch)
            for number, task in zip(numbers, batch, strict=True):
                annotators = settings.annotators_of(task["data"]["uid"])
                if annotators != project.settings["maximum_annotations"]:
                    studio.set_overlap(number, annotators)
            done += len(batch)
            progress("tasks", done)
        for count, (number, annotators) in enumerate(plan.overlaps.items(), start=1):
            studio.set_overlap(number, annotators)
            progress("overlap", count)
        for batch in _batches(plan.predictions, _PREDICTIONS):
            studio.import_predictions(project.id, batch)
            done += len(batch)
            progress("predictions", done - len(plan.tasks))
        sent = plan.known or any(task["predictions"] for task in plan.tasks) or bool(plan.predictions)
        if settings.model_version and sent and project.settings.get("model_version") != settings.model_version:
            studio.update_project(project.id, {"model_version": settings.model_version})
    except StudioError as error:
        raise StudioError(
            f"{error} — {done} of {total} tasks and predictions were sent; the same command goes on from there and sends "
            "nothing twice"
        ) from None


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
