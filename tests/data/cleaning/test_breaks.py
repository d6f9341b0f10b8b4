from __future__ import annotations

import pytest

from jianghua.data.reader import read_text

TITLE = "在全县冬修水利会上的讲话"
FIRST = "今年入冬早，渠道清淤的工期比往年少了二十天，各乡镇要把机械和人手提前排好，一天也不能耽搁。"
SECOND = "水利局要把图纸送到工地，缺什么材料当天报、当天批，谁也不许压在手里。"


def texts(*lines: str) -> list[str]:
    return read_text("\n".join([TITLE, "同志们：", *lines])).texts[2:]


@pytest.mark.parametrize("at", [20, 33, 51, 60])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n"])
def test_a_line_that_breaks_off_behind_the_end_of_a_sentence_goes_on(at: int, ending: str) -> None:
    text = FIRST + SECOND
    assert read_text(ending.join([TITLE, "同志们：", text[:at], text[at:], FIRST])).texts[2:] == [FIRST, SECOND, FIRST]


def test_text_with_half_width_marks_goes_on_as_well() -> None:
    table = str.maketrans("，。、：", ",.,:")
    first, second = FIRST.translate(table), SECOND.translate(table)
    assert texts((first + second)[:60], (first + second)[60:], first) == [first, second, first]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("县里已经把清淤的资金拨到乡镇", "账户，谁也不能截留。"),
        ("清淤的资金、机械、人手都已经到位，", "就看干部怎么干。"),
        ("这次清淤要用到的机械和", "人手由乡镇自己解决。"),
        ("今年的清淤方案印发以后", "，各乡镇都开了会。"),
        ("这是贯彻《", "水利条例》的第一年。"),
    ],
)
def test_one_soft_break_in_a_sentence_is_mended(first: str, second: str) -> None:
    assert texts(FIRST, first, second, SECOND) == [FIRST, first + second, SECOND]


@pytest.mark.parametrize(
    "following",
    ["一、修好主渠", "（二）管住闸口", "1.先清淤泥。", "第二，要护坡。", "各位代表：", "谢谢大家！", "同志们，要快。"],
)
def test_a_line_that_lost_its_stop_does_not_take_a_paragraph_along(following: str) -> None:
    lost = "主渠年前清完。支渠留到开春再清"
    assert texts(FIRST, lost, following)[-2:] == ["支渠留到开春再清", following]


@pytest.mark.parametrize(
    "lines",
    [
        ["不误农时", "不误工期", "不误民生"],
        ["修好每一条渠", SECOND, "护好每一眼井", SECOND],
        ["清淤机械二十台", "运输车辆三十辆", "护坡石料五百方"],
        ["主渠清淤的进度", FIRST],
        ["主渠全长四十公里（2019年修）", "支渠共有九条。"],
    ],
)
def test_short_lines_on_purpose_stay_apart(lines: list[str]) -> None:
    assert "\n".join(texts(FIRST, *lines, FIRST)).startswith("\n".join([FIRST, *lines]))


def test_a_long_heading_with_commas_stays_apart() -> None:
    heading = "五年来，水利建设投入不断加大，主要渠道全部贯通"
    assert texts(heading, FIRST, heading.replace("五", "十"), SECOND) == [heading, FIRST, heading.replace("五", "十"), SECOND]


def test_a_salutation_may_end_in_a_comma_and_have_several_lines() -> None:
    lines = ["尊敬的各位来宾，", "女士们、先生们：", "大家好！"]
    speech = read_text("\n".join([TITLE, *lines, FIRST]))
    assert [(one.kind, one.text) for one in speech.sentences][1:3] == [("salutation", lines[0]), ("salutation", lines[1])]


@pytest.mark.parametrize(
    "line",
    [
        "现就有关工作讲三点意见：",
        "各位委员提出三条建议：",
        "牵头的是周主任：",
        "出席会议的有周书记、郑主任：",
        "下面，我代表县委讲几点意见：",
    ],
)
def test_a_line_that_ends_in_a_colon_need_not_greet(line: str) -> None:
    kinds = {one.text: one.kind for one in read_text("\n".join([TITLE, "同志们：", FIRST, line, SECOND])).sentences}
    assert kinds[line] == "body"


def test_a_title_of_short_lines_above_its_subtitle_is_kept() -> None:
    lines = ["兴水利民办实事", "清淤护坡开新局", f"——{TITLE}"]
    assert read_text("\n".join([*lines, "同志们：", FIRST])).title == "".join(lines)
