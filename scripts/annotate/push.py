"""`jianghua annotate push`: sentences to the annotators, with a model's labels ticked beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from jianghua.scripts.annotate.options import ANNOTATE, Config

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.data.speech import Speech
    from jianghua.labels.selection import Method
    from jianghua.labels.studio.tasks import SentenceTask, Verdict


def push(
    speeches: Annotated[list[Path], typer.Argument(help="Speeches, JSON Lines, as `jianghua read` writes them.")],
    config: Config = ANNOTATE,
    model: Annotated[Path | None, typer.Option("--model", help="A trained run: its labels are ticked beforehand.")] = None,
    method: Annotated[str, typer.Option("--select", help="Which sentences: uncertainty, diverse, random or all.")] = "all",
    count: Annotated[int | None, typer.Option("-n", "--count", help="How many sentences to select.")] = None,
    overlap: Annotated[
        int | None,
        typer.Option("--overlap", min=0, max=100, help="Per cent that several annotators get; default the config's."),
    ] = None,
    name: Annotated[
        str, typer.Option("--round", help="Name of this round; a new name selects among what earlier rounds left.")
    ] = "1",
    seed: Annotated[int, typer.Option("--seed", help="Decides random and diverse selections.")] = 0,
    device: Annotated[str | None, typer.Option("--device", help="cpu or cuda; default the GPU when there is one.")] = None,
) -> None:
    """Send sentences to the annotation project. Giving the same command twice adds nothing; one that broke off goes on.

    With a model, each sentence carries its labels as pre-annotation, and unfinished sentences that are there already get the
    newer model's.
    """
    from jianghua.data.errors import SettingsError
    from jianghua.data.settings import nearest
    from jianghua.data.store import read_speeches
    from jianghua.labels.selection import METHODS, select
    from jianghua.labels.studio import push as pushing
    from jianghua.labels.studio.config import load_config
    from jianghua.labels.studio.connection import connect_project
    from jianghua.labels.studio.tasks import build_tasks
    from jianghua.scripts.console import console, progress

    if method not in METHODS:
        raise SettingsError(f"--select {method}: expected one of {', '.join(METHODS)}{nearest(method, METHODS)}")
    settings = load_config(config)
    studio, project = connect_project(settings)
    read = [speech for file in speeches for speech in read_speeches(file)]
    sentences = list({sentence.uid: sentence for sentence in build_tasks(read, chosen=True)}.values())
    model_says = _Model.load(model, device, read) if model else None
    verdicts = model_says.verdicts if model_says else {}

    with console.status("reading what the project holds"):
        remote = pushing.Remote.read(studio, project, versions=model is not None)
    elsewhere = remote.of_other_rounds(name)
    candidates = [sentence for sentence in sentences if sentence.uid not in elsewhere]
    margin = model_says.margin(candidates) if model_says else None
    numbers = select(cast("Method", method), count, [sentence.data["text"] for sentence in candidates], margin, seed)
    chosen = {candidates[number].uid for number in numbers}
    percent = settings.overlap if overlap is None else overlap
    version = model_says.version if model_says else None
    how = pushing.Pushing(settings.annotators_per_task, percent, name, version, settings.batch)
    plan = pushing.plan(how, remote, sentences, chosen, verdicts)
    pushing.validate(plan, project.label_config)
    with progress() as bar:
        bars = {what: bar.add_task(what, total=total) for what, total in plan.sizes().items() if total}
        pushing.send(studio, project, how, plan, lambda what, done: bar.update(bars[what], completed=done))

    replaced = sum(sentence.replaced > 0 for sentence in sentences if sentence.uid in chosen)
    if replaced:
        console.print(f"{replaced} sentences hold characters that no screen can show; they appear as ␀ or �")
    console.print(
        f"pushed {len(plan.tasks)} sentences of {len(sentences)} ({plan.present} were there already), "
        f"{len(plan.predictions)} predictions for sentences that were there: {studio.url}/projects/{project.id}",
        soft_wrap=True,
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """A model's verdicts on the sentences of speeches, and the margins that selection goes by."""

    version: str
    labels: int
    verdicts: dict[str, Verdict]
    margins: dict[str, NDArray[np.float64]]

    @classmethod
    def load(cls, run: Path, device: str | None, speeches: Sequence[Speech]) -> _Model:
        """Tag the speeches, each in its whole context, with the bundle of a run."""
        import numpy as np

        from jianghua.labels import selection
        from jianghua.labels.studio.tasks import Verdict
        from jianghua.scripts.console import progress
        from jianghua.tagging.tagger import Tagger

        tagger = Tagger.load(run, device)
        limits = tagger.bundle.calibration.thresholds
        thresholds = np.array([limits[key] for key in tagger.scheme.keys]) if tagger.scheme.kind == "multi" else None
        verdicts: dict[str, Verdict] = {}
        margins: dict[str, NDArray[np.float64]] = {}
        with progress() as bar:
            for speech in bar.track(speeches, description="tagging"):
                tags = tagger.tag_speech(speech).tags
                rows = [list(tag.probabilities.values()) for tag in tags]
                margin = selection.margins(np.array(rows).reshape(len(tags), len(tagger.scheme.keys)), thresholds)
                for index, (tag, row, sure) in enumerate(zip(tags, margin, selection.confidence(margin), strict=True)):
                    verdicts[speech.sentence_id(index)] = Verdict(tag.labels, float(sure))
                    margins[speech.sentence_id(index)] = row
        return cls(f"{tagger.name}-{tagger.model_sha256[:8]}", len(tagger.scheme.keys), verdicts, margins)

    def margin(self, sentences: Sequence[SentenceTask]) -> NDArray[np.float64]:
        """Margins of these sentences, shape (sentences, labels)."""
        import numpy as np

        return np.array([self.margins[sentence.uid] for sentence in sentences]).reshape(len(sentences), self.labels)
