"""Anchoring: whether annotators follow the pre-annotations that they are shown.

A pre-annotation saves time and pulls answers towards itself. How strongly, comparisons with annotators who were shown nothing
tell: how often they agree with answers that were accepted as they were, beside how often they agree among themselves; and
whether, where the model differs from one of them, others side with the model more often when they see what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from jianghua.data.scheme import LabelScheme
from jianghua.labels.agreement.coefficients import kappa, table
from jianghua.labels.annotations import ORIGINS, Annotation


def measure_anchoring(answers: Sequence[Annotation], scheme: LabelScheme) -> dict[str, Any]:
    """Figures as JSON.

    Args:
        answers: one answer a sentence and annotator, without skips.
        scheme: the label scheme.
    """
    preannotated = [answer for answer in answers if answer.predicted is not None or answer.origin != "manual"]
    return {
        "shown": len(preannotated),
        "origins": _origins(preannotated),
        "by_annotator": {
            name: _origins([answer for answer in preannotated if answer.annotator == name])
            for name in sorted({answer.annotator for answer in preannotated})
        },
        "labels": {key: _kept(key, preannotated) for key in scheme.keys},
        "accepted_against_manual": _compare(_pairs(answers, "prediction"), scheme),
        "changed_against_manual": _compare(_pairs(answers, "changed"), scheme),
        "manual_against_manual": _compare(_pairs(answers, "manual"), scheme),
        "pull": _pull(answers, scheme),
    }


def is_blind(answer: Annotation) -> bool:
    """Whether the annotator answered without having been shown a pre-annotation."""
    return answer.origin == "manual" and answer.predicted is None


def _origins(preannotated: Sequence[Annotation]) -> dict[str, Any]:
    """How many answers were accepted as they were, changed, or given anew beside a pre-annotation."""
    counts = Counter(answer.origin for answer in preannotated)
    known = [answer for answer in preannotated if answer.predicted is not None]
    return {
        **{origin: counts[origin] for origin in ORIGINS},
        "accepted": counts["prediction"] / len(preannotated) if preannotated else None,
        "same_labels": _mean([set(answer.labels or ()) == set(answer.predicted or ()) for answer in known]),
    }


def _kept(key: str, preannotated: Sequence[Annotation]) -> dict[str, Any]:
    """How often a label that was ticked beforehand was kept, and one that was not ticked was added."""
    known = [answer for answer in preannotated if answer.predicted is not None]
    ticked = [key in (answer.labels or ()) for answer in known if key in (answer.predicted or ())]
    unticked = [key in (answer.labels or ()) for answer in known if key not in (answer.predicted or ())]
    return {"ticked": len(ticked), "kept": _mean(ticked), "unticked": len(unticked), "added": _mean(unticked)}


def _pairs(answers: Sequence[Annotation], origin: str) -> list[tuple[Annotation, Annotation]]:
    """Pairs of an answer of that origin with a blind answer by another annotator to the same sentence."""
    pairs = []
    for group in _by_sentence(answers).values():
        for first, second in permutations(sorted(group, key=lambda answer: answer.annotator), 2):
            blind = is_blind(second) and (origin != "manual" or (is_blind(first) and first.annotator < second.annotator))
            if first.origin == origin and blind:
                pairs.append((first, second))
    return pairs


def _pull(answers: Sequence[Annotation], scheme: LabelScheme) -> dict[str, Any]:
    """How often others side with the model on a label where it differs from an annotator who was shown nothing.

    `shown`: others who saw the pre-annotation; `blind`: others who did not, for comparison.
    """
    sides: dict[str, list[bool]] = {"shown": [], "blind": []}
    for group in _by_sentence(answers).values():
        predicted = next((set(answer.predicted) for answer in group if answer.predicted is not None), None)
        if predicted is None:
            continue
        for witness, other in permutations(group, 2):
            if not is_blind(witness):
                continue
            differ = [key for key in scheme.keys if (key in predicted) != (key in (witness.labels or ()))]
            side = sides["blind" if is_blind(other) else "shown"]
            side += [(key in (other.labels or ())) == (key in predicted) for key in differ]
    return {name: {"decisions": len(side), "with_model": _mean(side)} for name, side in sides.items()}


def _by_sentence(answers: Sequence[Annotation]) -> dict[str, list[Annotation]]:
    groups: dict[str, list[Annotation]] = {}
    for answer in answers:
        groups.setdefault(answer.uid, []).append(answer)
    return groups


def _compare(pairs: Sequence[tuple[Annotation, Annotation]], scheme: LabelScheme) -> dict[str, Any]:
    """Agreement of pairs of answers: whole label sets, and κ by label."""
    kappas = {}
    for key in scheme.keys:
        given = np.array([[key in (answer.labels or ()) for answer in pair] for pair in pairs], dtype=bool).reshape(-1, 2)
        value = float(kappa(table(given[:, 0], given[:, 1]).sum(axis=0)[None]))
        kappas[key] = None if np.isnan(value) else value
    known = [value for value in kappas.values() if value is not None]
    return {
        "pairs": len(pairs),
        "exact": _mean([first.labels == second.labels for first, second in pairs]),
        "mean_kappa": float(np.mean(known)) if known else None,
        "kappa": kappas,
    }


def _mean(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
