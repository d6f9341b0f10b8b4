"""The page of `jianghua read --explain-page`: sources of speeches with what cleaning deleted struck through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from jianghua.data.explanation import Piece, counts, pieces
from jianghua.data.pages.environment import write_page
from jianghua.data.speech import Kind, Speech

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
    "bullet": "项目符号",
    "glyph number": "字形编号",
    "note mark": "注释标记",
    "subtitle time": "字幕时间",
    "links": "链接",
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
    "speaker and time": "说话人和时间",
    "table of contents": "目录",
    "watermark": "水印",
    "white space": "空白",
}
"""What the page calls each reason; a reason that is not here is shown as it is."""

KINDS: Final[dict[Kind, str]] = {
    "title": "标题",
    "byline": "署名",
    "salutation": "称呼",
    "heading": "小标题",
    "body": "正文",
    "closing": "结束语",
}
"""What the page calls each kind of sentence."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a source as the page shows it.

    Attributes:
        text: the piece.
        element: the element around it; `None` for bare text.
        classes: the element's classes.
        title: what is shown under the pointer.
    """

    text: str
    element: Literal["del", "span"] | None = None
    classes: str = ""
    title: str = ""


def write_explanation_page(path: Path, items: Iterable[tuple[str, str, Speech]]) -> None:
    """Write the page for (name, source, speech) of each file."""
    write_page(path, "data/pages/explanation.html.j2", files=(_file(*item) for item in items))


def _file(name: str, source: str, speech: Speech) -> dict[str, Any]:
    """A file for the template."""
    return {
        "name": name,
        "title": speech.title or name,
        "sentences": len(speech.sentences),
        "reasons": [(_class(reason), _name(reason), characters) for reason, characters in counts(speech).items()],
        "passages": _passages(source, speech),
    }


def _passages(source: str, speech: Speech) -> Iterator[Passage]:
    for piece in pieces(source, speech):
        if piece.deletion is not None:
            yield _deleted(piece.text, piece.deletion.reason)
        elif piece.sentence is not None:
            yield _kept(piece, piece.sentence, speech)
        else:
            yield Passage(piece.text)


def _deleted(text: str, reason: str) -> Passage:
    if text.strip():
        return Passage(text, "del", _class(reason), _name(reason))
    if "\n" in text:  # a line through an empty line shows nothing
        return Passage(text)
    return Passage(text, "del", "blank", REASONS["white space"])


def _kept(piece: Piece, index: int, speech: Speech) -> Passage:
    sentence = speech.sentences[index]
    classes, title = f"s{index % 2} {sentence.kind}", f"第 {index + 1} 句 · {KINDS[sentence.kind]}"
    if sentence.truncated:
        classes, title = f"{classes} truncated", f"{title} · 原文在此中断"
    return Passage(piece.text, "span", classes, title)


def _name(reason: str) -> str:
    return REASONS.get(reason, reason)


def _class(reason: str) -> str:
    return "r-" + "".join(char if char.isalnum() and char.isascii() else "-" for char in reason)
