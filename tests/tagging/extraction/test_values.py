from __future__ import annotations

import pytest

from jianghua.tagging.extraction.dates import find_dates
from jianghua.tagging.extraction.values import find_comparisons, find_values


@pytest.mark.parametrize(
    ("text", "words", "low", "high", "unit"),
    [
        ("营业收入突破93亿元", "93亿元", 9.3e9, 9.3e9, "CNY"),
        ("全年减负十五个亿", "十五个亿", 1.5e9, 1.5e9, "CNY"),
        ("拨付36000万元", "36000万元", 3.6e8, 3.6e8, "CNY"),
        ("增长8%—10%", "8%—10%", 8, 10, "%"),
        ("每户5—8万元", "5—8万元", 5e4, 8e4, "CNY"),
        ("压减三分之一", "三分之一", 100 / 3, 100 / 3, "%"),
        ("挂机的占一成六", "一成六", 16, 16, "%"),
        ("提到八成五", "八成五", 85, 85, "%"),
        ("达到百分之百", "百分之百", 100, 100, "%"),
        ("控制在千分之三", "千分之三", 0.3, 0.3, "%"),
        ("提高两个百分点", "两个百分点", 2, 2, "percentage point"),
        ("进入前二十名", "前二十名", 1, 20, "rank"),
        ("前移到第六位", "第六位", 6, 6, "rank"),
        ("总产9.1亿斤", "9.1亿斤", 455_000, 455_000, "t"),
        ("治理3公顷", "3公顷", 45, 45, "mu"),
        ("引进三四十户", "三四十户", 30, 40, "户"),
        ("事故为零", "零", 0, 0, None),
        ("降一半", "一半", 50, 50, "%"),
    ],
)
def test_units_are_normalised(text: str, words: str, low: float, high: float, unit: str | None) -> None:
    (value,) = find_values(text)
    assert (value.text, value.unit, value.masked) == (words, unit, False)
    assert (value.low, value.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "words", "unit"),
    [
        ("增长X%", "X%", "%"),
        ("**万亩", "**万亩", "mu"),
        ("超某十亿元", "某十亿元", "CNY"),
        ("前某强", "前某强", "rank"),
        ("XX家", "XX家", "家"),
    ],
)
def test_masked_values_keep_their_unit(text: str, words: str, unit: str) -> None:
    (value,) = find_values(text)
    assert (value.text, value.low, value.high, value.unit, value.masked) == (words, None, None, unit, True)


def test_a_vague_number_is_not_masked() -> None:
    (value,) = find_values("几十亿元")
    assert (value.low, value.unit, value.masked) == (None, "CNY", False)


@pytest.mark.parametrize("text", ["前三年", "第一条", "十月底", "成为", "XX加工园", "某某云雾"])
def test_what_is_no_value(text: str) -> None:
    assert find_values(text, find_dates(text)) == []


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("不低于85%", ["at_least"]),
        ("同比增长10%以上", ["than_before", "growth", "at_least"]),
        ("压减到60家以内", ["decline", "at_most"]),
        ("在现有基础上翻一番", ["than_before", "multiple"]),
        ("死亡人数再降5%", ["decline"]),
        ("高于全省平均水平", ["than_others"]),
        ("突破93亿元", ["more_than"]),
        ("工业增加值", []),
    ],
)
def test_comparisons(text: str, relations: list[str]) -> None:
    assert [one.relation for one in find_comparisons(text, 0, len(text))] == relations
