from __future__ import annotations

import pytest

from jianghua.data.reader import read_text
from jianghua.data.text.lists import items

TITLE = "在全县冬修水利会上的讲话"


def kinds(*lines: str) -> list[str]:
    return [one.kind for one in read_text("\n".join([TITLE, "同志们：", *lines, "会后就动手。"])).sentences][2:-1]


@pytest.mark.parametrize(
    "lines",
    [
        ["（一）渠要清淤；", "（二）井要检修；", "（三）闸要上油。"],
        ["（一）渠要清淤", "（二）井要检修", "（三）闸要上油。"],
        ["1.渠要清淤,", "2.井要检修,", "3.闸要上油."],
        ["会议有两项议程：", "一、周局长通报进度", "二、各乡镇表态"],
        ["①渠要清淤；"],
        ["第一，渠要清淤；", "第二，井要检修；", "第三，闸要上油"],
    ],
)
def test_items_are_body(lines: list[str]) -> None:
    assert set(kinds(*lines)) == {"body"}


def test_headings_with_text_below_them_stay_headings() -> None:
    text = "先把账算清。"
    assert kinds("下面讲两点：", "一、渠要清淤", text, "二、井要检修", text) == ["body", "heading", "body", "heading", "body"]


def test_headings_of_different_levels_may_follow_each_other() -> None:
    assert kinds("一、修渠", "（一）清淤", "先清主渠。", "（二）护坡", "再护支渠。") == [
        *("heading", "heading", "body", "heading", "body"),
    ]


def test_an_outline_without_text_is_headings() -> None:
    assert items([TITLE, "一、总体要求", "二、重点任务", "三、保障措施"]) == frozenset()


def test_a_salutation_introduces_no_list() -> None:
    assert items([TITLE, "同志们：", "一、渠要清淤", "二、井要检修"]) == frozenset()
