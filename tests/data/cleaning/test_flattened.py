from __future__ import annotations

from collections.abc import Iterator

import pytest

from jianghua.data.reader import read_text

TITLE = "在全县冬修水利会上的讲话"
PARAGRAPHS = [
    "同志们：",
    "今年入冬早，渠道清淤的工期比往年少了二十天，各乡镇要把机械和人手提前排好，一天也不能耽搁。",
    "一、把主渠清出来",
    "主渠全长四十公里，淤得最深的地方有一米二，光靠人工清不动，水利局已经从市里调来二十台机械，乡镇要把便道修好。",
    "二、把账算明白",
    "清淤的资金一共有三笔，县里出一半，市里补三成，剩下的由受益的村来筹。筹多少要开会议，议定了要上墙。",
]
SENTENCES = [*PARAGRAPHS[:5], *PARAGRAPHS[5].partition("。")[:1]]


def rows(paragraph: str, width: int, indent: str = "") -> Iterator[str]:
    text = indent + paragraph
    while len(text) > width:
        end = width + (text[width] in "，。、：；")
        yield text[:end]
        text = text[end:]
    if text:
        yield text


@pytest.mark.parametrize("width", [17, 22, 26])
@pytest.mark.parametrize(("gap", "indent"), [(" ", ""), ("\u3000", ""), (" ", "\u3000\u3000"), ("  ", "")])
def test_line_ends_that_survive_as_spaces_part_paragraphs(width: int, gap: str, indent: str) -> None:
    flat = gap.join(row for paragraph in PARAGRAPHS for row in rows(paragraph, width, indent))
    for text in (f"{TITLE}\n{flat}", f"{TITLE}{gap}{flat}", flat):
        speech = read_text(text)
        assert [one.text for one in speech.sentences][-7:-2] == PARAGRAPHS[:5]
        assert [one.text for one in speech.sentences if one.kind == "heading"] == [PARAGRAPHS[2], PARAGRAPHS[4]]


def test_a_paragraph_a_line_may_be_flattened_too() -> None:
    flat = "\n".join(" ".join(rows(paragraph, 22)) for paragraph in PARAGRAPHS)
    assert read_text(f"{TITLE}\n{flat}").texts[1:6] == PARAGRAPHS[:5]


def test_figures_parted_at_a_line_end_are_whole() -> None:
    text = "今年全县要清淤的渠道一共有1200公里，比去年多了将近一半，各乡镇要在年底以前把自己那一段全部清完，一处不留。"
    assert "12 00" in " ".join(rows(text, 15))
    for width in range(12, 20):
        assert read_text(f"{TITLE}\n同志们：\n{' '.join(rows(text, width))}").texts[-1] == text


@pytest.mark.parametrize(
    "line",
    [
        "今年 5 月 ， 我们 引进 了 3 个 项目 ， 投资 12 亿元 ， 年底 以前 全部 开工 ， 明年 五月 投产 ， 谁 也 不 许 拖 。",
        "周某某 郑某某 王某某 冯某某 陈某某 褚某某 卫某某 蒋某某 沈某某 韩某某 杨某某 朱某某",
        "渠道清淤的工期比往年少了，机械和人手要提前排好。 主渠要先清，支渠后清。 验收不过的，返工重来。",
    ],
)
def test_spaces_that_are_no_line_ends_part_nothing(line: str) -> None:
    speech = read_text("\n".join([TITLE, "同志们：", line, PARAGRAPHS[1]]))
    assert len({one.paragraph for one in speech.sentences}) == 4
