"""`jianghua annotate retrain`: the newest annotations to a model, and whether it is better than the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels

if TYPE_CHECKING:
    from jianghua.data.corpus.dataset import SpeechDataset
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.annotations import Annotation
    from jianghua.training.config import TrainConfig


def retrain(
    run: Annotated[Path, typer.Argument(help="The trained run that serves now; its settings and dataset are gone on with.")],
    speeches: Annotated[list[Path], typer.Argument(help="The speeches that are annotated, JSON Lines.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory for everything that is made.")],
    annotations: Annotated[
        Path | None, typer.Option("--annotations", help="Annotations in a file; default pulls them from the server.")
    ] = None,
    policy: Annotated[
        str, typer.Option("--policy", help="unanimous or majority; what stays disputed has no label.")
    ] = "majority",
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="Changed training setting, such as optimisation.epochs=2; repeatable.")
    ] = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Pull, adjudicate, extend the run's dataset, fine-tune, and compare both models on the same validation speeches.

    The validation and test speeches of the run's dataset stay held out. Writes result.json: the new model is better when its
    macro F1 on the validation split is higher.
    """
    from jianghua.data.corpus.dataset import save_dataset
    from jianghua.data.corpus.folds import extend_dataset
    from jianghua.data.extras import require_all
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches, write_json, write_speeches
    from jianghua.scripts.console import console

    require_all("torch", "transformers", "datasets", "evaluate", "accelerate", "sklearn", extra="train")
    from jianghua.training.finetune import finetune

    stage = _Stages(output)
    stage("reading")
    scheme = load_scheme(labels)
    settings, dataset = _base(run, overrides or [])
    read = read_speeches(*speeches)
    stage("pulling")
    found = _annotations(annotations, config, scheme, output)
    stage("adjudicating")
    labelled = _adjudicated(found, read, scheme, policy)
    write_speeches(output / "annotated.jsonl", labelled)
    stage("dataset")
    extended = extend_dataset(dataset, labelled, scheme)
    save_dataset(extended, output / "dataset")
    stage("training")
    new = settings.model_copy(update={"name": _name(settings.name, output), "dataset": output / "dataset", "runs": output})
    finetune(new)
    stage("comparing")
    result = _compare(run, new.directory, extended)
    write_json(output / "result.json", result)
    stage("done")
    console.print(
        f"macro F1 on the validation split: {result['new_macro_f1']:.4f}, the model before {result['old_macro_f1']:.4f}: "
        f"{'better' if result['better'] else 'no better'}; {new.directory}",
        soft_wrap=True,
    )


class _Stages:
    """Writes and prints how far it is."""

    def __init__(self, output: Path) -> None:
        self._output = output

    def __call__(self, stage: str) -> None:
        from jianghua.data.store import write_json
        from jianghua.scripts.console import console

        now = datetime.now(UTC).isoformat(timespec="seconds")
        write_json(self._output / "progress.json", {"stage": stage, "since": now})
        console.print(f"{now}  {stage}")


def _base(run: Path, overrides: Sequence[str]) -> tuple[TrainConfig, SpeechDataset]:
    """Settings and dataset of the run.

    Raises:
        SettingsError: the run has no settings, or its dataset is not the one that the model was trained on.
    """
    from jianghua.data.corpus.dataset import load_dataset
    from jianghua.data.errors import SettingsError
    from jianghua.data.settings import load_settings
    from jianghua.tagging.bundle import load_bundle
    from jianghua.training.config import TrainConfig

    settings = load_settings(TrainConfig, run / "config.yaml", overrides)
    dataset = load_dataset(settings.dataset)
    expected = load_bundle(run).dataset_sha256
    if dataset.sha256 != expected:
        raise SettingsError(
            f"{settings.dataset}: expected the dataset {expected[:12]} that {run} was trained on, got {dataset.sha256[:12]}: "
            "the models could not be compared"
        )
    return settings, dataset


def _annotations(file: Path | None, config: Path, scheme: LabelScheme, output: Path) -> list[Annotation]:
    """The newest annotations, from a file or from the server; kept beside the model that they make."""
    from jianghua.labels.annotations import parse_export, write_annotations
    from jianghua.labels.studio.config import load_config
    from jianghua.labels.studio.connection import connect_project
    from jianghua.labels.studio.pull import clear, pull_tasks
    from jianghua.scripts.annotate.files import load_annotations

    if file is not None:
        return load_annotations([file], scheme)
    studio, project = connect_project(load_config(config))
    spool = output / "pull.part"
    found = list(parse_export(pull_tasks(studio, project, spool, lambda done, total: None), scheme, studio.users()))
    clear(spool)
    write_annotations(output / "annotations.jsonl", found)
    return found


def _adjudicated(
    annotations: Sequence[Annotation], speeches: Sequence[Speech], scheme: LabelScheme, policy: str
) -> list[Speech]:
    """The speeches with the labels that were decided.

    Raises:
        SettingsError: the policy is unknown or needs more than annotations.
        RecordError: nothing was decided.
    """
    from jianghua.data.errors import RecordError, SettingsError
    from jianghua.labels.adjudication import Rules, adjudicate, annotated_speeches, answers_by_sentence

    if policy != "unanimous" and policy != "majority":
        raise SettingsError(f"--policy {policy}: expected unanimous or majority")
    rules = Rules("majority") if policy == "majority" else Rules("unanimous")
    decisions = adjudicate(answers_by_sentence(annotations), {}, scheme, rules)
    about = {"policy": policy, "guideline_version": scheme.guideline_version}
    labelled = annotated_speeches(speeches, decisions, about)
    if not any(speech.annotated for speech in labelled):
        raise RecordError(f"expected decided sentences of these speeches, got none from {len(annotations)} annotations")
    return labelled


def _name(before: str, output: Path) -> str:
    """Name of the new run: that of the first one and the job's."""
    return f"{before.split('.job-', 1)[0]}.job-{output.name}"


def _compare(old: Path, new: Path, dataset: SpeechDataset) -> dict[str, object]:
    """Macro F1 of both models on the validation split, with the newest labels, by the code that tags."""
    from jianghua.tagging.tagger import Tagger
    from jianghua.training.evaluation import measure, run_tagger

    figures = []
    for run in (old, new):
        tagger = Tagger.load(run)
        outcome = run_tagger(tagger, dataset.splits["validation"])
        figures.append(measure(outcome, tagger.scheme.keys, tagger.bundle.calibration.thresholds)["macro_f1"])
    return {
        "better": figures[1] > figures[0],
        "old_macro_f1": figures[0],
        "new_macro_f1": figures[1],
        "run": str(new),
        "old_run": str(old),
        "dataset_sha256": dataset.sha256,
    }
