"""The structure of a speech: title, byline, salutation, headings, body; and its sentences with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from jianghua.data.cleaning.paragraphs import Paragraph
from jianghua.data.cleaning.rules import CleanText
from jianghua.data.documents import Document
from jianghua.data.sentences import split
from jianghua.data.speech import Kind, Sentence, Span
from jianghua.data.text.folding import fold
from jianghua.data.text.lists import items
from jianghua.data.text.patterns import HAN_CLASS, NUMBERING, NUMERAL_CLASS, PAUSE_CLASS, SALUTATION, SENTENCE_STOP, TERMINAL

_DATE: Final = rf"[\dXx×*○{NUMERAL_CLASS}]{{2,4}}年[^。（）()]{{0,20}}[日号]"  # 2023年9月12日, 二〇二三年×月×日
_BYLINE: Final = re.compile(
    rf"""
      [(（]? {_DATE} [^。]{{0,12}} [)）]?
    | [(（]? 根据录音整理 [)）]?
    | [(（] (?: 根据 | 依据 )? (?: 会议 | 现场 )? 录音 [^（）()。]{{0,30}} [)）]
    | [(（]? 未经 (?: 本人 | 讲话人 | 领导 ) 审[阅定核] [^（）()。]{{0,10}} [)）]?
    | [{HAN_CLASS}]{{0,16}} (?: 书记 | [省市县区镇局部]长 | 主任 | 主席 | 董事长 | 总经理 ) \s* [{HAN_CLASS}]{{2,4}}
    """,
    re.VERBOSE,
)
"""Who speaks, when, and how the text came about, on a line of its own."""

_GLUED_BYLINE: Final = re.compile(
    rf"[（(](?:[^（）()。]{{0,12}}{_DATE}|[^（）()。]{{0,8}}(?:录音|记录)整理)[^（）()。]{{0,20}}[）)](?=.)"
)
"""A date, or how the text came about, in brackets with which a line begins that goes on with text."""

_CLOSING: Final = re.compile(
    r"""
      (?: 谢谢 | 感谢 ) (?: 大家 | 各位 | 同志们 )? [！!。.]?
    | (?: 我就 | 我的讲话就? ) [^。]{0,8} (?: 这些 | 到这里 ) [^。]{0,10} [。！!]       # 我就讲这些，谢谢大家！
    | 散会 [。！!]?
    """,
    re.VERBOSE,
)
"""Thanks and the like at the end of a speech."""

_LONGEST_HEADING: Final = 60  # characters
_LONGEST_TITLE: Final = 90


def build_sentences(clean: CleanText, document: Document) -> tuple[str, tuple[Sentence, ...]]:
    """The title, and all sentences in order with kind, paragraph and source spans.

    A sentence of the body that nothing ends is flagged as truncated where the speech ends, or where text was left out.
    """
    sentences: list[Sentence] = []
    has_begun = False  # a sentence that ends or a salutation was seen: what comes now is no title
    paragraphs = list(_parted(clean, document))
    last = max((number for number, paragraph in enumerate(paragraphs) if not paragraph.note), default=-1)
    listed = items([fold(_text(paragraph, document)) for paragraph in paragraphs])
    for number, paragraph in enumerate(paragraphs):
        is_last = number == last
        text = _text(paragraph, document)
        seen = fold(text)
        kind = _kind(seen, paragraph, is_edge=not has_begun or is_last, is_first=number == 0)
        if kind == "heading" and number in listed and paragraph.level is None:
            kind = "body"
        has_begun = has_begun or kind == "salutation" or (kind == "body" and _is_ended(seen))
        level = _level(seen, paragraph) if kind == "heading" else None
        sentences += _sentences(text, paragraph, number, kind, level)
        if kind == "body" and (paragraph.cut_off or is_last) and not _is_ended(seen):
            sentences[-1] = replace(sentences[-1], truncated=True)
    notes = next((number for number, sentence in enumerate(sentences) if sentence.paragraph > last), len(sentences))
    sentences = [*_with_closing(sentences[:notes]), *sentences[notes:]]
    title = next((sentence.text for sentence in sentences if sentence.kind == "title"), "")
    return title, tuple(sentences)


def _parted(clean: CleanText, document: Document) -> Iterator[Paragraph]:
    """The paragraphs, with a date and a salutation at the start of the first text parted from what they are glued to."""
    is_opening = True
    for paragraph in clean.paragraphs:
        for pattern in (_GLUED_BYLINE, SALUTATION):
            text = fold(_text(paragraph, document))
            match = pattern.match(text) if is_opening else None
            is_opening = is_opening and not (match and pattern is SALUTATION)
            if match and match.end() < len(text):
                opening, rest = _parts(paragraph.spans, (match.end(), len(text)))
                yield Paragraph(opening, paragraph.page)
                paragraph = replace(paragraph, spans=rest)
        is_opening = is_opening and not _is_ended(fold(_text(paragraph, document)))
        yield paragraph


def _sentences(text: str, paragraph: Paragraph, number: int, kind: Kind, level: int | None) -> list[Sentence]:
    """The sentences of a paragraph; only body text has several."""
    spans = split(text) if kind == "body" else [(0, len(text))]
    sources = _parts(paragraph.spans, (end for _, end in spans))
    return [
        Sentence(text[start:end], number, kind, None, source, paragraph.page, level)
        for (start, end), source in zip(spans, sources, strict=True)
    ]


def _is_ended(text: str) -> bool:
    return TERMINAL.search(text) is not None


def _kind(text: str, paragraph: Paragraph, is_edge: bool, is_first: bool) -> Kind:
    """What a paragraph is. Speaker and date stand at an edge of the speech: before its first sentence, or at the very end."""
    if SALUTATION.fullmatch(text) or (text[-1] in PAUSE_CLASS and SALUTATION.fullmatch(f"{text[:-1]}：")):
        return "salutation"
    if is_edge and _BYLINE.fullmatch(text):
        return "byline"
    if _is_ended(text):
        return "body"
    if is_first and len(text) <= _LONGEST_TITLE:
        return "title"
    is_numbered = paragraph.level is not None or _level(text, paragraph) is not None
    return "heading" if is_numbered and len(text) <= _LONGEST_HEADING and not SENTENCE_STOP.search(text) else "body"


def _level(text: str, paragraph: Paragraph) -> int | None:
    """Depth of a heading by its number, else by the document's style."""
    return next((level for level, numbering in NUMBERING if numbering.match(text)), paragraph.level)


def _with_closing(sentences: list[Sentence]) -> list[Sentence]:
    """Mark thanks and the like at the very end."""
    result = list(sentences)
    for index in range(len(result) - 1, -1, -1):
        if result[index].kind != "body" or not _CLOSING.fullmatch(fold(result[index].text)):
            break
        result[index] = replace(result[index], kind="closing", truncated=False)
    return result


def _text(paragraph: Paragraph, document: Document) -> str:
    return "".join(document.text[start:end] for start, end in paragraph.spans)


def _parts(spans: Sequence[Span], ends: Iterable[int]) -> Iterator[tuple[Span, ...]]:
    """The text that the spans make up, cut at `ends`, which rise: each part as spans of the source.

    One pass: a letter-spaced paragraph has as many spans as characters.
    """
    number, start, offset = 0, spans[0][0], 0  # the span that the next part begins in, where, and how much was taken
    for end in ends:
        part: list[Span] = []
        while offset < end:
            stop = min(spans[number][1], start + end - offset)
            part.append((start, stop))
            offset += stop - start
            start = stop
            if stop == spans[number][1] and number + 1 < len(spans):
                number += 1
                start = spans[number][0]
        yield tuple(part)
