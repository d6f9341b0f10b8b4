"""TF-IDF and logistic regression beside the model: `python -m benchmarks.baseline build/dataset [--data FILE] [--json]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from jianghua.data.corpus.dataset import load_dataset
from jianghua.data.corpus.gold import read_gold
from jianghua.data.store import dump_json
from jianghua.scripts.tables import print_metrics
from jianghua.training.baseline import fit_baseline, run_baseline
from jianghua.training.evaluation import measure


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the baseline, measure it on the test split or on a file of annotated speeches."""
    parser = argparse.ArgumentParser(description="TF-IDF and logistic regression on a dataset of 'jianghua dataset'.")
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--data", type=Path, help="annotated speeches to measure on; default the test split")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    dataset = load_dataset(options.dataset)
    model, thresholds = fit_baseline(dataset.splits["train"], dataset.splits["validation"], dataset.scheme)
    speeches = read_gold(options.data) if options.data else dataset.splits["test"]
    metrics = measure(run_baseline(model, thresholds, speeches, dataset.scheme), dataset.scheme.keys, thresholds)
    if options.json:
        print(dump_json(metrics))
    else:
        print_metrics(metrics, f"TF-IDF + logistic regression · {options.data.stem if options.data else 'test'}")


if __name__ == "__main__":
    main()
