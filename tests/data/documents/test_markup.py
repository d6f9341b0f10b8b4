from __future__ import annotations

import time

import pytest

from jianghua.data.documents.markup import visible_parts
from jianghua.data.documents.recognition import recognise
from jianghua.data.reader import read_bytes

HEAD = "在全县秋收工作会议上的讲话\n同志们：\n"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("&nbsp;&nbsp 抓紧&ldquo;抢收&rdquo;", ["\xa0\xa0 抓紧“抢收”"]),
        ("&amp;amp;ldquo;抢收&#8221;&#x3002;", ["“抢收”。"]),
        ("&NBSP;抢收&mdash；颗粒归仓", ["\xa0抢收—颗粒归仓"]),
        ("<P CLASS=a>抢收。</P>", ["", "抢收。", ""]),
        ("抢收。<br/>抢种。<BR>晾晒。", ["抢收。", "抢种。", "晾晒。"]),
        ("&lt;p style=&quot;a&quot;&gt;抢收&lt;/p&gt;", ["", "抢收", ""]),
        ('<span\nstyle="x">抢<b>收</b></span><o:p></o:p>', ["抢收"]),
        ("<!-- 隐藏 -->抢收<style>p {color: red}</style>", ["抢收"]),
        ("{\\an8}<i>抢收</i><c.yellow>快</c><00:00:01.500>干", ["抢收快干"]),
        ("R&D与A&B，Q&A;，&unknown;，<35微克，>85%，<<农业法>>，<通知>，a<b且c>d", None),
    ],
)
def test_entities_are_their_characters_and_tags_go(text: str, parts: list[str] | None) -> None:
    assert visible_parts(text) == (parts or [text])


@pytest.mark.parametrize("text", ["<!--" * 100_000, "<a " * 100_000, "<style>" * 100_000, "&amp;" * 100_000, "{\\an" * 100_000])
def test_markup_without_an_end_takes_linear_time(text: str) -> None:
    started = time.perf_counter()
    visible_parts(text)
    assert time.perf_counter() - started < 2


def test_a_page_that_escaped_its_tags_twice_has_their_paragraphs() -> None:
    page = (
        "<html><body><h1>在全县秋收工作会议上的讲话</h1><div>&amp;lt;p&amp;gt;&amp;nbsp;&amp;nbsp;同志们：&amp;lt;/p&amp;gt;"
        "&amp;lt;p&amp;gt;喊着&amp;#8220;颗粒归仓&amp;#8221;，&amp;lt;b&amp;gt;干的&amp;lt;/b&amp;gt;是另一套。&amp;lt;/p&amp;gt;</div>"
    )
    assert read_bytes(page.encode(), "a.html").texts == [
        "在全县秋收工作会议上的讲话",
        "同志们：",
        "喊着“颗粒归仓”，干的是另一套。",
    ]


def test_lines_of_a_text_with_a_few_tags_stay_lines() -> None:
    text = f"<p>{HEAD}&emsp;&emsp;秋粮入库八成。\n要抓紧抢收，<font color=red>不能</font>拖。</p>"
    assert read_bytes(text.encode(), "a.txt").texts == [*HEAD.split(), "秋粮入库八成。", "要抓紧抢收，不能拖。"]
    assert recognise(b"<p>a</p>\n<p>b</p>", "a.txt").name == "html"
    assert recognise(b"<html>\na\nb\nc", "a.txt").name == "html"
