from __future__ import annotations

import pytest

from jianghua.data.reader import read_bytes

CUES = ["同志们：", "今年秋粮长势总体不错，", "各乡镇要抓紧抢", "收，颗粒归仓。", "好！", "好！"]
SENTENCES = ["同志们：", "今年秋粮长势总体不错，各乡镇要抓紧抢收，颗粒归仓。", "好！", "好！"]


def srt(cues: list[str]) -> str:
    return "\n\n".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},500\n{cue}" for n, cue in enumerate(cues, 1)) + "\n"


def vtt(cues: list[str]) -> str:
    body = "\n\n".join(
        f"00:{n:02}.000 --> 00:{n + 1:02}.500 align:start position:10%\n<v 县长>{cue}" for n, cue in enumerate(cues)
    )
    return f"WEBVTT - 秋收会\nKind: captions\n\n{body}\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (srt(CUES), "a.srt"),
        (srt(CUES).replace("\n", "\r\n"), "a.txt"),
        (srt(CUES).replace("\n\n", "\n"), "a.txt"),
        (srt([f"<i>{cue}</i>" for cue in CUES]), "a.srt"),
        (srt(["{\\an8}" + cue for cue in CUES]), "a.srt"),
        (vtt(CUES), "a.vtt"),
        (vtt(CUES), "a.txt"),
    ],
)
def test_every_spoken_line_stays_and_nothing_else(content: str, name: str) -> None:
    assert read_bytes(content.encode(), name).texts == SENTENCES


def test_cues_without_punctuation_stay_apart() -> None:
    cues = ["今年秋粮长势不错", "各乡镇要抓紧抢收", "2023", "颗粒归仓"]
    assert read_bytes(srt(cues).encode(), "a.srt").texts == cues


def test_times_in_a_speech_are_no_cue() -> None:
    text = "在全县秋收工作会议上的讲话\n同志们：\n8:30 --> 9:30 抢收。\n00:00:01,000 --> 00:00:02,000\n"
    assert read_bytes(text.encode(), "a.txt").texts[2:] == ["8:30-->9:30抢收。", "00:00:01,000-->00:00:02,000"]
