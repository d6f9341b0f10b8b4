"""Explanations: the source of a speech with what cleaning deleted struck through, for the terminal and as a web page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from jianghua.data.speech import Deletion, Kind, Speech

REASONS: Final = {
    "abstract": "摘要",
    "advertising": "广告",
    "after the speech": "讲话之后",
    "aside": "边栏",
    "before the title": "标题之前",
    "comments": "评论",
    "file suffix": "文件后缀",
    "form": "表单",
    "invisible character": "不可见字符",
    "links": "链接",
    "markup": "排版标记",
    "navigation": "导航",
    "notice": "网站提示",
    "outline": "目录",
    "page footer": "页脚",
    "page information": "页面信息",
    "page marker": "页码",
    "page number": "页码",
    "related": "相关阅读",
    "repeated title": "重复标题",
    "repeats the text": "重复正文",
    "running head": "页眉",
    "table of contents": "目录",
    "watermark": "水印",
    "white space": "空白",
}
"""What the page calls each reason; a reason that is not here is shown as it is."""

_KINDS: Final[dict[Kind, str]] = {
    "title": "标题",
    "byline": "署名",
    "salutation": "称呼",
    "heading": "小标题",
    "body": "正文",
    "closing": "结束语",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the source that was treated alike.

    Attributes:
        text: the piece.
        deletion: why it was deleted; `None` where it was kept.
        sentence: number of the sentence that it belongs to; `None` where it was deleted.
    """

    text: str
    deletion: Deletion | None
    sentence: int | None


def pieces(source: str, speech: Speech) -> Iterator[Piece]:
    """The source in pieces, in order and without a gap.

    Args:
        source: the extracted text that the speech was read from.
        speech: the speech, with spans and deletions.
    """
    kept = [(start, end, None, number) for number, one in enumerate(speech.sentences) for start, end in one.spans]
    gone = [(cut.start, cut.end, cut, None) for cut in speech.deletions]
    offset = 0
    for start, end, deletion, number in sorted([*kept, *gone], key=lambda piece: piece[0]):
        if offset < start:  # the line feeds that the reader put between blocks
            yield Piece(source[offset:start], None, None)
        yield Piece(source[start:end], deletion, number)
        offset = end
    if offset < len(source):
        yield Piece(source[offset:], None, None)


def counts(speech: Speech) -> dict[str, int]:
    """Deleted characters by reason, most first."""
    total: Counter[str] = Counter()
    for cut in speech.deletions:
        total[cut.reason] += cut.end - cut.start
    return dict(total.most_common())


def explanation_page(items: Iterable[tuple[str, str, Speech]]) -> Iterator[str]:
    """A self-contained web page, in parts, for (name, source, speech) of each file."""
    yield _HEAD
    for name, source, speech in items:
        yield f"<section><h2>{escape(speech.title or name)}</h2><p class=file>{escape(name)}</p><p class=counts>"
        yield f"<span>{len(speech.sentences)} 句</span>"
        for reason, characters in counts(speech).items():
            yield f"<span class='tag {_slug(reason)}'>{escape(REASONS.get(reason, reason))} {characters} 字</span>"
        yield "</p><div class=source>"
        yield from (_marked(piece, speech) for piece in pieces(source, speech))
        yield "</div></section>\n"
    yield "</main></html>\n"


def _marked(piece: Piece, speech: Speech) -> str:
    text = escape(piece.text.encode("utf-8", "replace").decode("utf-8"))
    if piece.deletion is not None:
        reason = piece.deletion.reason
        if not piece.text.strip():
            return text if "\n" in piece.text else f"<del class=blank title='空白'>{text}</del>"
        return f"<del class='{_slug(reason)}' title='{escape(REASONS.get(reason, reason))}'>{text}</del>"
    if piece.sentence is None:
        return text
    sentence = speech.sentences[piece.sentence]
    title = f"第 {piece.sentence + 1} 句 · {_KINDS[sentence.kind]}" + (" · 原文在此中断" if sentence.truncated else "")
    marks = f"s{piece.sentence % 2} {sentence.kind}" + (" truncated" if sentence.truncated else "")
    return f"<span class='{marks}' title='{title}'>{text}</span>"


def _slug(reason: str) -> str:
    return "r-" + "".join(char if char.isalnum() and char.isascii() else "-" for char in reason)


_HEAD: Final = """<!DOCTYPE html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>清洗说明</title>
<style>
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fff; --faint: #6b7280; --line: #dfe3e8; --odd: #eef4ff;
  --even: #f2f8ef; --gone: #b3261e; --gone-paper: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e6eb; --paper: #16191e; --faint: #9aa2ad; --line: #333941;
  --odd: #1b2740; --even: #1d2d20; --gone: #ff8a80; --gone-paper: #3a1d1b; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.9 "Noto Sans CJK SC", "Source Han Sans SC",
  "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 0; }
p { margin: .3rem 0; } .file, .lead { color: var(--faint); font-size: .9rem; overflow-wrap: anywhere; }
.counts { display: flex; flex-wrap: wrap; gap: .4rem; font-size: .85rem; }
.counts span { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .7rem; }
.counts .tag { color: var(--gone); border-color: currentColor; }
.source { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .6rem;
  padding: 1rem 1.2rem; margin-top: .8rem; }
.s0 { background: var(--odd); } .s1 { background: var(--even); }
.title, .heading { font-weight: 700; } .truncated { border-right: 3px solid var(--gone); }
del { color: var(--gone); background: var(--gone-paper); text-decoration: line-through; }
del.blank { background: none; border-bottom: 1px dotted var(--gone); text-decoration: none; }
@media print { .s0, .s1 { background: none; } .s1 { text-decoration: underline dotted; } }
</style>
<main><h1>清洗说明</h1>
<p class="lead">原文照录：删去的部分加删除线（悬停可见原因），留下的句子以底色交替区分（悬停可见序号与类型）。</p>
"""
