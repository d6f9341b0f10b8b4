"""Targets: results that can be checked, read off a sentence tagged `target`: an indicator with a value or a state, and when."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jianghua.data.sentences import enclosures
from jianghua.tagging.extraction.dates import is_ahead
from jianghua.tagging.extraction.lexicon import read_words
from jianghua.tagging.extraction.records import Comparison, Date, Mention, Target, Value
from jianghua.tagging.extraction.segments import Segment, segments, trimmed
from jianghua.tagging.extraction.values import find_comparisons, find_values

_WORDS: Final = read_words("targets")
_GOAL: Final = re.compile(_WORDS["goal"])
_STATE_OF_THINGS: Final = re.compile(_WORDS["state_of_things"])
_MANNER: Final = f"(?:{_WORDS['manner']})"
_END: Final = f"(?:{_WORDS['end']})(?:到位|完毕)?(?=$|[，,；;。！])"
_STATE: Final = re.compile(f"{_MANNER}*(?:{_WORDS['reach']})|{_MANNER}*{_END}|(?:全部|一律|必须)(?:{_WORDS['end']})")
_LEAD: Final = re.compile(f"(?:{_WORDS['lead']})")
_TRAIL: Final = re.compile(f"(?:{_WORDS['trail']})$")
_BOUND: Final = re.compile("及?以上|及?以下|以内")
_ONE: Final = re.compile("一[^成半万亿百千]")
"""One of something is a number to be reached only where it is compared: 至少引进一家, but 一户一户上门."""

_REFUSED: Final = re.compile("(?:不得|不能|不准|不许|不宜)$")
_ITEM: Final = re.compile("[、和及]")
_QUOTES: Final = '“‘「『"'
_COMMA: Final = re.compile("、")
_NOUN_END: Final = re.compile("[在，,、；;：:。（(]|包村|并|列入|纳入|建成|进入|双双")
_DESCRIBES: Final = re.compile("[都也点]|的(?!能力|目标|规模|水平|速度|任务|要求|底线)")
_NAMES: Final = re.compile(
    "(?:率|比例|进度|数|量|值|额|费用|工程款|资金|任务|项目|问题|欠款|企业|指标|工程|设施|房屋|工资|补贴|事项)$"
)
_VERBAL: Final = re.compile("[要把将对使让了]|必须|加强|加快|推进|做好|抓|针对|围绕|按照|以")
_LONGEST_INDICATOR: Final = 30  # characters


def find_targets(text: str, sentence: int, dates: Sequence[Date], agents: Sequence[Mention]) -> list[Target]:
    """The targets of a sentence, in order.

    A date holds for all that comes after it, until the next one.

    Args:
        text: a sentence that sets targets.
        sentence: its number in the speech.
        dates: what `find_dates` found in it.
        agents: those whom the sentence gives tasks to; numbers in their names are no values.
    """
    targets: list[Target] = []
    when: tuple[Date, ...] = ()
    taken = [*dates, *agents]
    quoted = enclosures(text)
    values = [
        value
        for value in find_values(text, taken)
        if not any(opening < value.start < closing and text[opening] in _QUOTES for opening, closing in quoted)
    ]
    subject: Mention | None = None
    for part in segments(text):
        when = tuple(one for one in dates if part.start <= one.start < part.end and _limits(text, one)) or when
        found: list[Target] = []
        for span in _items(text, part, values):
            found += _read(text, sentence, span, values, taken, when, follows=bool(targets or found or subject))
        targets += _shared(text, part, found, subject)
        subject = None if found else _subject(text, part) or subject
    return targets


def _limits(text: str, one: Date) -> bool:
    """Whether a date is one to reach something by; what is done every month is no such date."""
    return one.bound != "every" and is_ahead(text, one)


def _shared(text: str, part: Segment, found: Sequence[Target], subject: Mention | None) -> Iterator[Target]:
    """The targets of a segment with what they share: one indicator for several values, or as many as values (分别)."""
    first = found[0].indicator if found else None
    names = _split(text, first) if first and "分别" in text[part.start : part.end] else []
    if len(names) == len(found) > 1:
        yield from (
            replace(one, indicator=name, comparison=found[0].comparison) for one, name in zip(found, names, strict=True)
        )
        return
    for target in found:
        subject = target.indicator or subject
        yield replace(target, indicator=subject)


def _split(text: str, mention: Mention) -> list[Mention]:
    """The items of a list."""
    bounds = [mention.start, *(mark.end() for mark in _COMMA.finditer(text, mention.start, mention.end)), mention.end + 1]
    return [Mention(text[start : end - 1], start, end - 1) for start, end in itertools.pairwise(bounds)]


def _subject(text: str, part: Segment) -> Mention | None:
    """A segment that only names things, which the next one says something of: 多付的工程款，9月15日前全部追缴到位."""
    start, end = trimmed(text, part.start, part.end)
    if part.mark not in ("，", ",") or not _NAMES.search(text, start, end) or _VERBAL.search(text, start, end):
        return None
    return Mention(text[start:end], start, end)


def _items(text: str, part: Segment, values: Sequence[Value]) -> Iterator[tuple[int, int]]:
    """The segment, or the items of a list in it that have a value each: 营造林320万亩、种草改良180万亩."""
    start = part.start
    for mark in _ITEM.finditer(text, part.start, part.end):
        before = [value for value in values if start <= value.start and value.end <= mark.start()]
        after = any(mark.end() <= value.start and value.end <= part.end for value in values)
        if before and after and _BOUND.sub("", text[before[-1].end : mark.start()]) == "":
            yield start, mark.start()
            start = mark.end()
    yield start, part.end


def _read(
    text: str,
    sentence: int,
    span: tuple[int, int],
    values: Sequence[Value],
    taken: Sequence[Mention],
    when: tuple[Date, ...],
    follows: bool,
) -> Iterator[Target]:
    """The targets in one part of a sentence; `follows` says whether a target came before it."""
    start, end = span
    state = _state(text, start, end)
    here = [value for value in values if start <= value.start and value.end <= end]
    goals = [value for value in here if _is_goal(text, start, end, value, here, state, follows)]
    for value in goals:
        comparison = tuple(_comparisons(text, start, end, value))
        first = comparison[0].start if comparison and comparison[0].start < value.start else value.start
        indicator = _before(text, start, min(first, value.start), taken) or _after(text, value, end)
        yield Target(sentence, indicator, value, None, comparison, when)
    if goals:
        return
    multiple = [one for one in find_comparisons(text, start, end) if one.relation == "multiple"]
    if multiple:
        comparison = tuple(find_comparisons(text, start, end))
        yield Target(sentence, _before(text, start, comparison[0].start, taken), None, None, comparison, when)
    elif state and not _STATE_OF_THINGS.search(text, start, end):
        yield Target(sentence, _before(text, start, state.start, taken), None, state, (), when)


def _is_goal(
    text: str, start: int, end: int, value: Value, here: Sequence[Value], state: Mention | None, follows: bool
) -> bool:
    """Whether a value is to be reached, and does not describe a thing (237个村…全部到位) or how things are."""
    rest = _BOUND.sub("", text[value.end : end], count=1) if _BOUND.match(text, value.end) else text[value.end : end]
    if _DESCRIBES.match(rest) or text.startswith(("这", "那", "第", "无"), max(value.start - 1, 0)):
        return False
    later = [other for other in here if other.start >= value.end]
    if rest and later and not text[value.end : later[0].start].strip("、，,") == "" and not _is_list(text, value, later[0]):
        return False
    if state and state.start > value.end and value.unit not in ("%", "rank"):
        return False
    before = text[start : value.start]
    compared = next(_comparisons(text, start, end, value), None) is not None
    if not compared and (_STATE_OF_THINGS.search(before) or _ONE.match(value.text)):
        return False
    return compared or follows or value.unit == "rank" or _GOAL.search(before) is not None


def _is_list(text: str, value: Value, other: Value) -> bool:
    """Whether two values stand side by side: 300条、980公里, 20%、15%、10%."""
    return text[value.end : other.start] in ("、", "，", ",", "和")


def _comparisons(text: str, start: int, end: int, value: Value) -> Iterator[Comparison]:
    """The words that compare a value: those before it in the same part, and those right behind it."""
    before = (one for one in find_comparisons(text, start, value.start) if not _BOUND.fullmatch(one.text))
    yield from (one for one in before if one.relation != "about" or one.end == value.start)
    after = next(iter(find_comparisons(text, value.end, end)), None)
    if after and after.start == value.end:
        yield after


def _state(text: str, start: int, end: int) -> Mention | None:
    """The state that a part of a sentence names, to the end of the part."""
    match = _STATE.search(text, start, end)
    if match is None or _REFUSED.search(text[start : match.start()]):
        return None
    begin, stop = trimmed(text, match.start(), end)
    return Mention(text[begin:stop], begin, stop)


def _before(text: str, start: int, end: int, taken: Sequence[Mention]) -> Mention | None:
    """The indicator before a value or a state: what is left without dates, agents, and words around it."""
    position = -1
    while position < start:
        position = start
        start = _past(start, end, taken)
        match = _LEAD.match(text, start, end)
        start = match.end() if match else start
        start, _ = trimmed(text, start, end)
    while match := _TRAIL.search(text[start:end]):
        end = start + match.start()
    for one in taken:
        if start < one.start and one.end <= end:  # 跨境电商综试区年内新增孵化园, 改造任务在年底前完成
            verb = _LEAD.match(text, one.end, end)
            start, end = (verb.end(), end) if verb and verb.end() < end else (start, one.start)
    while match := _TRAIL.search(text[start:end]):
        end = start + match.start()
    start, end = trimmed(text, start, end)
    return Mention(text[start:end], start, end) if 1 <= end - start <= _LONGEST_INDICATOR else None


def _past(start: int, end: int, taken: Sequence[Mention]) -> int:
    """Past a date or an agent that begins at `start`."""
    return next((one.end for one in taken if one.start == start and one.end <= end), start)


def _after(text: str, value: Value, end: int) -> Mention | None:
    """The indicator behind a value: 引进一家头部企业."""
    match = _BOUND.match(text, value.end, end)
    start = match.end() if match else value.end
    stop = _NOUN_END.search(text, start, end)
    start, end = trimmed(text, start, stop.start() if stop else end)
    return Mention(text[start:end], start, end) if 1 < end - start <= _LONGEST_INDICATOR else None
