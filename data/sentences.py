"""Sentence splitting by the Chinese punctuation standard, without losing or changing a character.

GB/T 15834—2011: a full stop, question mark, exclamation mark or closing ellipsis ends a sentence, and a closing quote or
bracket stays with the sentence before it; a semicolon or colon ends nothing. A stop inside quotes or brackets does not end
a sentence that goes on after them.
"""

from __future__ import annotations

import re
from typing import Final

from jianghua.data.speech import Span

_CJK: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CLOSERS: Final = "”’」』）)】》〉〕］\\]"
_SUFFIX: Final = "(?:PDF|DOCX?|WPS|TXT|PPTX?|XLSX?|ZIP)(?![A-Za-z])"
_EMOJI: Final = "\U0001f000-\U0001faff\u200d\ufe0f"
# A half-width question or exclamation mark inside a web address ends nothing. A half-width full stop ends a sentence after a
# Chinese character, or after anything at the end of the paragraph or before white space and a Chinese character: not in
# 3.5, U.S. or a web address.
_STOP: Final = re.compile(
    rf"(?:[。！？…]|[!?](?![0-9A-Za-z=&/])|(?<=[{_CJK}％%”’）)\"])\.(?!{_SUFFIX}|[0-9a-z.])|\.(?=\s*$)|(?<![A-Z])\.(?=\s+[{_CJK}“]))"
    rf"(?:[。！？!?…]|\.(?![0-9A-Za-z]))*(?P<closers>[{_CLOSERS}\"']*)[{_EMOJI}]*\s*"
)
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
_TITLES: Final = "《〈"
_BRACKETS: Final = "（(【〔"
_QUOTES: Final = '“‘「『"'
_INTRODUCED: Final = "：:，,"
_SAY: Final = (
    "说|道|讲|问|答|喊|指出|强调|表示|认为|回答|叮嘱|嘱咐|感慨|感叹|坦言|直言|回忆|介绍|反问|追问|总结|提醒|呼吁|承诺|补充|自语|嘀咕|念叨"
    "|告诉(?:我|我们|大家)|写"
)
# What a sentence goes on with after a quotation that holds a stop: a comma, a dash, a particle, or who said it.
_GOES_ON: Final = re.compile(
    r"[，、；：,;:。.—的地得之]|时[，,]|(?:这|這|那|此|该|該|等|是|就是|也|都|以及|和|与|及|为|作为|成为|来|去|为了|不是|不能|而是|已经|正是)"
    r"|[两三四五六七八九十几]个?(?:问题|字|词|句话)|[^，。！？!?；;：:“”]{0,12}?[这那這](?:句|番|席|声|段|种)"
    rf"|[^，。！？!?；;：:“”]{{0,24}}?(?:{_SAY})(?:道|着|过|了)?(?:一句)?[。，,：:！!？?；;]"
)
_SAID: Final = re.compile(rf"(?:{_SAY})(?:了|过|着|道)?(?:一句|句|一声)?$")
_THEN: Final = re.compile(r"[就便才却又再并而]|然后|随即|转身|扭头|后[，,]?")
# What likes to begin a sentence after an ellipsis, which otherwise more often stands for left-out words than for an end.
_BEGINS: Final = re.compile(
    r"下面|下一步|接下来|会后|后来|同志们|总之|最后|首先|其次|第[一二三四五六七八九十][，,、]|[一二三四五六七八九十][是要]"
)
_MOST_BESIDE: Final = 50  # quotations side by side
_ITEM: Final = re.compile(r"(?:^|[。！？!?；;：:，,、\s])\d{1,3}$")


def split(text: str) -> list[Span]:
    """Sentences of one paragraph as half-open code-point offsets; they cover the text without gap or overlap.

    A paragraph never becomes part of the next: call this on each paragraph. White space stays with the sentence before it.
    Splitting a sentence again gives the sentence.
    """
    spans: list[Span] = []
    start, pairs, pair = 0, None, 0
    for stop in _STOP.finditer(text):
        end = stop.end()
        if end >= len(text):
            break
        if pairs is None:
            pairs = _enclosures(text)
        while pair < len(pairs) and pairs[pair][1] < stop.start():
            pair += 1
        around = pairs[pair] if pair < len(pairs) and pairs[pair][0] <= stop.start() else None
        following = pair + (around is not None)
        if following < len(pairs) and pairs[following][0] < end:
            end = pairs[following][0]  # a straight quote that opens a quotation closes nothing
        beside = _last_beside(text, end, pairs, following)
        if text[start:end].strip() and _ends(
            text, (start, end), stop.start(), around, closers=stop.group("closers") != "", beside=beside
        ):
            spans.append((start, end))
            start = end
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _enclosures(text: str) -> list[Span]:
    """Matched quotes and brackets as (offset of the opening mark, offset of the closing mark), outermost only, in order.

    An opening mark that is never closed encloses nothing: a lost quote must not swallow the rest of the paragraph.
    """
    pairs: list[Span] = []
    stack: list[tuple[str, int]] = []
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
    pairs.sort()
    outermost: list[Span] = []
    for pair in pairs:
        if not outermost or pair[0] > outermost[-1][1]:
            outermost.append(pair)
    return outermost


def _last_beside(text: str, end: int, pairs: list[Span], following: int) -> int:
    """Where the text goes on after a quotation that ends at `end` and those that follow it side by side."""
    for number in range(following, min(following + _MOST_BESIDE, len(pairs))):
        opening, closing = pairs[number]
        if opening != end or text[opening] not in _QUOTES + _TITLES:
            break
        end = closing + 1
    return end


def _ends(text: str, sentence: Span, stop: int, around: Span | None, closers: bool, beside: int) -> bool:
    """Whether a sentence ends at a stop that is not the paragraph's last.

    Args:
        text: the paragraph.
        sentence: the sentence, if it ends here, white space after it included.
        stop: offset of the stop.
        around: the outermost quotation or bracket that the stop stands in.
        closers: whether closing marks follow the stop.
        beside: where the text goes on after the quotations that stand side by side with the one that closes here.
    """
    start, end = sentence
    marks = text[stop:end].rstrip()
    if marks == "." and _ITEM.search(text[max(start, stop - 4) : stop]):
        return False  # the number of a list's item
    ellipsis = not re.search(r"[。！？!?.]", marks)
    if around is None:
        if closers and _GOES_ON.match(text, end):
            return False  # the closing quote of a quotation that began in a paragraph before
        return not ellipsis or "\n" in text[stop:end] or _BEGINS.match(text, end) is not None
    if around[1] >= end:
        return False  # the quotation or bracket is still open
    before = text[max(start, around[0] - 2) : around[0]]
    return _ends_after(text, before, around, marks, ellipsis, beside)


def _ends_after(text: str, before: str, around: Span, marks: str, ellipsis: bool, end: int) -> bool:
    """Whether a sentence ends where a quotation or bracket closes just after a stop.

    Args:
        text: the paragraph.
        before: the last two characters of the sentence before the opening mark, or what there is.
        around: the quotation or bracket.
        marks: the stop and the closing marks.
        ellipsis: whether the stop is nothing but an ellipsis.
        end: where the text goes on.
    """
    mark = text[around[0]]
    if mark in _TITLES or text[end : end + 1] in tuple("，、；：,;:。."):
        return False
    if mark in _BRACKETS:  # a remark between sentences is one of its own, a remark inside a sentence is not
        return not before or before.rstrip("”’")[-1:] in tuple("。！？!?…")
    goes_on = _GOES_ON.match(text, end) is not None
    if before[-1:] in tuple(_INTRODUCED):
        several = end > around[1] + 1
        return not ((ellipsis or several) and goes_on)
    embedded = before.strip() != ""
    if ellipsis or (embedded and marks[0] in "！？!?" and not _said(text, around[0], end)):
        return False  # what is quoted is a part of the sentence around it
    return not goes_on


def _said(text: str, opening: int, end: int) -> bool:
    """Whether a quotation without a colon before it is what someone said, and nothing is told of him after it."""
    return _SAID.search(text, max(0, opening - 5), opening) is not None and not _THEN.match(text, end)
