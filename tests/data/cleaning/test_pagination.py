"""Page numbers and running heads go; lists, slides, subtitles and refrains, which look like them, stay."""

from __future__ import annotations

import pytest

from jianghua.data.reader import read_text

TITLE = "在全镇秋收工作会议上的讲话"
SENTENCES = [
    "秋粮抢收已经过半，烘干能力比去年提高三成。",
    "部分村沟渠淤塞严重，机具调度不够及时。",
    "排涝要摆在首位，低洼的田块先排先收。",
    "晒场不够用的村，可以借用学校的操场。",
    "种子要提前备足，不能等到下雨才去找。",
    "农技员要下到田头，手把手地教给大家。",
    "粮站要早开门晚关门，不许压级压价。",
    "外出务工的户，由互助组代收代晒。",
    "月底以前要收割完毕，一块田也不能丢下。",
    "谁误了农时，就要向全镇的群众作出说明。",
]


def read(*lines: str) -> list[str]:
    return list(read_text("\n".join([TITLE, "同志们：", *lines])).texts[2:])


@pytest.mark.parametrize("pages", [2, 4, 5])
@pytest.mark.parametrize("heads", [["秋收工作会议材料"], ["秋收工作会议材料", "镇党政办公室编印"]])
@pytest.mark.parametrize("form", ["- {} -", "{}", "第 {} 页"])
def test_running_heads_beside_page_numbers_go_also_those_of_left_and_right_pages(
    pages: int, heads: list[str], form: str
) -> None:
    if len(heads) > pages / 2:
        pytest.skip("of two pages each has its own head: nothing recurs")
    lines = []
    for page in range(pages):
        lines += [*SENTENCES[2 * page : 2 * page + 2], heads[page % len(heads)], form.format(page + 1)]
    assert read(*lines) == SENTENCES[: 2 * pages]


@pytest.mark.parametrize("form", ["秋收工作会议材料 第{}页", "— {} — 镇党政办公室编印", "第{}页 共5页 秋收工作会议材料"])
def test_running_heads_that_hold_the_page_number_go(form: str) -> None:
    lines = []
    for page in range(5):
        lines += [*SENTENCES[2 * page : 2 * page + 2], form.format(page + 1)]
    assert read(*lines) == SENTENCES


@pytest.mark.parametrize("items", [["先排涝", "再烘干", "后入库", "勤通报"], ["先排涝", "再烘干", "先排涝", "先排涝"]])
def test_items_below_their_numbers_stay(items: list[str]) -> None:
    numbered = [line for number, item in enumerate(items, start=1) for line in (str(number), item)]
    assert read(SENTENCES[0], "下面讲几件事：", *numbered, SENTENCES[1]) == [
        SENTENCES[0],
        "下面讲几件事：",
        *items,
        SENTENCES[1],
    ]


def test_refrains_stay() -> None:
    lines = [line for number, text in enumerate(SENTENCES[:4], start=1) for line in (str(number), "同志们！", text)]
    assert read(*lines).count("同志们！") == 4
    slogans = [line for number in range(1, 6) for line in (str(number), "颗粒归仓", f"这是第{number}户的心愿")]
    assert read(*slogans).count("颗粒归仓") == 5


def test_subtitles_keep_what_was_spoken_also_twice() -> None:
    spoken = ["我们一定要", "把粮食收回来", "我们一定要", "把沟渠疏通", "大家有没有信心"]
    cues = [f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{text}\n" for number, text in enumerate(spoken, start=1)]
    assert "".join(read(*cues)) == "".join(spoken)


def test_titles_of_slides_stay() -> None:
    slides = [("主要成效", "收得快"), ("主要成效", "存得好"), ("存在问题", "排涝慢"), ("下步打算", "抢农时")]
    lines = [line for number, (title, point) in enumerate(slides, start=1) for line in (str(number), title, point)]
    assert read(*lines) == [line for slide in slides for line in slide]


def test_numbered_lines_that_head_text_are_no_running_heads() -> None:
    lines = [line for number, text in enumerate(SENTENCES, start=1) for line in (f"附件{number}", text)]
    assert read(*lines) == lines
