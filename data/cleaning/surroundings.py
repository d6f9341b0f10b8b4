"""What stands around a speech: the site's heading above the title, and comments, related reading and the like below."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.listings import heads_list, is_entry, is_signature
from jianghua.data.cleaning.notices import has_site_words, is_notice, opens_section
from jianghua.data.cleaning.opening import (
    FILE_SUFFIX,
    SHORT,
    TITLE,
    is_salutation,
    is_wrapped_title,
    leads_to_subtitle,
    speech_start,
)
from jianghua.data.cleaning.page_lines import editors_at_end, ends_text, is_page_line, is_spaced_credit, may_be_account
from jianghua.data.cleaning.repetition import repetitions
from jianghua.data.cleaning.statements import is_statement
from jianghua.data.cleaning.wraps import breaks_off, continues
from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, HEADING_NUMBER, TERMINAL

_CLAUSE: Final = re.compile("[，,]")
_WEB: Final = ("html", "mht")  # formats
_ACCOUNT_NAME: Final = re.compile(f"[{HAN_CLASS}]{{4,6}}")
_HAN: Final = re.compile(f"[{HAN_CLASS}]")
_TAIL_LINES: Final = 500  # of the longest tail
_TAIL_SHARE: Final = 0.35  # of the text: more than that is no page furniture, whatever its heading says
_SECTION_NUMBER: Final = re.compile(r"(?:part|no)[.．·\-—]?(\d{1,2})|(0\d)", re.IGNORECASE)
_FEWEST_NUMBERS: Final = 2
_FEWEST_PAGES: Final = 3
_FEWEST_ENTRIES: Final = 3  # of a list of other articles below the thanks; 2 where something else of the page follows
_THANKS: Final = re.compile(
    r"""
    (?: ^ | [。！!？?，,；;] )
    (?: 再次 | 最后 | 并 | 我们? )* (?:
        (?: 谢谢 | 感谢 | 多谢 ) [^。！!，,]{0,12}
      | .{0,8} (?: 讲话 | 发言 | 致辞 | 汇报 | 报告 | 演讲 | 话 ) .{0,4} (?: 完了 | 完毕 | 结束 | 到这里 | 到此 ) .{0,4}
      | 我就讲 .{1,8} | 散会 | [敬预]?祝 [^。！!]{2,30}
    )
    [。！!.~～]+ $
    | (?: 谢谢 | 感谢 ) (?: 大家 | 各位 | 同志们 ) $
    """,
    re.VERBOSE,
)
"""The end of a speech in so many words."""


def cut_furniture(lines: Sequence[Line], cuts: Cuts) -> None:
    """What the reader recognised by the page's own marks or layout."""
    for line in lines:
        if line.block.furniture is not None:
            cuts.cut_line(line, line.block.furniture)


def cut_section_numbers(lines: Sequence[Line], cuts: Cuts) -> None:
    """Numbers that a page sets above the titles of its sections, `01` or `PART 1`, counting up; the titles are the speech's.

    Where the same line follows each of them, they are page numbers beside a running head.
    """
    found = [(number, match) for number, line in enumerate(lines) if (match := _SECTION_NUMBER.fullmatch(line.bare))]
    counted = [(number, match) for number, match in found if lines[number].block.kind != "table"]
    values = [int(match.group(1) or match.group(2)) for _, match in counted]
    below = {line.bare for number, _ in counted for line in lines[number + 1 : number + 2]}
    if len(counted) >= _FEWEST_NUMBERS and values == list(range(1, len(values) + 1)) and len(below) == len(counted):
        cuts.cut_lines((lines[number] for number, _ in counted), "section number")


def cut_head(lines: Sequence[Line], cuts: Cuts) -> None:
    """What stands before the title: the site's own heading, file facts, buttons."""
    start = speech_start(lines)
    titles = _titles(lines[:start])
    first = titles[-1] if titles else 0
    while first > 0 and titles and (is_wrapped_title(lines[first - 1]) or leads_to_subtitle(lines[first - 1], lines[first])):
        first -= 1
    broken = _broken(lines[: start + 1])
    for number, line in enumerate(lines[:start]):
        before = lines[number - 1]
        is_text = number > 0 and broken[number - 1] and not before.deleted and _CLAUSE.search(before.bare) is not None
        if number < first:
            cuts.cut_line(line, "before the title")
        elif (
            number not in titles
            and not is_text
            and _is_page_information(lines, number, cuts.document.format in _WEB)  # a long first sentence may be wrapped, too
        ):
            cuts.cut_line(line, "page information")
        else:
            _cut_suffix(line, cuts)


def _is_page_information(lines: Sequence[Line], number: int, on_web: bool) -> bool:
    """Whether a line between the title and the speech is the page's: an account's name stands beside other facts."""
    if _is_fact(lines[number]) or not _HAN.search(lines[number].bare):
        return True
    text = lines[number].bare
    is_name = may_be_account(text) or (on_web and _ACCOUNT_NAME.fullmatch(text) is not None and not is_signature(text))
    return is_name and any(_is_fact(lines[other]) for other in (number - 1, number + 1) if 0 < other < len(lines))


def _is_fact(line: Line) -> bool:
    return is_notice(line.bare) or is_page_line(line.bare) or is_spaced_credit(line.text)


def _titles(lines: Sequence[Line]) -> list[int]:
    """Numbers of the lines that are titles; one that repeats another, glued to more text, is none: it is cut later."""
    titles = [number for number, line in enumerate(lines) if TITLE.search(line.bare) and not is_page_line(line.bare)]
    return [
        number for number in titles if not any(_begins_with(lines[number], lines[other]) for other in titles if other < number)
    ]


def _begins_with(line: Line, title: Line) -> bool:
    return len(title.bare) >= 6 and len(line.bare) > len(title.bare) and line.bare.startswith(title.bare)


def _cut_suffix(line: Line, cuts: Cuts) -> None:
    """The suffix of a file name that serves as a title."""
    text = cuts.text[line.start : line.block.end].rstrip()
    suffix = FILE_SUFFIX.search(text)
    if suffix:
        cuts.cut(line.start + suffix.start(), line.start + suffix.end(), "file suffix")


def cut_tail(lines: Sequence[Line], cuts: Cuts) -> None:
    """What follows the speech: comments, related reading, copyright, an abstract that repeats it."""
    is_repetition = repetitions(lines)
    first = min(_section_start(lines, is_repetition), _furniture_start(lines, is_repetition))
    for number in range(first, len(lines)):
        cuts.cut_line(lines[number], "repeats the text" if is_repetition(number) else "after the speech")
    for line in lines[max(1, first - 1) : first]:
        cuts.cut_suffix(line, editors_at_end(line.bare), "after the speech")


def _section_start(lines: Sequence[Line], is_repetition: Callable[[int], bool]) -> int:
    """Number of the first line that opens a section which is no speech, with nothing of a speech after it.

    What follows must be a small part of the text, without a salutation or a numbered heading of its own that is new, and for
    the greater part something else than running text: a box may stand between the paragraphs of a speech. A line in which a
    wrapped sentence goes on opens nothing.
    """
    whole = sum(len(line.bare) for line in lines)
    broken = _broken(lines)
    after, running, first = 0, 0, len(lines)
    for number in range(len(lines) - 1, max(0, len(lines) - _TAIL_LINES), -1):
        line = lines[number]
        if not is_repetition(number) and (
            is_salutation(line) or (HEADING_NUMBER.match(line.bare) and not is_notice(line.bare))
        ):
            break
        if not is_repetition(number):
            after += len(line.bare)
            running += len(line.bare) if _is_running(lines, number, broken) else 0
        if after > _TAIL_SHARE * whole:
            break
        opens = (opens_section(line.bare) or heads_list(line.bare)) and 2 * running <= after
        if (opens or ends_text(line.bare)) and not broken[number - 1]:
            first = number
    return first


def _broken(lines: Sequence[Line]) -> list[bool]:
    """For each line whether a hard wrap breaks it off in a sentence that goes on in the next; a notice is no sentence."""
    goes_on = continues([line.text for line in lines])
    return [goes and breaks_off(line.bare) and not is_notice(line.bare) for goes, line in zip(goes_on, lines, strict=True)]


def _is_running(lines: Sequence[Line], number: int, broken: Sequence[bool]) -> bool:
    """Whether a line is a long paragraph that ends a sentence, or part of a hard-wrapped one, and has no words of sites."""
    text = lines[number].bare
    is_wrapped = broken[number] or broken[number - 1]
    is_long = len(text) > SHORT and TERMINAL.search(text) is not None and not is_statement(lines[number].text)
    return (is_wrapped or is_long) and not has_site_words(text)


def _furniture_start(lines: Sequence[Line], is_repetition: Callable[[int], bool]) -> int:
    """Number of the first of the last lines that are all notices, short lines or repetitions, some of them for certain."""
    start = len(lines)
    while start > max(1, len(lines) - _TAIL_LINES) and (is_repetition(start - 1) or _may_follow_speech(lines[start - 1])):
        start -= 1
    listed = [number for number in range(start, len(lines)) if TITLE.search(lines[number].bare)]
    certain = [number for number in range(start, len(lines)) if is_repetition(number) or _is_added(lines[number])]
    if len(listed) >= 2:
        certain = sorted({*certain, *listed})  # the titles of other speeches
    first = _entries_start(lines, certain[0] if certain else len(lines))
    if not certain:
        return first  # short last lines without any notice are the speech's own: thanks, a date, a name
    while first > start and lines[first - 1].bare[-1] in COLON_CLASS and not is_salutation(lines[first - 1]):
        first -= 1  # the heading of a notice belongs to it
    return first


def _is_added(line: Line) -> bool:
    """Whether a line is something that only a page adds."""
    if _is_fact(line) or heads_list(line.bare) or is_statement(line.text):
        return True
    numbers = [int(number) for number in line.text.split() if number.isdecimal()]  # of the other pages: 1 2 3 ... 12
    return not _HAN.search(line.bare) and len(numbers) >= _FEWEST_PAGES and numbers[:2] == [1, 2]


def _may_follow_speech(line: Line) -> bool:
    """Whether a line can be part of what follows a speech."""
    is_short = len(line.bare) <= SHORT and not TERMINAL.search(line.bare)
    return is_short or _is_added(line) or _is_word_list(line.text)


def _entries_start(lines: Sequence[Line], end: int) -> int:
    """Number of the line with which a list of other articles begins that has no heading; `end` when there is none.

    It stands between the thanks of the speech and `end`. What a speech has there itself, such as a name, a date or a note, is
    no entry; and lines of one length are verses.
    """
    first = end
    while first > 1 and is_entry(lines[first - 1].bare) and not _THANKS.search(lines[first - 1].bare):
        first -= 1
    fewest = _FEWEST_ENTRIES - (end < len(lines))
    if end - first < fewest or len({len(line.bare) for line in lines[first:end]}) == 1:
        return end
    thanks = first - 1
    while thanks > 0 and is_signature(lines[thanks].bare):
        thanks -= 1
    return first if _THANKS.search(lines[thanks].bare) else end


def _is_word_list(text: str) -> bool:
    """Words with spaces between them, such as a list of key words."""
    words = text.split()
    return len(words) >= 5 and sum(len(word) for word in words) <= 5 * len(words) and not TERMINAL.search(text.rstrip())
