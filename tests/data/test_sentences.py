from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianghua.data.paths import SHIPPED
from jianghua.data.sentences import split

ALPHABET = "讲话。！？…；：，“”‘’（）《》「」\"'.!? 3aA\n\t𠀀😀．︒﹖｡一⼀"


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("路要修好。桥要管好。", ["路要修好。", "桥要管好。"]),
        ("一手抓路；一手抓桥：两手都要硬。", ["一手抓路；一手抓桥：两手都要硬。"]),
        ("“这样不行。”他说。大家不说话。", ["“这样不行。”他说。", "大家不说话。"]),
        ('"这样不行。"他说。', ['"这样不行。"他说。']),
        ("他说：“这样不行。”大家不说话。", ["他说：“这样不行。”", "大家不说话。"]),
        ("要做到“人人有责。事事落实。”的要求。好。", ["要做到“人人有责。事事落实。”的要求。", "好。"]),
        ("增长3.5%。比去年快。", ["增长3.5%。", "比去年快。"]),
        ("进度太慢!不能再等.马上开工.", ["进度太慢!", "不能再等.", "马上开工."]),
        ("网址是www.example.com的页面。看一看。", ["网址是www.example.com的页面。", "看一看。"]),
        ("按照通知（见附件。第二页。）办理。散会。", ["按照通知（见附件。第二页。）办理。", "散会。"]),
        ("这个“引号没有关。后面还有一句。", ["这个“引号没有关。", "后面还有一句。"]),
        ("怎么会这样？！要查清楚。", ["怎么会这样？！", "要查清楚。"]),
        ("还有很多……要做的事。", ["还有很多……要做的事。"]),
        ("没有句号的一段", ["没有句号的一段"]),
        ("门要关好。，窗也要关。散会。", ["门要关好。，窗也要关。", "散会。"]),
        ("谁来管？、谁来修？路要修好。；桥要管好。：好。", ["谁来管？、谁来修？", "路要修好。；桥要管好。：好。"]),
        ("", []),
    ],
)
def test_rules(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(ALPHABET, max_size=80))
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join(sentences(text)) == text
    assert all(part for part in sentences(text))


@settings(max_examples=2000)
@given(st.text(ALPHABET, max_size=80))
def test_splitting_a_sentence_again_gives_the_sentence(text: str) -> None:
    for sentence in sentences(text):
        assert sentences(sentence) == [sentence]


CASES = json.loads((SHIPPED / "benchmarks" / "splitting_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_cases(case: dict[str, Any]) -> None:
    assert sentences(case["text"]) == case["sentences"]


@pytest.mark.parametrize(
    "expected",
    [
        ["群众怎么看?", "XX村三天没人巡渠。"],
        ["这事谁来办?", "3月底前由水利站办。"],
        ["都到齐了吗?", "×镇的同志举一下手。"],
        ["清淤能不能等!", "A段B段今天就开工。"],
        ["清单见www.example.com/渠道?page=2，会后自己下载。"],
        ["累计投入资金某.某亿元，修渠某.某公里。"],
    ],
)
def test_half_width_marks_after_chinese_characters(expected: list[str]) -> None:
    assert sentences("".join(expected)) == expected


def test_a_sentence_of_ten_thousand_characters_stays_whole() -> None:
    text = "要" * 9_999 + "。"
    assert sentences(text) == [text]


def test_corpus_paragraphs_split_into_their_sentences(corpus) -> None:  # type: ignore[no-untyped-def]
    for speech in corpus:
        body: dict[int, list[str]] = {}
        for sentence in speech.sentences:
            if sentence.kind == "body":
                body.setdefault(sentence.paragraph, []).append(sentence.text)
        for expected in body.values():
            assert sentences("".join(expected)) == expected
