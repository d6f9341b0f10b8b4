from __future__ import annotations

import pytest

from jianghua.data.reader import read_text

HEAD = "在全县秋收工作会议上的讲话\n同志们：\n"


def texts(body: str) -> list[str]:
    return read_text(HEAD + body).texts[2:]


@pytest.mark.parametrize("mark", ["[1]", "［2］", "〔3〕", "[12][13]", "[1-3]", "[注1]", " [4]", "¹", "²³"])
def test_marks_behind_stops_go(mark: str) -> None:
    assert texts(f"秋粮入库八成。{mark}但是晾晒跟不上。{mark}") == ["秋粮入库八成。", "但是晾晒跟不上。"]
    assert texts(f"他说：“秋粮入库八成。”{mark}大家记住。") == ["他说：“秋粮入库八成。”", "大家记住。"]


def test_marks_behind_words_go_before_a_mark_of_punctuation_and_at_the_end_of_a_line() -> None:
    assert texts("秋粮入库八成[1]，增长3%［2］；晾晒跟上[3]\n再抓紧。") == ["秋粮入库八成，增长3%；晾晒跟上", "再抓紧。"]


def test_circled_numbers_are_marks_where_one_stands_at_the_very_end() -> None:
    assert texts("秋粮入库八成。①但是晾晒跟不上。②") == ["秋粮入库八成。", "但是晾晒跟不上。"]


@pytest.mark.parametrize(
    "parts",
    [
        ["抓三件事。", "①抢收。", "②晾晒。", "③入库。"],
        ["[1]抢收。", "[2]晾晒。"],
        ["要做到：[1]抢收；[2]晾晒；[3]入库。"],
        ["县政发〔2023〕15号、县委〔23〕7号要落实。", "国发[2022]3号也要。"],
        ["每户30平方米²，每亩3㎡¹。", "就这些。"],
        ["按方案[见附件]办理。", "[插话]要快。"],
    ],
)
def test_numbers_of_items_documents_and_units_stay(parts: list[str]) -> None:
    assert texts("".join(parts)) == parts
