from __future__ import annotations

import pytest

from jianghua.data.cleaning.rules import clean
from jianghua.data.documents import Block, BlockKind, Document
from jianghua.data.reader import read_text
from jianghua.data.structure import build_sentences

TITLE = "在全县秋收秋种工作会议上的讲话"
BODY = "今年秋粮长势总体不错，各乡镇要抓紧抢收。"


@pytest.mark.parametrize(
    ("line", "kind", "level"),
    [
        ("一、认清形势", "heading", 1),
        ("（一）抢收要快", "heading", 2),
        ("(二)播种要早", "heading", 2),
        ("1.把地块核实到户", "heading", 3),
        ("第一，思想要统一", "heading", 3),
        ("第二部分 重点任务", "heading", 1),
        ("①查漏补缺", "heading", 4),
        ("一要抓早。二要抓细。", "body", None),
        ("第一，要抓早。", "body", None),
        ("第二个问题：怎么抓", "heading", 1),
        ("第二节 秋播", "heading", 2),
        ("刚才张县长讲了三点意见：", "body", None),
        ("今年粮食增长要突出三个重点：", "body", None),
        ("同志们，让我们不误农时、颗粒归仓！", "body", None),
        (BODY, "body", None),
    ],
)
def test_headings_and_their_levels(line: str, kind: str, level: int | None) -> None:
    sentence = read_text("\n".join([TITLE, "同志们：", BODY, line, BODY])).sentences[3]
    assert (sentence.kind, sentence.level) == (kind, level)


@pytest.mark.parametrize(
    "byline", ["（2023年9月12日）", "2023年9月12日", "县委书记 王某某", "（根据录音整理）", "(2016年2月××日)"]
)
@pytest.mark.parametrize(
    "salutation", ["同志们：", "各位领导、同志们:", "各乡镇党委书记，农业农村局的同志们：", "大会主席团，各位代表："]
)
def test_the_head_of_a_speech(byline: str, salutation: str) -> None:
    kinds = [sentence.kind for sentence in read_text("\n".join([TITLE, byline, salutation, BODY])).sentences]
    assert kinds == ["title", "byline", "salutation", "body"]


def test_a_greeting_and_a_date_that_are_glued_are_parted() -> None:
    texts = read_text(f"{TITLE}\n（2023年9月12日）同志们：{BODY}").texts
    assert texts == [TITLE, "（2023年9月12日）", "同志们：", BODY]


def test_enumerations_within_a_paragraph_are_sentences_when_they_end_like_them() -> None:
    assert read_text(f"{TITLE}\n同志们：\n一要抓早。二要抓细；三要抓实。").texts[2:] == ["一要抓早。", "二要抓细；三要抓实。"]


def test_thanks_at_the_very_end_close_the_speech() -> None:
    kinds = [one.kind for one in read_text(f"{TITLE}\n同志们：\n谢谢大家！\n{BODY}\n我就讲这些。谢谢大家！").sentences]
    assert kinds == ["title", "salutation", "body", "body", "closing", "closing"]


def test_pages_of_rare_characters_and_symbols_pass_unchanged() -> None:
    rare = "𠀀𪜶𫠠𬺰鿕村的路修通了😀，鱻味馆开到了𰻝𰻝面旁边。"
    assert read_text(f"{TITLE}\n同志们：\n{rare}").texts[-1] == rare


def test_a_page_of_a_government_site() -> None:
    page = (
        "清河市人民政府\n首页 > 政务公开 > 领导讲话\n在全市防汛工作会议上的讲话\n"
        "发布时间：2023-05-08 09:12 来源：市政府办公室 浏览次数：1203 字号：[大 中 小]\n市长 周某某\n（2023年5月6日）\n"
        "同志们：\n今年雨水偏多。\n一、压实责任\n1.县区负主责。要落实到人。\n谢谢大家！\n"
        "【打印本页】 【关闭窗口】\n扫一扫在手机打开当前页\n上一篇：市政府召开常务会议\n网站标识码：1234567890\n"
    )
    assert [(one.kind, one.text) for one in read_text(page).sentences] == [
        ("title", "在全市防汛工作会议上的讲话"),
        ("byline", "市长周某某"),
        ("byline", "（2023年5月6日）"),
        ("salutation", "同志们："),
        ("body", "今年雨水偏多。"),
        ("heading", "一、压实责任"),
        ("body", "1.县区负主责。"),
        ("body", "要落实到人。"),
        ("closing", "谢谢大家！"),
    ]


def test_markdown_loses_its_marks_and_masked_names_keep_theirs() -> None:
    text = "# 在全区招商会上的讲话\n\n**同志们：**\n\n今年**区任务重，**同志讲了。\n\n## 看清差距\n\n- 项目少。\n- 质量不高。\n"
    sentences = read_text(text).sentences
    assert [one.text for one in sentences] == [
        "在全区招商会上的讲话", "同志们：", "今年**区任务重，**同志讲了。", "看清差距", "项目少。", "质量不高。",
    ]  # fmt: skip
    assert (sentences[3].kind, sentences[3].level) == ("heading", 2)
    assert read_text(f"{TITLE}\n同志们：\n**镇、**同志：**要带头。").texts[-1].count("**") == 3


def test_only_a_text_that_breaks_off_is_flagged() -> None:
    flags = [one.truncated for one in read_text(f"{TITLE}\n同志们：\n{BODY}\n会议到这里\n{BODY}\n要把沙袋").sentences]
    assert flags == [False, False, False, False, False, True]


@pytest.mark.parametrize(
    "byline", ["（2024年2月28日，根据记录整理）", "（根据录音整理，未经本人审阅）", "（录音整理稿，2016年10月20日）"]
)
def test_a_byline_in_brackets_is_parted_from_the_salutation_it_is_glued_to(byline: str) -> None:
    assert read_text(f"{TITLE}\n{byline}同志们：\n{BODY}").texts == [TITLE, byline, "同志们：", BODY]


@pytest.mark.parametrize("note", ["面积以农业农村局的台账为准。", "见县农业农村局台账", "谢谢大家！"])
def test_notes_come_after_the_end_of_a_speech(note: str) -> None:
    kinds: list[BlockKind] = ["paragraph"] * 5
    lines = [TITLE, "同志们：", BODY, "我就讲这些。", "谢谢大家！"]
    pieces = [(line, Block(0, 0, kind)) for line, kind in zip([*lines, note], [*kinds, "footnote"], strict=True)]
    document = Document.build(pieces, "docx")
    _, sentences = build_sentences(clean(document), document)
    assert [one.text for one in sentences] == [*lines, note]
    assert [one.kind for one in sentences] == ["title", "salutation", "body", "closing", "closing", "body"]


def test_a_speech_that_breaks_off_before_its_notes_is_flagged() -> None:
    pieces = [(TITLE, Block(0, 0)), (BODY, Block(0, 0)), ("各乡镇要抓紧播", Block(0, 0)), ("见台账", Block(0, 0, "footnote"))]
    document = Document.build(pieces, "docx")
    _, sentences = build_sentences(clean(document), document)
    assert [one.text for one in sentences if one.truncated] == ["各乡镇要抓紧播"]
