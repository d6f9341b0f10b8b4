"""Notices in running text: in brackets, as whole phrases, or as chains of a site's words glued into a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from jianghua.data.cleaning.vocabulary import Section, any_of, pattern
from jianghua.data.speech import Span

CHAIN: Final[tuple[Section, ...]] = ("site", "document", "omission", "access", "filler")
"""The sections of the words that notices are made of."""

_WHOLE: Final[tuple[Section, ...]] = ("omission_notice", "notice")
_BRACKETS: Final = "()[]【】{}「」"
_GAP: Final = 1  # characters between two words of a chain that are no such words themselves
_SHORTEST: Final = 6  # characters of a notice in running text
_COVERED: Final = 0.8  # share of a chain that is words of notices
_BRACKETED_SHARE: Final = 0.5  # the same of what stands in brackets
_ORNAMENTS: Final = "*~※>»<«↓=_—-"
_FEWEST_ORNAMENTS: Final = 2  # on each side of a notice
_MOST_ORNAMENTS: Final = 6
_JOINT: Final = re.compile(rf"[,、:{re.escape(_ORNAMENTS)}]*")
_SENTENCE: Final = re.compile(r"[^。?;\n]+")
_BRACKETED: Final = re.compile(
    r"""
    (?: [(\[【〔<] | [《<]{2,3} )
    ( [^()\[\]【】〔〕<>《》。]{2,40} )
    (?: [》>]{2,3} | [)\]】〕>] )
    """,
    re.VERBOSE,
)
_CLOSING: Final = {"(": ")", "[": "]", "【": "】", "「": "」", "{": "}"}
# Small words that end a notice: at its edge they do not belong to the sentence around it.
_ENDS: Final = re.compile("后|即可|可见|查看|阅读|浏览|显示|展示|展开|看到|内容|发布|上传|整理|提供")


class Notice(NamedTuple):
    """A notice inside a text.

    Attributes:
        start: offset of its first character.
        end: offset just past its last character.
        omission: whether it says that text was left out at this place.
    """

    start: int
    end: int
    omission: bool


def find_notices(text: str) -> list[Notice]:
    """Notices in a text without white space and with ASCII punctuation: in order, without overlap.

    Of two that overlap the longer one stays.
    """
    found: list[Notice] = []
    taken = bytearray(len(text))
    for notice in sorted([*_bracketed(text), *_in_sentences(text)], key=lambda one: one.start - one.end):
        if notice.start < notice.end and not any(taken[notice.start : notice.end]):
            taken[notice.start : notice.end] = b"\1" * (notice.end - notice.start)
            found.append(notice)
    return [_with_ornaments(text, notice) for notice in _merged(text, sorted(found))]


def is_made_of_notice_words(text: str, least: float) -> bool:
    """Whether at least this share of a text is words of notices, and they speak of the document or the site."""
    words = list(any_of(CHAIN).finditer(text))
    sections = [word.lastgroup or "" for word in words]
    covered = sum(len(word.group()) for word in words)
    return covered >= least * len(text) and (_make_notice(sections) or "site" in sections)


def _make_notice(sections: Collection[str]) -> bool:
    """Whether words of these sections together make a notice."""
    return "document" in sections and ("access" in sections or "omission" in sections)


def _tells_omission(notice: str) -> bool:
    return pattern("omitted").search(notice) is not None


def _bracketed(text: str) -> Iterator[Notice]:
    """Brackets that hold a notice and nothing else."""
    for match in _BRACKETED.finditer(text):
        if is_made_of_notice_words(match.group(1), least=_BRACKETED_SHARE):
            yield Notice(match.start(), match.end(), _tells_omission(match.group(1)))


def _in_sentences(text: str) -> Iterator[Notice]:
    """Notices in running text, by the patterns of whole notices and by chains of their words."""
    for sentence in _SENTENCE.finditer(text):
        if not pattern("trigger").search(text, *sentence.span()):
            continue
        whole = [
            Notice(*_trimmed(match), omission=section == "omission_notice")
            for section in _WHOLE
            for match in pattern(section).finditer(text, *sentence.span())
        ]
        yield from whole
        yield from (notice for chain in _chains(text, sentence.span()) for notice in _notice_of(_narrowed(chain, whole)))


def _trimmed(match: re.Match[str]) -> Span:
    """A whole notice without the marks at its edges that belong to the sentence around it."""
    notice, (start, end) = match.group(), match.span()
    closing = _CLOSING.get(notice[0])
    if closing and closing in notice:
        return start, start + notice.rindex(closing) + 1
    if closing or notice[0] in ",、":
        start += 1
    return start, start + len(match.string[start:end].rstrip(")]】」}》"))


def _chains(text: str, sentence: Span) -> Iterator[list[re.Match[str]]]:
    """Chains of a notice's words, which may be glued to the words around them; a bracket between two words ends one."""
    chain: list[re.Match[str]] = []
    for word in any_of(CHAIN).finditer(text, *sentence):
        gap = text[chain[-1].end() : word.start()] if chain else ""
        if len(gap) > _GAP or (gap and gap in _BRACKETS):
            yield chain
            chain = []
        chain.append(word)
    yield chain


def _narrowed(chain: list[re.Match[str]], whole: Sequence[Notice]) -> list[re.Match[str]]:
    """A chain without what the sentence around a whole notice in it may own.

    Speeches use the words of access, too: 客户端注册用户 with a notice glued in, or 基本结束 before one.
    """
    for notice in whole:
        before = [word for word in chain if word.end() <= notice.start]
        after = [word for word in chain if word.start() >= notice.end]
        if len(before) + len(after) == len(chain):
            continue  # the notice stands elsewhere
        if before and (before[-1].end() < notice.start or _is_one_common_word(before)):
            chain = chain[len(before) :]
        if after and (after[0].start() > notice.end or _is_one_common_word(after)):
            chain = chain[: -len(after)]
    return chain


def _is_one_common_word(words: Sequence[re.Match[str]]) -> bool:
    """Whether words are, but for marks, a single one that speeches use as well."""
    sections = [word.lastgroup for word in words if word.group()[0].isalnum()]
    return len(sections) == 1 and sections[0] in ("access", "omission")


def _notice_of(chain: Sequence[re.Match[str]]) -> Iterator[Notice]:
    """The notice that a chain makes, without small words at its edges that the sentence around it may own."""
    words = list(chain)
    while words and words[0].lastgroup == "filler":
        words.pop(0)
    while words and words[-1].lastgroup == "filler" and not _ENDS.fullmatch(words[-1].group()):
        words.pop()
    sections = [word.lastgroup or "" for word in words]
    if not words or not (_make_notice(sections) or len({word.group() for word in words if word.lastgroup == "site"}) >= 2):
        return
    text, start, end = words[0].string, words[0].start(), words[-1].end()
    if "site" in sections and text[end : end + 1] == "的":
        return  # 未经许可不得转载的作品: the sentence speaks of such things
    covered = sum(len(word.group()) for word in words)
    if end - start >= _SHORTEST and covered >= _COVERED * (end - start):
        yield Notice(start, end, _tells_omission(text[start:end]))


def _merged(text: str, notices: Sequence[Notice]) -> list[Notice]:
    """Notices, of which two that only marks part become one."""
    merged: list[Notice] = []
    for notice in notices:
        if merged and _JOINT.fullmatch(text, merged[-1].end, notice.start):
            before = merged.pop()
            notice = Notice(before.start, notice.end, before.omission or notice.omission)
        merged.append(notice)
    return merged


def _with_ornaments(text: str, notice: Notice) -> Notice:
    """A notice with the ornaments on both sides of it."""
    head = text[max(0, notice.start - _MOST_ORNAMENTS) : notice.start]
    tail = text[notice.end : notice.end + _MOST_ORNAMENTS]
    before, after = len(head) - len(head.rstrip(_ORNAMENTS)), len(tail) - len(tail.lstrip(_ORNAMENTS))
    if min(before, after) < _FEWEST_ORNAMENTS:
        return notice
    return notice._replace(start=notice.start - before, end=notice.end + after)
