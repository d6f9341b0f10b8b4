"""How right each policy decides: `python -m benchmarks.adjudication [--speeches 30] [--json]`.

Simulated people (`benchmarks/simulate.py`) annotate the sample corpus; what each policy makes of their answers is compared with
the corpus's labels.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from benchmarks.make_samples import SAMPLES
from benchmarks.simulate import PEOPLE, simulate
from jianghua.data.paths import LABELS
from jianghua.data.scheme import load_scheme
from jianghua.data.store import dump_json, read_speeches
from jianghua.labels.adjudication import answers_by_sentence
from jianghua.labels.choices import Policy
from jianghua.labels.config import AdjudicationConfig
from jianghua.scripts.annotate.decisions import decide


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate, decide, compare."""
    parser = argparse.ArgumentParser(description="How right each policy of adjudication decides.")
    parser.add_argument("--speeches", type=int, default=30, help="how many speeches of the corpus")
    parser.add_argument("--people", type=int, default=len(PEOPLE), help="how many of the simulated people, the best first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    scheme = load_scheme(LABELS)
    speeches = read_speeches(SAMPLES / "speeches.jsonl")[: options.speeches]
    gold = {speech.sentence_id(index): item.labels for speech in speeches for index, item in enumerate(speech.sentences)}
    answers = answers_by_sentence(simulate(speeches, PEOPLE[: options.people], scheme.keys, options.seed))
    figures: list[dict[str, Any]] = []
    for policy in Policy:
        decisions, _ = decide(answers, {}, speeches, scheme, AdjudicationConfig(policy=policy))
        split = {item.uid for item in decisions if any(verdict.yes and verdict.no for verdict in item.verdicts.values())}
        decided = [item for item in decisions if item.labels is not None]
        hard = [item for item in decided if item.uid in split]
        figures.append(
            {
                "policy": policy,
                "sentences": len(decisions),
                "split": len(split),
                "decided": len(decided),
                "right": _share([item.labels == gold[item.uid] for item in decided]),
                "split_decided": len(hard),
                "split_right": _share([item.labels == gold[item.uid] for item in hard]),
            }
        )
    if options.json:
        print(dump_json(figures))
        return
    print(f"{figures[0]['sentences']} sentences, people differ on {figures[0]['split']}")
    for row in figures:
        hard_share = "–" if row["split_right"] is None else f"{row['split_right']:.3f}"
        print(
            f"{row['policy']:<10} decided {row['decided']:>5}, right {row['right']:.3f}; "
            f"where people differ: decided {row['split_decided']:>4}, right {hard_share}"
        )


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


if __name__ == "__main__":
    main()
