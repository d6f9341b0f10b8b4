"""Tasks: who must do what by when, read off a sentence tagged `directive`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jianghua.tagging.extraction import agents
from jianghua.tagging.extraction.dates import is_ahead
from jianghua.tagging.extraction.records import Date, Mention, Task
from jianghua.tagging.extraction.segments import Segment, segments, trimmed

_NUMBERING: Final = re.compile(
    r"""
    \s*
    (?: [一二三四五六七八九十]+ (?: 是 (?!否|一) | 要 (?!求) | 、 )
      | 第 [一二三四五六七八九十]+ (?: [，,、是] | [仗条关步件场项点块战]? (?= [^\w] | $ ) )
      | [（(] [一二三四五六七八九十0-9]+ [）)] | [0-9]+ [.．、] (?![0-9]) | 首先 | 其次 | 最后
    )
    [，,：:]? \s*
    """,
    re.VERBOSE,
)
_CONNECTIVE: Final = re.compile(
    "(?:同时|另外|此外|所以|因此|为此|今后|下一步|接下来|特别是|尤其是|会上|同志们|在此|这里特别提醒一句|但是?|并且?|而且|再就是|最后)"
    "[，,]?(?=.)"
)
_MODAL: Final = re.compile(
    "(?:[也都还更就又]?(?:希望|要求|请|要(?!是|么|不然|求|闻|点)|必须|务必"
    "|应当|应该|应(?!急|对|用|付|收|届|征)|须|需要|需(?!求)|得(?=把|靠|有)))+"
)
_TOPIC_MODAL: Final = re.compile(
    "(?<!重)(?<!主)(?<!需)(?<!只)要(?!是|么|求|闻|点|素|件|害|塞|领)|必须|务必|应当|不得|不能|不准|不许|严禁|一律|决不|绝不"
)
_BANNED: Final = re.compile("不得|不能|不准|不许|严禁|一律|决不|绝不")
_ASPECT: Final = re.compile(".{1,12}方面|(?:[一二三四五六七八九十]+[、是]|[（(].[)）])?在.{1,12}[上中里]")
_PREPOSITIONAL: Final = re.compile("(?:对于?|针对|围绕|凡是?|按照|以(?=.{2,40}(?:为|来|的)))(?![上下内外前后此往来及])")
_PAST: Final = re.compile(
    "了(?!解)|已|目前|现在(?!就)|还有|尚有|现有|去年|刚才|以来|大多|占|只有|仍|表明|随着|是|面临|至今|很|比较|不足(?=[，,]|$)|不过"
)
"""Words of what is told, not asked."""

_BEFORE_DATES: Final = frozenset(("", "在", "到", "于", "从", "自", "最迟", "截至", "用"))
_STOPS: Final = frozenset("；;。！!？?")


@dataclass(slots=True)
class _Head:
    """How a segment begins.

    Attributes:
        body: where its action begins, behind numbering, agents, modal verbs and dates.
        who: agents that it is given to.
        modal: whether a modal verb asks for it.
        topic: whether what it is about stands before the modal verb.
        dated: whether it begins with a date.
    """

    body: int
    who: list[Mention] = field(default_factory=list)
    modal: bool = False
    topic: bool = False
    dated: bool = False


@dataclass(slots=True)
class _Draft:
    """A task of which the end is not known yet; `is_topic` while it is only what the task is about (对到期债务，…)."""

    start: int
    end: int
    who: tuple[Mention, ...]
    when: list[Date]
    is_topic: bool = False


def find_tasks(text: str, sentence: int, dates: Sequence[Date]) -> list[Task]:
    """The tasks of a sentence, in order.

    A task goes on to the end of the sentence; another one begins at a semicolon, at another agent, at another modal verb, and
    at a deadline where the task has one already. One that begins for the last two reasons is given to the same agents.

    Args:
        text: a sentence that gives tasks.
        sentence: its number in the speech.
        dates: what `find_dates` found in it.
    """
    parts = segments(text)
    if not parts:
        return []
    heads = [_head(text, part, dates) for part in parts]
    drafts: list[_Draft] = []
    for number in range(_first(text, parts, heads), len(parts)):
        part, head = parts[number], heads[number]
        when = [one for one in dates if part.start <= one.start < part.end and is_ahead(text, one)]
        is_topic = _is_topic(text, parts, heads, number)
        last = drafts[-1] if drafts else None
        if last and not _begins(last, head, when, parts[number - 1].mark, is_topic):
            last.end, last.when, last.is_topic = part.end, last.when + when, is_topic and last.is_topic
            continue
        who = tuple(head.who)
        if last and (last.start >= last.end or last.is_topic):  # 生产技术部牵头，…: only an agent so far, or only a topic
            drafts.pop()
            who, when = (*last.who, *who), last.when + when
        elif last and not who and parts[number - 1].mark[:1] not in _STOPS:
            who = last.who
        drafts.append(_Draft(head.body, part.end, who, when, is_topic))
    return list(_tasks(text, sentence, drafts))


def _tasks(text: str, sentence: int, drafts: Sequence[_Draft]) -> Iterator[Task]:
    for draft in drafts:
        start, end = trimmed(text, draft.start, draft.end)
        if start < end:
            yield Task(sentence, Mention(text[start:end], start, end), draft.who, tuple(draft.when))


def _begins(last: _Draft, head: _Head, when: Sequence[Date], mark: str, is_topic: bool) -> bool:
    """Whether a segment begins another task than the one before it, which ended with `mark`."""
    if head.who or mark[:1] in _STOPS or last.start >= last.end:
        return True
    if last.is_topic:
        return False
    is_due = any(one.bound == "by" or one.end <= head.body or one.text[-1] in "底末" for one in when)
    return is_topic or (head.modal and not head.topic) or (is_due and bool(last.when))


def _first(text: str, parts: Sequence[Segment], heads: Sequence[_Head]) -> int:
    """The segment that the first task begins in: what comes before it is the state of things, or a reason."""
    calm = [number for number, part in enumerate(parts) if not _PAST.search(text, heads[number].body, part.end)]
    if _NUMBERING.match(text, parts[0].start) and 0 in calm:
        return 0
    for number, head in enumerate(heads):
        if head.topic and number and _BANNED.search(text, head.body, parts[number].end) and calm and calm[0] < number:
            return calm[0]  # what is forbidden in the middle of a task: 跟企业签合同，三样缺一样都不准签字
        if head.modal or (head.who and number in calm):
            return number - 1 if number and _is_topic(text, parts, heads, number - 1) else number
    return next(
        (number for number in calm if heads[number].body < parts[number].end and not _is_aspect(text, parts[number])), 0
    )


def _is_aspect(text: str, part: Segment) -> bool:
    """Whether a segment only says in which respect: 食品安全方面，… and 在排查整改上，…."""
    return bool(part.mark) and _ASPECT.fullmatch(text, part.start, part.end) is not None


def _is_topic(text: str, parts: Sequence[Segment], heads: Sequence[_Head], number: int) -> bool:
    """Whether a segment only says what the next one is about, as 对到期债务，… does, or as 造成影响的，由纪委处理 does."""
    head, part = heads[number], parts[number]
    if number + 1 == len(parts) or head.who or head.modal or part.mark[:1] in _STOPS:
        return False
    following = heads[number + 1]
    if following.who:
        return text.endswith("的", part.start, part.end)
    is_asked = (following.modal and not following.topic) or following.dated
    return is_asked and _PREPOSITIONAL.match(text, head.body, part.end) is not None


def _head(text: str, part: Segment, dates: Sequence[Date]) -> _Head:
    """Read the beginning of a segment."""
    if _is_aspect(text, part):
        return _Head(part.end)
    position = _skip(text, part.start, part.end)
    modal = text[part.start : position].rstrip().endswith("要")
    begin, position = position, _past_date(text, position, part.end, dates)
    dated = position > begin
    if request := agents.asked(text, position, part.end):
        return _Head(_past_date(text, _past_modal(text, request.end, part.end), part.end, dates), [request], True)
    who: list[Mention] = []
    if agent := agents.subject(text, position, part.end) or _lone(text, position, part):
        who.append(agent)
        position = agent.end
        if other := agents.partner(text, position, part.end):
            who.append(other)
            position = other.end
        position = _past_date(text, position, part.end, dates)
    match = _MODAL.match(text, position, part.end)
    if match:
        position = _past_date(text, match.end(), part.end, dates)
        if other := agents.partner(text, position, part.end):
            who.append(other)
            position = other.end
        return _Head(position, who, True)
    if text.startswith("牵头", position):
        position += 2
    if who:
        return _Head(position, who, modal)
    if agent := agents.charged(text, position, part.end):
        return _Head(agent.end, [agent], modal)
    topic = _TOPIC_MODAL.search(text, position, part.end)
    return _Head(position, who, modal or topic is not None, topic is not None and not modal, dated)


def _skip(text: str, position: int, end: int) -> int:
    """Past numbering and connectives."""
    while match := _NUMBERING.match(text, position, end) or _CONNECTIVE.match(text, position, end):
        if match.end() == position:
            break
        position = match.end()
    return position


def _past_date(text: str, position: int, end: int, dates: Sequence[Date]) -> int:
    """Past a date that stands at a position, with the preposition before it and the mark behind it."""
    for one in dates:
        if position <= one.start and one.end <= end and text[position : one.start] in _BEFORE_DATES:
            position = one.end
    return position


def _past_modal(text: str, position: int, end: int) -> int:
    match = _MODAL.match(text, position, end)
    return match.end() if match else position


def _lone(text: str, position: int, part: Segment) -> Mention | None:
    """An agent that fills the segment, as in 被列为可中断的企业，请…."""
    return agents.whole(text, position, part.end) if part.mark in ("，", ",") and _MODAL.match(text, part.end + 1) else None
