"""Transcripts: the marks that say who spoke and when, as programs that write down recordings put them before each turn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.wraps import breaks_off
from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS

_CLOCK: Final = rf"\d{{1,3}} [{COLON_CLASS}] \d{{2}} (?: [{COLON_CLASS}] \d{{2}} )? (?: [.,] \d{{1,3}} )?"
_DATE: Final = r"\d{4} [-/.年] \d{1,2} [-/.月] \d{1,2} 日? \s*"
_TIME: Final = rf"(?: {_DATE} )? {_CLOCK} (?: \s* [-–—~至] \s* {_CLOCK} )?"
_STAMP: Final = (
    rf"(?: [\[【(（<〔] \s* (?P<bracketed> {_TIME} ) \s* [\]】)）>〕] | (?P<bare> {_TIME} ) (?! [{COLON_CLASS}.,]? \d ) )"
)
_BRACKETS: Final = rf"(?: [（(] [{HAN_CLASS}A-Za-z·]{{1,12}} [)）] )?"
_NUMBERED: Final = rf"""
    (?: 发言人 | 说话人 | 讲话人 | 与会人 | 参会人 | 讲者 | [Ss]peaker | SPEAKER ) [\s_]*
    (?: \d{{1,2}} | [A-Z一二三四五六七八九十] (?! \w ) ) {_BRACKETS}
"""
_NAMED: Final = rf"[{HAN_CLASS}A-Za-z·]{{1,12}} {_BRACKETS}"
_SPEAKER: Final = rf"(?P<speaker> {_NUMBERED} | {_NAMED} )"

_FORMS: Final = tuple(
    re.compile(form, re.VERBOSE)
    for form in (
        rf"\s* {_SPEAKER} \s* {_STAMP} \s* (?: [{COLON_CLASS}] | $ )",  # 发言人1 00:00:05, 张主任（00:12）：
        rf"\s* (?P<speaker> {_NUMBERED} ) \s* {_STAMP} (?= \s )",  # 发言人1 00:00:05 同志们
        rf"\s* {_STAMP} \s* {_SPEAKER} \s* (?: [{COLON_CLASS}] | $ )",  # [00:01:02] 主持人：
        rf"\s* {_STAMP} \s* (?P<speaker> {_NUMBERED} ) (?= \s )",
        rf"\s* {_STAMP} (?: \s* $ | (?<= [\]】)）>〕] ) \s* )",  # 00:00:05 on its own line, [00:00:05] before the text
    )
)
_LABEL: Final = re.compile(rf"\s* (?P<speaker> {_NUMBERED} ) \s* (?: [{COLON_CLASS}] | $ )", re.VERBOSE)
"""A numbered speaker without a time."""

_IS_NUMBERED: Final = re.compile(_NUMBERED, re.VERBOSE)
_INFORMATION: Final = re.compile(
    rf"""
      (?: 文字记录 | 转写(?:结果|文稿|文本|内容) | 会议(?:转写|纪要原文) ) [{COLON_CLASS}]?
    | (?: 关键词 | 会议号 | 会议ID | (?:参会|与会|发言)人[员数]? | (?:会议|录音|录制|音频|导出|转写)?(?:时间|时长|日期|文件) )
      [{COLON_CLASS}] .{{0,60}}
    | {_DATE} (?: [上下]午 )? {_CLOCK} \| .{{0,20}}
    """,
    re.VERBOSE,
)
"""What such programs say of a recording above the first turn; white space removed."""

_LONG_CLOCK: Final = re.compile(rf"\d{{1,3}}[{COLON_CLASS}]\d{{2}}[{COLON_CLASS}.,]\d{{1,3}}")
"""A time to the second and with hours, or to a part of a second: no agenda has such times."""

_FEWEST: Final = 2  # turns
_EARLY: Final = 5 * 60  # seconds: the first turn of a recording begins before, the first entry of an agenda's clock after
_ALONE: Final = 0.3  # of the marks on lines of their own may have no text below them: an agenda is nothing but such lines


@dataclass(frozen=True, slots=True)
class _Turn:
    """The mark of a turn.

    Attributes:
        number: number of its line.
        length: of the mark, white space removed.
        speaker: who speaks; empty where only a time is given.
        seconds: when, from midnight or the start of the recording; `None` where it is not said.
        is_certain: whether an agenda has no such marks.
    """

    number: int
    length: int
    speaker: str
    seconds: float | None
    is_certain: bool


def cut_turns(lines: Sequence[Line], cuts: Cuts) -> None:
    """The marks of the turns of a transcript.

    All words that were spoken stay, whoever spoke them. A turn of another speaker begins a paragraph; where a turn breaks off
    in a sentence and the next is by the same speaker, the sentence goes on.
    """
    turns = [turn for number, line in enumerate(lines) if (turn := _turn(line, number))]
    if not _is_transcript(turns, lines):
        return
    for line in lines[: turns[0].number]:
        if _INFORMATION.fullmatch(line.bare):
            cuts.cut_line(line, "page information")
    for turn in turns:
        line = lines[turn.number]
        if turn.length == len(line.bare):
            cuts.cut_line(line, "speaker and time")
        else:
            cuts.cut_prefix(line, turn.length, "speaker and time")
    for turn, following in pairwise(turns):
        spoken = [line for line in lines[turn.number : following.number] if not line.deleted]
        if not spoken:
            continue
        if following.speaker not in (turn.speaker, ""):
            cuts.part_from_next(spoken[-1])
        elif breaks_off(spoken[-1].bare):
            cuts.join_to_next(spoken[-1])


def _turn(line: Line, number: int) -> _Turn | None:
    """The mark with which a line begins, if any."""
    match = next((match for form in (*_FORMS, _LABEL) if (match := form.match(line.text))), None)
    if match is None or not match.group().strip():
        return None
    groups = match.groupdict()
    speaker = "".join((groups.get("speaker") or "").split())
    time = groups.get("bracketed") or groups.get("bare")
    is_numbered = _IS_NUMBERED.fullmatch(speaker) is not None
    is_certain = time is not None and (is_numbered or _LONG_CLOCK.search(time) is not None)
    return _Turn(number, len("".join(match.group().split())), speaker, _seconds(time) if time else None, is_certain)


def _seconds(time: str) -> float:
    """Seconds of the first time of day, or length, that a mark holds; two numbers are minutes and seconds."""
    match = re.search(_CLOCK, time, re.VERBOSE)
    parts = [float(part) for part in re.split(f"[{COLON_CLASS}]", match.group().replace(",", "."))] if match else []
    return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def _is_transcript(turns: Sequence[_Turn], lines: Sequence[Line]) -> bool:
    """Whether marks are those of turns, and no entries of an agenda, opening hours or results of a race."""
    timed = [turn for turn in turns if turn.seconds is not None]
    if any(_IS_NUMBERED.fullmatch(turn.speaker) for turn in timed):
        return True
    if len(turns) < _FEWEST or not timed:
        return len(turns) >= _FEWEST  # numbered speakers without times
    seconds = [turn.seconds for turn in timed if turn.seconds is not None]
    if any(before > after for before, after in pairwise(seconds)):
        return False
    alone = sum(turn.length == len(lines[turn.number].bare) and _has_no_text(turn, turns, lines) for turn in timed)
    recurs = any(count > 1 for speaker, count in Counter(turn.speaker for turn in timed).items() if speaker)
    is_recording = recurs or seconds[0] < _EARLY or all(turn.is_certain for turn in timed)
    return is_recording and alone <= _ALONE * len(timed)


def _has_no_text(turn: _Turn, turns: Sequence[_Turn], lines: Sequence[Line]) -> bool:
    """Whether the line below a mark is another mark, or there is none."""
    return turn.number + 1 == len(lines) or any(other.number == turn.number + 1 for other in turns)
