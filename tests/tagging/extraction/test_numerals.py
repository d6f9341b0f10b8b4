from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.tagging.extraction.numerals import NUMBER, bounds, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一百二十七", 127),
        ("两万", 20_000),
        ("四十亿", 4e9),
        ("1.1万", 11_000),
        ("一千八百万", 1.8e7),
        ("二千零八", 2008),
        ("三百八", 380),
        ("一万二", 12_000),
        ("二〇二三", 2023),
        ("十五个亿", 1.5e9),
        ("1,200", 1200),
        ("１２．５", 12.5),
        ("80余万", 800_000),
        ("一亿二千万", 1.2e8),
        ("半", 0.5),
        ("二点五亿", 2.5e8),
        ("十二点三", 12.3),
    ],
)
def test_values(text: str, value: float) -> None:
    assert re.fullmatch(NUMBER, text)
    assert parse(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["XX", "几十", "数百", "某十", "××万", "**", "亩", ""])
def test_what_is_masked_or_vague_has_no_value(text: str) -> None:
    assert parse(text) is None


@given(st.text(alphabet="零一二两十百千万亿点几半某X余个15.,，", max_size=12))
def test_any_writing_has_a_value_or_none(text: str) -> None:
    assert isinstance(parse(text), float | None)
    assert all(isinstance(one, float | None) for one in bounds(text))


@pytest.mark.parametrize(("text", "low", "high"), [("三四十", 30, 40), ("两三", 2, 3), ("五六百", 500, 600), ("五十", 50, 50)])
def test_two_numbers_in_one_word(text: str, low: float, high: float) -> None:
    assert bounds(text) == (low, high)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_written_numbers_are_read_again(value: int) -> None:
    assert parse(_written(value)) == value


def _written(value: int) -> str:
    """The number in Chinese numerals."""
    high, low = divmod(value, 10_000)
    if not high:
        return _below_myriad(low)
    return f"{_below_myriad(high)}万{'零' if 0 < low < 1000 else ''}{_below_myriad(low) if low else ''}"


def _below_myriad(value: int) -> str:
    text, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[digit] + unit
        zero = digit == 0
    return text
