"""Goals: what one part of a sentence sets, a value or a state, with the indicator before or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jianghua.tagging.extraction.lexicon import read_words
from jianghua.tagging.extraction.records import Comparison, Date, Mention, Target, Value
from jianghua.tagging.extraction.segments import trimmed

_WORDS: Final = read_words("targets")
_GOAL: Final = re.compile(_WORDS["goal"])
_STATE_OF_THINGS: Final = re.compile(_WORDS["state_of_things"])
_MANNER: Final = f"(?:{_WORDS['manner']})"
_END: Final = f"(?:{_WORDS['end']})(?:到位|完毕)?(?=$|[，,；;。！])"
_STATE: Final = re.compile(f"{_MANNER}*(?:{_WORDS['reach']})|{_MANNER}*{_END}|(?:全部|一律|必须)(?:{_WORDS['end']})")
_REFUSED: Final = re.compile("(?:不得|不能|不准|不许|不宜)$")
_LEAD: Final = re.compile(f"(?:{_WORDS['lead']})")
_TRAIL: Final = re.compile(f"(?:{_WORDS['trail']})$")
BOUND: Final = re.compile("及?以上|及?以下|以内")
"""Bounds that stand behind a value."""

_DESCRIBES: Final = re.compile("[都也点]|的(?!能力|目标|规模|水平|速度|任务|要求|底线)")
_ONE: Final = re.compile("一[^成半万亿百千]")
"""One of something is a number to be reached only where it is compared: 至少引进一家, but 一户一户上门."""

_LIST_MARKS: Final = frozenset(("、", "，", ",", "和", ""))
"""What stands between values side by side: 300条、980公里, 20%、15%、10%."""

_NOUN_END: Final = re.compile("[在，,、；;：:。（(]|包村|并|列入|纳入|建成|进入|双双")
_LONGEST_INDICATOR: Final = 30  # characters


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence that may set goals.

    Attributes:
        text: the sentence.
        start: offset of the part's first character.
        end: offset past its last one.
        sentence: number of the sentence in the speech.
        values: the values in the part.
        comparisons: the words in the part that compare.
        taken: the dates and agents of the sentence.
        when: dates that hold for the part.
        follows: whether a goal of the sentence, or what one is about, came before.
    """

    text: str
    start: int
    end: int
    sentence: int
    values: Sequence[Value]
    comparisons: Sequence[Comparison]
    taken: Sequence[Mention]
    when: tuple[Date, ...]
    follows: bool


def read_goals(part: Part) -> Iterator[Target]:
    """The targets in one part of a sentence: its values that are to be reached, else a multiple (翻一番), else a state."""
    state = _state(part)
    goals = [value for value in part.values if _is_goal(part, value, state)]
    for value in goals:
        comparison = tuple(_comparisons(part, value))
        end = min(comparison[0].start, value.start) if comparison else value.start
        indicator = _before(part, end) or _after(part, value)
        yield Target(part.sentence, indicator, value, None, comparison, part.when)
    if goals:
        return
    if any(one.relation == "multiple" for one in part.comparisons):
        indicator = _before(part, part.comparisons[0].start)
        yield Target(part.sentence, indicator, None, None, tuple(part.comparisons), part.when)
    elif state and not _STATE_OF_THINGS.search(part.text, part.start, part.end):
        yield Target(part.sentence, _before(part, state.start), None, state, (), part.when)


def _is_goal(part: Part, value: Value, state: Mention | None) -> bool:
    """Whether a value is to be reached, and does not describe a thing (237个村…全部到位) or how things are."""
    bound = BOUND.match(part.text, value.end, part.end)
    rest = part.text[bound.end() if bound else value.end : part.end]
    if _DESCRIBES.match(rest) or part.text.startswith(("这", "那", "第", "无"), max(value.start - 1, 0)):
        return False
    later = next((other for other in part.values if other.start >= value.end), None)
    if rest and later and part.text[value.end : later.start] not in _LIST_MARKS:
        return False
    if state and state.start > value.end and value.unit not in ("%", "rank"):
        return False
    before = part.text[part.start : value.start]
    if any(True for _ in _comparisons(part, value)):
        return True
    if _STATE_OF_THINGS.search(before) or _ONE.match(value.text):
        return False
    return part.follows or value.unit == "rank" or _GOAL.search(before) is not None


def _comparisons(part: Part, value: Value) -> Iterator[Comparison]:
    """The words that compare a value: those before it in the same part, and those right behind it."""
    for one in part.comparisons:
        is_near = one.relation != "about" or one.end == value.start  # 约 and 近 speak for the next number only
        is_before = one.end <= value.start and is_near and not BOUND.fullmatch(one.text)
        if is_before or one.start == value.end:
            yield one


def _state(part: Part) -> Mention | None:
    """The state that a part of a sentence names, to the end of the part."""
    match = _STATE.search(part.text, part.start, part.end)
    if match is None or _REFUSED.search(part.text[part.start : match.start()]):
        return None
    return _mention(part.text, match.start(), part.end)


def _before(part: Part, end: int) -> Mention | None:
    """The indicator before a value or a state: what is left without dates, agents, and words around it."""
    text = part.text
    start, position = part.start, -1
    while position < start:
        position = start
        start = next((one.end for one in part.taken if one.start == start and one.end <= end), start)
        match = _LEAD.match(text, start, end)
        start, _ = trimmed(text, match.end() if match else start, end)
    end = _stripped(text, start, end)
    for one in part.taken:
        if start < one.start and one.end <= end:  # 跨境电商综试区年内新增孵化园, 改造任务在年底前完成
            verb = _LEAD.match(text, one.end, end)
            start, end = (verb.end(), end) if verb and verb.end() < end else (start, one.start)
    found = _mention(text, start, _stripped(text, start, end))
    return found if 1 <= found.end - found.start <= _LONGEST_INDICATOR else None


def _stripped(text: str, start: int, end: int) -> int:
    """Where an indicator ends, without the words behind it."""
    while match := _TRAIL.search(text[start:end]):
        end = start + match.start()
    return end


def _after(part: Part, value: Value) -> Mention | None:
    """The indicator behind a value: 引进一家头部企业."""
    match = BOUND.match(part.text, value.end, part.end)
    start = match.end() if match else value.end
    stop = _NOUN_END.search(part.text, start, part.end)
    found = _mention(part.text, start, stop.start() if stop else part.end)
    return found if 1 < found.end - found.start <= _LONGEST_INDICATOR else None


def _mention(text: str, start: int, end: int) -> Mention:
    start, end = trimmed(text, start, end)
    return Mention(text[start:end], start, end)
