from __future__ import annotations

import re
from pathlib import Path

from jianghua.data.pages.explanation import write_explanation_page
from jianghua.data.reader import read_text
from jianghua.data.speech import Deletion, Sentence, Speech

SOURCE = "公文大师\n首页 登录\n在全县秋收会上的讲话\n同志们：\n要抓紧登录后可见余下内容抢收<b>。\n"


def test_the_page_strikes_out_what_was_deleted_and_escapes_the_text(tmp_path: Path) -> None:
    write_explanation_page(tmp_path / "e.html", [("a.txt", SOURCE, read_text(SOURCE))])
    page = (tmp_path / "e.html").read_text("utf-8")
    assert re.search(r'<del class="r-notice" title="网站提示">登录后可见余下内容</del>', page)
    assert "抢收&lt;b&gt;。" in page
    assert "<b>" not in page
    assert "http" not in page


def test_the_source_stands_on_the_page_character_by_character(tmp_path: Path) -> None:
    sentences = (Sentence("一句。", spans=((2, 5),)), Sentence("半句", spans=((6, 8),), truncated=True))
    deletions = (Deletion(0, 2, "white space"), Deletion(5, 6, "white space"), Deletion(8, 9, "a new reason"))
    speech = Speech("s", "", sentences, deletions=deletions)
    write_explanation_page(tmp_path / "e.html", [("名.txt", "\u3000 一句。\n半句\ud800\n", speech)])
    page = (tmp_path / "e.html").read_text("utf-8")
    (source,) = re.findall(r'<div class="source">(.*?)</div>', page, re.DOTALL)
    assert source == (
        '<del class="blank" title="空白">\u3000 </del><span class="s0 body" title="第 1 句 · 正文">一句。</span>\n'
        '<span class="s1 body truncated" title="第 2 句 · 正文 · 原文在此中断">半句</span>'
        '<del class="r-a-new-reason" title="a new reason">?</del>\n'
    )
