"""The structure of a speech: title, byline, salutation, headings, body; and its sentences with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from jianghua.data.cleaning.paragraphs import Paragraph
from jianghua.data.cleaning.rules import CleanText
from jianghua.data.cleaning.wraps import TERMINAL
from jianghua.data.documents import Document
from jianghua.data.sentences import split
from jianghua.data.speech import Kind, Sentence, Span

_LEVELS: Final = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,2}(?:章|部分|个(?:问题|方面))")),
    (2, re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]")),
    (3, re.compile(r"\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]{1,2}[，,、]|[一二三四五六七八九十](?:是|要)")),
    (4, re.compile(r"[(（]\d{1,2}[)）]|[①-⑳]")),
)
_SALUTATION: Final = re.compile(
    r"(?:(?:尊敬的|敬爱的)?(?:各位|同志|朋友|女士|先生|同学|老师|代表|委员|乡亲|战友|同事|[^。！？!?；;：:]{2,18}(?:书记|市长|县长|主任|经理|长))"
    r"[^。！？!?；;：:]{0,40}?|[^。！？!?；;：:，,]{1,24}(?:同志|朋友|同事|同学|代表|委员)们?)[：:！!]"
)
_BYLINE: Final = re.compile(
    r"[(（]?(?:[\dXx×*〇○零一二三四五六七八九十]{2,4}年[^。]{0,20}[日号])[^。]{0,12}[)）]?|[(（]?根据录音整理[)）]?"
    r"|[(（](?:根据|依据)?(?:会议|现场)?录音[^（）()。]{0,30}[)）]|[(（]?未经(?:本人|讲话人|领导)审[阅定核][^（）()。]{0,10}[)）]?"
    r"|[\u4e00-\u9fff]{0,16}(?:书记|省长|市长|县长|区长|镇长|主任|局长|部长|主席|董事长|总经理)\s*[\u4e00-\u9fff]{2,4}"
)
_GLUED_BYLINE: Final = re.compile(r"[（(][\dXx×*〇○零一二三四五六七八九十]{2,4}年[^。（）()]{0,20}[日号][）)](?=.)")
_CLOSING: Final = re.compile(
    r"(?:谢谢|感谢)(?:大家|各位|同志们)?[！!。.]?|(?:我就|我的讲话就?)[^。]{0,8}(?:这些|到这里)[^。]{0,10}[。！!]|散会[。！!]?"
)
_LONGEST_HEADING: Final = 60  # characters
_LONGEST_TITLE: Final = 90


def build_sentences(clean: CleanText, document: Document) -> tuple[str, tuple[Sentence, ...]]:
    """The title, and all sentences in order with kind, paragraph and source spans.

    A sentence of the body that nothing ends is flagged as truncated where the speech ends, or where text was left out.
    """
    sentences: list[Sentence] = []
    begun = False  # a sentence that ends or a salutation was seen: what comes now is no title
    parts = list(_parts(clean, document))
    for number, paragraph in enumerate(parts):
        text = _text(paragraph, document)
        edge = not begun or number == len(parts) - 1
        kind = _kind(text, paragraph, edge, first=number == 0)
        begun = begun or kind == "salutation" or (kind == "body" and _ended(text))
        level = _level(text, paragraph) if kind == "heading" else None
        pieces = [(0, len(text))] if kind in ("title", "byline", "salutation", "heading") else split(text)
        sentences += [
            Sentence(text[start:end], number, kind, None, _slice(paragraph.spans, start, end), paragraph.page, level)
            for start, end in pieces
        ]
        breaks_off = paragraph.cut_off or number == len(parts) - 1
        if kind == "body" and breaks_off and not _ended(text):
            sentences[-1] = replace(sentences[-1], truncated=True)
    sentences = _with_closing(sentences)
    title = next((sentence.text for sentence in sentences if sentence.kind == "title"), "")
    return title, tuple(sentences)


def _parts(clean: CleanText, document: Document) -> Iterator[Paragraph]:
    """The paragraphs, with a salutation at the start of the first text parted from what it is glued to."""
    greeted = False
    for paragraph in clean.paragraphs:
        text = _text(paragraph, document)
        byline = None if greeted else _GLUED_BYLINE.match(text)
        if byline:
            yield Paragraph(_slice(paragraph.spans, 0, byline.end()), paragraph.page)
            paragraph = replace(paragraph, spans=_slice(paragraph.spans, byline.end(), len(text)))
            text = text[byline.end() :]
        match = None if greeted else _SALUTATION.match(text)
        greeted = greeted or match is not None or TERMINAL.search(text) is not None
        if match and match.end() < len(text):
            yield Paragraph(_slice(paragraph.spans, 0, match.end()), paragraph.page)
            yield replace(paragraph, spans=_slice(paragraph.spans, match.end(), len(text)))
        else:
            yield paragraph


def _ended(text: str) -> bool:
    return TERMINAL.search(text) is not None


def _kind(text: str, paragraph: Paragraph, edge: bool, first: bool) -> Kind:
    """What a paragraph is. Speaker and date stand at an edge of the speech: before its first sentence, or at the very end."""
    if _SALUTATION.fullmatch(text):
        return "salutation"
    if edge and _BYLINE.fullmatch(text):
        return "byline"
    ended = _ended(text)
    if first and not ended and len(text) <= _LONGEST_TITLE:
        return "title"
    one = re.search("[。！？!?]", text) is None
    if one and not ended and len(text) <= _LONGEST_HEADING and (paragraph.level or _level(text, paragraph)):
        return "heading"
    return "body"


def _level(text: str, paragraph: Paragraph) -> int | None:
    """Depth of a heading by its number, else by the document's style."""
    return next((level for level, pattern in _LEVELS if pattern.match(text)), paragraph.level)


def _with_closing(sentences: list[Sentence]) -> list[Sentence]:
    """Mark thanks and the like at the very end."""
    result = list(sentences)
    for index in range(len(result) - 1, -1, -1):
        if result[index].kind != "body" or not _CLOSING.fullmatch(result[index].text):
            break
        result[index] = replace(result[index], kind="closing", truncated=False)
    return result


def _text(paragraph: Paragraph, document: Document) -> str:
    return "".join(document.text[start:end] for start, end in paragraph.spans)


def _slice(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """The part [start, end) of the text that the spans make up, as spans of the source."""
    result = []
    offset = 0
    for left, right in spans:
        length = right - left
        begin, stop = max(start - offset, 0), min(end - offset, length)
        if begin < stop:
            result.append((left + begin, left + stop))
        offset += length
    return tuple(result)
