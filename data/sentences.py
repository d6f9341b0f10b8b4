"""Sentence splitting by the Chinese punctuation standard, without losing or changing a character.

GB/T 15834—2011: a full stop, question mark, exclamation mark or closing ellipsis ends a sentence, and a closing quote or
bracket stays with the sentence before it; a semicolon or colon ends nothing. A stop inside quotes or brackets does not end
a sentence that goes on after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from jianghua.data.speech import Span
from jianghua.data.text.folding import fold
from jianghua.data.text.patterns import (
    CLOSER_CLASS,
    COLON_CLASS,
    HAN_CLASS,
    ORDINAL,
    PAUSE_CLASS,
    SENTENCE_STOP_CLASS,
    STOP_CLASS,
)

_STOP: Final = re.compile(
    rf"""
    (?:
        [。！？…]
      | [!?] (?! [0-9A-Za-z=&/] )                               # not inside a web address
      | (?<= [{HAN_CLASS}％%”’）)] ) [!?] (?! \w* = | [&/] )      # 怎么看?XX村, 怎么办?3月底; not in 检索?page=2
      | (?<= [{HAN_CLASS}％%”’）)"] ) \.                         # after a Chinese character; not in 报告.docx
        (?! (?: PDF | DOCX? | WPS | TXT | PPTX? | XLSX? | ZIP ) (?! [A-Za-z] ) | [0-9a-z.] )
        (?! (?<= 某\. ) 某 [百千万亿个元倍公平吨米%％] )             # not in 某.某亿元, a number that was masked
      | \. (?= \s* $ )                                          # at the end of the paragraph
      | (?<! [A-Z] ) \. (?= \s+ [{HAN_CLASS}“] )                # before white space and Chinese text; not in U.S.
    )
    (?: [{SENTENCE_STOP_CLASS}…] | \. (?! [0-9A-Za-z] ) )*
    (?P<closers> [{CLOSER_CLASS}"']* )
    [\U0001f000-\U0001faff\u200d\ufe0f]*                        # emoji
    \s*
    """,
    re.VERBOSE,
)
"""What may end a sentence, with the closing marks and the white space that stay with it. 3.5 has no stop."""

_PAIRS: Final = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "【": "】",
    "《": "》",
    "〈": "〉",
    "〔": "〕",
}
_MARKS: Final = re.compile("[" + re.escape("".join(_PAIRS)) + re.escape("".join(_PAIRS.values())) + '"]')
_TITLE_MARKS: Final = "《〈"
_MISPLACED: Final = f"{PAUSE_CLASS}{COLON_CLASS}；;"  # no sentence begins with one, whatever was typed before it
_INTRODUCING: Final = f"{COLON_CLASS}，,"  # a mark that introduces a quotation
_BRACKETS: Final = "（(【〔"
_QUOTES: Final = '“‘「『"'
_MOST_ADJACENT: Final = 50  # quotations side by side

_REPORTING_VERB: Final = """
    (?:
        说 | 道 | 讲 | 问 | 答 | 喊 | 写 | 指出 | 强调 | 表示 | 认为 | 回答 | 叮嘱 | 嘱咐 | 感慨 | 感叹 | 坦言 | 直言 | 回忆
      | 介绍 | 反问 | 追问 | 总结 | 提醒 | 呼吁 | 承诺 | 补充 | 自语 | 嘀咕 | 念叨 | 告诉 (?: 我 | 我们 | 大家 )
    )
"""
_CONTINUATION: Final = re.compile(
    rf"""
      [，、；：,;:。.—的地得之]
    | 时 [，,]
    | 这 | 這 | 那 | 此 | 该 | 該 | 等 | 是 | 就是 | 也 | 都 | 以及 | 和 | 与 | 及
    | 为 | 作为 | 成为 | 来 | 去 | 为了 | 不是 | 不能 | 而是 | 已经 | 正是
    | [两三四五六七八九十几] 个? (?: 问题 | 字 | 词 | 句话 )                          # 三个字
    | [^，{STOP_CLASS}{COLON_CLASS}“”]{{0,12}}? [这那這] (?: 句 | 番 | 席 | 声 | 段 | 种 )     # 他的这番话
    | [^，{STOP_CLASS}{COLON_CLASS}“”]{{0,24}}? {_REPORTING_VERB} [道着过了]? (?: 一句 )? [。，,：:！!？?；;]   # 他说。
    """,
    re.VERBOSE,
)
"""What a sentence goes on with after a quotation that holds a stop: a comma, a dash, a particle, or who said it."""

_REPORTED: Final = re.compile(rf"{_REPORTING_VERB} [了过着道]? (?: 一?句 | 一声 )? $", re.VERBOSE)
"""The end of what introduces a quotation without a colon."""

_NARRATION: Final = re.compile(r"[就便才却又再并而]|然后|随即|转身|扭头|后[，,]?")
"""What goes on to tell of the person that was quoted."""

_OPENER: Final = re.compile(
    rf"""
      下面 | 下一步 | 接下来 | 会后 | 后来 | 同志们 | 总之 | 最后 | 首先 | 其次
    | {ORDINAL.pattern}
    """,
    re.VERBOSE,
)
"""What likes to begin a sentence after an ellipsis, which otherwise more often stands for left-out words than for an end."""

_LIST_NUMBER: Final = re.compile(rf"(?: ^ | [{STOP_CLASS}{COLON_CLASS}{PAUSE_CLASS}\s] ) \d{{1,3}} $", re.VERBOSE)
"""The number of a list's item, up to its half-width full stop."""


class _Stop(NamedTuple):
    """A stop that is not the paragraph's last, and what stands around it.

    Attributes:
        start: its offset.
        end: offset just past it, its closing marks and the white space after it.
        is_closed: whether closing marks follow it.
        enclosure: the outermost quotation or bracket that it stands in.
        resume: where the text goes on after the quotations that stand side by side with the one that closes here.
    """

    start: int
    end: int
    is_closed: bool
    enclosure: Span | None
    resume: int


def split(text: str) -> list[Span]:
    """Sentences of one paragraph as half-open code-point offsets; they cover the text without gap or overlap.

    A paragraph never becomes part of the next: call this on each paragraph. White space stays with the sentence before it.
    Splitting a sentence again gives the sentence.
    """
    spans: list[Span] = []
    start = 0
    text = fold(text)
    for stop in _stops(text):
        if text[start : stop.end].strip() and _ends_sentence(text, start, stop):
            spans.append((start, stop.end))
            start = stop.end
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _stops(text: str) -> Iterator[_Stop]:
    """The stops of a paragraph in order, without its last."""
    pairs: list[Span] | None = None
    pair = 0
    for match in _STOP.finditer(text):
        start, end = match.span()
        if end >= len(text):
            return
        if pairs is None:  # a paragraph of one sentence needs none
            pairs = enclosures(text)
        while pair < len(pairs) and pairs[pair][1] < start:
            pair += 1
        enclosure = pairs[pair] if pair < len(pairs) and pairs[pair][0] <= start else None
        following = pair + (enclosure is not None)
        if following < len(pairs) and pairs[following][0] < end:
            end = pairs[following][0]  # a straight quote that opens a quotation closes nothing
        yield _Stop(start, end, match.group("closers") != "", enclosure, _end_of_adjacent(text, end, pairs, following))


def enclosures(text: str) -> list[Span]:
    """Matched quotes and brackets as (offset of the opening mark, offset of the closing mark), outermost only, in order.

    An opening mark that is never closed encloses nothing: a lost quote must not swallow the rest of the paragraph.
    """
    pairs: list[Span] = []
    stack: list[tuple[str, int]] = []  # closing mark that is waited for, offset of the opening mark
    for match in _MARKS.finditer(text):
        mark, at = match.group(), match.start()
        if mark in _PAIRS:
            stack.append((_PAIRS[mark], at))
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == mark:
                pairs.append((stack[depth][1], at))
                del stack[depth:]
                break
        else:
            if mark == '"':
                stack.append((mark, at))
    outermost: list[Span] = []
    for pair in sorted(pairs):
        if not outermost or pair[0] > outermost[-1][1]:
            outermost.append(pair)
    return outermost


def _end_of_adjacent(text: str, end: int, pairs: list[Span], following: int) -> int:
    """Where the text goes on after a quotation that ends at `end` and those that follow it side by side."""
    for opening, closing in pairs[following : following + _MOST_ADJACENT]:
        if opening != end or text[opening] not in _QUOTES + _TITLE_MARKS:
            break
        end = closing + 1
    return end


def _ends_sentence(text: str, start: int, stop: _Stop) -> bool:
    """Whether the sentence that begins at `start` ends at a stop."""
    marks = text[stop.start : stop.end].rstrip()
    if marks == "." and _LIST_NUMBER.search(text[max(start, stop.start - 4) : stop.start]):
        return False
    is_ellipsis = not re.search(f"[{SENTENCE_STOP_CLASS}.]", marks)
    if stop.enclosure is None:
        if text[stop.end] in _MISPLACED:
            return False
        if stop.is_closed and _CONTINUATION.match(text, stop.end):
            return False  # the closing quote of a quotation that began in a paragraph before
        return not is_ellipsis or "\n" in text[stop.start : stop.end] or _OPENER.match(text, stop.end) is not None
    opening, closing = stop.enclosure
    if closing >= stop.end:
        return False  # the quotation or bracket is still open
    before = text[max(start, opening - 2) : opening]
    if text[opening] in _TITLE_MARKS or text[stop.resume : stop.resume + 1] in tuple(f"{_MISPLACED}。."):
        return False
    if text[opening] in _BRACKETS:  # a remark between sentences is one of its own, a remark inside a sentence is not
        return not before or before.rstrip("”’")[-1:] in tuple(f"{SENTENCE_STOP_CLASS}…")
    return _ends_with_quotation(text, before, stop, stop.enclosure, is_ellipsis)


def _ends_with_quotation(text: str, before: str, stop: _Stop, quotation: Span, is_ellipsis: bool) -> bool:
    """Whether a sentence ends where a quotation closes just after a stop.

    Args:
        text: the paragraph.
        before: the last two characters of the sentence before the opening quote, or what there is.
        stop: the stop.
        quotation: offsets of the opening and the closing quote.
        is_ellipsis: whether the stop is nothing but an ellipsis.
    """
    opening, closing = quotation
    goes_on = _CONTINUATION.match(text, stop.resume) is not None
    if before[-1:] in tuple(_INTRODUCING):
        several = stop.resume > closing + 1
        return not ((is_ellipsis or several) and goes_on)
    is_embedded = before.strip() != ""
    if is_ellipsis or (is_embedded and text[stop.start] in "！？!?" and not _is_reported(text, opening, stop.resume)):
        return False  # what is quoted is a part of the sentence around it
    return not goes_on


def _is_reported(text: str, opening: int, end: int) -> bool:
    """Whether a quotation without a colon before it is what someone said, and nothing is told of him after it."""
    return _REPORTED.search(text, max(0, opening - 5), opening) is not None and not _NARRATION.match(text, end)
