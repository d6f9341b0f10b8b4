"""`jianghua annotate audit`: labels that are likely wrong, found by models that did not see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels, Overrides

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.audit import Suspect
    from jianghua.labels.config import AnnotateConfig
    from jianghua.training.config import TrainConfig
    from jianghua.training.evaluation import Outcome

_ON_PAGE: Final = 300  # suspects
_SUFFIX: Final = "复核"


def audit(
    run: Annotated[Path, typer.Argument(help="A trained run: its settings train the models, its dataset is searched.")],
    dataset: Annotated[
        Path | None, typer.Argument(help="Another dataset, or annotated speeches (JSON Lines), to search instead.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write.")] = Path("build/audit"),
    fast: Annotated[
        bool, typer.Option("--fast", help="TF-IDF and logistic regression instead of fine-tuning; seconds a fold.")
    ] = False,
    count: Annotated[int | None, typer.Option("-n", "--count", min=1, help="At most so many, the most doubtful.")] = None,
    push: Annotated[
        bool, typer.Option("--push", help="Send them to a second project, the suggestion ticked beforehand.")
    ] = False,
    overrides: Overrides = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Search annotated sentences for likely wrong labels, by confident learning on cross-validated predictions.

    Fine-tunes one model a fold with the run's settings; folds that are finished are taken up when the command is repeated.
    Writes suspects.jsonl, the most doubtful first, and audit.html.
    """
    from jianghua.data.extras import require
    from jianghua.data.settings import load_settings
    from jianghua.data.store import write_jsonl
    from jianghua.labels.audit import find_suspects
    from jianghua.labels.config import load_config
    from jianghua.scripts.console import console
    from jianghua.training.config import TrainConfig

    settings = load_config(config, overrides or [])
    training = load_settings(TrainConfig, run / "config.yaml")
    require("cleanlab", extra="annotate")  # told before the models are trained, not after
    speeches, scheme = _read(dataset or training.dataset, labels)
    outcome = _cross_validate(speeches, scheme, settings, training, None if fast else output / "folds")
    suspects = find_suspects(outcome.probabilities, outcome.gold, scheme.keys, scheme.kind == "single")
    rows = [_row(suspect, outcome, speeches) for suspect in suspects[:count]]
    write_jsonl(output / "suspects.jsonl", rows)
    facts = {"total": len(suspects), "sentences": len(outcome.gold), "folds": settings.audit.folds}
    _write_page(output / "audit.html", scheme, rows, facts | {"model": "TF-IDF + LR" if fast else training.model})
    console.print(
        f"{len(suspects)} of {len(outcome.gold)} sentences have likely wrong labels; wrote {output / 'suspects.jsonl'} and "
        f"{output / 'audit.html'}",
        soft_wrap=True,
    )
    if push:
        pairs = [(row["uid"], suspect) for row, suspect in zip(rows, suspects, strict=False)]
        _push(settings, labels, scheme, speeches, pairs, f"audit-{training.name}")


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


def _cross_validate(
    speeches: Sequence[Speech], scheme: LabelScheme, settings: AnnotateConfig, training: TrainConfig, runs: Path | None
) -> Outcome:
    """Cross-validated predictions, by fine-tuning with a run a fold under `runs`, or without that by the baseline."""
    from jianghua.scripts.console import progress
    from jianghua.training.crossval import cross_validate, finetuned_model, tfidf_model

    folds, seed = settings.audit.folds, settings.seed
    if runs is not None:  # fine-tuning has a bar of its own
        return cross_validate(speeches, scheme, folds, finetuned_model(scheme, training, runs), seed)
    with progress() as bar:
        task = bar.add_task("folds", total=folds)
        return cross_validate(speeches, scheme, folds, tfidf_model(scheme), seed, lambda: bar.advance(task))


def _row(suspect: Suspect, outcome: Outcome, speeches: Sequence[Speech]) -> dict[str, Any]:
    """A suspect with its place and its neighbours."""
    speech, index = speeches[int(outcome.speeches[suspect.row])], int(outcome.indices[suspect.row])
    before, after = speech.neighbours(index)
    place = {"uid": speech.sentence_id(index), "speech": speech.id, "index": index, "title": speech.title}
    return {**place, "prev": before, "text": speech.sentences[index].text, "next": after, **suspect.to_dict()}


def _write_page(path: Path, scheme: LabelScheme, rows: Sequence[dict[str, Any]], facts: dict[str, Any]) -> None:
    """The most doubtful suspects as a page, with how many there are of each kind."""
    from jianghua.labels.pages import write_page

    kinds = ("missing", "extra")
    found = Counter((kind, key) for row in rows for kind in kinds for key in row[kind])
    counts = {(kind, key): found[kind, key] for kind in kinds for key in scheme.keys}
    write_page(path, "audit", scheme, suspects=rows[:_ON_PAGE], counts=counts, **facts)


def _push(
    settings: AnnotateConfig,
    labels: Path,
    scheme: LabelScheme,
    speeches: Sequence[Speech],
    suspects: Sequence[tuple[str, Suspect]],
    version: str,
) -> None:
    """Send the suspects to the second project."""
    from jianghua.labels.review import review_title, suspect_items
    from jianghua.scripts.annotate.second_project import SecondProject

    title = settings.audit.project or review_title(settings.project, _SUFFIX)
    SecondProject(settings, title, labels, scheme).push(suspect_items(suspects, scheme), speeches, version)
