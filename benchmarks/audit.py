"""How many wrong labels the audit finds: `python -m benchmarks.audit [--errors 0.03] [--run RUN] [--json]`.

Takes the sample corpus, flips one label of a share of its sentences at random, searches, and compares. The sample corpus has
errors of its own, which count as false alarms here, so that the true precision is somewhat better than the figures say.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from benchmarks.make_samples import SAMPLES
from jianghua.data.extras import require
from jianghua.data.paths import LABELS
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.settings import load_settings
from jianghua.data.speech import Speech
from jianghua.data.store import dump_json, read_speeches
from jianghua.labels.audit import find_suspects
from jianghua.training.config import TrainConfig
from jianghua.training.crossval import cross_validate, finetuned_model, tfidf_model
from jianghua.training.evaluation import Outcome


def main(arguments: Sequence[str] | None = None) -> None:
    """Flip, search, compare."""
    parser = argparse.ArgumentParser(description="How many labels flipped at random the audit finds.")
    parser.add_argument("--errors", type=float, default=0.03, help="share of the sentences with a flipped label")
    parser.add_argument("--run", type=Path, help="fine-tune with this run's settings; default TF-IDF and logistic regression")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=Path("build/audit-check"), help="where fine-tuned folds are kept")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    scheme = load_scheme(LABELS)
    speeches, wrong = flip(read_speeches(SAMPLES / "speeches.jsonl"), scheme, options.errors, options.seed)
    model = tfidf_model(scheme)
    if options.run:
        model = finetuned_model(scheme, load_settings(TrainConfig, options.run / "config.yaml"), options.work)
    started = time.monotonic()
    outcome = cross_validate(speeches, scheme, options.folds, model)
    suspects = find_suspects(outcome.probabilities, outcome.gold, scheme.keys)
    places = list(zip(outcome.speeches.tolist(), outcome.indices.tolist(), strict=True))
    truth = np.array([place in wrong for place in places])
    figures = measure([suspect.row for suspect in suspects], [suspect.score for suspect in suspects], truth)
    figures["cleanlab_average_precision"] = _cleanlab_score(outcome, truth)
    figures["seconds"] = round(time.monotonic() - started, 1)
    if options.json:
        print(dump_json(figures))
        return
    print(f"{len(truth)} sentences, {figures['wrong']} with a flipped label, {figures['found']} reported")
    for row in figures["ranked"]:
        print(f"the first {row['first']:>4}: precision {row['precision']:.3f}, recall {row['recall']:.3f}")
    print(
        f"average precision {figures['average_precision']:.3f}, of cleanlab's score of whole sentences "
        f"{figures['cleanlab_average_precision']:.3f}; {figures['seconds']} s"
    )


def flip(speeches: Sequence[Speech], scheme: LabelScheme, share: float, seed: int) -> tuple[list[Speech], set[tuple[int, int]]]:
    """Flip one label, at random, of a share of the sentences; returns also where, as numbers of speech and sentence."""
    rng = np.random.default_rng(seed)
    wrong, changed = set(), []
    for number, speech in enumerate(speeches):
        labels: list[tuple[str, ...] | None] = []
        for index, sentence in enumerate(speech.sentences):
            given = sentence.labels
            if given is not None and rng.random() < share:
                key = scheme.keys[int(rng.integers(len(scheme.keys)))]
                given = tuple(other for other in scheme.keys if (other in given) != (other == key))
                wrong.add((number, index))
            labels.append(given)
        changed.append(speech.with_labels(labels))
    return changed, wrong


def measure(rows: Sequence[int], scores: Sequence[float], truth: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, Any]:
    """Precision and recall of the ranked suspects.

    Args:
        rows: the suspects, the most doubtful first.
        scores: their scores.
        truth: which sentences are wrong, shape (sentences,).
    """
    hits = truth[list(rows)]
    wrong = int(truth.sum())
    ranked = [
        {"first": first, "precision": float(hits[:first].mean()), "recall": float(hits[:first].sum() / max(1, wrong))}
        for first in sorted({50, 100, wrong, 2 * wrong, len(rows)})
        if 0 < first <= len(rows)
    ]
    doubt = np.zeros(len(truth))
    doubt[list(rows)] = 1 - np.array(scores)
    return {
        "wrong": wrong,
        "found": len(rows),
        "ranked": ranked,
        "average_precision": float(average_precision_score(truth, doubt)),
    }


def _cleanlab_score(outcome: Outcome, truth: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """Average precision of ranking all sentences by cleanlab's multi-label quality score instead."""
    cleanlab = require("cleanlab.multilabel_classification", extra="annotate")
    listed = [np.flatnonzero(row).tolist() for row in outcome.gold]
    quality = cleanlab.get_label_quality_scores(listed, outcome.probabilities)
    return float(average_precision_score(truth, 1 - quality))


if __name__ == "__main__":
    main()
