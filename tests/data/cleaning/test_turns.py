from __future__ import annotations

import pytest

from jianghua.data.reader import read_text

FIRST, SECOND = "渠道清淤的事今天要定下来。", "我补充一点，机电井也要修。"
TITLE = "在全县冬修水利会上的讲话"


@pytest.mark.parametrize(
    "text",
    [
        f"发言人 1  00:00\n{FIRST}\n发言人 2  00:12\n{SECOND}",
        f"说话人1（周局长） 00:00:05-00:00:31\n{FIRST}\n说话人2（郑主任） 00:00:31-00:01:15\n{SECOND}",
        f"Speaker 1 00:00:01 {FIRST}\nSpeaker 2 00:00:31 {SECOND}",
        f"周局长（00:12）：{FIRST}\n郑主任（01:30）：{SECOND}",
        f"[00:01:02] 周局长：\n{FIRST}\n[00:02:10] 郑主任：\n{SECOND}",
        f"文字记录\n关键词：清淤、机井\n周局长 00:03\n{FIRST}\n郑主任 00:40\n{SECOND}",
        f"周局长 2024-06-03 09:12:33\n{FIRST}\n郑主任 2024-06-03 09:15:33\n{SECOND}",
        f"00:00:05\n{FIRST}\n00:00:15\n{SECOND}",
        f"【00:00:05】{FIRST}\n【00:00:15】{SECOND}",
        f"发言人1：{FIRST}\n发言人2：{SECOND}",
        f"00:00:05 发言人1\n{FIRST}\n00:00:15 发言人2\n{SECOND}",
    ],
)
def test_who_spoke_and_when_is_no_sentence(text: str) -> None:
    assert read_text(text).texts == [FIRST, SECOND]


def test_a_sentence_goes_on_over_turns_of_the_same_speaker_alone() -> None:
    half, rest = SECOND[:9], SECOND[9:]
    marks = ["发言人1 00:00:01", "发言人2 00:00:09", "发言人2 00:00:12", "发言人1 00:00:20"]
    assert read_text("\n".join([marks[0], FIRST, marks[1], half, marks[2], rest, marks[3], "散会。"])).texts[1] == SECOND
    assert read_text("\n".join([marks[0], FIRST, marks[1], half, marks[3], rest])).texts[1:] == [half, rest]


@pytest.mark.parametrize(
    "lines",
    [
        ["09:00 签到", "09:30 开幕式", "10:00 周局长讲话"],
        ["开幕式（09:00）：全体参加。", "参观（10:30）：分组去看。", "座谈（14:00）：人人发言。"],
        ["上午 08:30", "下午 14:00"],
        ["张三 02:03:05", "李四 02:05:01", "王五 02:07:30"],
        ["主持人：今天开会。", "记者：渠修到哪了？"],
        ["渠修好了，比分是3:10，输了要认。", "10:30 以前到场。"],
        ["发言人要讲真话。", "发言人1月起轮换。"],
    ],
)
def test_agendas_hours_and_results_stay(lines: list[str]) -> None:
    assert read_text("\n".join([TITLE, "同志们：", FIRST, *lines, SECOND])).texts[3:-1] == [
        "".join(line.split()) for line in lines
    ]
