from __future__ import annotations

import pytest

from jianghua.data.documents.markdown.detection import is_markdown
from jianghua.data.reader import read_bytes, read_text

TITLE = "在全县抗旱保苗会上的讲话"


def read(text: str, name: str = "讲话.md") -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in read_bytes(text.encode(), name).sentences]


@pytest.mark.parametrize(
    "front_matter",
    [
        f"---\ntitle: {TITLE}\ntags:\n  - 抗旱\n---\n",
        f"\ufeff---\n标题: {TITLE}\n日期: 2024-05-01\n...\n\n",
        f'+++\ntitle = "{TITLE}"\ndate = 2024-05-01\n[params]\nauthor = "县府办"\n+++\n',
    ],
)
def test_front_matter_goes(front_matter: str) -> None:
    assert read(f"{front_matter}# {TITLE}\n\n同志们：\n\n旱情很重。\n") == [
        ("title", TITLE),
        ("salutation", "同志们："),
        ("body", "旱情很重。"),
    ]


def test_lines_between_rules_are_no_front_matter() -> None:
    assert read(f"---\n{TITLE}\n同志们:\n旱情很重。\n---\n散会。")[:3] == [
        ("title", TITLE),
        ("salutation", "同志们:"),
        ("body", "旱情很重。"),
    ]


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("投入**“保苗”**资金，__务必__到位，*抓紧*办。", ["投入“保苗”资金，务必到位，抓紧办。"]),
        ("投资**亿元，增长**%，在**县**镇开工，**书记、**主任到场。", None),
        ("__年__月__日，张*、李*带队，2*3亩地变成3*5亩。", None),
        ("村民在#1楼留言。", None),
        (r"\*此件不公开\*，1\. 不算数。", ["*此件不公开*，1.不算数。"]),
        ('详见[通报][甲]、[规划](/plan.html "规划")和<https://a.example/b>。', ["详见通报、规划和https://a.example/b。"]),
        ("井打好了[^井]。水也通了。", ["井打好了。", "水也通了。"]),
        ("上午九点的会。<br>下午<b>下乡</b>，~~晚上加班，~~当天回。", ["上午九点的会。", "下午下乡，当天回。"]),
        ("![现场](data:image/png;base64,AAAA)井台要修好。", ["井台要修好。"]),
        ("水价＆电价 &ldquo;两降&rdquo;。", ["水价＆电价“两降”。"]),
        ("    缩进四格的一段。", ["缩进四格的一段。"]),
        ("[1]:数据来自水利局。", None),
    ],
)
def test_marks_go_and_words_stay(line: str, texts: list[str] | None) -> None:
    document = f"# {TITLE}\n\n同志们：\n\n{line}\n\n[甲]: https://a.example/c\n[^井]: 一共九眼。\n"
    assert [text for _, text in read(document)[2:]] == [*(texts or [line]), "一共九眼。"]


def test_lists_boxes_quotations_fences_and_rules_are_lines_of_text() -> None:
    text = (
        "1. 水利局找水。\n2. 乡镇送水。\n\n3) 农机站修泵。\n\n* * *\n\n- [x] 化肥到位。\n  + [ ] 种子在路上。\n\n"
        "> 老乡说：\n> “盼水。”\n\n~~~\n会后就办。\n~~~\n"
    )
    assert [text for _, text in read(f"# {TITLE}\n\n{text}")[1:]] == [
        *("1.水利局找水。", "2.乡镇送水。", "3)农机站修泵。", "化肥到位。", "种子在路上。"),
        *("老乡说：", "“盼水。”", "会后就办。"),
    ]


def test_a_date_with_stops_is_no_list() -> None:
    assert read(f"# {TITLE}\n\n旱情很重。\n\n2024. 6. 3\n")[-1][1] == "2024.6.3"


def test_headings_in_every_form() -> None:
    text = f"{TITLE}\n====\n\n压实责任\n---\n\n要到人。\n---\n##二、备足物资\n\n够用。\n\n"
    text += "**（一）水泵**\n\n**守好底线**\n\n**要快。**"
    assert read(text) == [
        ("title", TITLE),
        ("heading", "压实责任"),
        ("body", "要到人。"),
        ("heading", "二、备足物资"),
        ("body", "够用。"),
        ("heading", "（一）水泵"),
        ("heading", "守好底线"),
        ("body", "要快。"),
    ]


@pytest.mark.parametrize("rule", ["| --- | :-: |", "-|-", "|---|---|---|"])
def test_cells_of_a_table_are_paragraphs_and_none_is_lost(rule: str) -> None:
    text = f"# {TITLE}\n\n| 乡镇 | 亩数 |\n{rule}\n| 大河 | 三千 | 已浇 |\n| 双桥 |\n\n抓紧浇地。\n"
    assert [text for _, text in read(text)[1:]] == ["乡镇", "亩数", "大河", "三千", "已浇", "双桥", "抓紧浇地。"]


def test_plain_text_with_the_marks_of_markdown_is_read_as_such() -> None:
    assert read(f"**{TITLE}**\n同志们：\n**一、找水**\n要快。", "讲话.txt")[2] == ("heading", "一、找水")
    assert read_text(f"{TITLE}\n详见[通报](https://a.example/c)。").texts[1] == "详见通报。"


@pytest.mark.parametrize(
    "line",
    [
        "增长**%，下降**%。",
        "#1楼的意见很好。",
        "- 井台要修。",
        "> 水位 > 3米。",
        "---",
        "*注：按户统计。",
        "[1]水利局。",
        "a|b",
    ],
)
def test_a_speech_that_holds_stars_and_rules_is_no_markdown(line: str) -> None:
    assert not is_markdown(f"{TITLE}\n同志们：\n{line}\n旱情很重。")
    assert read_text(f"{TITLE}\n同志们：\n{line}\n旱情很重。").texts[2:] == ["".join(line.split()), "旱情很重。"]
