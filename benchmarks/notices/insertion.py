"""Notices put into a text at every kind of place, with a label for each character."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

Place: TypeAlias = Literal["inside", "clause", "sentence", "line", "foot"]
"""Inside a sentence, after a comma, between two sentences, on a line of its own, between two lines of one sentence."""

WINDOW: Final = 192
"""Characters that the network is trained on at a time."""

PLACES: Final[tuple[Place, ...]] = ("inside", "clause", "sentence", "line", "foot")
_WEIGHTS: Final = (6, 1.5, 2, 2.5, 1)

_HARD_SHARE: Final = 0.25

_FOUND_AT: Final[Mapping[Place, re.Pattern[str]]] = {
    "inside": re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])"),
    "clause": re.compile(r"(?<=[，、；,;：])(?=[^\n])"),
    "sentence": re.compile(r"(?<=[。！？])(?=[^\n”’）])"),
    "line": re.compile(r"(?<=\n)(?=[^\n])"),
    "foot": re.compile(r"(?<=[\u4e00-\u9fff，])(?=[\u4e00-\u9fff])"),
}


class Written(NamedTuple):
    """A notice of the labelled set: who wrote it, where it fits (`inline`, `line`, `foot`, `either`), and its text."""

    writer: str
    fits: str
    text: str


class Labelled(NamedTuple):
    """A text, for each character whether it was put in, and the weight with which its document was counted for n-grams."""

    text: str
    added: bytes
    weight: int = 0


class Group(NamedTuple):
    """Documents of one kind, and their weight: how often they are counted, and drawn."""

    documents: Sequence[str]
    weight: int


def insert(text: str, notice: str, at: int, place: Place) -> Labelled:
    """A text with one notice at an offset; the line breaks around it are not part of it."""
    before, after = {"line": ("", "\n"), "foot": ("\n", "\n")}.get(place, ("", ""))
    return Labelled(
        text[:at] + before + notice + after + text[at:],
        bytes(at + len(before)) + b"\1" * len(notice) + bytes(len(after) + len(text) - at),
    )


def offsets(text: str, place: Place) -> list[int]:
    """Where in a text a notice can stand at a kind of place."""
    return [match.start() for match in _FOUND_AT[place].finditer(text)]


class Generator:
    """An endless source of windows of text with notices in them, and without."""

    def __init__(self, groups: Sequence[Group], notices: Sequence[Written], plain: Sequence[str], seed: int) -> None:
        """Take groups of documents, notices, and sentences that only sound like them."""
        self._groups = groups
        self._inline = [bare(one.text) for one in notices if one.fits in ("inline", "either")]
        self._lines = [bare(one.text) for one in notices if one.fits != "inline"]
        self._all = [bare(one.text) for one in notices]
        self._plain = plain
        self._chance = random.Random(seed)
        self._hard: list[Group] = []

    def add_hard(self, groups: Sequence[Group]) -> None:
        """Take pieces of the documents that a model took for notices: they are drawn often from now on."""
        self._hard = [group for group in groups if group.documents]

    def window(self, size: int) -> Labelled:
        """About `size` characters."""
        chance = self._chance
        text, weight = self._carrier(size)
        added = bytes(len(text))
        for _ in range(chance.choices((0, 1, 2, 3), (0.35, 0.35, 0.2, 0.1))[0]):
            place = chance.choices(PLACES, _WEIGHTS)[0]
            found = [at for at in offsets(text, place) if not any(added[max(0, at - 8) : at + 8])]
            if not found:
                continue
            at = chance.choice(found)
            one = insert(text, self._notice(place), at, "inside" if place == "foot" and chance.random() < 0.3 else place)
            inserted = len(one.text) - len(text)
            added = added[:at] + one.added[at : at + inserted] + added[at:]
            text = one.text
        start = chance.randint(0, max(0, len(text) - size))
        return Labelled(text[start : start + size], added[start : start + size], weight)

    def _carrier(self, size: int) -> tuple[str, int]:
        chance = self._chance
        group = self._group(self._hard if self._hard and chance.random() < _HARD_SHARE else self._groups)
        document = chance.choice(group.documents)
        start = 0 if chance.random() < 0.1 else chance.randint(0, max(0, len(document) - size))
        text = document[start : start + size]
        if self._plain and chance.random() < 0.25:
            found = offsets(text, chance.choice(("sentence", "line")))
            at = chance.choice(found) if found else 0
            text = text[:at] + chance.choice(self._plain) + chance.choice(("", "\n")) + text[at:]
        if chance.random() < 0.15:
            text = text.replace("\n", "")
        if chance.random() < 0.1:
            width = chance.randint(20, 45)
            text = "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, len(line), width))
        if chance.random() < 0.05:
            text = re.sub("[。]", lambda match: chance.choice(("。", "")), text)
        return text, group.weight

    def _group(self, groups: Sequence[Group]) -> Group:
        return self._chance.choices(groups, [group.weight for group in groups])[0]

    def _notice(self, place: Place) -> str:
        chance = self._chance
        if place == "inside" and chance.random() < 0.15:
            return self._foreign()
        own = self._inline if place in ("inside", "clause", "sentence") else self._lines
        notice = chance.choice(own if chance.random() < 0.75 else self._all)
        if place in ("line", "foot") and chance.random() < 0.1:
            notice += chance.choice(("\n", "")) + chance.choice(self._lines)
        return self._varied(notice)

    def _foreign(self) -> str:
        """A piece of another text: what does not belong here, in words that are not those of sites."""
        document = self._chance.choice(self._group(self._groups).documents)
        at = self._chance.randint(0, max(0, len(document) - 60))
        pieces = _CLAUSE.findall(document, at, at + 60)
        return self._chance.choice(pieces[1:-1] or pieces or [document[:8]])

    def _varied(self, notice: str) -> str:
        """A notice in other wording: other words, brackets, numbers and addresses, pieces of two."""
        chance = self._chance
        for variation in _VARIATIONS:
            if chance.random() < 0.3:
                others = [self._foreign(), chance.choice(self._all), chance.choice(self._all)]
                notice = variation(notice, others, chance)
        return notice


def bare(text: str) -> str:
    """A text without white space, as the tagger sees it."""
    return "".join(text.split())


_Variation: TypeAlias = Callable[[str, Sequence[str], random.Random], str]
_CLAUSE: Final = re.compile(r"[^，。、；：！？\n“”（）]{4,16}")
_PIECE: Final = re.compile(r"[^，。、；：！？,:;!?|｜　]+[，。、；：！？,:;!?|｜　]?")
_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2}")
_EDGES: Final = "【】[]()（）「」《》〈〉<>—-*#~|“”{}〔〕=_★◆※ "
_PAIRS: Final = ("【】", "[]", "()", "（）", "〔〕", "「」", "<>", "《》", "**", "~~", "##", "——", "||", "“”", "{}", "--")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def _mixed(notice: str, others: Sequence[str], chance: random.Random) -> str:
    """A piece of a notice, or pieces of two in a row."""
    own, other = _PIECE.findall(notice), _PIECE.findall(chance.choice(others[1:]))
    pieces = [chance.choice(own or [notice]), *([chance.choice(other)] if other and chance.random() < 0.6 else [])]
    chance.shuffle(pieces)
    mixed = "".join(pieces).strip("，。、；：,:;|｜")
    return mixed if len(mixed) > 3 else notice


def _reworded(notice: str, others: Sequence[str], chance: random.Random) -> str:
    """A notice, some words of which are chance ones."""
    words = _WORD.findall("".join(others)) or ["文字"]
    return _WORD.sub(lambda match: chance.choice(words) if chance.random() < 0.3 else match.group(), notice)


def _unmarked(notice: str, others: Sequence[str], chance: random.Random) -> str:
    """A notice without the marks around it."""
    plain = notice.strip(_EDGES)
    return plain if len(plain) > 3 else notice


def _marked(notice: str, others: Sequence[str], chance: random.Random) -> str:
    """A notice between other marks."""
    opening, closing = chance.choice(_PAIRS)
    times = chance.choice((1, 1, 2, 3)) if opening == closing else 1
    return opening * times + _unmarked(notice, others, chance) + closing * times


def _renamed(notice: str, others: Sequence[str], chance: random.Random) -> str:
    """A notice with other letters in its addresses."""

    def other(match: re.Match[str]) -> str:
        return "".join(chance.choices(_LETTERS, k=max(3, len(match.group()) + chance.randint(-2, 2))))

    return re.sub("[a-z]{4,}", other, notice)


_VARIATIONS: Final[tuple[_Variation, ...]] = (_mixed, _unmarked, _marked, _reworded, _renamed)
