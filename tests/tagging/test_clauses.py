from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.data.speech import Speech
from jianghua.tagging.clauses import clauses, sum_by_clause


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "认真总结经验，|切实发现问题；|坚决整改到位：|一件不落！|大家记住。",
        "认真总结经验,|切实发现问题;|坚决整改到位:|一件不落!|大家记住.",
        "这是大好事——|大家都高兴……|明天接着干。",
        "他说：“道路要修好，|桥梁要修好。”，|大家都赞成。",
        "县里投入1,000万元，|增长８．５％，|达到１，０００，２００元。",
        "3、4月定在8：30开会，|地址是https://a.cn/b?c=d,e!f，|2020—2025年有效。",
        "共有500，|今年增加了60。",
        "按《关于教育、医疗保障，养老服务的意见》办理，|做好“两学一做、三会一课”工作。",
        "改革（包括教育改革，医疗改革）全面推进，|成效明显。",
        "他说“依据《教育、医疗保障，养老》办理。”，|大家赞成他。",
    ],
)
def test_marks_part_clauses_but_not_units(sentence: str) -> None:
    assert parts(sentence.replace("|", "")) == sentence.split("|")


@pytest.mark.parametrize(
    "sentence",
    [
        "一、认真总结经验，|发现问题。",
        "但是，问题不少，|坚决整改。",
        "要抓好教育、|医疗、养老工作。",
        "道路要修好，快。",
        "快，好，省。",
        "、",
        " ",
    ],
)
def test_what_is_too_short_joins_its_neighbour(sentence: str) -> None:
    assert parts(sentence.replace("|", "")) == sentence.split("|")


def test_an_unclosed_mark_encloses_nothing() -> None:
    assert parts("他说“道路要修好，桥梁要修好。") == ["他说“道路要修好，", "桥梁要修好。"]


@given(st.text('要路修好甲乙３3，,、；：:。！?…—-“”‘’"（）《》 \u0301𠮷😀\ud800.'))
def test_clauses_tile_the_sentence(text: str) -> None:
    spans = clauses(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)
    assert (spans == []) == (text == "")


def test_clauses_of_real_sentences_say_something(corpus: list[Speech]) -> None:
    for speech in corpus[:40]:
        for text in speech.texts:
            found = parts(text)
            assert len(found) < 2 or all(sum(char.isalnum() for char in part) >= 4 for part in found), found


def test_hostile_text_takes_no_time() -> None:
    begin = time.perf_counter()
    for text in (
        "“‘" * 50_000,
        "（，" * 50_000,
        "。”" * 50_000,
        "-，" * 50_000,
        "1," * 50_000,
        "“" + "‘。’，" * 25_000 + "。”",
    ):
        clauses(text)
    assert time.perf_counter() - begin < 10


def test_rows_are_summed_by_clause() -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    sums = sum_by_clause(np.array([2, -1, 0, 2]), values, 4)
    assert sums.tolist() == [[5.0, 6.0], [0.0, 0.0], [8.0, 10.0], [0.0, 0.0]]
    assert sum_by_clause(np.array([], dtype=int), np.zeros((0, 2)), 3).tolist() == [[0.0, 0.0]] * 3
