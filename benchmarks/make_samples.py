"""Render some of the sample speeches as the files that speeches arrive in: `python -m benchmarks.make_samples`.

Text in two encodings, Word, PDF and web page, with the wraps, page numbers, running heads, navigation, advertising and
comments that real files have. The speeches are of the style that the demo holds out, so that what it shows is honest.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from typing import Final

from jianghua.data.paths import SHIPPED
from jianghua.data.speech import Speech
from jianghua.data.store import atomic_write, read_speeches

SAMPLES: Final = SHIPPED / "data" / "samples"
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)  # time stamp inside archives, so that the files are the same each time
_COLUMNS: Final = 30  # characters a line


def paragraphs(speech: Speech) -> list[tuple[str, str]]:
    """Kind and text of each paragraph."""
    groups = groupby(speech.sentences, key=lambda sentence: (sentence.paragraph, sentence.kind))
    return [(kind, "".join(sentence.text for sentence in group)) for (_, kind), group in groups]


def wrapped(speech: Speech) -> list[str]:
    """Lines of a fixed number of characters, paragraphs indented by two ideographic spaces."""
    lines = []
    for kind, text in paragraphs(speech):
        rest = text if kind in ("title", "salutation") else f"\u3000\u3000{text}"
        while rest:
            lines.append(rest[:_COLUMNS])
            rest = rest[_COLUMNS:]
    return lines


def utf8_text(speech: Speech) -> bytes:
    """A paragraph a line, in UTF-8."""
    return "".join(f"{text}\n" for _, text in paragraphs(speech)).encode("utf-8")


def gb18030_text(speech: Speech) -> bytes:
    """Hard-wrapped lines with page numbers every 28 lines, in GB18030, with Windows line ends."""
    out = []
    for number, line in enumerate(wrapped(speech), start=1):
        out.append(line)
        if number % 28 == 0:
            out.append(f"— {number // 28} —")
    return ("\r\n".join(out) + "\r\n").encode("gb18030")


def word(speech: Speech) -> bytes:
    """A Word file with heading styles, a header and a footer."""
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料 注意保存"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    for kind, text in paragraphs(speech):
        if kind == "heading":
            document.add_heading(text, level=1)
        else:
            document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return _fixed_times(buffer.getvalue())


def _fixed_times(package: bytes) -> bytes:
    """The same archive with fixed time stamps."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def pdf(speech: Speech) -> bytes:
    """A PDF file with hard-wrapped lines, a running head and page numbers."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    lines, buffer, size = wrapped(speech), io.BytesIO(), 26
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    for page, start in enumerate(range(0, len(lines), size), start=1):
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(297, 800, "全市重点工作会议材料汇编")
        canvas.setFont("STSong-Light", 14)
        for row, line in enumerate(lines[start : start + size]):
            canvas.drawString(88, 760 - 26 * row, line)
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(297, 50, f"- {page} -")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def web_page(speech: Speech) -> bytes:
    """A web page with navigation, advertising, related reading, comments and a footer."""
    body = "\n".join(
        f"<h2>{escape(text)}</h2>" if kind == "heading" else f"<p>\u3000\u3000{escape(text)}</p>"
        for kind, text in paragraphs(speech)[1:]
    )
    title = escape(speech.title)
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} - 秘书之家</title>
<style>p {{ text-indent: 2em }}</style><script>var visits = 1024;</script></head><body>
<nav><a href="/">首页</a> <a href="/jianghua">领导讲话</a> <a href="/zongjie">工作总结</a> <a href="/vip">会员中心</a></nav>
<div class="ad-banner">限时优惠:开通年度会员,十万篇材料任意看!</div>
<article><h1>{title}</h1><div class="share">分享到: 微信 微博</div>
{body}
</article>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/1">在全市春季造林绿化现场会上的讲话</a></li>
<li><a href="/2">在离退休干部座谈会上的讲话</a></li></ul></div>
<section id="comments"><h3>网友评论</h3><p>楼主辛苦了,收藏学习。</p><p>请登录后发表评论。</p></section>
<footer>版权归原作者所有,如有侵权请联系站长删除。</footer>
</body></html>
""".encode()


FILES: Final[Sequence[tuple[str, str, Callable[[Speech], bytes]]]] = (
    ("da-05", "全县作风建设警示教育大会讲话.txt", utf8_text),
    ("da-04", "财税金融暨地方债务管理工作会议讲话_GB18030.txt", gb18030_text),
    ("dc-08", "城镇燃气安全专项整治推进会讲话.docx", word),
    ("da-10", "县委农村工作会议讲话.docx", word),
    ("db-06", "专项债券项目谋划储备推进会讲话.pdf", pdf),
    ("db-04", "开发区高质量发展推进大会讲话.pdf", pdf),
    ("de-06", "集团公司上半年经营工作会议讲话.html", web_page),
    ("dd-01", "巡视反馈问题整改工作推进会讲话.html", web_page),
)
"""Speech, file name and renderer of each raw sample."""


def main() -> None:
    """Write all raw sample files."""
    speeches = {speech.id: speech for speech in read_speeches(SAMPLES / "speeches.jsonl")}
    for id, name, render in FILES:
        with atomic_write(SAMPLES / "raw" / name) as file:
            file.write(render(speeches[id]))
        print(SAMPLES / "raw" / name)


if __name__ == "__main__":
    main()
