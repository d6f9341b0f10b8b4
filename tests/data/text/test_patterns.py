"""Numbering, page numbers, salutations and the ends of sentences."""

from __future__ import annotations

import time

import pytest

from jianghua.data.text.patterns import (
    EDGE_PAGE_NUMBER,
    HEADING_NUMBER,
    NUMBERING,
    PAGE_MARKER,
    PAGE_NUMBER,
    PARAGRAPH_START,
    SALUTATION,
    SALUTATION_END,
    SALUTATION_START,
    TERMINAL,
)


@pytest.mark.parametrize(
    "text",
    [
        "同志们：",
        "各位代表！",
        "各位领导、各位来宾，女士们、先生们：",
        "各乡镇、各部门的同志们:",
        "各市州、县市区财政局的同志们：",
        "各乡镇党委书记，农业农村局的同志们：",
        "各位支书、主任、文书，大家伙儿：",
        "各位支书、民兵连长,同志们:",
        "同志们，各位普查指导员、普查员：",
        "尊敬的××部长、××书记，各位领导，同志们：",
        "大会主席团，各位代表：",
        "主任、各位副主任、秘书长、各位委员：",
        "同志们,各位企业和院校代表:",
        "各分公司经理、各项目经理：",
    ],
)
def test_a_salutation_names_persons_and_bodies(text: str) -> None:
    assert SALUTATION.fullmatch(text)
    assert SALUTATION_END.search("在全县工作会议上的讲话" + text)


@pytest.mark.parametrize(
    "text",
    [
        "刚才张县长讲了三点意见：",
        "前段时间省委书记到我县调研时强调：",
        "代表们反映最强烈的问题是：",
        "今年经济增长要突出三个重点：",
        "全年目标是保持增长：",
        "切实加强组织领导：",
        "各项工作要抓紧落实：",
        "各位要把话听进去：",
        "反复告诫我们：",
        "参加人员：",
        "谢谢同志们！",
        "谢谢各位领导，谢谢大家！",
        "同志们，新征程上，让我们携手并进，奋力谱写安全发展新篇章！",
        "祝同志们身体健康、工作顺利、阖家幸福！",
        "同志们好，今天只讲一件事：",
    ],
)
def test_a_sentence_that_only_speaks_of_persons_is_no_salutation(text: str) -> None:
    assert not SALUTATION.match(text)


@pytest.mark.parametrize(
    ("text", "begins"),
    [("各位领导、各位嘉", True), ("各乡镇、", True), ("尊敬的各位领", True), ("（2023年5月6日）", False), ("会议材料", False)],
)
def test_the_first_part_of_a_wrapped_salutation(text: str, begins: bool) -> None:
    assert (SALUTATION_START.match(text) is not None) == begins


@pytest.mark.parametrize("text", ["各位领导、" * 20_000, "各乡镇、" * 20_000, "一" * 100_000, "同志们，" * 20_000 + "：。"])
def test_long_lists_are_matched_in_linear_time(text: str) -> None:
    started = time.perf_counter()
    SALUTATION.match(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("一、形势", 1),
        ("二十一、其他", 1),
        ("第三部分", 1),
        ("第二个问题：怎么看", 1),
        ("第十章附则", 1),
        ("（三）抓早", 2),
        ("第二节取保候审", 2),
        ("1.核实", 3),
        ("12、公示", 3),
        ("第一，思想", 3),
        ("一是抓早", 3),
        ("（12）抓细", 4),
        ("③抓实", 4),
        ("3.5%的增长", None),
        ("第一书记要到位", None),
        ("一大批项目", None),
        ("第十条减刑", None),
    ],
)
def test_levels_of_numbering(text: str, level: int | None) -> None:
    assert next((depth for depth, numbering in NUMBERING if numbering.match(text)), None) == level
    assert (HEADING_NUMBER.match(text) is not None) == (level in (1, 2))
    assert (PARAGRAPH_START.match(text) is not None) == (level is not None or text == "第十条减刑")


@pytest.mark.parametrize("text", ["3", "-3-", "—12—", "第3页", "第3页共12页", "3/12", "P3", "Page3of12", "—iv—", "~7~"])
def test_page_numbers(text: str) -> None:
    assert PAGE_NUMBER.fullmatch(text)
    assert EDGE_PAGE_NUMBER.fullmatch(text)


@pytest.mark.parametrize(
    ("text", "at_edge"), [("iv", True), ("第十二页", True), ("3.5", False), ("第3章", False), ("12345", False)]
)
def test_what_is_a_page_number_only_at_the_edge_of_a_page(text: str, at_edge: bool) -> None:
    assert not PAGE_NUMBER.fullmatch(text)
    assert (EDGE_PAGE_NUMBER.fullmatch(text) is not None) == at_edge


@pytest.mark.parametrize(
    ("text", "number"), [("抓紧—2—抢收", "2"), ("抓紧第 2 页 共 30 页抢收", "2"), ("抓紧- 14 -抢收", "14")]
)
def test_markers_in_the_text(text: str, number: str) -> None:
    match = PAGE_MARKER.search(text)
    assert match is not None
    assert (match.group(1) or match.group(2)) == number


@pytest.mark.parametrize(
    ("text", "ended"),
    [("好。", True), ("他说：“好。”", True), ("好……", True), ("好.", True), ("3.", False), ("好；", False), ("“好”", False)],
)
def test_the_end_of_a_sentence(text: str, ended: bool) -> None:
    assert (TERMINAL.search(text) is not None) == ended
