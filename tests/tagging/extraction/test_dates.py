from __future__ import annotations

from datetime import date

import pytest

from jianghua.tagging.extraction import Day
from jianghua.tagging.extraction.dates import find_dates

FRIDAY = Day("2024年11月15日", "byline", date(2024, 11, 15), date(2024, 11, 15))
JULY = Day("2014年7月", "byline", date(2014, 7, 1), date(2014, 7, 31))
YEAR = Day("2021年", "title", date(2021, 1, 1), date(2021, 12, 31))


def found(text: str, day: Day | None = FRIDAY) -> list[tuple[str, str | None]]:
    return [(one.text, one.iso) for one in find_dates(text, day)]


@pytest.mark.parametrize(
    ("text", "words", "iso"),
    [
        ("月底前报送", "月底前", "../2024-11-30"),
        ("年内完成", "年内", "../2024-12-31"),
        ("下周一上报", "下周一", "2024-11-18/2024-11-18"),
        ("明年3月底前见底", "明年3月底前", "../2025-03-31"),
        ("三季度末竣工", "三季度末", "2025-09-01/2025-09-30"),
        ("一个月之内达标", "一个月之内", "../2024-12-15"),
        ("今年国庆节之前了结", "今年国庆节之前", "../2024-09-30"),
        ("不拖过腊月二十", "腊月二十", "2025-01-19/2025-01-19"),
        ("春节前结清", "春节前", "../2025-01-28"),
        ("清明前通水", "清明前", "../2025-04-03"),
        ("到2027年", "2027年", "2027-01-01/2027-12-31"),
        ("二〇二五年十二月三十一日前", "二〇二五年十二月三十一日前", "../2025-12-31"),
        ("六月前见效", "六月前", "../2025-05-31"),
        ("3日内到岗", "3日内", "../2024-11-18"),
        ("20日前收尾", "20日前", "../2024-11-20"),
        ("10日前收尾", "10日前", "../2024-12-10"),
        ("三月底前报来", "三月底前", "../2025-03-31"),
        ("用三年时间", "三年时间", "../2027-11-15"),
        ("半年后回访", "半年后", "2025-05-15/.."),
        ("7月1日至9月30日轮训", "7月1日至9月30日", "2025-07-01/2025-09-30"),
        ("从现在开始到年底结束", "现在开始到年底", "2024-11-15/2024-12-31"),
        ("十一月二十日80%", "十一月二十日", "2024-11-20/2024-11-20"),
        ("这个月十五号之前", "这个月十五号之前", "../2024-11-15"),
    ],
)
def test_dates_are_resolved_against_the_speech(text: str, words: str, iso: str) -> None:
    assert found(text) == [(words, iso)]


@pytest.mark.parametrize(
    "text",
    [
        "×月底前",
        "XX年X月X日前",
        "20XX年",
        "汛期前",
        "每半年",
        "按周",
        "今冬明春",
        "提前三个月",
        "两三年后",
        "年前",
        "2月30日前",
        "5个工作日内",
    ],
)
def test_what_is_not_known_is_not_guessed(text: str) -> None:
    (one,) = find_dates(text, FRIDAY)
    assert (one.text, one.iso) == (text, None)


@pytest.mark.parametrize(
    ("text", "day", "iso"),
    [
        ("月底前", JULY, "../2014-07-31"),
        ("一个月内", JULY, None),  # from which day is not known
        ("下周一", JULY, None),
        ("年内", JULY, "../2014-12-31"),
        ("年底前", YEAR, "../2021-12-31"),
        ("月底前", YEAR, None),
        ("明年", YEAR, "2022-01-01/2022-12-31"),
        ("年内", None, None),
        ("2025年6月底前", None, "../2025-06-30"),
        ("6月底前", None, None),
    ],
)
def test_a_date_is_as_exact_as_the_speech_is(text: str, day: Day | None, iso: str | None) -> None:
    assert found(text, day) == [(text, iso)]


@pytest.mark.parametrize(
    ("text", "bound"), [("9月底前", "by"), ("年内", "by"), ("三季度", "in"), ("明天起", "from"), ("每季度", "every")]
)
def test_bounds(text: str, bound: str) -> None:
    assert [one.bound for one in find_dates(text, FRIDAY)] == [bound]


@pytest.mark.parametrize(
    "text",
    [
        "24小时值班",
        "三天两头往外跑",
        "五年规划",
        "拖了三年",
        "八小时以外",
        "每人每月补贴600元",
        "前三名",
        "五年以前",
        "市政府大楼",
        "日程",
        "一年一度地",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert found(text) == []
