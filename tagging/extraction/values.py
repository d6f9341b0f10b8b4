"""Values: numbers with a unit, ranges, shares, ranks; and the words around them that compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from jianghua.tagging.extraction.numerals import MASK_CLASS, NUMBER, bounds, is_masked
from jianghua.tagging.extraction.records import Comparison, Mention, Relation, Value
from jianghua.tagging.extraction.units import COUNTERS, UNITS

_UNIT: Final = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_TO: Final = r"(?:[—–\-－~～]{1,2}|到|至)"
_DIGITS: Final = f"0-9０-９.{MASK_CLASS}"

_ALONE: Final = f"(?<![第{_DIGITS}A-Za-z])"
"""No number before: the value is not the end of a longer one."""

_COUNTED: Final = f"(?: {_UNIT} | [{COUNTERS}]次? )"
_VALUE: Final = re.compile(
    rf"""
      百分之 (?P<percent> {NUMBER} )
    | (?P<whole> [千万] ) 分之 (?P<permille> {NUMBER} )
    | (?P<denominator> [二三四五六七八九十]{{1,2}} ) 分之 (?P<numerator> [一二三四五六七八九] )
    | (?P<tenths> {NUMBER} ) 成 (?! [为立本效果长功绩就员都] ) (?P<hundredths> [一二三四五六七八九] )? (?P<half> 半 )?
    | (?P<halves> 一半 )
    | 第 (?P<place> {NUMBER} ) [位名]
    | 前 (?P<top> {NUMBER} ) [位名强]? (?! [年天个月季日周条期轮任{COUNTERS}元%] )
    | {_ALONE} (?P<low> {NUMBER} ) (?P<low_unit> {_UNIT} )? {_TO} (?P<high> {NUMBER} ) (?P<high_unit> {_COUNTED} )
    | {_ALONE} (?P<bare> {NUMBER} ) (?= [、和] {NUMBER} (?P<bare_unit> {_COUNTED} ) )
    | {_ALONE} (?P<number> (?<! [前近后] ) {NUMBER} ) (?P<unit> {_COUNTED} ) (?! [一二三四五六七八九十]? [方面意] | 字 )
    | (?P<zero> (?<= [为到是] ) 零 (?! \w ) | (?<= [为到] ) 0 (?! [\w.] ) )
    """,
    re.VERBOSE,
)

_BEFORE: Final = """
    不[得能可应准]?[低少小高多大晚]于 | 不得?超过 | 不超 | 超过 | 超出 | 突破 | 高于 | 低于 | 大于 | 小于
  | 至少 | 最少 | 最多 | 超 | 约 | 近 | 不下
"""
_CHANGE: Final = """
    增长 | 增加(?!值) | 提高 | 提升 | 上升 | 增幅 | 下降 | 降低 | 减少 | 压减 | 压缩 | 压降 | 削减 | 缩短 | 递增 | 上涨 | 扩大
  | (?<=[再各都又能]) [降减增] | (?<=[故数量本耗]) 降
"""
_AFTER: Final = r"及?以上 | 及?以下 | 以内 | 之内 | 左右 | 上下 | 以外"
_BASE: Final = r"""
    同比 | 环比
  | [比较]
    (?: 去年 (?:同期|底|全年|年底)? | 上年 (?:同期|末)? | 上月 | 上季度 | 年初 | 目前 | 现在 | 前三年平均数 | 20[0-9X]{2}年
      | \w{0,6} (?:平均水平|平均数|平均) )
  | 在 \w{0,6} 基础上
  | (?:高于|低于|快于|优于) \w{1,6} (?:平均水平|平均|水平)
"""
_RELATIONS: Final[tuple[tuple[str, Relation], ...]] = (
    ("不(?:得|能|可|应|准)?(?:低|少|小)于|不下|至少|最少|以上", "at_least"),
    ("不(?:得|能|可|应|准)?(?:高|多|大|晚)于|不(?:得)?超过|不超|最多|以下|以内|之内", "at_most"),
    ("比|较|在.*基础上|同比|环比", "than_before"),
    ("(?:高于|低于|快于|优于).+", "than_others"),
    ("超过|超出|突破|高于|大于|超|以外", "more_than"),
    ("低于|小于|近", "less_than"),
    ("左右|上下|约", "about"),
    ("翻", "multiple"),
    ("增长|增加|提高|提升|上升|增幅|递增|上涨|扩大|增", "growth"),
    (".*", "decline"),
)
_COMPARISON: Final = re.compile(f"{_BASE} | {_BEFORE} | 翻[一两二三]?番 | {_CHANGE} | {_AFTER}", re.VERBOSE)


def find_values(text: str, times: Sequence[Mention] = ()) -> list[Value]:
    """Every value of a text, in order, without overlap.

    Args:
        text: a sentence.
        times: what `find_dates` found; the numbers in it are no values.
    """
    return [
        _value(match)
        for match in _VALUE.finditer(text)
        if not any(time.start < match.end() and match.start() < time.end for time in times)
    ]


def _value(match: re.Match[str]) -> Value:
    groups = match.groupdict()
    unit: str | None
    if groups["percent"]:
        (low, high), unit = bounds(groups["percent"]), "%"
    elif groups["permille"]:
        scale = {"千": 0.1, "万": 0.01}[match["whole"]]
        (low, high), unit = _scaled(bounds(groups["permille"]), scale), "%"
    elif groups["denominator"]:
        share = _ratio(match["numerator"], match["denominator"])
        low, high, unit = share, share, "%"
    elif groups["tenths"]:
        rest = (bounds(groups["hundredths"])[0] or 0 if groups["hundredths"] else 0) + (5 if groups["half"] else 0)
        low, high = _scaled(bounds(groups["tenths"]), 10)
        low, high, unit = None if low is None else low + rest, None if high is None else high + rest, "%"
    elif groups["halves"]:
        low, high, unit = 50.0, 50.0, "%"
    elif groups["place"]:
        (low, high), unit = bounds(groups["place"]), "rank"
    elif groups["top"]:
        high = bounds(match["top"])[1]
        low, unit = (None if high is None else 1.0), "rank"
    elif groups["zero"]:
        low, high, unit = 0.0, 0.0, None
    elif groups["low"]:
        low, high, unit = _range(match)
    elif groups["bare"]:
        low, high, unit = _measured(match["bare"], match["bare_unit"])
    else:
        low, high, unit = _measured(match["number"], match["unit"])
    return Value(match.group(), match.start(), match.end(), _rounded(low), _rounded(high), unit, is_masked(match.group()))


def _range(match: re.Match[str]) -> tuple[float | None, float | None, str | None]:
    """Both ends of a range: 8%—10%, 3到5个, 5—8万元, where the myriads of the end count for the beginning."""
    low_text, high_text, unit = match["low"], match["high"], match["high_unit"]
    multiplier = re.search("[万亿]+$", high_text)
    if multiplier and not match["low_unit"] and not re.search("[万亿]$", low_text):
        low_text += multiplier.group()
    low, _, name = _measured(low_text, match["low_unit"] or unit)
    return low, _measured(high_text, unit)[1], name


def _measured(number: str, unit: str) -> tuple[float | None, float | None, str]:
    name, factor = UNITS.get(unit, (unit, 1))
    low, high = _scaled(bounds(number), factor)
    return low, high, name


def _scaled(pair: tuple[float | None, float | None], factor: float) -> tuple[float | None, float | None]:
    low, high = pair
    return None if low is None else low * factor, None if high is None else high * factor


def _ratio(numerator: str, denominator: str) -> float | None:
    upper, lower = bounds(numerator)[0], bounds(denominator)[0]
    return upper / lower * 100 if upper is not None and lower else None


def _rounded(value: float | None) -> float | None:
    """Without what binary fractions add: 3.6亿 is 360000000.0."""
    return None if value is None else float(f"{value:.12g}")


def find_comparisons(text: str, start: int, end: int) -> Iterator[Comparison]:
    """The words that compare between two offsets, in order."""
    for match in _COMPARISON.finditer(text, start, end):
        words = match.group()
        relation = next(relation for pattern, relation in _RELATIONS if re.match(pattern, words))
        yield Comparison(words, match.start(), match.end(), relation)
