"""`jianghua annotate audit`: labels that are likely wrong, found by models that did not see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.audit import Suspect
    from jianghua.training.config import TrainConfig
    from jianghua.training.evaluation import Outcome

_SHOWN = 300  # suspects on the page
_SUFFIX = "复核"


def audit(
    run: Annotated[Path, typer.Argument(help="A trained run: its settings train the models, its dataset is searched.")],
    dataset: Annotated[
        Path | None, typer.Argument(help="Another dataset, or annotated speeches (JSON Lines), to search instead.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("build/audit"),
    folds: Annotated[int, typer.Option("--folds", min=3, help="Folds of the cross-validation, by speech.")] = 5,
    fast: Annotated[
        bool, typer.Option("--fast", help="TF-IDF and logistic regression instead of fine-tuning; seconds a fold.")
    ] = False,
    count: Annotated[int | None, typer.Option("-n", "--count", min=1, help="At most so many, the most doubtful.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Decides among equally good folds.")] = 0,
    push: Annotated[
        bool, typer.Option("--push", help="Send them to a second project, the suggestion ticked beforehand.")
    ] = False,
    project: Annotated[
        str | None, typer.Option("--project", help="Title of the second project; default the project's with 复核.")
    ] = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Search annotated sentences for likely wrong labels, by confident learning on cross-validated predictions.

    Fine-tunes one model a fold with the run's settings; folds that are finished are taken up again when the command is given
    again. Writes suspects.jsonl, the most doubtful first, and audit.html.
    """
    from jianghua.data.extras import require
    from jianghua.data.settings import load_settings
    from jianghua.data.store import write_jsonl
    from jianghua.labels.audit import find_suspects
    from jianghua.labels.pages import write_page
    from jianghua.scripts.console import console
    from jianghua.training.config import TrainConfig

    settings = load_settings(TrainConfig, run / "config.yaml")
    require("cleanlab", extra="annotate")  # said before the models are trained, not after
    speeches, scheme = _read(dataset or settings.dataset, labels)
    outcome = _judge(speeches, scheme, settings, folds, output / "folds", fast, seed)
    suspects = find_suspects(outcome.probabilities, outcome.gold, scheme.keys, scheme.kind == "single")
    rows = [_row(suspect, outcome, speeches) for suspect in suspects[:count]]
    write_jsonl(output / "suspects.jsonl", rows)
    kinds = Counter((kind, key) for row in rows for kind in ("missing", "extra") for key in row[kind])
    name = "TF-IDF + LR" if fast else settings.model
    write_page(
        output / "audit.html",
        "audit",
        scheme,
        suspects=rows[:_SHOWN],
        total=len(suspects),
        sentences=len(outcome.gold),
        folds=folds,
        model=name,
        counts={(kind, key): kinds[kind, key] for kind in ("missing", "extra") for key in scheme.keys},
    )
    console.print(
        f"{len(suspects)} of {len(outcome.gold)} sentences have likely wrong labels; wrote {output / 'suspects.jsonl'} and "
        f"{output / 'audit.html'}",
        soft_wrap=True,
    )
    if push:
        pairs = [(row["uid"], suspect) for row, suspect in zip(rows, suspects, strict=False)]
        _push(config, project, labels, scheme, speeches, pairs, f"audit-{settings.name}")


def _read(path: Path, labels: Path) -> tuple[list[Speech], LabelScheme]:
    """The annotated speeches of a dataset's splits or of a file, and the scheme.

    Raises:
        RecordError: the dataset's labels are not the scheme's.
    """
    from jianghua.data.corpus.dataset import load_dataset
    from jianghua.data.errors import RecordError
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches

    scheme = load_scheme(labels)
    if not path.is_dir():
        speeches = [speech for speech in read_speeches(path) if speech.annotated]
        for speech in speeches:
            scheme.check(speech)
        return speeches, scheme
    loaded = load_dataset(path)
    if loaded.scheme.keys != scheme.keys:
        raise RecordError(
            f"{path}: expected the labels of {labels} ({', '.join(scheme.keys)}), got {', '.join(loaded.scheme.keys)}; "
            "name the dataset's scheme with --labels"
        )
    return [speech for split in loaded.splits.values() for speech in split], scheme


def _judge(
    speeches: Sequence[Speech],
    scheme: LabelScheme,
    settings: TrainConfig,
    folds: int,
    directory: Path,
    fast: bool,
    seed: int,
) -> Outcome:
    """Cross-validated predictions."""
    from jianghua.scripts.console import progress
    from jianghua.training.crossval import cross_validate, finetuned_model, tfidf_model

    if not fast:  # fine-tuning shows a bar of its own
        return cross_validate(speeches, scheme, folds, finetuned_model(scheme, settings, directory), seed)
    with progress() as bar:
        task = bar.add_task("folds", total=folds)
        return cross_validate(speeches, scheme, folds, tfidf_model(scheme), seed, lambda: bar.advance(task))


def _row(suspect: Suspect, outcome: Outcome, speeches: Sequence[Speech]) -> dict[str, Any]:
    """A suspect with its place and its neighbours."""
    speech, index = speeches[int(outcome.speeches[suspect.row])], int(outcome.indices[suspect.row])
    before, after = speech.neighbours(index)
    place = {"uid": speech.sentence_id(index), "speech": speech.id, "index": index, "title": speech.title}
    return {**place, "prev": before, "text": speech.sentences[index].text, "next": after, **suspect.to_dict()}


def _push(
    config: Path,
    title: str | None,
    labels: Path,
    scheme: LabelScheme,
    speeches: Sequence[Speech],
    suspects: Sequence[tuple[str, Suspect]],
    version: str,
) -> None:
    """Send the suspects to the second project."""
    from jianghua.labels.review import push_review, review_title, suspect_items
    from jianghua.labels.studio.config import load_config
    from jianghua.labels.studio.connection import connect
    from jianghua.scripts.annotate.files import guideline_text
    from jianghua.scripts.console import console

    settings = load_config(config)
    settings = settings.model_copy(update={"project": title or review_title(settings.project, _SUFFIX)})
    studio, _ = connect(settings)
    items = suspect_items(suspects, scheme)
    project, new = push_review(studio, scheme, settings, guideline_text(labels, scheme), speeches, items, version)
    console.print(
        f"{new} sentences are new in the project {project.title!r}: {studio.url}/projects/{project.id}",
        soft_wrap=True,
        markup=False,
    )
