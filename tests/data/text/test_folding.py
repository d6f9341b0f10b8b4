from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.data.reader import read_bytes, read_text
from jianghua.data.sentences import split
from jianghua.data.text.folding import fold

HEAD = "在全县秋收工作会议上的讲话\n同志们：\n"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text("今年秋粮，。：；！？“”（）《》1.5%A \n"))
def test_usual_text_stays_as_it_is(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("⼆、⺠⽣⻛⻓", "二、民生风长"),
        ("好︒快︐早︕谁︖会︓稳︔", "好。快，早！谁？会：稳；"),
        ("好\ue78e快\ue78d会\ue790", "好。快，会："),  # the same in GB18030 of 2000
        ("好｡快､｢稳｣", "好。快、「稳」"),
        ("好﹒快﹐谁﹖", "好。快，谁？"),
        ("﹁稳﹂︵一︶︿法﹀", "「稳」（一）〈法〉"),
        ("增长１２．５％．好．", "增长１２．５％。好。"),
        ("一．压实责任", "一、压实责任"),
        ("好．（二．抓早", "好。（二、抓早"),
        ("１．抓早", "１．抓早"),
        ("列夫．托尔斯泰", "列夫．托尔斯泰"),
        ("某．某亿元", "某．某亿元"),
        ("见报告．docx", "见报告．docx"),
        ("还有很多．．．", "还有很多………"),
        ("\ue5e5\ue5e5同志们", "\u3000\u3000同志们"),
        ("\ue863村", "\ue863村"),  # a hanzi that only one font has
    ],
)
def test_other_forms_fold_to_the_usual_ones(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("粮食入库八成．但是晾晒跟不上．", ["粮食入库八成．", "但是晾晒跟不上．"]),
        ("粮食入库︒必须抓紧︕", ["粮食入库︒", "必须抓紧︕"]),
        ("｢一天不能拖｡｣他说｡大家记住｡", ["｢一天不能拖｡｣他说｡", "大家记住｡"]),
        ("约翰．史密斯来过。大家记住。", ["约翰．史密斯来过。", "大家记住。"]),
    ],
)
def test_sentences_are_split_as_recognition_sees_them(line: str, parts: list[str]) -> None:
    assert [line[start:end] for start, end in split(line)] == parts


def test_kinds_are_known_in_other_forms_of_characters_and_the_text_keeps_them() -> None:
    text = "在全县⼯作会议上的讲话\n（⼆〇⼆三年⼋⽉⼗⽇）\n各位⽼师、同志们︓\n（⼆）严肃问责\n⑵抓早\n秋粮⻓势好。\n谢谢⼤家﹗"
    sentences = read_text(text).sentences
    assert [one.kind for one in sentences] == ["title", "byline", "salutation", "heading", "heading", "body", "closing"]
    assert "\n".join(one.text for one in sentences) == text


def test_the_space_of_old_programs_is_white_space() -> None:
    content = f"{HEAD}##要把粮食##收好，颗粒归仓。\n##一、抓早".encode("gb18030").replace(b"##", b"\xa3\xa0\xa3\xa0")
    sentences = read_bytes(content, "a.txt").sentences
    assert [(one.kind, one.text) for one in sentences[2:]] == [("body", "要把粮食收好，颗粒归仓。"), ("heading", "一、抓早")]
