"""`python -m benchmarks.evidence RUN speeches.jsonl`: does the clause that is named as a label's evidence carry it?

Erasure: each sentence is tagged once more without the clause, and once more without another of its clauses, chosen at random.
Where the evidence is right, the first makes the label less likely than the second. Every sentence is tagged by itself.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jianghua.data.speech import Span
from jianghua.data.store import read_speeches
from jianghua.tagging import Tagger
from jianghua.tagging.clauses import clauses

SEED = 0


@dataclass(frozen=True)
class Erasure:
    """A label of a sentence, and the same sentence without one clause and without another.

    Attributes:
        label: the label's key.
        text: the sentence.
        without: the sentence without the clause that is named as evidence.
        otherwise: the sentence without another of its clauses.
    """

    label: str
    text: str
    without: str
    otherwise: str


@dataclass(frozen=True)
class Result:
    """What erasure did to labels: how far their logits and probabilities fell, each of shape (erasures, 2).

    The first column is of the clause that is named as evidence, the second of another.
    """

    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]

    def row(self) -> str:
        """The figures as cells of a table."""
        better = np.mean(self.logits[:, 0] > self.logits[:, 1])
        own, other = self.probabilities.mean(axis=0)
        return f"{len(self.logits)} | {better:.3f} | {own:.3f} | {other:.3f}"


def erasures(tagger: Tagger, texts: Sequence[str], seed: int = SEED) -> Iterator[Erasure]:
    """An erasure for each label of each sentence of at least two clauses."""
    chance = random.Random(seed)
    for text in texts:
        (tag,) = tagger.tag_sentences([text])
        for label, span in tag.evidence.items():
            other = chance.choice([clause for clause in clauses(text) if clause != span])
            yield Erasure(label, text, _without(text, span), _without(text, other))


def measure(tagger: Tagger, found: Sequence[Erasure]) -> Result:
    """Tag what erasure left."""
    whole, without, otherwise = (
        [_score(tagger, getattr(one, name), one.label) for one in found] for name in ("text", "without", "otherwise")
    )
    falls = np.array(whole)[:, None] - np.stack([without, otherwise], axis=1)
    return Result(falls[..., 0], falls[..., 1])


def _without(text: str, span: Span) -> str:
    return text[: span[0]] + text[span[1] :]


def _score(tagger: Tagger, text: str, label: str) -> tuple[float, float]:
    """Logit and probability of a label."""
    logits = tagger.classifier.logits([text])
    column = tagger.scheme.keys.index(label)
    return float(logits[0, column]), float(tagger.bundle.probabilities(logits)[0, column])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a run's directory, or a bundle")
    parser.add_argument("speeches", type=Path, help="speeches, one a line")
    arguments = parser.parse_args()
    tagger = Tagger.load(arguments.run)
    found = list(erasures(tagger, [text for speech in read_speeches(arguments.speeches) for text in speech.texts]))
    print("| label | tags | falls further than without another clause | mean fall | without another |")
    print("| --- | --- | --- | --- | --- |")
    for name, keys in (*((key, {key}) for key in tagger.scheme.keys), ("all", set(tagger.scheme.keys))):
        own = [one for one in found if one.label in keys]
        if own:
            print(f"| {name} | {measure(tagger, own).row()} |")


if __name__ == "__main__":
    main()
