"""Annotators for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jianghua.labels.annotations import Annotation

KEYS = ("situation", "directive", "criticism", "target", "risk")


def answer(index: int, annotator: str, labels: Sequence[str] | None, speech: str = "s", **more: object) -> Annotation:
    values: dict[str, object] = {
        "uid": f"{speech}#{index:04d}",
        "text": f"第{index}句。",
        "annotator": annotator,
        "labels": None if labels is None else tuple(labels),
        "skipped": labels is None,
        "created_at": "2026-01-01T00:00:00Z",
        "id": f"{annotator}-{speech}-{index}",
    }
    return Annotation.from_dict(values | more)


def crowd(speeches: int = 12, names: Sequence[str] = ("a", "b", "c"), seed: int = 0) -> list[Annotation]:
    """Answers of annotators who err differently, with gaps."""
    rng = np.random.default_rng(seed)
    found = []
    for speech in range(speeches):
        for index in range(15):
            truth = rng.random(len(KEYS)) < 0.3
            for number, name in enumerate(names):
                if rng.random() < 0.8:
                    given = truth ^ (rng.random(len(KEYS)) < 0.05 + 0.05 * number)
                    labels = [key for key, on in zip(KEYS, given, strict=True) if on]
                    found.append(answer(index, name, labels, f"s{speech}", lead_time=float(number + 1)))
    return found
