from __future__ import annotations

import pytest

from jianghua.data.documents import Document
from jianghua.data.documents.web.html import read_html
from jianghua.data.errors import DocumentError


def page(body: str, head: str = "") -> Document:
    return read_html(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


def lines(document: Document) -> list[str]:
    return document.text.split("\n")


def text(document: Document) -> list[str]:
    """What is no furniture."""
    return [document.text[block.start : block.end] for block in document.blocks if block.furniture is None]


def marked(document: Document) -> dict[str, str]:
    return {document.text[block.start : block.end]: block.furniture for block in document.blocks if block.furniture}


SPEECH = "<p>同志们：</p><p>今年任务很重。要抓紧干！</p><p>谁来干？大家一起干。</p>"
SPOKEN = ["同志们：", "今年任务很重。要抓紧干！", "谁来干？大家一起干。"]


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("utf-8", "gb2312"),
        ("gb18030", "utf-8"),
        ("gb18030", "gb2312"),
        ("big5", "big5"),
        ("utf-16", "utf-8"),
        ("utf-8-sig", "big5"),
    ],
)
def test_the_declared_encoding_counts_for_something_but_may_lie(written: str, declared: str) -> None:
    sentence = "大家要一心一意把工作做好，不要白白放走了日子。"
    html = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><p>{sentence}</p></html>'
    )
    assert read_html(html.encode(written)).text == sentence


def test_a_few_letters_are_read_as_declared() -> None:
    for encoding in ("gb18030", "big5"):
        html = f"<html><meta charset={encoding}><p>{'word ' * 50}大安</p></html>".encode(encoding)
        assert read_html(html).text.endswith("大安")


def test_inline_markup_does_not_part_words() -> None:
    document = page(
        '<p>讲<b>话<i>稿</i></b>要<span>实</span><wbr>在<a href="#">，短</a>。</p>'
        "<p>第&#8203;二&nbsp;段&mdash;&#151;完&amp;lt;</p>"
    )
    assert lines(document) == ["讲话稿要实在，短。", "第\u200b二\xa0段——完<"]


def test_line_breaks_make_lines_and_white_space_collapses() -> None:
    document = page("<div>在会上的讲话<br><br>\u3000\u3000第一段\n  还是第一段。<br/>第二段。</div>后文")
    assert lines(document) == ["在会上的讲话", "\u3000\u3000第一段 还是第一段。", "第二段。", "后文"]
    assert [block.kind for block in document.blocks] == ["line", "line", "line", "paragraph"]


def test_preformatted_text_keeps_its_lines() -> None:
    document = page("<pre>\n  一行\n\n二\t行\r\n</pre><div style='white-space: pre-wrap'>三\n四</div><p>五\n六</p>")
    assert lines(document) == ["  一行", "", "二\t行", "三", "四", "五 六"]
    assert [block.kind for block in document.blocks] == ["line"] * 5 + ["paragraph"]


def test_headings_lists_tables_and_tables_for_layout() -> None:
    document = page("<h2>一、形势</h2><ul><li>项</li></ul><table><tr><td>格</td><td><p>版面。</p></td></tr></table>")
    assert [(block.kind, block.level) for block in document.blocks] == [
        *[("heading", 2), ("list", None), ("table", None), ("paragraph", None)]
    ]


def test_what_is_not_seen_is_left_out() -> None:
    head = "<style>/* .a{} */ .x, #y { display : none } @media print { .p { display: none } } .x b { display:none }</style>"
    document = page(
        "<script>var a='字'</script><noscript>字</noscript><iframe>字</iframe><p hidden>字</p><p style='display: NONE'>字</p>"
        "<p>看<span style='font-size:0px'>字</span><span class='a x'>字</span><em id=y>字</em>见<span class=p>印</span>"
        "<b class=z>粗</b></p>"
        "<div style='font-size:0'><p>块</p></div><dialog>字</dialog><ruby>拼<rp>(</rp><rt>pīn</rt></ruby><q>引</q>"
        "<button>字</button><select><option>字</select><textarea>字</textarea>"
        "<template>字</template><!-- 字 --><svg><text>字</text></svg>",
        head,
    )
    assert lines(document) == ["看见印粗", "块", "拼“引”"]


@pytest.mark.parametrize(
    "frame",
    [
        '<form id="aspnetForm">{}</form>',
        '<div class="content-share">{}</div>',
        '<div id="hot-news"><div class="side">{}</div></div>',
        "<aside><footer>{}</footer></aside>",
        '<div style="display:none">{}</div>',
        '<div class="more">{}</div>',
        "<textarea>{}</textarea>",
    ],
)
def test_what_holds_most_of_the_sentences_is_the_text(frame: str) -> None:
    speech = "".join(SPOKEN) if "textarea" in frame else SPEECH
    document = page(
        '<nav><a href="/">首页</a></nav>' + frame.format(speech) + '<div class="related">相关阅读。</div>',
        "<style>.more{display:none}</style>",
    )
    assert "".join(text(document)) == "".join(SPOKEN)
    assert marked(document) == {"首页": "navigation", "相关阅读。": "related"}


def test_many_comments_are_still_comments() -> None:
    document = page(f"<div>{SPEECH}</div><div class=comments>{'<p>好！说得对。</p>' * 9}</div>")
    assert text(document) == SPOKEN


def test_links_are_furniture_but_for_titles_and_sentences() -> None:
    document = page(
        "<h1><a href='#'>在会上的讲话</a></h1><h3><a href='#'>另一篇讲话</a></h3><p><a href='#'>这是整句。</a></p>"
        "<p>下载：<a href='#'>附件一</a> <a href='#'>附件二</a></p>"
    )
    assert text(document) == ["在会上的讲话", "这是整句。"]
    assert set(marked(document).values()) == {"links"}


def test_deep_pages_are_read_or_refused() -> None:
    assert lines(page("<div>" * 1500 + "深处。" + "</div>" * 1500 + "<p>后面。</p>")) == ["深处。", "后面。"]
    with pytest.raises(DocumentError, match="at most 2,048 deep"):
        page("<div>" * 100_000 + "深处。")
    with pytest.raises(DocumentError, match="at most 2,048 deep"):
        page("</b></i>" * 1000 + "前面。" + "<div>" * 100_000 + "深处。")


def test_pages_without_text_say_so() -> None:
    with pytest.raises(DocumentError, match="only frames"):
        read_html(b"<html><frameset><frame src=a.html></frameset></html>")
    with pytest.raises(DocumentError, match="holds no text"):
        page("<img src=a.png>")
