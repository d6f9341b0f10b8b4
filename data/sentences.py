"""Sentence splitting by the Chinese punctuation standard, without losing or changing a character.

GB/T 15834—2011: a full stop, question mark, exclamation mark or closing ellipsis ends a sentence, and a closing quote or
bracket stays with the sentence before it; a semicolon or colon ends nothing. A stop inside quotes or brackets does not end
a sentence that goes on after them.
"""

from __future__ import annotations

import re
from typing import Final

from data.speech import Span

_CJK: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CLOSERS: Final = "”’」』）)】》〉〕］\\]"
# A half-width full stop ends a sentence after a Chinese character, or after anything at the end of the paragraph or before
# white space and a Chinese character: not in 3.5, U.S. or a web address.
_STOP: Final = re.compile(
    rf"(?:[。！？!?]|……|…|(?<=[{_CJK}％%”’）)])\.(?![0-9A-Za-z.])|\.(?=\s*$)|(?<![A-Z])\.(?=\s+[{_CJK}“]))(?:[。！？!?…]|\.(?=[。！？!?.]))*"
    rf"(?P<closers>[{_CLOSERS}\"']*)"
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
_OPENS: Final = re.compile("[" + re.escape("".join(_PAIRS)) + re.escape("".join(_PAIRS.values())) + '"]')
# What a sentence goes on with after a quotation that holds a stop: a comma, a particle, or who said it.
_GOES_ON: Final = re.compile(
    r"[，、；：,;:。.的地得之]|(?:这|那|此|该|等|是|就是|也|都|以及|和|与|及|为|作为|成为|来|去|为了|不是|不能|而是|已经|正是)"
    r"|.{0,8}?(?:说|道|讲|问|答|喊|写道|指出|强调|表示|认为|回答)[。，,：:！!？?；;]"
)
_BRACKETS: Final = "（(【〔《〈"
_INTRODUCED: Final = "：:，,"


def split(text: str) -> list[Span]:
    """Sentences of one paragraph as half-open code-point offsets; they cover the text without gap or overlap.

    A paragraph never becomes part of the next: call this on each paragraph. White space stays with the sentence before it.
    Splitting a sentence again gives the sentence.
    """
    if not text:
        return []
    inside = None
    spans: list[Span] = []
    start = 0
    for stop in _STOP.finditer(text):
        end = stop.end()
        if end < len(text) and text[end].isspace():
            end += len(text[end:]) - len(text[end:].lstrip())
        if end >= len(text):
            break
        if inside is None:
            inside = _enclosures(text)
        if not _ends(text, stop, inside):
            continue
        if text[start:end].strip():
            spans.append((start, end))
            start = end
    spans.append((start, len(text)))
    return spans


def _enclosures(text: str) -> list[tuple[int, int]]:
    """Matched quotes and brackets as (offset of the opening mark, offset of the closing mark), outermost only, in order.

    An opening mark that is never closed encloses nothing: a lost quote must not swallow the rest of the paragraph.
    """
    pairs: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for match in _OPENS.finditer(text):
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
    outermost: list[tuple[int, int]] = []
    for pair in pairs:
        if not outermost or pair[0] > outermost[-1][1]:
            outermost.append(pair)
    return outermost


def _ends(text: str, stop: re.Match[str], inside: list[tuple[int, int]]) -> bool:
    """Whether a sentence ends at this stop, which is not the paragraph's last."""
    end = stop.end()
    if text[stop.start()] == "…" and not stop.group("closers") and not re.search("[。！？!?]", stop.group()):
        return False  # an ellipsis inside a paragraph more often stands for left-out words than for an end
    for opening, closing in inside:
        if opening > stop.start():
            break
        if closing < stop.start():
            continue
        if closing >= end:
            return False  # the quotation or bracket is still open
        return _ends_after_enclosure(text, opening, end)
    return True


def _ends_after_enclosure(text: str, opening: int, end: int) -> bool:
    """Whether a sentence ends where a quotation or bracket closes just after a stop."""
    rest = text[end:].lstrip()
    if rest[:1] in "，、；：,;:。.":
        return False
    if text[opening] in _BRACKETS:  # a remark between sentences is one of its own, a remark inside a sentence is not
        return opening == 0 or text[opening - 1] in "。！？!?…”’"
    introduced = opening > 0 and text[opening - 1] in _INTRODUCED
    return introduced or not _GOES_ON.match(rest)
