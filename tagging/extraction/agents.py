"""Agents: the bodies and persons that a sentence names, at the place where one is expected.

There is no parser here. A noun phrase is told by its head (局, 部门, 负责同志), by the short names of departments (发改、工信),
and by what follows it: a modal verb, an adverb, a preposition or a verb. `agents.toml` holds the words.
"""

from __future__ import annotations

import re
from typing import Final

from jianghua.tagging.extraction.lexicon import read_words
from jianghua.tagging.extraction.numerals import MASK_CLASS
from jianghua.tagging.extraction.records import Mention

_WORDS: Final = read_words("agents")
_NUMERAL: Final = rf"[0-9{MASK_CLASS}一二两三四五六七八九十几]"
_JOINT: Final = "(?:、|和|及|以及|与)"
_LETTER: Final = (
    "(?:应急|主要|重要|(?!会同|配合|联合(?!会|国|体))"
    r"[^\s，,；;：:。！？!?、和及与要应须把将对使从向为了以按就也都能还再被在到是由让等给带])"
)
"""A character inside of a noun phrase: none of the words that end one."""

_SHORT: Final = f"(?:{_WORDS['short']})"
_HEAD: Final = f"(?:{_WORDS['head']})"
_PRONOUN: Final = f"(?:{_WORDS['pronoun']})"
_TAIL: Final = rf"(?:等(?:{_LETTER}{{0,6}}(?:部门|单位))?)?(?:{_NUMERAL}家(?!企))?"
_HEADED: Final = rf"(?!{_WORDS['verb']})(?:{_LETTER}{{1,14}}{_JOINT}){{0,8}}{_LETTER}{{0,18}}{_HEAD}{_TAIL}"
_LISTED: Final = rf"{_LETTER}{{0,4}}{_SHORT}(?:{_JOINT}{_LETTER}{{0,6}}(?:{_SHORT}|{_HEAD}))*{_TAIL}"
_COUNTED: Final = (
    rf"(?!有|而|但)(?:{_LETTER}{{1,6}}[、和])?{_LETTER}{{0,8}}{_NUMERAL}[家个](?:{_HEAD}|村|乡镇|县|市|区|行|学院)"
)
_AGENT: Final = f"(?:{_PRONOUN}|{_HEADED}|{_LISTED}|{_COUNTED})"
_MODAL: Final = rf"(?=[，,]?(?:{_WORDS['modal']}))"
_FOLLOWING: Final = rf"(?=[，,]?(?:{_WORDS['modal']})|{_WORDS['following']})"

_SUBJECTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        f"{_PRONOUN}{_FOLLOWING}",
        f"{_HEADED}{_FOLLOWING}",
        f"{_COUNTED}{_FOLLOWING}",
        f"{_LISTED}{_MODAL}",
        rf"{_LISTED}(?<=[家门位]){_FOLLOWING}",
        rf"(?=[^，,]{{1,8}}{_JOINT}){_LISTED}{_FOLLOWING}",
        rf"{_LETTER}{{0,2}}{_SHORT}(?=[把将逐])",
    )
)
_ASKED: Final = re.compile(f"我?(?:希望|请|让(?=我们|大家|咱们)|责成|要求)(?P<agent>{_AGENT})")
_CHARGED: Final = re.compile(f"由(?P<agent>{_AGENT})(?={_WORDS['following']}|[^，。；的])")
_PARTNER: Final = re.compile(f"(?:会同|联合|协同|配合)(?P<agent>{_AGENT})(?=$|{_WORDS['following']})")
_WHOLE: Final = re.compile(_AGENT)
_OF: Final = r"的(?=\w{0,4}(?:领导|干部|同志|负责人|人员|书记))"
_SOME: Final = rf"(?:(?!的){_LETTER}|[、和与及]|{_OF}){{0,10}}(?:{_HEAD}|{_WORDS['blamed']})"
_BLAMED: Final = re.compile(rf"(?<![百千零0-9一二三四五六七八九十])(?:{_WORDS['quantifier']})(?:{_SOME}|(?:{_WORDS['lone']}))")
_NAMED: Final = re.compile(
    rf"(?:{_HEADED}|{_LISTED}|{_COUNTED}|我们(?:\w{{0,2}}机关|自己)?|\w{{1,4}}某[局委办])(?={_WORDS['blamed_following']})"
)


def subject(text: str, start: int, end: int) -> Mention | None:
    """The agent that begins at `start` and that a predicate follows."""
    matches = (pattern.match(text, start, end) for pattern in _SUBJECTS)
    return _mention(max((match for match in matches if match), key=lambda match: match.end(), default=None))


def asked(text: str, start: int, end: int) -> Mention | None:
    """The agent of a request that begins at `start`: 请大家…, 希望各级…."""
    return _mention(_ASKED.match(text, start, end))


def charged(text: str, start: int, end: int) -> Mention | None:
    """The first agent that something is to be done by: 由组织部…."""
    return _mention(_CHARGED.search(text, start, end))


def partner(text: str, start: int, end: int) -> Mention | None:
    """The agent that joins another one at `start`: 会同税务部门…."""
    return _mention(_PARTNER.match(text, start, end))


def whole(text: str, start: int, end: int) -> Mention | None:
    """The agent that fills the span."""
    return _mention(_WHOLE.fullmatch(text, start, end))


def blamed(text: str) -> list[Mention]:
    """Those whom a sentence names with a quantifier: 有的单位, 个别干部, 一些地方."""
    return [Mention(match.group(), match.start(), match.end()) for match in _BLAMED.finditer(text)]


def named(text: str, start: int, end: int) -> Mention | None:
    """The body at `start` of which something is said that is no duty: 能源局一直等到九月…."""
    return _mention(_NAMED.match(text, start, end))


def _mention(match: re.Match[str] | None) -> Mention | None:
    if match is None:
        return None
    name = "agent" if "agent" in match.re.groupindex else 0
    return Mention(match[name], match.start(name), match.end(name))
