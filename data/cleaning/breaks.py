"""Stray line breaks: lines of any length that break off in a sentence, in a text that is not hard-wrapped as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from jianghua.data.cleaning.lines import Line
from jianghua.data.cleaning.opening import SHORT, addresses, is_salutation, speech_start
from jianghua.data.cleaning.wraps import breaks_off
from jianghua.data.text.patterns import (
    CLOSER_CLASS,
    HAN_CLASS,
    HEADING_NUMBER,
    PARAGRAPH_START,
    PAUSE_CLASS,
    SENTENCE_STOP_CLASS,
    STOP,
    STOP_CLASS,
    TERMINAL,
)

_LOOSE: Final = ("line", "paragraph")  # kinds of blocks whose ends may be stray
_OPEN_END: Final = re.compile(r"[“‘《〈「『（(【〔—]$")
_NEVER_FIRST: Final = re.compile(rf"[{PAUSE_CLASS}{STOP_CLASS}：{CLOSER_CLASS}%％]")
"""Marks that no line begins with."""

_NEVER_LAST: Final = re.compile(r"[的和与及或把被在对为由从向以将让使给于是要能并而且但]$")
_GOES_ON: Final = re.compile(
    r"的(?!确) | 了(?!解) | 着(?!力|眼|重|手|实|急) | 们 | 和(?!谐|平|睦) | 与(?!会|时|此) | 及(?!时|早) | 等[，、。]",
    re.VERBOSE,
)
"""Particles in which a phrase goes on that began in the line before."""

_BEGINS: Final = re.compile(
    rf"""
      {PARAGRAPH_START.pattern}
    | (?: 谢谢 | 感谢 | 散会 | 我就讲 | 我的讲话 | 以上 )
    | (?: 同志们 | 朋友们 | 各位 | 总之 | 下面 | 接下来 | 同时 | 此外 | 另外 | 现在 | 刚才 | 今天 | 一要 | 二要 | 三要 | 四要 )
    | (?: 附件? | 注 ) \d? [：:]
    | [（(] [^（）()]* [)）] $                       # a remark of its own
    | [\d○〇零一二三四五六七八九十]{{2,4}} 年 .{{0,12}} 日 $
    """,
    re.VERBOSE,
)
"""What rather begins a paragraph than goes on in a sentence."""

_PREDICATE: Final = re.compile(r"(?<=.)(?:要(?!求|点|素|闻|务|领|害)|将|已经?|正在|必须|应当|应该|可以|不能|能够)")
_CAPTION: Final = re.compile("(?:摄|摄影|报道|供图)$")
_STOP_INSIDE: Final = re.compile(rf"[{SENTENCE_STOP_CLASS}]|(?<=[{HAN_CLASS}])[.．](?=[{HAN_CLASS}“])")
_ANY_MARK: Final = re.compile(f"[{PAUSE_CLASS}{STOP_CLASS}.．]")
_HAN_END: Final = re.compile(rf"[{HAN_CLASS}\w]$")
_LONG_CLAUSE: Final = 18  # characters of a line with a comma that is no heading any more
_CLAUSE: Final = 12  # characters of the shortest line that says something of somebody
_LONGEST_HEADING: Final = 60  # characters
_LABEL: Final = 20  # characters of the longest line without any mark that is taken for a heading


def sentences_go_on(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it breaks off in a sentence that the next line goes on with.

    Language alone decides. A pause at the end of a line, or a mark at the start of the next that no line begins with, is
    enough. A line that holds the end of a sentence and breaks off in another goes on as well, and one of a single clause
    where all around it end as they should. Lines that begin like headings, points or addresses go on from nothing.
    """
    result = [False] * len(lines)
    broken = [breaks_off(line.bare) for line in lines]
    if not any(broken[:-1]):
        return result
    start = speech_start(lines)
    clauses = _clauses(lines, broken, start)
    is_single = sum(clauses[:-1]) == 1
    for number, (line, following) in enumerate(pairwise(lines)):
        if not broken[number] or not _is_loose(line, following):
            continue
        is_begun = number > 0 and (not broken[number - 1] or result[number - 1])
        result[number] = _is_parted_by_marks(line, following) or (
            number >= start
            and _may_go_on(line, following)
            and (
                _holds_stop(line, following)
                or (is_begun and clauses[number] and _is_cut_clause(line.bare, following.bare, is_single))
            )
        )
    return result


def _is_loose(line: Line, following: Line) -> bool:
    """Whether the blocks of two lines may be parts of one paragraph."""
    return all(one.block.kind in _LOOSE and one.block.level is None for one in (line, following))


def _is_parted_by_marks(line: Line, following: Line) -> bool:
    """Whether marks alone say that a sentence goes on."""
    if _NEVER_FIRST.match(following.bare):
        return True
    is_open = _OPEN_END.search(line.bare) or (line.bare[-1] in PAUSE_CLASS and not addresses(line.bare))
    return bool(is_open) and not PARAGRAPH_START.match(following.bare)


def _may_go_on(line: Line, following: Line) -> bool:
    """Whether a line that breaks off ends in a character, and the next does not begin like a paragraph of its own.

    The paragraphs of a Word file or a web page end where their author ended them, with a stop or without.
    """
    is_cut = line.block.kind == "line" and _HAN_END.search(line.bare) is not None and not _CAPTION.search(line.bare)
    return is_cut and not _BEGINS.match(following.bare) and not is_salutation(following)


def _holds_stop(line: Line, following: Line) -> bool:
    """Whether a sentence ends inside a line, which so is running text, and the next is no heading without a number."""
    is_label = len(following.bare) <= _LABEL and not _ANY_MARK.search(following.bare)
    return _STOP_INSIDE.search(line.bare) is not None and not is_label


def _clauses(lines: Sequence[Line], broken: Sequence[bool], start: int) -> list[bool]:
    """For each line whether it breaks off and holds no end of a sentence: part of one, a heading, an item or a slogan."""
    return [
        number >= start and breaks and not HEADING_NUMBER.match(line.bare) and not _STOP_INSIDE.search(line.bare)
        for number, (line, breaks) in enumerate(zip(lines, broken, strict=True))
    ]


def _is_cut_clause(text: str, following: str, is_single: bool) -> bool:
    """Whether a line without an end of a sentence is cut off from the next.

    Headings without numbers, items without stops and slogans stand in rows, or recur, and are short; `is_single` says that no
    other line of the speech is like this one.
    """
    if not _is_running(following):
        return False
    if _NEVER_LAST.search(text) or _GOES_ON.match(following):
        return True
    if PARAGRAPH_START.match(text):
        return len(text) > _LONGEST_HEADING and _is_clause(text)
    return (is_single or len(text) > SHORT) and _is_clause(text)


def _is_running(text: str) -> bool:
    """Whether a line ends a sentence, or holds the end of one and breaks off in the next."""
    return STOP.search(text) is not None or TERMINAL.search(text) is not None or len(text) > SHORT


def _is_clause(text: str) -> bool:
    """Whether a line without a stop says something of somebody, which headings and slogans seldom do."""
    has_pause = any(mark in text for mark in PAUSE_CLASS)
    return (has_pause and len(text) >= _LONG_CLAUSE) or (len(text) >= _CLAUSE and _PREDICATE.search(text) is not None)
