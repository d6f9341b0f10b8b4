"""Targets: results that can be checked, read off a sentence tagged `target`: an indicator with a value or a state, and when."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jianghua.data.sentences import enclosures
from jianghua.tagging.extraction.dates import is_ahead
from jianghua.tagging.extraction.goals import BOUND, Part, read_goals
from jianghua.tagging.extraction.records import Date, Mention, Target, Value
from jianghua.tagging.extraction.segments import Segment, segments, trimmed
from jianghua.tagging.extraction.values import find_comparisons, find_values

_ITEM: Final = re.compile("[、和及]")
_QUOTES: Final = '“‘「『"'
_COMMA: Final = re.compile("、")
_NAMES: Final = re.compile(
    "(?:率|比例|进度|数|量|值|额|费用|工程款|资金|任务|项目|问题|欠款|企业|指标|工程|设施|房屋|工资|补贴|事项)$"
)
_VERBAL: Final = re.compile("[要把将对使让了]|必须|加强|加快|推进|做好|抓|针对|围绕|按照|以")


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
        for start, end in _items(text, part, values):
            here = [value for value in values if start <= value.start and value.end <= end]
            follows = bool(targets or found or subject)
            compared = list(find_comparisons(text, start, end))
            found += read_goals(Part(text, start, end, sentence, here, compared, taken, when, follows))
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
        if before and after and BOUND.sub("", text[before[-1].end : mark.start()]) == "":
            yield start, mark.start()
            start = mark.end()
    yield start, part.end
