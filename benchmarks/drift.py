"""`python -m benchmarks.drift [--data FILE …]`: styles of the sample corpus beside one another, as `jianghua drift` sees them.

For each style, and for all but one, TF-IDF and logistic regression stand in for the model: trained on 55 % of the speeches,
with 25 % held out. The rest (“unseen”) and the other styles are compared with those, and tagged: what is called shifted should
be what costs F1. Further files of annotated speeches may be given.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline

from jianghua.data.corpus.dataset import SpeechDataset, dataset_of_splits
from jianghua.data.corpus.gold import read_gold
from jianghua.data.paths import LABELS, SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches
from jianghua.tagging.drift.comparison import Drift, compare
from jianghua.tagging.drift.profile import Judgement
from jianghua.tagging.records import Tag
from jianghua.training.baseline import fit_baseline, run_baseline
from jianghua.training.reference import build_reference, judgement

STYLES: Final = ("vivid", "formulaic", "ordinary", "dense")
_STRENGTH: Final = 16.0  # inverse regularisation
_TRAINING, _HELD_OUT = 0.55, 0.8  # where the training split ends, and the held-out one


@dataclass(frozen=True)
class Home:
    """A source of speeches, split, with the baseline trained on it.

    Attributes:
        name: what the source is.
        dataset: splits `train` and `validation`.
        unseen: speeches of the source in neither.
        others: speeches of other sources, by name.
        model: the baseline.
        thresholds: by label.
    """

    name: str
    dataset: SpeechDataset
    unseen: Sequence[Speech]
    others: Mapping[str, Sequence[Speech]]
    model: Pipeline
    thresholds: dict[str, float]

    def judge(self, speech: Speech) -> Judgement:
        """What the baseline says of a speech."""
        keys = self.dataset.scheme.keys
        rows = self.model.predict_proba(speech.texts)
        tags = [
            Tag(
                tuple(key for key, p in zip(keys, row, strict=True) if p >= self.thresholds[key]),
                dict(zip(keys, row, strict=True)),
            )
            for row in rows.tolist()
        ]
        return judgement(tags, self.dataset.scheme, self.thresholds)

    def groups(self) -> Iterator[tuple[str, Sequence[Speech]]]:
        """The speeches to compare, with their names."""
        yield "unseen", self.unseen
        yield from self.others.items()


def homes(files: Sequence[Path], seed: int = 0) -> Iterator[Home]:
    """Each style, and all styles but one; `files` are further speeches to compare."""
    scheme = load_scheme(LABELS)
    speeches = read_speeches(SHIPPED / "data" / "samples" / "speeches.jsonl")
    styles = {style: [speech for speech in speeches if speech.meta["style"] == style] for style in STYLES}
    further = {file.name.split(".")[0]: read_gold(file) for file in files}
    for style in STYLES:
        others = {name: group for name, group in styles.items() if name != style}
        yield _home(style, styles[style], others | further, scheme, seed)
    for style in STYLES:
        rest = [speech for name, group in styles.items() if name != style for speech in group]
        yield _home(f"all but {style}", rest, {style: styles[style]} | further, scheme, seed)


def _home(
    name: str, speeches: Sequence[Speech], others: Mapping[str, Sequence[Speech]], scheme: LabelScheme, seed: int
) -> Home:
    order = np.random.default_rng(seed).permutation(len(speeches))
    first, second = int(_TRAINING * len(speeches)), int(_HELD_OUT * len(speeches))
    train, held_out, unseen = ([speeches[n] for n in part] for part in np.split(order, [first, second]))
    model, thresholds = fit_baseline(train, held_out, scheme, (_STRENGTH,))
    dataset = dataset_of_splits({"train": train, "validation": held_out}, scheme, {})
    return Home(name, dataset, unseen, others, model, thresholds)


def main() -> None:
    """Print a row for each source and each group that is compared with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="further annotated speeches")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| trained on | compared | outside | distance | shifted together, share of comparisons | verdict | macro F1 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for home in homes(options.data, options.seed):
        reference = build_reference(home.dataset, home.judge, "")
        for name, speeches in home.groups():
            drift = compare(reference, speeches, [home.judge(speech) for speech in speeches])
            print(f"| {home.name} | {name} | {_row(drift)} | {_macro_f1(home, speeches):.3f} |", flush=True)


def _row(drift: Drift) -> str:
    verdict = drift.verdict
    distance = np.median([speech.distance for speech in drift.speeches if speech.distance is not None])
    shifted = ", ".join(f"{measure} {drift.measures[measure].shift.farther:.2f}" for measure in verdict.shifted)
    return f"{verdict.outside} of {verdict.measured} | {distance:.2f} | {shifted or '–'} | {verdict.kind}"


def _macro_f1(home: Home, speeches: Sequence[Speech]) -> float:
    outcome = run_baseline(home.model, home.thresholds, speeches, home.dataset.scheme)
    return float(f1_score(outcome.gold, outcome.predicted, average="macro", zero_division=0))


if __name__ == "__main__":
    main()
