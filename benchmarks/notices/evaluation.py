"""How many notices are cut whole, by the place at which they stand, and how much of plain text is cut by mistake."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from benchmarks.notices.insertion import Place, Written, bare, insert, offsets
from jianghua.data.speech import Span

Find: TypeAlias = Callable[[str], Sequence[Span]]
"""What is to be measured: the spans of a text that are notices."""

FITTING: Final[Mapping[Place, tuple[str, ...]]] = {
    "inside": ("inline", "either"),
    "clause": ("inline", "either"),
    "sentence": ("inline", "either"),
    "line": ("line", "foot", "either"),
    "foot": ("foot",),
}
"""Which notices are put at which places."""

_SIZE: Final = 400  # characters of a carrier


class Trial(NamedTuple):
    """A text with one notice in it."""

    text: str
    notice: Span
    place: Place

    def is_whole(self, found: Sequence[Span]) -> bool:
        """Whether what was found is the notice, all of it and nothing else."""
        return list(found) == [self.notice]


def trials(notices: Sequence[Written], carriers: Sequence[str], seed: int = 0) -> Iterator[Trial]:
    """Each notice at each kind of place that it fits, in texts drawn by chance."""
    chance = random.Random(seed)
    for place, fits in FITTING.items():
        for one in notices:
            if one.fits in fits:
                yield _trial(bare(one.text), place, carriers, chance)


def _trial(notice: str, place: Place, carriers: Sequence[str], chance: random.Random) -> Trial:
    while True:
        document = chance.choice(carriers)
        start = document.find("\n", chance.randint(0, max(0, len(document) - _SIZE))) + 1
        text = document[start : start + _SIZE]
        found = offsets(text, place)
        if found:
            at = chance.choice(found)
            labelled = insert(text, notice, at, place)
            begin = labelled.added.index(1)
            return Trial(labelled.text, (begin, begin + len(notice)), place)


def share_whole(find: Find, tried: Sequence[Trial]) -> dict[Place, float]:
    """Share of the notices that are found whole, by place."""
    hits: dict[Place, list[bool]] = {}
    for trial in tried:
        hits.setdefault(trial.place, []).append(trial.is_whole(find(trial.text)))
    return {place: sum(right) / len(right) for place, right in hits.items()}


def false_cuts(find: Find, texts: Sequence[str]) -> list[str]:
    """What is found in texts that hold no notice."""
    return [text[start:end] for text in texts for start, end in find(text)]
