"""`python -m benchmarks.selection [-n 500]`: how near 500 chosen sentences of the sample corpus are to all others.

The figure is the mean distance from a sentence to the nearest chosen one, in the features that `diverse` chooses by; smaller is
better, since more of what is said has something like it among the chosen.
"""

from __future__ import annotations

import argparse

import numpy as np

from jianghua.data.paths import SHIPPED
from jianghua.data.store import read_speeches
from jianghua.labels.choices import Selection
from jianghua.labels.selection import character_features, select

SEEDS = 3


def main() -> None:
    """Print the mean distance of each way to choose, over several seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=500, help="sentences to choose")
    count = parser.parse_args().n
    speeches = read_speeches(SHIPPED / "data" / "samples" / "speeches.jsonl")
    texts = [text for speech in speeches for text in speech.texts]
    features = character_features(texts)
    print("| chosen | mean distance |\n| --- | --- |")
    for method in (Selection.RANDOM, Selection.DIVERSE):
        chosen = [select(method, count, texts, seed=seed) for seed in range(SEEDS)]
        distance = np.mean([_distance(features, features[numbers]) for numbers in chosen])
        print(f"| {method} | {distance:.3f} |")


def _distance(features: np.ndarray, chosen: np.ndarray) -> float:  # type: ignore[type-arg]
    """Mean Euclidean distance from each row (sentences, features) to the nearest of the chosen (count, features)."""
    squared = 2 - 2 * (features @ chosen.T).max(axis=1)  # rows have length one
    return float(np.sqrt(squared.clip(0)).mean())


if __name__ == "__main__":
    main()
