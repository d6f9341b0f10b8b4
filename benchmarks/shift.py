"""The model on styles that it never saw: `python -m benchmarks.shift CONFIG [--seeds 3] [--data FILE] [key=value …]`.

Each style of the corpus is left out in turn. The model of CONFIG, its settings changed by key=value, and TF-IDF with logistic
regression are trained on the rest, and measured on what was left out and on each file of `--data`; all that for each seed,
which decides the split of the rest and the training. `--fields` leaves out the writers a to d of the ordinary style too.

A finished run is a line of `runs.jsonl` in the output directory and is not done again; an interrupted training is resumed.
Under other settings, speeches or data files it is another run. A model is large, and deleted when its line is written.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.make_samples import SAMPLES
from benchmarks.shift_scores import compare, speech_counts
from jianghua.data.corpus.dataset import SpeechDataset, save_dataset
from jianghua.data.corpus.gold import read_gold
from jianghua.data.corpus.hold_out import FieldValue, build_held_out_dataset
from jianghua.data.errors import RecordError
from jianghua.data.paths import LABELS
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.settings import load_settings
from jianghua.data.speech import Speech
from jianghua.data.store import dump_json, read_jsonl, read_speeches, write_jsonl
from jianghua.tagging.tagger import Tagger
from jianghua.training.baseline import fit_baseline, run_baseline
from jianghua.training.config import TrainConfig
from jianghua.training.evaluation import run_tagger
from jianghua.training.finetune import finetune
from jianghua.training.run import TrainingRun

WRITERS: Final = ("a", "b", "c", "d")
"""Writers of the ordinary style, each of whom wrote on a field of work; an id such as `a-07` starts with its writer."""


@dataclass(frozen=True)
class ShiftRun:
    """One training without one value, and what it is measured on.

    Attributes:
        held_out: what training does not see.
        config: the resolved settings, the seed among them; dataset and directory are not set yet.
        dataset: the splits; what is held out is the test split.
        data: further annotated speeches to measure on, by name.
    """

    held_out: FieldValue
    config: TrainConfig
    dataset: SpeechDataset
    data: Mapping[str, Sequence[Speech]]

    @property
    def key(self) -> str:
        """Hash of all that the run's figures depend on."""
        data = {name: [speech.to_dict() for speech in speeches] for name, speeches in self.data.items()}
        content = dump_json([self.config.sha256, self.dataset.sha256, str(self.held_out), data])
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def sets(self) -> dict[str, Sequence[Speech]]:
        """All that the run is measured on, by name."""
        return {str(self.held_out): self.dataset.splits["test"], **self.data}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and measure what is not there yet, then print the comparison."""
    options = _options(arguments)
    config = load_settings(TrainConfig, options.config, options.overrides)
    data = {path.name.removesuffix(".jsonl"): read_gold(path) for path in options.data}
    speeches = with_writers(read_speeches(*options.speeches or [SAMPLES / "speeches.jsonl"]))
    cases = [*values_of(speeches, "style"), *(values_of(speeches, "writer") if options.fields else ())]
    planned = plan(cases, speeches, load_scheme(LABELS), config, range(options.seeds), data)
    lines = [take(run, options.output) for run in planned]
    print_comparison(lines)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="The model and TF-IDF with logistic regression on styles left out of training."
    )
    parser.add_argument("config", type=Path, help="settings, such as configs/train.yaml")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="changed settings")
    parser.add_argument("--seeds", type=int, default=3, help="runs with each value left out")
    parser.add_argument(
        "--data", type=Path, action="append", default=[], help="annotated speeches to measure on too; repeatable"
    )
    parser.add_argument("--fields", action="store_true", help="leave out the writers of the ordinary style in turn too")
    parser.add_argument("--speeches", type=Path, action="append", help="the corpus; default the samples; repeatable")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/shift"), help="directory of runs.jsonl")
    options = parser.parse_intermixed_args(arguments)
    if len({path.name for path in options.data}) < len(options.data):
        parser.error("expected --data files with different names: they are the names of the rows")
    return options


def with_writers(speeches: Sequence[Speech]) -> list[Speech]:
    """The speeches, those of the ordinary style with a field `writer`."""
    return [
        replace(speech, meta={**speech.meta, "writer": speech.id.split("-")[0]})
        if speech.meta.get("style") == "ordinary" and speech.id.split("-")[0] in WRITERS
        else speech
        for speech in speeches
    ]


def values_of(speeches: Sequence[Speech], field: str) -> list[FieldValue]:
    """The values of a field, sorted.

    Raises:
        RecordError: no speech has the field.
    """
    values = sorted({str(speech.meta[field]) for speech in speeches if field in speech.meta})
    if not values:
        raise RecordError(f"expected speeches with a field {field!r} to leave out its values, got none in {len(speeches)}")
    return [FieldValue(field, value) for value in values]


def plan(
    cases: Sequence[FieldValue],
    speeches: Sequence[Speech],
    scheme: LabelScheme,
    config: TrainConfig,
    seeds: Sequence[int],
    data: Mapping[str, Sequence[Speech]],
) -> Iterator[ShiftRun]:
    """The runs, one after the other: each value left out, with each seed."""
    for held_out in cases:
        for seed in seeds:
            settings = config.model_copy(update={"seed": seed, "report_to": ()})
            yield ShiftRun(held_out, settings, build_held_out_dataset(speeches, scheme, [held_out], seed), data)


def take(run: ShiftRun, output: Path) -> dict[str, Any]:
    """The line of a run: the one that is there, or a new one, which is added to the file."""
    file = output / "runs.jsonl"
    lines = [record for _, record in read_jsonl(file)] if file.is_file() else []
    for record in lines:
        if record["run"] == run.key:
            return dict(record)
    work = output / run.key[:12]
    record = measured(run, trained(run, work))
    write_jsonl(file, [*lines, record])
    shutil.rmtree(work)
    return record


def trained(run: ShiftRun, directory: Path) -> Tagger:
    """The run's model; a training that was interrupted is resumed, and one that is finished is not repeated."""
    config = run.config.model_copy(update={"name": "run", "dataset": directory / "dataset", "runs": directory})
    if not TrainingRun(config.directory).finished:
        save_dataset(run.dataset, config.dataset)
        finetune(config)
    return Tagger.load(config.directory)


def measured(run: ShiftRun, tagger: Tagger) -> dict[str, Any]:
    """The line of a run: for each set the counts of both models, see `speech_counts`."""
    splits, scheme = run.dataset.splits, run.dataset.scheme
    baseline, thresholds = fit_baseline(splits["train"], splits["validation"], scheme)
    sets = [
        {
            "name": name,
            "tagger": speech_counts(run_tagger(tagger, speeches)).tolist(),
            "baseline": speech_counts(run_baseline(baseline, thresholds, speeches, scheme)).tolist(),
        }
        for name, speeches in run.sets.items()
    ]
    return {"run": run.key, "held_out": str(run.held_out), "seed": run.config.seed, "labels": list(scheme.keys), "sets": sets}


def print_comparison(lines: Sequence[Mapping[str, Any]]) -> None:
    """Print macro F1 of both models for each value left out and each set, over the runs' seeds."""
    table = Table("left out", "measured on", "speeches", "tagger", "TF-IDF + logistic regression", "lead", box=None)
    for held_out, group in groupby(lines, key=lambda line: line["held_out"]):
        for same in zip(*(line["sets"] for line in group), strict=True):
            tagger, baseline = (np.array([one[model] for one in same]) for model in ("tagger", "baseline"))
            result = compare(tagger, baseline)
            figures = (str(result.tagger), str(result.baseline), str(result.lead))
            table.add_row(held_out, same[0]["name"], str(tagger.shape[1]), *figures)
    console = Console(highlight=False, width=140)
    console.print("macro F1: mean over seeds (95 % interval over seeds and speeches)")
    console.print(table)


if __name__ == "__main__":
    main()
