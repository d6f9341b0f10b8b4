"""Words for when something is to be done: calendar dates, dates relative to the speech, durations, feasts, frequencies."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from jianghua.tagging.extraction.intervals import resolve
from jianghua.tagging.extraction.numerals import MASK_CLASS
from jianghua.tagging.extraction.records import Bound, Date, Day

_N: Final = rf"(?:[0-9０-９]{{1,4}}|[一二三四五六七八九十]{{1,3}}|[{MASK_CLASS}]{{1,2}})"
_YEAR: Final = (
    rf"(?:(?:[12][0-9]{{3}}|[12][0-9{MASK_CLASS}]{{3}}|[一二][〇零○一二三四五六七八九{MASK_CLASS}]{{3}}|[{MASK_CLASS}]{{2,4}})年度?"
    r"|今年|明年|后年|去年|前年|本年度?|当年|来年|次年)"
)
_PART: Final = r"(?:上旬|中旬|下旬|月底|月初|底|初|末|中)"
_DAY: Final = rf"(?:{_N}[日号])"
_QUARTER: Final = r"(?:第?[一二三四1-4](?:、[二三四2-4])?季度|上半年|下半年|前三季度)"
_FEAST: Final = (
    r"(?:元旦|春节|元宵节?|清明节?|[“\"]?五一[”\"]?(?:劳动节)?|端午节?|[“\"]?七一[”\"]?|中秋节?|国庆节?|除夕"
    r"|[“\"]?十一[”\"]?(?=前|之前|假期|期间))"
)
_LUNAR: Final = (
    "(?:(?:农历)?(?:正月|腊月|冬月|[五六七八九]月)"
    "(?:初[一二三四五六七八九十]|十[一二三四五六七八九]|廿[一二三四五六七八九]|二十[一二三四五六七八九]?|三十))"
)
_SEASON: Final = (
    "(?:今冬明春|今冬|今春|今夏|今秋|明春|(?<=拖过)汛期"
    "|(?:主?汛期|防火期|供暖期|采暖期|取暖季|入冬|入汛|入夏|春耕|秋收|寒假|暑假|开学|高考)"
    "(?=之?前|以前|期间|内|结束|后|起|[，,]|加强|要|不))"
)
_HOUR: Final = r"(?:(?:上午|下午|晚上|早上)?(?:[0-9一二三四五六七八九十]{1,3}(?:点|时|:[0-9]{2}))?)"

_DATE: Final = rf"""
    (?: (?P<year> {_YEAR} ) (?: 的? )? (?P<turn> 年?(?:底|末|初|中(?!级|心|央|部|[小高])) | 这个时候 )
      | (?P<month_year> {_YEAR} )? (?P<month> (?<![每\d]) {_N} 月 ) (?! 日 ) 份? (?P<day> {_DAY} )? (?P<part> {_PART} )?
      | (?P<lone_day> (?<![\d每工\-—至到月]) {_N} [日号] (?= 前 | 之前 | 以前 | 起 | 上午 | 下午 ) )
      | (?P<quarter_year> {_YEAR} )? (?P<quarter> {_QUARTER} ) (?P<quarter_part> 末 | 底 )?
      | (?P<feast_year> {_YEAR} )? (?P<feast> {_FEAST} )
      | (?P<lunar> {_LUNAR} )
      | (?P<season_year> {_YEAR} )? (?P<season> {_SEASON} )
      | (?P<alone> {_YEAR} )
    )
"""
_RELATIVE: Final = rf"""
    (?P<relative>
        (?:今天)? (?: 散会 | 会议结束 | (?<!议)(?<!座)会 ) [以之]?后 (?= [，,第三把要就请立马抓] )
      | 年内 | 年底 | 年末 | 年初 | 年前 | 年中 | 全年 | 年度内
      | (?: 本 | 这个 ) 月 (?: 底 | 末 | 中旬 | 下旬 | 内 | [0-9一二三四五六七八九十]{{1,3}}[日号] )? | 当月
      | (?: 下个? | 次 ) 月 (?: 底 | 末 | 初 | [上中下]旬 | [0-9一二三四五六七八九十]{{1,3}}[日号] )? | 月底 | 月末 | 月内
      | 本周[一二三四五六日天末]?内? | (?: 下个? | 这个? ) (?: 周 | 星期 | 礼拜 ) [一二三四五六日天末]?
      | (?<! [0-9一二三四五六七八九十两半每] ) (?: 周 | 星期 | 礼拜 ) [一二三四五六日天] (?! 期 | 边 | 围 )
      | 今天 | 今晚 | 今早 | 今日 | 明天 | 明日 | 明早 | 明晚 | 后天 | 当天 | 当日
    )
    {_HOUR}
"""
_DURATION: Final = rf"""
    (?P<duration>
        (?! 八小时 )                                     # 八小时以外: leisure
        (?P<lead> 提前 | 再[过用] | (?<=为期) )?
        (?P<count> [0-9０-９]{{1,4}} | [一二两三四五六七八九十百半几]{{1,4}} | [{MASK_CLASS}]{{1,2}} ) \s?
        (?P<span> 个半?月 | 年 | 个(?:工作日|星期|礼拜|季度) | 工作日 | 周 | 天 | 日 | 小时 )
        (?P<about> 左右 )? (?: 的? 时间 )?
        (?P<limit> 之内 | 以内 | 内 | 期限内 | 之?后 | 以后 | (?<= 时间 ) )?
    )
"""
_EVERY: Final = r"""
    (?P<every>
        (?<!人)(?<!户) 每
        (?: 个? (?: 月 | 季度 | 季 | 周 | 星期 | 礼拜 | 工作日 ) | 年 | 天 | 日 | 晚 | 旬 | 半[年月]
          | [两三二2-9] (?: 年 | 个月 | 周 | 天 )
        )
        (?! 不低于 [0-9X]+ 万?元 )                       # what is paid every month
      | 按 (?: 月 | 季度? | 周 | 旬 | 日 (?! 程 ) | 年 (?! 度 ) ) (?! 份 | 期 )
      | (?: 半年 | 一年 | 一季 | 一月 | 一周 ) (?= 一 [轮换次评考议查调检会报] )
    )
"""
_LIMIT: Final = rf"""
    (?P<suffix>
        前后 | (?: 底 | 末 | (?<=[底末日号节]) ) 前
      | [底末]? (?: 之前 | 以前 | 前 ) (?! 列 | 茅 | 沿 | 进 | 移 | 后 | [0-9一二三四五六七八九十{MASK_CLASS}]+[名位强] )
      | 之内 | 以内 | 内 (?! 部 | 外 | 容 | 涝 | 控 ) | 结束前 | 期间 | 假期
      | 起 | 以后 | 之后 | 后 (?! 劲 | 续 | 勤 | 备 | 期 | 评 | 年 ) | 底 (?! 数 | 线 | 座 )
    )?
"""

_WORD: Final = re.compile(rf"(?: {_EVERY} | {_RELATIVE} | {_DATE} | {_DURATION} ) {_LIMIT}", re.VERBOSE)
_JOINT: Final = re.compile(r"[—\-－~～至到]{1,2}|[，,]?到")
_NOW: Final = re.compile(r"(?P<from>(?:现在|即日|今天|眼下)(?:开始|起))(?:[，,]?(?:一直)?到|至)")
_PAST: Final = re.compile("去年|前年|往年|近[一二三两四五几]年")
_IN_NAME: Final = re.compile(
    "以来|的(?!任务|目标|活动|工作)|市政府|客商|(?:重点)?工作要点|预算|农业生产|雨水|人代会|(?:市委|县委)?(?:确定|定下)"
)
_BY: Final = re.compile("前$|底前$|以前$|之前$|内$|之内$|以内$")
"""The end of a date that things must be done by."""


def find_dates(text: str, day: Day | None = None) -> list[Date]:
    """Every date, period and frequency of a text, in order, without overlap.

    Args:
        text: a sentence.
        day: when the speech was held, which relative dates are resolved against.
    """
    return [_date(text, start, end, matches, day) for start, end, matches in _joined(text)]


def _date(text: str, start: int, end: int, matches: Sequence[re.Match[str]], day: Day | None) -> Date:
    """One date from the matches that it consists of, two for a range."""
    words = text[start:end]
    bound = _bound(words, matches[-1])
    intervals = [resolve(match, day) for match in matches]
    first = intervals[0][0] if intervals[0] else None
    last = intervals[-1][1] if intervals[-1] else None
    if len(matches) == 1 and start < matches[0].start():
        first = day.first if day else None  # 现在开始到年底
    elif len(matches) == 2 and first and last and first > last:
        first = None
    return Date(words, start, end, None if bound == "by" else first, None if bound == "from" else last, bound)


def _joined(text: str) -> Iterator[tuple[int, int, list[re.Match[str]]]]:
    """The matches, two where they are the ends of a range: 现在开始到年底, 7月1日至9月30日."""
    matches = [match for match in _WORD.finditer(text) if _is_time(match)]
    openings = {match.end(): match.start("from") for match in _NOW.finditer(text)}
    parts: list[re.Match[str]] = []
    for match, following in itertools.zip_longest(matches, matches[1:]):
        parts.append(match)
        if following and _JOINT.fullmatch(text, match.end(), following.start()) and not _BY.search(match.group()):
            continue
        start = min(parts[0].start(), openings.get(parts[0].start(), parts[0].start()))
        yield start, match.end(), parts
        parts = []


def _is_time(match: re.Match[str]) -> bool:
    """Whether a match is a time and not a length of something: 三年时间, 三年内 and 半年后, but not 拖了三年."""
    if match["duration"]:
        if (match["suffix"] or "").endswith("前"):
            return False  # 三年前 is past
        return bool(match["limit"] or match["suffix"] or match["lead"] is not None or "时间" in match["duration"])
    return True


def _bound(words: str, match: re.Match[str]) -> Bound:
    if match["every"]:
        return "every"
    if words.endswith(("起", "后")) and not words.endswith("前后"):
        return "from"
    return "by" if _BY.search(words) or match["duration"] else "in"


def is_ahead(text: str, one: Date) -> bool:
    """Whether a date is a time to act in, not one that is past, or compared with, or part of a name."""
    return not _PAST.search(one.text) and not _IN_NAME.match(text, one.end)
