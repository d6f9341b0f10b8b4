"""Annotator quality: how far to trust each annotator on each label, by cleanlab's multi-annotator estimates (CROWDLAB)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jianghua.data.extras import require
from jianghua.data.scheme import LabelScheme
from jianghua.labels.annotations import Annotation


@dataclass(frozen=True)
class Quality:
    """Estimates.

    Attributes:
        annotators: estimated share of right answers by annotator and label; `None` where there is nothing to tell from.
        posterior: estimated probability that a label applies, by sentence and label; only for labels that could be estimated.
    """

    annotators: Mapping[str, Mapping[str, float | None]]
    posterior: Mapping[tuple[str, str], float]


def estimate_quality(
    answers: Mapping[str, Sequence[Annotation]],
    scheme: LabelScheme,
    probabilities: Mapping[str, Mapping[str, float]] | None = None,
) -> Quality:
    """Weigh annotators, and a model where there is one, by how they agree with one another (Goh et al. 2022, CROWDLAB).

    Each label is a question of its own with the answers yes and no. Without a model's probabilities the label's share stands
    in, and gets next to no weight: then two annotators who disagree remain undecided.

    Args:
        answers: by sentence, one of each annotator, without skips.
        scheme: the label scheme.
        probabilities: of a model that was trained without the sentence, by sentence and label; sentences may be missing.
    """
    uids = list(answers)
    names = sorted({answer.annotator for group in answers.values() for answer in group})
    annotators: dict[str, dict[str, float | None]] = {name: dict.fromkeys(scheme.keys) for name in names}
    posterior: dict[tuple[str, str], float] = {}
    if len(names) < 2 or all(len(group) < 2 for group in answers.values()):
        return Quality(annotators, posterior)
    columns = {name: number for number, name in enumerate(names)}
    for key in scheme.keys:
        votes = np.full((len(uids), len(names)), np.nan)
        for row, uid in enumerate(uids):
            for answer in answers[uid]:
                votes[row, columns[answer.annotator]] = key in (answer.labels or ())
        if not 0 < np.nansum(votes) < np.count_nonzero(~np.isnan(votes)):
            continue  # everybody says the same about every sentence
        share = float(np.nanmean(votes))
        prior = [(probabilities or {}).get(uid, {}).get(key, share) for uid in uids]
        applies, quality = _crowdlab(votes, np.array(prior, dtype=np.float64))
        posterior |= {(uid, key): float(value) for uid, value in zip(uids, applies, strict=True)}
        for name, value in zip(names, quality, strict=True):
            annotators[name][key] = float(value)
    return Quality(annotators, posterior)


def _crowdlab(votes: NDArray[np.float64], prior: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probability of yes for each sentence, and quality of each annotator.

    Args:
        votes: 0, 1 or NaN, shape (sentences, annotators).
        prior: the model's probability of yes, shape (sentences,).
    """
    multiannotator = require("cleanlab.multiannotator", extra="annotate")
    prior = np.clip(prior, 0.001, 0.999)
    estimates = multiannotator.get_label_quality_multiannotator(
        votes, np.stack([1 - prior, prior], axis=1), return_detailed_quality=False, verbose=False
    )
    consensus = estimates["label_quality"]["consensus_label"].to_numpy()
    confidence = estimates["label_quality"]["consensus_quality_score"].to_numpy()
    quality = estimates["annotator_stats"]["annotator_quality"].sort_index().to_numpy()  # cleanlab orders by quality
    return np.where(consensus == 1, confidence, 1 - confidence), quality
