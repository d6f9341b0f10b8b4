"""The vocabulary of notices that sites put into and around a speech, from `notices.txt`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from jianghua.data.speech import Span

_FILE: Final = Path(__file__).with_name("notices.txt")
_WORD_EVERY: Final = 40  # characters
_WORD_EVERY_IN_PROSE: Final = 20
_FEW: Final = 4  # characters that are no sentence any more
_WEAK_SHARE: Final = 0.4
_NUMBERED: Final = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十百]{1,4}[条章节]"
)
_HALF_WIDTH: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


@cache
def _sections() -> dict[str, list[str]]:
    """Rules by section; `{name}` in a rule stands for the alternatives of the section `words name`."""
    sections: dict[str, list[str]] = {}
    current = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if re.fullmatch(r"\[\w+(?: \w+)?\]", line):
            current = line[1:-1]
        elif line and not line.startswith("#"):
            sections.setdefault(current, []).append(line)
    return sections


@cache
def _pattern(name: str) -> re.Pattern[str]:
    sections = _sections()
    words = {key.removeprefix("words "): "|".join(rules) for key, rules in sections.items() if key.startswith("words ")}
    rule = "|".join(f"(?:{rule})" for rule in sections[name])
    for _ in range(2):  # words may name other words
        rule = re.sub(r"\{([a-z]+)\}", lambda match: f"(?:{words[match.group(1)]})", rule)
    return re.compile(rule)


def is_notice(line: str) -> bool:
    """Whether a line, white space removed, is a notice by its vocabulary.

    A speech may well mention a download or a complaint: a line that reads like a sentence needs two words that only sites
    use, and any line one for so many characters; words that speeches use too must be much of a short line.
    """
    plain = line.translate(_HALF_WIDTH)
    strong, words = _count(plain)
    if _NUMBERED.match(line):
        return strong >= 2
    if _made_of_notice_words(plain, least=0.6):
        return True
    if re.search("[。!?;]", plain):
        rest = _without(plain, _notices(plain))  # a sentence may have a notice in it: what counts is what else it says
        strong, words = _count(rest)
        return len(rest) < min(_FEW, len(plain)) or (strong >= 2 and words * _WORD_EVERY_IN_PROSE >= len(rest))
    weak = sum(len(match.group()) for match in _pattern("weak").finditer(plain))
    return (strong >= 1 and words * _WORD_EVERY >= len(plain)) or weak >= _WEAK_SHARE * len(plain)


def _count(plain: str) -> tuple[int, int]:
    """Different words that only sites use, and all words of sites."""
    strong = len({match.group() for match in _pattern("strong").finditer(plain)})
    return strong, strong + sum(1 for _ in _pattern("weak").finditer(plain))


def _without(plain: str, notices: Sequence[tuple[int, int, bool]]) -> str:
    kept, offset = [], 0
    for start, end, _ in notices:
        kept.append(plain[offset:start])
        offset = end
    return "".join([*kept, plain[offset:]])


def opens_section(line: str) -> bool:
    """Whether a line, white space removed, is the heading of something that is not the speech, such as comments."""
    return _pattern("section").fullmatch(line.translate(_HALF_WIDTH)) is not None


def label(line: str) -> int:
    """Length of the label of an abstract or table of contents with which a line begins, white space removed; 0 for none."""
    match = _pattern("label").match(line.translate(_HALF_WIDTH))
    return match.end() if match else 0


def inline_notices(text: str) -> list[tuple[int, int, bool]]:
    """Notices inside a text without white space: half-open offsets, and whether the notice says that text was left out."""
    return _notices(text.translate(_HALF_WIDTH))


def _notices(plain: str) -> list[tuple[int, int, bool]]:
    candidates = [*_bracketed(plain), *_in_text(plain)]
    found: list[tuple[int, int, bool]] = []
    taken = bytearray(len(plain))
    for start, end, omitted in sorted(candidates, key=lambda span: span[0] - span[1]):  # the longest first
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append((start, end, omitted))
    return _merged(plain, sorted(found))


_ORNAMENTS: Final = "*~※>»<«↓=_—-"
_JOINT: Final = re.compile(r"[,、:*~※>»<«↓=_—-]*")


def _merged(plain: str, notices: Sequence[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Notices with the ornaments around them; two that only marks part become one."""
    merged: list[tuple[int, int, bool]] = []
    for start, end, omitted in notices:
        if merged and _JOINT.fullmatch(plain, merged[-1][1], start):
            start, _, before = merged.pop()
            omitted = omitted or before
        merged.append((start, end, omitted))
    result: list[tuple[int, int, bool]] = []
    for start, end, omitted in merged:
        head = plain[max(0, start - 6) : start]
        ahead = len(head) - len(head.rstrip(_ORNAMENTS))
        tail = plain[end : end + 6]
        after = len(tail) - len(tail.lstrip(_ORNAMENTS))
        if ahead >= 2 and after >= 2:
            start, end = start - ahead, end + after
        result.append((start, end, omitted))
    return result


@cache
def _words() -> re.Pattern[str]:
    """The words that notices are made of, each in a group of the name of its section; the longest first."""
    return re.compile("|".join(f"(?P<{name}>{_pattern(name).pattern})" for name in _SECTIONS))


_SECTIONS: Final = ("site", "document", "omission", "access", "filler")
_BRACKETED: Final = re.compile(r"(?:[(\[【〔<]|[《<]{2,3})([^()\[\]【】〔〕<>《》。]{2,40})(?:[》>]{2,3}|[)\]】〕>])")
_SENTENCE: Final = re.compile(r"[^。?;\n]+")
_GAP: Final = 1  # characters between two words of a chain that are no such words themselves


def _speaks(sections: Collection[str]) -> bool:
    """Whether words of these sections together make a notice."""
    return "document" in sections and ("access" in sections or "omission" in sections)


def _bracketed(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Brackets that hold a notice and nothing else."""
    for match in _BRACKETED.finditer(plain):
        if _made_of_notice_words(match.group(1), least=0.5):
            yield match.start(), match.end(), _tells_omission(match.group(1))


def _tells_omission(notice: str) -> bool:
    return _pattern("left_out").search(notice) is not None


def _made_of_notice_words(plain: str, least: float) -> bool:
    """Whether at least this share of a text is words of notices, and they speak of the document or the site."""
    words = list(_words().finditer(plain))
    sections = [word.lastgroup or "" for word in words]
    covered = sum(len(word.group()) for word in words)
    return covered >= least * len(plain) and (_speaks(sections) or "site" in sections)


def _in_text(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Notices in running text, by the patterns of whole notices and by chains of their words."""
    for sentence in _SENTENCE.finditer(plain):
        if not _pattern("trigger").search(plain, *sentence.span()):
            continue
        for name in ("omitted", "inline"):
            for match in _pattern(name).finditer(plain, *sentence.span()):
                yield (*_trimmed(match), name == "omitted")
        yield from _chains(plain, sentence.span())


def _chains(plain: str, sentence: Span) -> Iterator[tuple[int, int, bool]]:
    """Chains of a notice's words, which may be glued to the words around them."""
    chain: list[re.Match[str]] = []
    for word in _words().finditer(plain, *sentence):
        if chain and word.start() - chain[-1].end() > _GAP:
            yield from _notice_of(chain)
            chain = []
        chain.append(word)
    yield from _notice_of(chain)


def _notice_of(chain: Sequence[re.Match[str]]) -> Iterator[tuple[int, int, bool]]:
    """The notice that a chain makes, without small words at its edges that the sentence around it may own."""
    words = list(chain)
    while words and words[0].lastgroup == "filler":
        words.pop(0)
    while words and words[-1].lastgroup == "filler" and not _ENDS.fullmatch(words[-1].group()):
        words.pop()
    sections = [word.lastgroup or "" for word in words]
    if not words or not (_speaks(sections) or len({word.group() for word in words if word.lastgroup == "site"}) >= 2):
        return
    start, end = words[0].start(), words[-1].end()
    if "site" in sections and words[0].string[end : end + 1] == "的":
        return  # 未经许可不得转载的作品: the sentence speaks of such things
    covered = sum(len(word.group()) for word in words)
    if end - start >= _SHORTEST and covered >= 0.8 * (end - start):
        yield start, end, _tells_omission(words[0].string[start:end])


_ENDS: Final = re.compile("后|即可|可见|查看|阅读|浏览|显示|展示|展开|看到|内容|发布|上传|整理|提供")
_SHORTEST: Final = 6  # characters of a notice in running text


_PAIRS: Final = {"(": ")", "[": "]", "【": "】", "「": "」", "{": "}"}


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """Half-open offsets of a notice without the marks at its edges that belong to the sentence around it."""
    notice, (start, end) = match.group(), match.span()
    closing = _PAIRS.get(notice[0])
    if closing and closing in notice:
        return start, start + notice.rindex(closing) + 1
    if closing or notice[0] in ",、":
        start += 1
    return start, start + len(match.string[start:end].rstrip(")]】」}》"))
