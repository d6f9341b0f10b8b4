"""Risks and criticisms: the area that a sentence warns of or blames, by the words in it, and whom it names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from jianghua.tagging.extraction import agents
from jianghua.tagging.extraction.lexicon import read_words
from jianghua.tagging.extraction.records import Criticism, Mention, Risk
from jianghua.tagging.extraction.segments import segments

OTHER: Final = "其他"
"""The area of a risk whose words belong to none."""

CONDUCT: Final = "作风"
"""The area of what is said of conduct alone: words of any other count more."""

_AREAS: Final = {area: re.compile(words) for area, words in read_words("areas").items()}
_CONSEQUENCE: Final = re.compile("引发|酿成|导致|造成|出现|发生|诱发|爆发|蔓延|演变|沦为")
_DANGER: Final = re.compile(
    "防止|防范|严防|谨防|避免|遏制|杜绝|免得|切忌|切莫|一旦|万一|如果|要是|倘若|否则|不然|就会|可能|迟早|打击|底线|防控"
)
"""Words that a danger stands behind; a consequence is nearer to it than what leads to it."""

_NEAR: Final = 4.0
_CONDUCT_WEIGHT: Final = 0.5


def find_risk(text: str, sentence: int, asked: Sequence[Mention]) -> Risk:
    """The danger of a sentence: its area, told first by what stands behind words of danger, and those who must see to it.

    Args:
        text: a sentence that points out a risk.
        sentence: its number in the speech.
        asked: those whom the sentence gives tasks to.
    """
    dangers = [*_CONSEQUENCE.finditer(text)][-1:] or [*_DANGER.finditer(text)][:1]
    area, cue = _area(text, dangers[0].start() if dangers else len(text), OTHER)
    return Risk(sentence, area, cue, _merged(agents.blamed(text), asked))


def find_criticism(text: str, sentence: int, asked: Sequence[Mention]) -> Criticism:
    """The failing of a sentence: its area and those who are blamed, named with a quantifier or at the head of a clause.

    Args:
        text: a sentence that points out a failing.
        sentence: its number in the speech.
        asked: those whom the sentence gives tasks to, which blames nobody.
    """
    named = [agent for part in segments(text) if (agent := agents.named(text, part.start, part.end)) and agent not in asked]
    area, cue = _area(text, len(text), CONDUCT)
    return Criticism(sentence, area, cue, _merged(agents.blamed(text), named))


def _area(text: str, danger: int, default: str) -> tuple[str, Mention | None]:
    """The area that most words speak for, and the word that does so first; words behind `danger` count more."""
    scores: dict[str, float] = defaultdict(float)
    cues: dict[str, Mention] = {}
    for area, pattern in _AREAS.items():
        weight = _CONDUCT_WEIGHT if area == CONDUCT else 1.0
        for match in pattern.finditer(text):
            near = match.start() >= danger
            scores[area] += weight * (_NEAR if near else 1.0)
            if area not in cues or (near and cues[area].start < danger):
                cues[area] = Mention(match.group(), match.start(), match.end())
    if not scores:
        return default, None
    best = max(scores, key=lambda area: scores[area])
    return best, cues[best]


def _merged(*groups: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of all groups in the order of the text, without those that overlap an earlier one."""
    found: list[Mention] = []
    for one in sorted((one for group in groups for one in group), key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)
