"""What ways of training are worth on other texts: `python -m benchmarks.levers TRAIN… --data FILE… [--seeds 3] [--lever NAME]`.

Every lever of `benchmarks.lever_settings` is trained with every seed on the annotated speeches of TRAIN, and measured on each
file of `--data`, which should be unlike them. A tenth of TRAIN, drawn by the seed, calibrates as the product does. The figures
are those of the network alone and of its mean with the words' (`jianghua.training.lexical`, fitted on the same speeches), and
of the same with averaged weights: `ema`, an exponential moving average; `wise`, half way between the weights before and after
(WiSE-FT, Wortsman et al. 2022). Once all seeds of a lever are there, `soup` is their averaged weights and `ensemble` their
averaged logits.

A finished training is a line of `runs.jsonl` in the output directory; its logits and weights lie beside it, and it is not done
again.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from safetensors.torch import load_file, save_file

from benchmarks.lever_settings import LEVERS, Lever
from benchmarks.lever_training import TrainedLever, logits, train
from benchmarks.shift_scores import compare, speech_counts
from jianghua.data.corpus.gold import read_gold
from jianghua.data.paths import LABELS
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.speech import Speech
from jianghua.data.store import dump_json, read_jsonl, write_jsonl
from jianghua.tagging.bundle import to_probabilities
from jianghua.training.calibration import calibrate
from jianghua.training.config import LexicalConfig
from jianghua.training.evaluation import GoldLabels, Outcome, gold_labels
from jianghua.training.lexical import fit_lexical
from jianghua.training.metrics import AveragePrecision, CalibrationError

VALIDATION: Final = 0.1
"""Share of the training speeches that calibrate."""
VALIDATION_SET: Final = "validation"
AVERAGED: Final = ("base", "probe")
"""Levers whose averaged weights are measured too."""
Logits = NDArray[np.float64]
"""Shape (sentences, labels)."""


@dataclass(frozen=True)
class Material:
    """What one seed learns from, and what it is measured on.

    Attributes:
        train: annotated speeches.
        sets: those that calibrate, as `validation`, and those of `--data`, by name.
        words: logits of the lexical model on each of `sets`.
    """

    train: Sequence[Speech]
    sets: Mapping[str, Sequence[Speech]]
    words: Mapping[str, Logits]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and measure what is not there yet, then print the table."""
    options = _options(arguments)
    scheme = load_scheme(LABELS)
    speeches = [speech for path in options.train for speech in read_gold(path)]
    data = {path.name.removesuffix(".jsonl"): read_gold(path) for path in options.data}
    materials = {seed: _material(speeches, data, scheme, seed) for seed in range(options.seeds)}
    encoders = {"base_encoder": options.encoder, "twelve": str(options.encoder12)}
    for seed, material in materials.items():  # seed by seed: a table of all levers is there after the first
        for name in options.lever:
            _take(name, LEVERS[name], encoders, material, scheme, seed, options.output)
    _print(options, encoders, materials, scheme)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ways of training, measured on texts unlike those of training.")
    parser.add_argument("train", type=Path, nargs="+", help="annotated speeches to learn from")
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="annotated speeches to measure on; repeatable"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--lever", action="append", choices=list(LEVERS), help="repeatable; default all")
    parser.add_argument("--encoder", default="base_encoder", help="what the levers start from")
    parser.add_argument("--encoder12", type=Path, help="an encoder of twelve layers, for the levers that ask for it")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/levers"), help="directory of runs.jsonl")
    options = parser.parse_args(arguments)
    if options.lever is None:
        options.lever = [name for name, lever in LEVERS.items() if lever.encoder != "twelve" or options.encoder12]
    if any(LEVERS[name].encoder == "twelve" for name in options.lever) and options.encoder12 is None:
        parser.error("expected --encoder12 for levers that start from twelve layers")
    return options


def _material(speeches: Sequence[Speech], data: Mapping[str, Sequence[Speech]], scheme: LabelScheme, seed: int) -> Material:
    order = np.random.default_rng(seed).permutation(len(speeches))
    held, kept = np.split(order, [round(VALIDATION * len(speeches))])
    train_speeches = [speeches[number] for number in sorted(kept)]
    sets = {VALIDATION_SET: [speeches[number] for number in sorted(held)], **data}
    lexical = fit_lexical(_texts(train_speeches), gold_labels(train_speeches, scheme).labels, LexicalConfig())
    return Material(train_speeches, sets, {name: lexical.logits(_texts(one)) for name, one in sets.items()})


def _texts(speeches: Sequence[Speech]) -> list[str]:
    """The annotated sentences."""
    return [sentence.text for speech in speeches for sentence in speech.sentences if sentence.labels is not None]


def _key(lever: Lever, encoders: Mapping[str, str], material: Material, seed: int) -> str:
    """Hash of all that a training and its figures depend on."""
    sets = {name: [speech.to_dict() for speech in speeches] for name, speeches in material.sets.items()}
    learned = [speech.to_dict() for speech in material.train]
    content = dump_json([lever.changes, encoders[lever.encoder], seed, learned, sets])
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _take(
    name: str, lever: Lever, encoders: Mapping[str, str], material: Material, scheme: LabelScheme, seed: int, output: Path
) -> None:
    """Train a lever with a seed unless its line is there, and keep its logits and its weights."""
    file, key = output / "runs.jsonl", _key(lever, encoders, material, seed)
    lines = [record for _, record in read_jsonl(file)] if file.is_file() else []
    if any(record["run"] == key for record in lines):
        return
    trained = train(lever, encoders[lever.encoder], material.train, scheme, seed)
    found = {
        f"{average} {held}": values
        for average in _averages(name)
        for held, values in _measured(trained, _weights(trained, average), lever, material.sets, scheme).items()
    }
    output.mkdir(parents=True, exist_ok=True)
    np.savez(output / f"{key}.npz", **found)  # type: ignore[arg-type]
    save_file(
        {part: value.contiguous() for part, value in trained.weights["final"].items()}, str(output / f"{key}.safetensors")
    )
    write_jsonl(file, [*lines, {"run": key, "lever": name, "seed": seed}])
    print(f"{name}, seed {seed}: trained", flush=True)


def _averages(lever: str) -> tuple[str, ...]:
    return ("final", "ema", "wise") if lever in AVERAGED else ("final",)


def _weights(trained: TrainedLever, average: str) -> Mapping[str, torch.Tensor]:
    if average != "wise":
        return trained.weights[average]
    start, final = trained.weights["start"], trained.weights["final"]
    heads = ("classifier",)  # the head begins at random: there is nothing to go back to
    return {name: value if name.startswith(heads) else value.lerp(start[name], 0.5) for name, value in final.items()}


def _measured(
    trained: TrainedLever,
    weights: Mapping[str, torch.Tensor],
    lever: Lever,
    sets: Mapping[str, Sequence[Speech]],
    scheme: LabelScheme,
) -> dict[str, Logits]:
    trained.network.load_state_dict(weights)
    return {name: logits(trained, lever, speeches, scheme) for name, speeches in sets.items()}


def _print(
    options: argparse.Namespace, encoders: Mapping[str, str], materials: Mapping[int, Material], scheme: LabelScheme
) -> None:
    """A table for each set: each lever and average, alone and with words."""
    outcomes: dict[str, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for name in options.lever:
        for row, seed, found in _rows(name, LEVERS[name], encoders, materials, scheme, options):
            material = materials[seed]
            for alone in (True, False):
                mixed = {key: values if alone else (values + material.words[key]) / 2 for key, values in found.items()}
                for held, outcome in _decided(mixed, material.sets, scheme).items():
                    outcomes[held][row if alone else f"{row} + words"].append(outcome)
    for material in materials.values():
        for held, outcome in _decided(material.words, material.sets, scheme).items():
            outcomes[held]["words"].append(outcome)
    console = Console(highlight=False, width=150)
    for held, rows in outcomes.items():
        console.print(
            f"\n{held}: mean over seeds; macro F1 with its 95 % interval over seeds and speeches, lead over `base + words`"
        )
        console.print(_table(rows, scheme))


def _rows(
    name: str,
    lever: Lever,
    encoders: Mapping[str, str],
    materials: Mapping[int, Material],
    scheme: LabelScheme,
    options: argparse.Namespace,
) -> Iterator[tuple[str, int, dict[str, Logits]]]:
    """Row of the table, seed and logits of each set."""
    files = {seed: options.output / _key(lever, encoders, material, seed) for seed, material in materials.items()}
    by_seed = {seed: dict(np.load(f"{file}.npz")) for seed, file in files.items()}
    sets = next(iter(materials.values())).sets
    for average in _averages(name):
        for seed, found in by_seed.items():
            yield name if average == "final" else f"{name}, {average}", seed, {key: found[f"{average} {key}"] for key in sets}
    if len(by_seed) > 1:
        held = [key for key in sets if key != VALIDATION_SET]  # each seed has a validation split of its own
        together = {key: np.mean([found[f"final {key}"] for found in by_seed.values()], axis=0) for key in held}
        yield f"{name}, ensemble", 0, together | {VALIDATION_SET: by_seed[0][f"final {VALIDATION_SET}"]}
        yield f"{name}, soup", 0, _soup(lever, encoders, list(files.values()), materials[0], scheme)


def _soup(
    lever: Lever, encoders: Mapping[str, str], files: Sequence[Path], material: Material, scheme: LabelScheme
) -> dict[str, Logits]:
    """Logits of the mean of all seeds' weights; computed once."""
    name = hashlib.sha256(" ".join(file.name for file in files).encode()).hexdigest()[:12]
    saved = files[0].with_name(f"soup-{name}.npz")
    if not saved.is_file():
        states = [load_file(f"{file}.safetensors") for file in files]
        mean = {part: torch.stack([state[part].float() for state in states]).mean(dim=0) for part in states[0]}
        shell = train(
            Lever(**asdict(lever) | {"epochs": 0.0, "probe": 0.0}), encoders[lever.encoder], material.train, scheme, 0
        )
        np.savez(saved, **_measured(shell, mean, lever, material.sets, scheme))  # type: ignore[arg-type]
    return dict(np.load(saved))


def _decided(found: Mapping[str, Logits], sets: Mapping[str, Sequence[Speech]], scheme: LabelScheme) -> dict[str, Outcome]:
    """What the logits of each set of `--data` come to once they are calibrated as the product does it."""
    gold = {name: gold_labels(speeches, scheme) for name, speeches in sets.items()}
    calibration = calibrate(found[VALIDATION_SET], gold[VALIDATION_SET].labels, scheme)
    scale = np.array(
        [[calibration.temperatures[key], calibration.biases[key], calibration.thresholds[key]] for key in scheme.keys]
    ).T
    return {
        name: _outcome(to_probabilities(values / scale[0] + scale[1], "multi"), scale[2], gold[name])
        for name, values in found.items()
        if name != VALIDATION_SET
    }


def _outcome(probabilities: NDArray[np.float64], thresholds: NDArray[np.float64], gold: GoldLabels) -> Outcome:
    predicted = (probabilities >= thresholds).astype(np.int64)
    return Outcome(probabilities, predicted, gold.labels, gold.speeches, gold.indices)


def _table(rows: Mapping[str, Sequence[Outcome]], scheme: LabelScheme) -> Table:
    table = Table("lever", "seeds", "macro F1", "lead", "AP", "ECE", *scheme.keys, box=None)
    base = rows.get("base + words")
    for name, outcomes in rows.items():
        same = base if base is not None and len(base) == len(outcomes) else outcomes
        counts, against = (np.array([speech_counts(outcome) for outcome in some]) for some in (outcomes, same))
        result = compare(counts, against)
        lead = str(result.lead) if same is not outcomes else "–"
        table.add_row(name, str(len(outcomes)), str(result.tagger), lead, *_means(outcomes, scheme), *_f1(counts))
    return table


def _means(outcomes: Sequence[Outcome], scheme: LabelScheme) -> tuple[str, str]:
    """Macro average precision and expected calibration error, means over seeds."""
    found = []
    for outcome in outcomes:
        predictions, references = outcome.probabilities.tolist(), outcome.gold.tolist()
        ranking = AveragePrecision(scheme.keys).compute(predictions=predictions, references=references)
        error = CalibrationError(scheme.keys).compute(predictions=predictions, references=references)
        found.append((ranking["macro_average_precision"], error["calibration_error"]))
    return tuple(f"{value:.3f}" for value in np.mean(found, axis=0))  # type: ignore[return-value]


def _f1(counts: NDArray[np.int64]) -> list[str]:
    """F1 of each label, means over seeds; counts of shape (seeds, speeches, 3, labels)."""
    totals = counts.sum(axis=1)
    f1 = 2 * totals[:, 0] / np.maximum(1, totals[:, 1] + totals[:, 2])
    return [f"{value:.2f}" for value in f1.mean(axis=0)]


if __name__ == "__main__":
    main()
