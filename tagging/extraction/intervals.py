"""The interval of days that words for a time name, given when the speech was held.

Nothing is guessed: masked digits, feasts of an unknown year, seasons that differ from place to place (汛期), and a day counted
from a speech of which only the month is known have no interval.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, TypeAlias

from borax.calendars.lunardate import LunarDate, TermUtils

from jianghua.tagging.extraction.numerals import parse
from jianghua.tagging.extraction.records import Day

Interval: TypeAlias = tuple[date, date]

_YEARS: Final = {
    "今年": 0,
    "本年": 0,
    "本年度": 0,
    "当年": 0,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "后年": 2,
    "去年": -1,
    "前年": -2,
}
_FEASTS: Final = {"元旦": (1, 1), "五一": (5, 1), "七一": (7, 1), "国庆": (10, 1), "十一": (10, 1)}
_LUNAR_FEASTS: Final = {"春节": (1, 1), "元宵": (1, 15), "端午": (5, 5), "中秋": (8, 15)}
_WEEKDAYS: Final = {mark: number for number, mark in enumerate("一二三四五六日")} | {"天": 6}
_DAYS: Final = {"今": 0, "明": 1, "后": 2}
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_THIRDS: Final = {"上": (1, 10), "初": (1, 10), "中": (11, 20), "下": (21, 31), "底": (21, 31), "末": (21, 31)}
"""Days of a month that its parts begin and end with, by their first character."""

_YEAR_GROUPS: Final = ("year", "month_year", "quarter_year", "feast_year", "season_year", "alone")
_BEFORE: Final = ("前", "之前", "以前")
_INCLUSIVE: Final = ("day", "part", "turn", "quarter_part")
"""What a date has that is met on its last day: 15日前 and 九月底前 include it; 国庆节前 and 六月前 end before they begin."""

_NUMERAL: Final = re.compile(r"[0-9０-９一二三四五六七八九十]+")


def resolve(match: re.Match[str], day: Day | None) -> Interval | None:
    """First and last day of the interval that a match of `dates.py` names; `None` where that is not known."""
    groups = match.groupdict()
    try:
        if groups["relative"]:
            return _relative(groups["relative"], day) if day else None
        if groups["duration"]:
            return _duration(groups, day)
        return None if groups["every"] else _calendar(groups, match["suffix"] or "", day)
    except (ValueError, OverflowError):
        return None  # 2月30日, a year past the calendar


def _calendar(groups: Mapping[str, str | None], suffix: str, day: Day | None) -> Interval | None:
    """A date of the calendar; one without a year gets the year of the speech, or the next where it would be past by then."""
    if groups["lone_day"]:
        return _day_of_month(groups["lone_day"], day) if day else None
    words = next((groups[name] for name in _YEAR_GROUPS if groups[name]), None)
    year = _year(words, day)
    found = _in_year(groups, year, suffix) if year is not None else None
    if found and year is not None and words is None and day and found[1] < day.first:
        found = _in_year(groups, year + 1, suffix)
    if found and suffix in _BEFORE and not any(groups[name] for name in _INCLUSIVE):
        return (found[0] - timedelta(days=1),) * 2
    return found


def _in_year(groups: Mapping[str, str | None], year: int, suffix: str) -> Interval | None:
    """A date of the calendar in a year that is known."""
    if groups["month"]:
        return _month(groups["month"], groups["day"], groups["part"] or suffix, year)
    if groups["quarter"]:
        return _quarter(groups["quarter"], year, ends=bool(groups["quarter_part"]))
    if groups["feast"]:
        if suffix in ("假期", "期间"):
            return None  # how long they last was different from year to year
        return _feast(groups["feast"], year)
    if groups["lunar"]:
        return _lunar(groups["lunar"], year)
    if groups["season"]:
        return None
    return _part_of_year(groups["turn"] or "", year)


def _day_of_month(words: str, day: Day) -> Interval | None:
    """A day of the speech's month, or of the next where it would be past: 20日前."""
    if (day.first.year, day.first.month) != (day.last.year, day.last.month):
        return None
    found = _relative_month(f"本月{words}", day)
    return _relative_month(f"下月{words}", day) if found and found[1] < day.first else found


def _year(words: str | None, day: Day | None) -> int | None:
    """The year that words name; the speech's where they name none."""
    words = (words or "今年").removesuffix("度")
    if words in _YEARS:
        return day.first.year + _YEARS[words] if day and day.first.year == day.last.year else None
    value = parse(words.removesuffix("年").replace("○", "零"))
    return int(value) if value is not None and 1900 <= value <= 2200 else None


def _month(month: str, day: str | None, part: str, year: int) -> Interval | None:
    number = _integer(month)
    if number is None:
        return None
    last = monthrange(year, number)[1]
    if day:
        value = _integer(day)
        return (date(year, number, value),) * 2 if value is not None else None
    first_day, last_day = _THIRDS.get(part[:1], (1, last))
    return date(year, number, first_day), date(year, number, min(last_day, last))


def _quarter(words: str, year: int, ends: bool) -> Interval:
    """A quarter, a half-year, or several quarters; only the last month where the words name the end."""
    if "半年" in words:
        first, last = (1, 6) if words.startswith("上") else (7, 12)
    elif words.startswith("前"):
        first, last = 1, 9
    else:
        quarters = [_QUARTERS[mark] for mark in words if mark in _QUARTERS]
        first, last = quarters[0] * 3 - 2, quarters[-1] * 3
    return date(year, last if ends else first, 1), date(year, last, monthrange(year, last)[1])


def _feast(words: str, year: int) -> Interval | None:
    name = words.strip('“”"')[:2]
    if name in _FEASTS:
        return (date(year, *_FEASTS[name]),) * 2
    if name == "清明":
        return (TermUtils.nth_term_day(year, term_name="清明"),) * 2
    if name == "除夕":
        return (LunarDate(year, 1, 1).to_solar_date() - timedelta(days=1),) * 2
    return (LunarDate(year, *_LUNAR_FEASTS[name]).to_solar_date(),) * 2


def _lunar(words: str, year: int) -> Interval | None:
    """A day of the lunar calendar: 腊月二十."""
    month, _, day = words.removeprefix("农历").partition("月")
    value = parse(day.replace("初", "").replace("廿", "二十"))
    number = {"正": 1, "冬": 11, "腊": 12}.get(month) or _integer(month)
    if value is None or number is None:
        return None
    return (LunarDate(year, number, int(value)).to_solar_date(),) * 2


def _part_of_year(part: str, year: int) -> Interval | None:
    """A year, or the part of it that words name: 年底 is its last month, 年初 its first."""
    if part == "这个时候":
        return None
    first, last = {"底": (12, 12), "末": (12, 12), "初": (1, 1), "中": (6, 7)}.get(part[-1:], (1, 12))
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _relative(words: str, day: Day) -> Interval | None:
    """A time that is named from the speech's day."""
    if words.endswith("后") and words != "后天":
        return None
    if words[0] in "年全":
        if day.first.year != day.last.year:
            return None
        if words == "年前":
            return None  # before the new year of one calendar or the other
        return _part_of_year(words[-1] if words[-1] in "底末初中" else "", day.first.year)
    if "月" in words:
        return _relative_month(words, day)
    if day.first != day.last:
        return None
    if "周" in words or "星期" in words or "礼拜" in words:
        return _relative_week(words, day.first)
    found = day.first + timedelta(days=_DAYS.get(words[0], 0))
    return found, found


def _relative_month(words: str, day: Day) -> Interval | None:
    if (day.first.year, day.first.month) != (day.last.year, day.last.month):
        return None
    name, _, part = words.partition("月")
    ahead = 1 if name.startswith(("下", "次")) else 0
    year, month = day.first.year + (day.first.month + ahead > 12), (day.first.month + ahead - 1) % 12 + 1
    return _month(f"{month}", part if part[-1:] in ("日", "号") else None, part, year)


def _relative_week(words: str, day: date) -> Interval:
    monday = day - timedelta(days=day.weekday()) + timedelta(days=7 if words.startswith("下") else 0)
    weekday = _WEEKDAYS.get(words[-1])
    if weekday is None:
        return monday, monday + timedelta(days=6)
    found = monday + timedelta(days=weekday)
    return found, found


def _duration(groups: Mapping[str, str | None], day: Day | None) -> Interval | None:
    """From the speech's day to as long after as the words say: 一个月内. Working days and hours are not counted."""
    count = parse(groups["count"] or "")
    span = groups["span"] or ""
    if day is None or day.first != day.last or count is None or groups["lead"] or "工作日" in span or span == "小时":
        return None
    start = day.first
    if span in ("年", "个月", "个半月", "个季度"):
        months = count * {"年": 12, "个月": 1, "个半月": 1, "个季度": 3}[span]
        whole = int(months)
        year, month = start.year + (start.month - 1 + whole) // 12, (start.month - 1 + whole) % 12 + 1
        end = date(year, month, min(start.day, monthrange(year, month)[1]))
        end += timedelta(days=15 if span == "个半月" or months != whole else 0)
    else:
        end = start + timedelta(days=int(count * (7 if span in ("周", "个星期", "个礼拜") else 1)))
    return (end, end) if (groups["limit"] or "").endswith("后") else (start, end)


def _integer(text: str) -> int | None:
    """The number that words begin with."""
    match = _NUMERAL.match(text)
    value = parse(match.group()) if match else None
    return int(value) if value is not None else None


def resolve_day(year: str | None, month: str | None, day: str | None, compact: str | None = None) -> Interval | None:
    """The interval of a date in full: a day, a month or a year; `compact` is eight digits. `None` for what is no date."""
    if compact:
        year, month, day = compact[:4], compact[4:6], compact[6:]
    number = parse((year or "").replace("○", "零"))
    if number is None:
        return None
    try:
        return _month(month, day, "", int(number)) if month else _part_of_year("", int(number))
    except ValueError:
        return None
