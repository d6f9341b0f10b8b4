"""`jianghua annotate push`: sentences to the annotators, with a model's labels ticked beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianghua.labels.choices import Selection
from jianghua.scripts.annotate.options import ANNOTATE, Config, Overrides

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.data.speech import Speech
    from jianghua.labels.predictor import Prediction, Predictor
    from jianghua.labels.studio.client import Project, Studio
    from jianghua.labels.studio.push import PushPlan, PushSettings
    from jianghua.labels.studio.tasks import SentenceTask


def push(
    speeches: Annotated[list[Path], typer.Argument(help="Speeches, JSON Lines, as `jianghua read` writes them.")],
    config: Config = ANNOTATE,
    overrides: Overrides = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="A trained run, or `default`: its labels are ticked beforehand.")
    ] = None,
    method: Annotated[Selection, typer.Option("--select", help="Which sentences.")] = Selection.ALL,
    count: Annotated[int | None, typer.Option("-n", "--count", help="How many sentences to select.")] = None,
    name: Annotated[
        str, typer.Option("--round", help="Name of this round; a new name selects among what other rounds have not pushed.")
    ] = "1",
) -> None:
    """Send sentences to the annotation project. Giving the same command twice adds nothing; one that broke off goes on.

    With a model, each sentence carries its labels as pre-annotation, and unfinished sentences that are there already get the
    newer model's.
    """
    from jianghua.data.store import read_speeches
    from jianghua.labels.config import load_config
    from jianghua.labels.studio.connection import connect_project
    from jianghua.labels.studio.push import PushSettings, Remote, plan, validate
    from jianghua.labels.studio.tasks import build_tasks
    from jianghua.scripts.console import console

    settings = load_config(config, overrides or [])
    studio, project = connect_project(settings)
    read = read_speeches(*speeches)
    sentences = list({sentence.uid: sentence for sentence in build_tasks(read, chosen=True)}.values())
    predictor = _load(model, settings.device, read) if model else None
    predictions = _predict(predictor, read) if predictor else {}

    with console.status("reading what the project holds"):
        remote = Remote.read(studio, project, versions=predictor is not None)
    elsewhere = remote.of_other_rounds(name)
    candidates = [sentence for sentence in sentences if sentence.uid not in elsewhere]
    chosen = _choose(candidates, method, count, settings.seed, predictor, predictions)
    version = predictor.version if predictor else None
    how = PushSettings(settings.annotators_per_task, settings.overlap, name, version, settings.batch)
    to_send = plan(how, remote, sentences, chosen, predictions)
    validate(to_send, project.label_config)
    _send(studio, project, how, to_send)
    replaced = sum(sentence.replaced > 0 for sentence in chosen.values())
    if replaced:
        console.print(f"{replaced} sentences hold characters that no screen can show; they appear as ␀ or �")
    console.print(
        f"pushed {len(to_send.tasks)} sentences of {len(sentences)} ({to_send.present} were there already), "
        f"{len(to_send.predictions)} predictions for sentences that were there: {studio.url}/projects/{project.id}",
        soft_wrap=True,
    )


def _load(run: Path, device: str | None, speeches: Sequence[Speech]) -> Predictor:
    from jianghua.scripts.annotate.predictor import TaggerPredictor
    from jianghua.tagging.tagger import Tagger

    return TaggerPredictor(Tagger.load(run, device), speeches)


def _predict(predictor: Predictor, speeches: Sequence[Speech]) -> dict[str, Prediction]:
    """The predictions for all sentences, by uid; those that cannot be judged are left out."""
    from jianghua.labels.studio.tasks import build_tasks
    from jianghua.scripts.console import progress

    predictions: dict[str, Prediction] = {}
    with progress() as bar:
        for speech in bar.track(speeches, description="tagging"):
            tasks = list(build_tasks([speech]))
            answers = predictor.predict([task.data for task in tasks])
            predictions |= {task.uid: answer for task, answer in zip(tasks, answers, strict=True) if answer is not None}
    return predictions


def _choose(
    candidates: Sequence[SentenceTask],
    method: Selection,
    count: int | None,
    seed: int,
    predictor: Predictor | None,
    predictions: Mapping[str, Prediction],
) -> dict[str, SentenceTask]:
    """The sentences to push, by uid."""
    from jianghua.labels.selection import select

    margins = _margins(candidates, predictions, len(predictor.keys)) if predictor else None
    numbers = select(method, count, [sentence.data["text"] for sentence in candidates], margins, seed)
    return {candidates[number].uid: candidates[number] for number in numbers}


def _margins(sentences: Sequence[SentenceTask], predictions: Mapping[str, Prediction], labels: int) -> NDArray[np.float64]:
    """The margins that selection goes by, shape (sentences, labels); a sentence that was not judged counts as certain."""
    import numpy as np

    margins = np.ones((len(sentences), labels))
    for row, sentence in enumerate(sentences):
        if sentence.uid in predictions:
            margins[row] = predictions[sentence.uid].margins
    return margins


def _send(studio: Studio, project: Project, settings: PushSettings, plan: PushPlan) -> None:
    """Send what the plan holds, with a bar for each kind of thing."""
    from jianghua.labels.studio.push import send
    from jianghua.scripts.console import progress

    with progress() as bar:
        bars = {what: bar.add_task(what, total=total) for what, total in plan.sizes().items() if total}
        send(studio, project, settings, plan, lambda what, done: bar.update(bars[what], completed=done))
