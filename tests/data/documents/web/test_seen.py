"""What of a web page a reader sees: by its style sheets, by what is crossed out, and by what its parts are called."""

from __future__ import annotations

import pytest

from jianghua.data.documents import Document
from jianghua.data.documents.web.html import read_html
from jianghua.data.errors import DocumentError


def page(body: str, head: str = "") -> Document:
    return read_html(f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode())


def text(document: Document) -> list[str]:
    """What is no furniture."""
    return [document.text[block.start : block.end] for block in document.blocks if block.furniture is None]


PLAIN = "<p>汛期到了，巡堤不能断人。</p><p>物资要备足，预案要练熟。</p>"


@pytest.mark.parametrize(
    "style",
    [
        "color:#fff",
        "color: WHITE !important",
        "color:#FDFDFD",
        "color:rgb(255, 255, 255)",
        "color:rgba(0,0,0,0)",
        "color:rgb(0 0 0 / 0%)",
        "color:hsl(0,0%,100%)",
        "color:#ffffff00",
        "-webkit-text-fill-color:transparent",
        "background:#333;color:#333",
        "background-color:black;color:#000",
        "opacity:0",
        "opacity:.01",
        "opacity: 0%",
        "visibility:hidden",
        "VISIBILITY : COLLAPSE",
        "display:none!important",
        "font-size:0",
        "font-size:1px",
        "font-size:.1em",
        "font-size:1pt",
        "font:1px/1 宋体",
        "position:absolute;left:-9999px",
        "position:fixed;top:-999em",
        "position:absolute;right:-5000px",
        "position:absolute;left:10000px",
        "text-indent:-9999px",
        "margin-left:-9999px",
        "transform:translateX(-9999px)",
        "transform:scale(0)",
        "position:absolute;clip:rect(0,0,0,0)",
        "position:absolute;clip:rect(1px 1px 1px 1px)",
        "clip-path:inset(50%)",
        "display:inline-block;width:1px;height:1px;overflow:hidden",
        "display:inline-block;height:0;overflow:hidden",
        "max-height:0;overflow-y:hidden",
        "text-decoration:line-through",
        "text-decoration: red line-through 2px",
        "text-decoration-line:line-through",
    ],
)
def test_what_a_style_keeps_from_being_seen(style: str) -> None:
    hidden = f"<span style='{style}'>某站首发</span>"
    assert text(page(f"{PLAIN}<p>水库除险{hidden}加固要<b>在汛前</b>完工。</p>"))[2] == "水库除险加固要在汛前完工。"
    by_class = page(f"{PLAIN}<p>水库除险<i class='z q9'>某站首发</i>加固。</p>", f"<style>\n.q9 {{ {style} }}</style>")
    assert text(by_class)[2] == "水库除险加固。"


@pytest.mark.parametrize(
    "style",
    [
        "color:#ccc",
        "color:yellow",
        "color:var(--main)",
        "color:white;background:#b00",
        "color:white;background:url(a.png)",
        "color:#fff;background:linear-gradient(red,blue)",
        "opacity:.6",
        "font-size:12px",
        "font-size:small",
        "font-size:50%",
        "font:bold 12px/1.5 宋体",
        "text-indent:2em",
        "text-indent:-2em",
        "position:relative;left:-20px",
        "position:absolute;left:50%;margin-left:-500px",
        "left:-9999px",
        "height:0",
        "height:300px;overflow:hidden",
        "clip:rect(0,200px,200px,0)",
        "transform:scale(0.5)",
        "transform:translate(-50%,-50%)",
        "text-decoration:underline",
        "visibility:visible",
        "display:block",
    ],
)
def test_what_is_seen_all_the_same(style: str) -> None:
    document = page(f"{PLAIN}<div style='{style}'>水库要加固。</div>")
    assert text(document)[2] == "水库要加固。"


@pytest.mark.parametrize(
    "rule",
    [
        ".x {color:#fff}",
        "#y{color:#fff}",
        "em{color:#fff}",
        "em.x{color:#fff}",
        "div em{color:#fff}",
        "div > p > em{color:#fff}",
        "b + em{color:#fff}",
        "b~em{color:#fff}",
        ".none, h1.x , p .x{color:#fff}",
        "[data-k]{color:#fff}",
        "em[data-k='7']{color:#fff}",
        'em[class^="x"]{color:#fff}',
        "em[class*=x]{color:#fff}",
        "em:not(.keep){color:#fff}",
        "*.x{color:#fff}",
        "@media screen { .x{color:#fff} }",
        "@charset 'utf-8'; .x{color:#fff}",
        "/* .x{} */ .a::before{content:'}'} .x{color:#fff;}",
        "em{color:#fff !important} p em.x{color:#000}",
        ".x{color:#000} .x{color:#fff}",
        "div p em{color:#fff} em{color:#000}",
        "<!-- .x{color:#fff} -->",
        ".x{background:url(data:image/png;base64,AA==);background:#fff;color:#fff}",
    ],
)
def test_rules_hide_what_they_select(rule: str) -> None:
    body = f"<div>{PLAIN}<p>水库<b>除险</b><em class='x w' id=y data-k=7>某站首发</em>加固。</p></div>"
    assert text(page(body, f"<style>{rule}</style>"))[2] == "水库除险加固。"


@pytest.mark.parametrize(
    "rule",
    [
        ".xx{color:#fff}",
        "em:hover{color:#fff}",
        "em::after{color:#fff}",
        "@media print{em{color:#fff}}",
        "@media (max-width:9px){em{color:#fff}}",
        "p > div em{color:#fff}",
        "em + b{color:#fff}",
        "em:first-child{color:#fff}",
        "em{color:#fff} .x{color:#333}",
        ".x{color:#fff} em{color:#333 !important}",
        "em{color:#fff} p{background:#900}",
        "em{color:#fff} div{background-color:#008}",
        "em{color:#fff;background-color:#fff} em{background:red}",
        "em{font-size:0} em{font:16px 宋体}",
        "em{display:none} p em.x{display:inline}",
        "p{visibility:hidden} p b, p em{visibility:visible}",
        "} em{",
    ],
)
def test_rules_hide_nothing_else(rule: str) -> None:
    body = f"<div>{PLAIN}<p><b>除险</b><em class='x w' id=y data-k=7>加固。</em></p></div>"
    assert text(page(body, f"<style>{rule}</style>"))[-1] == "除险加固。"


def test_a_sheet_for_paper_hides_nothing_on_the_screen() -> None:
    assert text(page(f"{PLAIN}<p class=x>加固。</p>", "<style media=print>.x{display:none}</style>"))[-1] == "加固。"


def test_looks_pass_to_what_is_inside_and_may_be_revoked_there() -> None:
    body = (
        f"{PLAIN}<div style='color:#fff'>白<b>白</b><b style='color:#000'>黑</b></div>"
        "<div style='visibility:hidden'>隐<b>隐</b><b style='visibility:visible'>显</b></div>"
        "<div style='font-size:1px'>小<b>小</b><b style='font-size:16px'>大</b></div>"
        "<div style='opacity:0'>透<b style='opacity:1'>透</b></div><div hidden><p style='display:block'>藏</p></div>"
        "<p aria-hidden=true>见</p>"
    )
    assert text(page(body))[2:] == ["黑", "显", "大", "见"]


def test_attributes_of_older_pages_colour_as_well() -> None:
    body = (
        f"{PLAIN}<p>水库<font color='#FFFFFF'>首发</font>加固。</p><table bgcolor=#990000><tr><td><font color=white>要快</font>"
        "</table>"
    )
    assert text(page(body))[2:] == ["水库加固。", "要快"]
    assert text(read_html("<body bgcolor=#000 text=#fff><p>水库要加固。</p><p>汛期到了。</p></body>".encode())) == [
        "水库要加固。",
        "汛期到了。",
    ]


def test_where_other_sheets_may_set_the_ground_white_lines_are_believed_and_white_words_amid_text_are_not() -> None:
    other = "<link rel=stylesheet href=a.css>"
    white = "style='color:#fff'"
    body = (
        f"<div class=red><h2 {white}>防汛工作</h2></div>{PLAIN}<p>水库<i class=j {white}>首发</i>加固。</p><p {white}>首发</p>"
    )
    assert text(page(body, other)) == ["防汛工作", "汛期到了，巡堤不能断人。", "物资要备足，预案要练熟。", "水库加固。"]


@pytest.mark.parametrize("tag", ["s", "del", "strike"])
def test_what_is_crossed_out_goes_and_what_was_put_in_stays(tag: str) -> None:
    old = f"<{tag}>五月</{tag}>"
    body = f"{PLAIN}<p>要在{old}<ins>六月</ins>完工。<u>一天</u>不拖。<{tag}><b>逾期</b>通报。</{tag}></p><div>{old}</div>"
    assert text(page(body))[2:] == ["要在六月完工。一天不拖。"]


@pytest.mark.parametrize(
    "body",
    [
        "<div style='display:none'>{0}</div><div style='display:none'>{1}</div><p>第一页</p>",
        "<p style='color:#fff'>{0}</p><p style='color:#fff'>{1}</p><p>翻页</p>",
        "<section class=fade>{0}</section><section class=fade>{1}</section>",
        "<div style='visibility:hidden'>{0}{1}</div><div style='display:none'>弹窗</div>",
    ],
)
def test_what_is_unseen_but_holds_most_sentences_together_is_the_text(body: str) -> None:
    read = text(page(body.format("汛期到了，巡堤不能断人。", "物资要备足，预案要练熟。"), "<style>.fade{opacity:0}</style>"))
    assert "".join(read).startswith("汛期到了，巡堤不能断人。物资要备足，预案要练熟。")
    assert "弹窗" not in read


A, B, C, D = (
    "今年汛期来得早，雨量比常年偏多三成。",
    "各乡镇要在月底前把病险水库加固到位。巡堤查险一刻也不能断人。",
    "物资要备足，预案要练熟。谁的地段出了事，就追究谁的责任。",
    "财政要把防汛经费列入预算，专款专用。",
)


def block(name: str, inner: str) -> str:
    return f'<div class="{name}"><p>{inner}</p></div>'


@pytest.mark.parametrize(
    "body",
    [
        block("ad-1", A) + block("recommend-list", B) + block("comment-body", C) + block("sidebar", D),
        block("share-box", A + B + C) + block("side", D),
        block("text", A) + block("hot", B) + block("banner", C) + block("related", D),
        block("text", A + C) + block("share-tip", B) + block("text", C + D),
        f'<div id="comment">{block("hot", A + B)}</div>' + block("reply-2", C) + block("toolbar", D),
        f"<aside>{A}</aside><aside>{B}</aside><aside>{C}</aside><p>{D}</p>",
    ],
)
def test_text_in_many_blocks_with_unlucky_names_is_text(body: str) -> None:
    read = "".join(text(page(f"<h1>在防汛会上的讲话</h1><div>{body}</div>")))
    assert all(part in read for part in (A, B, C, D))


@pytest.mark.parametrize(
    "furniture",
    [
        block("comments", "河边人家：说得好，早就该修堤了！") + block("comments", "路过：支持。盼着早日动工。"),
        '<div class="related"><p>相关阅读：<a href=1>我市部署防汛工作。</a></p></div>',
        block("copyright", "未经书面许可，任何单位不得使用本站内容。"),
        '<div class="sidebar"><p>本站简介，关注我们的微信公众号。</p></div>',
        f"<nav><p>{D}</p></nav>",
    ],
)
def test_what_is_named_rightly_stays_furniture_beside_text_that_is_not(furniture: str) -> None:
    wrong = block("share-article", A + B) + block("hot-text", C)
    read = "".join(text(page(f"<h1>在防汛会上的讲话</h1><div>{wrong}{furniture}</div>")))
    assert read == f"在防汛会上的讲话{A}{B}{C}"


@pytest.mark.parametrize(
    "body",
    [
        "<div id=app></div><script src=a.js></script><div class=copy>某市水利局主办</div>",
        "<div id=root><div class=spin>数据加载中...</div></div><p>版权所有。技术支持：某公司。</p>",
        "<h1>在防汛会上的讲话</h1><div>Loading…</div>",
        "<p>您的浏览器已禁用 JavaScript，请启用后刷新页面。</p>",
        "<p>本页面需要浏览器支持（启用）Javascript。</p><a href=/>首页</a>",
        "<p>Please enable JavaScript to continue.</p>",
        "<p>正在进行安全验证，请稍候。</p>",
        "<ul><li><a href=/a>要闻</a></li></ul><div>正在努力加载，请稍等！</div>",
    ],
)
def test_a_page_that_a_script_would_fill_is_an_error(body: str) -> None:
    with pytest.raises(DocumentError, match="that a script fills") as caught:
        page(body)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        f"{PLAIN}<p>正在加载，请稍候…</p>",
        f"<div id=app></div><script></script>{PLAIN}",
        "<p>要打开视野，禁用JavaScript脚本的老系统今年全部换掉，一台不留。信息中心负责落实，月底报结果。各科室要把旧机器的台账理清，"
        "数据先备份后迁移，谁的数据谁负责，不能因为换系统耽误群众办事，也不能把问题留到汛期里去。</p>",
        "<p>同志们</p><p>没有一句话有句号</p>",
    ],
)
def test_a_page_with_sentences_is_read_though_it_speaks_of_scripts_or_waits_for_some(body: str) -> None:
    assert text(page(body))


def test_many_rules_and_deep_pages_end_in_time() -> None:
    sheet = "".join(f"div div div div div p.a{number % 7} > p b{{color:#fff}}" for number in range(300))
    body = "<div>" * 300 + "<p class=a1><b>字</b></p>" * 300 + PLAIN
    assert text(page(body, f"<style>{sheet}</style>"))[-1] == "物资要备足，预案要练熟。"
