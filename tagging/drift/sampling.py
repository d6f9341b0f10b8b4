"""Which sentences of drifted speeches are most worth an annotator's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from jianghua.data.speech import Speech
from jianghua.tagging.drift.comparison import Drift
from jianghua.tagging.drift.profile import Judgement


def sample_sentences(drift: Drift, speeches: Sequence[Speech], judgements: Sequence[Judgement], count: int) -> list[Speech]:
    """The least sure sentences of the speeches that the verdict says to begin with: those speeches, whole, with their numbers.

    The numbers stand, ascending, in the speech's `annotate`: `jianghua annotate push` sends these and no others.

    Args:
        drift: the comparison of these speeches.
        speeches: the speeches.
        judgements: what the model says of each.
        count: how many sentences.
    """
    drifted = set(drift.verdict.first)
    candidates = [
        (sure, number, index)
        for number, (speech, judgement) in enumerate(zip(speeches, judgements, strict=True))
        if speech.id in drifted
        for index, sure in enumerate(judgement.confidence.tolist())
    ]
    chosen: dict[int, list[int]] = defaultdict(list)
    for _, number, index in sorted(candidates)[:count]:
        chosen[number].append(index)
    return [
        replace(speeches[number], meta={**speeches[number].meta, "annotate": sorted(indices)})
        for number, indices in sorted(chosen.items())
    ]
