"""`jianghua annotate retrain`: the newest annotations to a model, and whether it is better than the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels, Overrides

if TYPE_CHECKING:
    from jianghua.data.corpus.dataset import SpeechDataset
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.annotations import Annotation
    from jianghua.labels.config import AdjudicationConfig, AnnotateConfig, RetrainingConfig
    from jianghua.training.config import TrainConfig


def retrain(
    run: Annotated[Path, typer.Argument(help="The trained run that serves now; its settings and dataset are gone on with.")],
    speeches: Annotated[list[Path], typer.Argument(help="The speeches that are annotated, JSON Lines.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory for everything that is made.")],
    overrides: Overrides = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Pull, adjudicate, extend the run's dataset, fine-tune, and compare both models on the same validation speeches.

    The sections `adjudication` and `retraining` of the settings say who decides and what changes in training. The validation
    and test speeches of the run's dataset stay held out. Writes result.json: the new model is better when its macro F1 on the
    validation split is higher.
    """
    from jianghua.data.corpus.dataset import save_dataset
    from jianghua.data.corpus.folds import extend_dataset
    from jianghua.data.extras import require_all
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches, write_json, write_speeches
    from jianghua.labels.config import load_config

    require_all("torch", "transformers", "datasets", "evaluate", "accelerate", "sklearn", extra="train")
    from jianghua.training.finetune import finetune

    stage = _Stages(output)
    stage("reading")
    scheme = load_scheme(labels)
    settings = load_config(config, overrides or [])
    training, dataset = _base(run, settings.retraining)
    read = read_speeches(*speeches)
    stage("pulling")
    annotations = _annotations(settings, scheme, output)
    stage("adjudicating")
    labelled = _adjudicated(annotations, read, scheme, settings.adjudication)
    write_speeches(output / "annotated.jsonl", labelled)
    stage("dataset")
    extended = extend_dataset(dataset, labelled, scheme)
    save_dataset(extended, output / "dataset")
    stage("training")
    changes = {"name": _name(training.name, output), "dataset": output / "dataset", "runs": output}
    new = training.model_copy(update=changes)
    finetune(new)
    stage("comparing")
    result = _compare(run, new.directory, extended)
    write_json(output / "result.json", result)
    stage("done")
    _print(result)


class _Stages:
    """Writes and prints which stage has begun."""

    def __init__(self, output: Path) -> None:
        self._output = output

    def __call__(self, stage: str) -> None:
        from jianghua.data.store import write_json
        from jianghua.scripts.console import console

        now = datetime.now(UTC).isoformat(timespec="seconds")
        write_json(self._output / "progress.json", {"stage": stage, "since": now})
        console.print(f"{now}  {stage}")


def _base(run: Path, changes: RetrainingConfig) -> tuple[TrainConfig, SpeechDataset]:
    """Settings of the run, with the changes, and its dataset.

    Raises:
        SettingsError: the run has no settings, or its dataset is not the one that the model was trained on.
    """
    from jianghua.data.corpus.dataset import load_dataset
    from jianghua.data.errors import SettingsError
    from jianghua.data.settings import load_settings
    from jianghua.data.store import dump_json
    from jianghua.tagging.bundle import load_bundle
    from jianghua.training.config import TrainConfig

    overrides = [f"{key}={dump_json(value)}" for key, value in changes.settings.items()]  # JSON is YAML, too
    settings = load_settings(TrainConfig, run / "config.yaml", overrides)
    dataset = load_dataset(settings.dataset)
    expected = load_bundle(run).dataset_sha256
    if dataset.sha256 != expected:
        raise SettingsError(
            f"{settings.dataset}: expected the dataset {expected[:12]} that {run} was trained on, got {dataset.sha256[:12]}: "
            "the models could not be compared"
        )
    return settings, dataset


def _annotations(settings: AnnotateConfig, scheme: LabelScheme, output: Path) -> list[Annotation]:
    """The newest annotations, from a file or from the server; kept beside the model that they make."""
    from jianghua.labels.annotations import write_annotations
    from jianghua.labels.studio.connection import connect_project
    from jianghua.labels.studio.pull import pull_annotations
    from jianghua.scripts.annotate.files import load_annotations

    if settings.retraining.annotations is not None:
        return load_annotations([settings.retraining.annotations], scheme)
    studio, project = connect_project(settings)
    annotations = pull_annotations(studio, project, scheme, output / "pull.part")
    write_annotations(output / "annotations.jsonl", annotations)
    return annotations


def _adjudicated(
    annotations: Sequence[Annotation], speeches: Sequence[Speech], scheme: LabelScheme, rules: AdjudicationConfig
) -> list[Speech]:
    """The speeches with the labels that were decided.

    Raises:
        RecordError: nothing was decided.
    """
    from jianghua.data.errors import RecordError
    from jianghua.labels.adjudication import annotated_speeches, answers_by_sentence
    from jianghua.scripts.annotate.decisions import decide, provenance

    decisions, _ = decide(answers_by_sentence(annotations), {}, speeches, scheme, rules)
    labelled = annotated_speeches(speeches, decisions, provenance(scheme, rules))
    if not any(speech.annotated for speech in labelled):
        raise RecordError(f"expected decided sentences of these speeches, got none from {len(annotations)} annotations")
    return labelled


def _name(before: str, output: Path) -> str:
    """Name of the new run: that of the first one and the job's."""
    return f"{before.split('.job-', 1)[0]}.job-{output.name}"


def _compare(old: Path, new: Path, dataset: SpeechDataset) -> dict[str, Any]:
    """Macro F1 of both models on the validation split, with the newest labels, by the code that tags."""
    from jianghua.tagging.tagger import Tagger
    from jianghua.training.evaluation import measure, run_tagger

    figures = []
    for run in (old, new):
        tagger = Tagger.load(run)
        outcome = run_tagger(tagger, dataset.splits["validation"])
        metrics = measure(outcome, tagger.scheme.keys, tagger.bundle.calibration.thresholds)
        figures.append(metrics["macro_f1"] or 0.0)  # none where the split has no example of any label
    return {
        "better": figures[1] > figures[0],
        "old_macro_f1": figures[0],
        "new_macro_f1": figures[1],
        "run": str(new),
        "old_run": str(old),
        "dataset_sha256": dataset.sha256,
    }


def _print(result: Mapping[str, Any]) -> None:
    from jianghua.scripts.console import console

    console.print(
        f"macro F1 on the validation split: {result['new_macro_f1']:.4f}, the model before {result['old_macro_f1']:.4f}: "
        f"{'better' if result['better'] else 'no better'}; {result['run']}",
        soft_wrap=True,
    )
