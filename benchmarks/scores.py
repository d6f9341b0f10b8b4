"""Scores: how much of a damaged speech came back, counted character by character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.damage import Damaged


@dataclass(frozen=True)
class Score:
    """How much of a speech came back: counts, to be added up over speeches; `characters` are those of the clean text."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0
    exact: int = 0
    foreign: int = 0
    lost: int = 0
    characters: int = 0

    def __add__(self, other: Score) -> Score:
        mine, theirs = vars(self), vars(other)
        return Score(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def boundary_f1(self) -> float:
        """F1 of the ends of sentences."""
        return 2 * self.hits / max(1, self.predicted + self.gold)

    @property
    def exact_recall(self) -> float:
        """Share of the clean sentences that came back character for character, as one sentence."""
        return self.exact / max(1, self.gold)


def score(damaged: Damaged, sentences: Sequence[Sequence[int]]) -> Score:
    """Compare what was made of a damaged text with the clean speech.

    Args:
        damaged: the damaged speech.
        sentences: for each sentence that was found the offsets in `damaged.text` of its characters, in order.
    """
    ends = set(damaged.ends)
    wanted = set(damaged.sentences)
    found_ends: list[int | None] = []
    exact, foreign = 0, 0
    kept: set[int] = set()
    for sentence in sentences:
        visible = [at for at in sentence if not damaged.text[at].isspace()]
        own = [origin for at in visible if (origin := damaged.origin[at]) is not None]
        foreign += len(visible) - len(own)
        kept.update(own)
        found_ends.append(own[-1] + 1 if own else None)
        text = "".join(damaged.text[at] for at in sentence)
        if own and len(own) == len(visible) and (own[0], own[-1] + 1) in wanted:
            exact += text == damaged.clean[own[0] : own[-1] + 1]
    hits = len({end for end in found_ends if end in ends})
    own_characters = [at for at, char in enumerate(damaged.clean) if not char.isspace()]
    lost = sum(at not in kept for at in own_characters)
    return Score(hits, len(found_ends), len(ends), exact, foreign, lost, len(own_characters))
