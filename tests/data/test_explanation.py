from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from jianghua.data.errors import DocumentError
from jianghua.data.explanation import counts, pieces
from jianghua.data.reader import read_text
from jianghua.scripts.explain import terminal_text

SOURCE = "公文大师\n首页 登录\n在全县秋收会上的讲话\n同志们：\n要抓紧登录后可见余下内容抢收<b>。\n"


@given(st.text("讲话同志们：。\n 登录后可见余下内容\u200b<", max_size=80))
def test_pieces_make_up_the_source(source: str) -> None:
    try:
        speech = read_text(source)
    except DocumentError:
        return
    assert "".join(piece.text for piece in pieces(source, speech)) == source


def test_the_terminal_shows_reasons() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=200)
    speech = read_text(SOURCE)
    console.print(terminal_text("a.txt", SOURCE, speech))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[9;31m登录后可见余下内容" in shown
    assert "before the title" in shown
    assert counts(speech)["notice"] == 9
