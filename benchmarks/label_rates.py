"""`python -m benchmarks.label_rates [--data FILE …]`: how near estimates of label rates come to the annotated ones.

The sources and the stand-in for the model are those of `benchmarks.drift`, with probabilities calibrated on the held-out
speeches by temperature and bias (Alexandari et al. 2020, arXiv 1901.06852). Estimates of a label's rate in a group of speeches:

- training: its rate in training, whatever the group.
- count: how often the model gives it.
- adjusted count: the same, corrected by true and false positive rates (Forman 2008; Lipton et al. 2018).
- probability: mean probability times what makes it right on held-out speeches; what `jianghua drift` shows.
- expectation maximisation: after Saerens et al. (2002).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.drift import STYLES, Home, homes
from jianghua.data.speech import Speech
from jianghua.training.baseline import run_baseline
from jianghua.training.calibration import best_threshold

_ITERATIONS = 1000
_CONVERGED = 1e-6


def main() -> None:
    """Print the mean absolute error of each estimate, over sources, groups and labels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="further annotated speeches")
    errors: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for home in homes(parser.parse_args().data):
        for name, speeches in home.groups():
            kind = name if name == "unseen" else "another style" if name in STYLES else "further files"
            gold = run_baseline(home.model, home.thresholds, speeches, home.dataset.scheme).gold.mean(axis=0)
            for estimate, rates in estimates(home, speeches).items():
                errors[estimate][kind] += np.abs(rates - gold).tolist()
    kinds = list(dict.fromkeys(kind for found in errors.values() for kind in found))
    print(f"| estimate | {' | '.join(kinds)} |\n| --- |{' --- |' * len(kinds)}")
    for estimate, found in errors.items():
        print(f"| {estimate} | {' | '.join(f'{np.mean(found[kind]):.3f}' for kind in kinds)} |")


def estimates(home: Home, speeches: Sequence[Speech]) -> dict[str, NDArray[np.float64]]:
    """Each estimate of the label rates in some speeches, shape (labels,)."""
    scheme = home.dataset.scheme
    held_out = run_baseline(home.model, home.thresholds, home.dataset.splits["validation"], scheme)
    training = run_baseline(home.model, home.thresholds, home.dataset.splits["train"], scheme).gold.mean(axis=0)
    here = run_baseline(home.model, home.thresholds, speeches, scheme)
    rows = []
    for column in range(len(scheme.keys)):
        gold = held_out.gold[:, column]
        known, new = _calibrated(held_out.probabilities[:, column], gold, here.probabilities[:, column])
        threshold = best_threshold(known, gold)
        hits, alarms = ((known[gold == truth] >= threshold).mean() for truth in (1, 0))
        count = (new >= threshold).mean()
        rows.append(
            (count, (count - alarms) / (hits - alarms), new.mean() * gold.mean() / known.mean(), maximise(new, known.mean()))
        )
    columns = np.clip(np.array(rows).T, 0, 1)
    return {"training": training} | dict(
        zip(("count", "adjusted count", "probability", "expectation maximisation"), columns, strict=True)
    )


def _calibrated(
    probabilities: NDArray[np.float64], gold: NDArray[np.int64], others: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both arrays of probabilities calibrated by temperature and bias, which are fitted on the first."""
    logits, more = (np.log(p / (1 - p))[:, None] for p in (probabilities.clip(1e-6, 1 - 1e-6), others.clip(1e-6, 1 - 1e-6)))
    fitted = LogisticRegression(C=1e3).fit(logits, gold)
    return fitted.predict_proba(logits)[:, 1], fitted.predict_proba(more)[:, 1]


def maximise(probabilities: NDArray[np.float64], usual: float) -> float:
    """The rate of a label among sentences, by expectation maximisation (Saerens, Latinne and Decaestecker 2002).

    A calibrated probability has the label's usual rate built in. Rate and posterior probabilities are found in turn, until they
    agree; it holds where the sentences of a label are as they were, and only their number changed.

    Args:
        probabilities: calibrated, shape (sentences,).
        usual: the rate that is built in.
    """
    rate = usual
    for _ in range(_ITERATIONS):
        yes, no = probabilities * rate / usual, (1 - probabilities) * (1 - rate) / (1 - usual)
        found = float((yes / (yes + no)).mean())
        if abs(found - rate) < _CONVERGED:
            break
        rate = found
    return rate


if __name__ == "__main__":
    main()
