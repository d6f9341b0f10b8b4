"""`jianghua evaluate`: how good a trained model is, and what it gets wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jianghua.data.corpus.dataset import SpeechDataset
    from jianghua.data.speech import Speech
    from jianghua.tagging.tagger import Tagger


def evaluate(
    run: Annotated[Path, typer.Argument(help="A run's directory.")],
    data: Annotated[Path | None, typer.Option("--data", help="Annotated speeches; default the run's own dataset.")] = None,
    split: Annotated[str, typer.Option("--split", help="Split of the run's dataset.")] = "test",
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="FIELD", help="Figures for each value of a field, kind or length too; repeatable; style by default."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
) -> None:
    """Measure a model on annotated speeches, by the code that tags; write the figures and a page with the worst errors."""
    from jianghua.data.corpus.gold import read_gold
    from jianghua.data.store import dump_json, write_json
    from jianghua.scripts.console import console
    from jianghua.scripts.tables import print_metrics, print_slices
    from jianghua.tagging.tagger import Tagger
    from jianghua.training.error_page import error_cases, write_error_page
    from jianghua.training.evaluation import compare, gold_labels, measure, tag_annotated
    from jianghua.training.slices import measure_slices, slice_fields

    tagger = Tagger.load(run)
    name = data.name.removesuffix(".jsonl") if data else split
    speeches = read_gold(data) if data else _split(run, tagger, split)
    fields, keys = slice_fields(speeches, by or ()), tagger.scheme.keys
    gold, tags = gold_labels(speeches, tagger.scheme), tag_annotated(tagger, speeches)
    outcome = compare(tags, gold, tagger.scheme)
    metrics = measure(outcome, keys, tagger.bundle.calibration.thresholds)
    metrics["slices"] = {field: measure_slices(outcome, speeches, keys, field) for field in fields}
    title = f"{tagger.name} · {name}"
    directory = run / "evaluation"
    write_json(directory / f"{name}.json", metrics)
    cases = error_cases(outcome, speeches, tags, keys)
    write_error_page(directory / f"{name}.html", title, tagger.scheme, metrics, cases)
    if as_json:
        print(dump_json(metrics))
        return
    print_metrics(metrics, title)
    for field, slices in metrics["slices"].items():
        print_slices(slices, field)
    console.print(f"wrote {directory / name}.json and {directory / name}.html", soft_wrap=True)


def _split(run: Path, tagger: Tagger, split: str) -> list[Speech]:
    """A split of the dataset that the run was trained on.

    Raises:
        SettingsError: the run's dataset is not the one that the model was trained on, or has no such split.
    """
    from jianghua.data.errors import SettingsError

    dataset = run_dataset(run, tagger.bundle.dataset_sha256)
    if split not in dataset.splits:
        raise SettingsError(f"unknown split {split!r}: expected {', '.join(dataset.splits)}")
    return list(dataset.splits[split])


def run_dataset(run: Path, sha256: str) -> SpeechDataset:
    """The dataset that a run was trained on.

    Args:
        run: the run's directory.
        sha256: hash of the dataset that the model names.

    Raises:
        SettingsError: the run's dataset has another hash.
    """
    from jianghua.data.corpus.dataset import load_dataset
    from jianghua.data.errors import SettingsError
    from jianghua.data.settings import load_settings
    from jianghua.training.config import TrainConfig

    directory = load_settings(TrainConfig, run / "config.yaml").dataset
    dataset = load_dataset(directory)
    if dataset.sha256 != sha256:
        raise SettingsError(
            f"{directory}: expected the dataset {sha256[:12]} that the model was trained on, "
            f"got {dataset.sha256[:12]}: its test split may hold training speeches"
        )
    return dataset
