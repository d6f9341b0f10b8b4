"""Splits of a collection of speeches: whole speeches, near copies together, labels spread as evenly as it can be.

A sentence of the test split must not have been seen in training, nor a near copy of it: speeches are published, excerpted
and delivered again, so near-duplicate speeches are found first and move as one group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import RecordError
from jianghua.data.extras import require
from jianghua.data.speech import Speech

Groups: TypeAlias = list[list[int]]
"""Indices of speeches that must stay together, one list a group, in order of the first speech."""

_SHINGLE: Final = 8  # characters; long enough that stock phrases of the genre seldom agree by chance
_PERMUTATIONS: Final = 128
_SIMILAR: Final = 0.3  # Jaccard similarity of shingle sets; unrelated speeches stay under 0.05
_SWEEPS: Final = 20


def near_duplicate_groups(speeches: Sequence[Speech]) -> Groups:
    """Group speeches whose texts are near copies: MinHash over 8-character shingles (Broder 1997), linked transitively.

    Two speeches are linked at an estimated Jaccard similarity of 0.3 or more: two versions of one speech pass it also
    when a third of the text was rewritten.
    """
    datasketch = require("datasketch", extra="train")
    index = datasketch.MinHashLSH(threshold=_SIMILAR, num_perm=_PERMUTATIONS)
    parent = list(range(len(speeches)))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    sketches: list[Any] = []
    for number, speech in enumerate(speeches):
        text = "".join(speech.texts)
        shingles = {text[i : i + _SHINGLE].encode("utf-8") for i in range(max(1, len(text) - _SHINGLE + 1))}
        sketch = datasketch.MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch(shingles)
        for other in index.query(sketch):
            if sketch.jaccard(sketches[other]) >= _SIMILAR:
                a, b = sorted((root(number), root(other)))
                parent[b] = a
        index.insert(number, sketch)
        sketches.append(sketch)
    groups: dict[int, list[int]] = {}
    for number in range(len(speeches)):
        groups.setdefault(root(number), []).append(number)
    return list(groups.values())


def stratified_split(
    counts: NDArray[np.float64], groups: Groups, shares: Mapping[str, float], seed: int
) -> dict[str, list[int]]:
    """Assign groups to splits so that each split's share of every label is near the share asked for.

    Groups are placed greedily, those with most of the rare labels first (after Sechidis et al. 2011, for groups instead
    of single examples), then exchanged between splits as long as that brings the shares closer.

    Args:
        counts: shape (speeches, labels + 2): annotated sentences of each label, of no label, and in all.
        groups: see `near_duplicate_groups`.
        shares: fraction of the sentences that each split should get; adds up to 1.
        seed: decides among equally good assignments.

    Returns:
        The speeches' indices in each split, ascending.

    Raises:
        RecordError: there are fewer groups than splits, or the shares do not add up to 1.
    """
    if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) <= 0:
        raise RecordError(f"the splits' shares must be positive and add up to 1, got {dict(shares)}")
    if len(groups) < len(shares):
        raise RecordError(f"expected at least {len(shares)} speeches that are no near copies, got {len(groups)}")
    totals = np.maximum(counts.sum(axis=0), 1.0)
    fractions = np.array([counts[group].sum(axis=0) for group in groups]) / totals  # (groups, columns)
    wanted = np.array(list(shares.values()))
    rng = np.random.default_rng(seed)
    place = _greedy(fractions, wanted, rng)
    _improve(place, fractions, wanted, rng)
    _fill_empty(place, fractions, len(wanted))
    return {
        name: sorted(speech for group, where in zip(groups, place, strict=True) if where == number for speech in group)
        for number, name in enumerate(shares)
    }


def _greedy(fractions: NDArray[np.float64], wanted: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Place the heaviest groups first, each where the total miss grows least."""
    order = np.lexsort((rng.random(len(fractions)), -fractions.max(axis=1)))
    place = np.zeros(len(fractions), dtype=np.int64)
    got = np.zeros((len(wanted), fractions.shape[1]))
    for group in order:
        # How much each split still lacks, relative to what it should get: the emptiest split is served first.
        lack = ((wanted[:, None] - got) / wanted[:, None]) @ fractions[group]
        place[group] = int(np.argmax(lack + 1e-9 * rng.random(len(wanted))))
        got[place[group]] += fractions[group]
    return place


def _miss(got: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """Mean squared relative error of the shares; small splits count as much as large ones."""
    return float((((got - wanted[:, None]) / wanted[:, None]) ** 2).mean())


def _improve(
    place: NDArray[np.int64], fractions: NDArray[np.float64], wanted: NDArray[np.float64], rng: np.random.Generator
) -> None:
    """Move or exchange groups, in random order, as long as a sweep still helps. Changes `place`."""
    got = np.stack([fractions[place == split].sum(axis=0) for split in range(len(wanted))])
    best = _miss(got, wanted)
    for _ in range(_SWEEPS):
        before = best
        for a in rng.permutation(len(place)):
            for b in rng.permutation(len(place))[:64]:  # a sample: all pairs would be quadratic in the collection
                if place[a] == place[b]:
                    continue
                change = fractions[b] - fractions[a]
                trial = got.copy()
                trial[place[a]] += change
                trial[place[b]] -= change
                miss = _miss(trial, wanted)
                if miss < best - 1e-12:
                    place[a], place[b] = place[b], place[a]
                    got, best = trial, miss
        if best > before * 0.99:
            return


def _fill_empty(place: NDArray[np.int64], fractions: NDArray[np.float64], splits: int) -> None:
    """Give an empty split the smallest group of the fullest one: a split without a speech cannot be used at all."""
    for split in range(splits):
        if not (place == split).any():
            fullest = int(np.bincount(place, minlength=splits).argmax())
            members = np.flatnonzero(place == fullest)
            place[members[fractions[members].sum(axis=1).argmin()]] = split
