"""What stands around a speech: the site's heading above the title, and comments, related reading and the like below."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.notices import has_site_words, is_notice, opens_section
from jianghua.data.cleaning.opening import FILE_SUFFIX, SHORT, TITLE, is_salutation, is_wrapped_title, speech_start
from jianghua.data.cleaning.repetition import repetitions
from jianghua.data.cleaning.wraps import breaks_off, continues
from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, HEADING_NUMBER, TERMINAL

_CLAUSE: Final = re.compile("[，,]")
_HAN: Final = re.compile(f"[{HAN_CLASS}]")
_TAIL_LINES: Final = 500  # of the longest tail
_TAIL_SHARE: Final = 0.35  # of the text: more than that is no page furniture, whatever its heading says


def cut_furniture(lines: Sequence[Line], cuts: Cuts) -> None:
    """What the reader recognised by the page's own marks or layout."""
    for line in lines:
        if line.block.furniture is not None:
            cuts.cut_line(line, line.block.furniture)


def cut_head(lines: Sequence[Line], cuts: Cuts) -> None:
    """What stands before the title: the site's own heading, file facts, buttons."""
    start = speech_start(lines)
    titles = _titles(lines[:start])
    first = titles[-1] if titles else 0
    while first > 0 and titles and is_wrapped_title(lines[first - 1]):
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
            and (  # a long first sentence may be wrapped, too
                is_notice(line.bare) or not _HAN.search(line.bare)
            )
        ):
            cuts.cut_line(line, "page information")
        else:
            _cut_suffix(line, cuts)


def _titles(lines: Sequence[Line]) -> list[int]:
    """Numbers of the lines that are titles; one that repeats another, glued to more text, is none: it is cut later."""
    titles = [number for number, line in enumerate(lines) if TITLE.search(line.bare)]
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
        if opens_section(line.bare) and 2 * running <= after and not broken[number - 1]:
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
    return (is_wrapped or (len(text) > SHORT and TERMINAL.search(text) is not None)) and not has_site_words(text)


def _furniture_start(lines: Sequence[Line], is_repetition: Callable[[int], bool]) -> int:
    """Number of the first of the last lines that are all notices, short lines or repetitions, some of them for certain."""
    start = len(lines)
    while start > max(1, len(lines) - _TAIL_LINES) and (is_repetition(start - 1) or _may_follow_speech(lines[start - 1])):
        start -= 1
    listed = [number for number in range(start, len(lines)) if TITLE.search(lines[number].bare)]
    certain = [number for number in range(start, len(lines)) if is_repetition(number) or is_notice(lines[number].bare)]
    if len(listed) >= 2:
        certain = sorted({*certain, *listed})  # the titles of other speeches
    if not certain:
        return len(lines)  # short last lines without any notice are the speech's own: thanks, a date, a name
    first = certain[0]
    while first > start and lines[first - 1].bare[-1] in COLON_CLASS and not is_salutation(lines[first - 1]):
        first -= 1  # the heading of a notice belongs to it
    return first


def _may_follow_speech(line: Line) -> bool:
    """Whether a line can be part of what follows a speech."""
    return is_notice(line.bare) or (len(line.bare) <= SHORT and not TERMINAL.search(line.bare)) or _is_word_list(line.text)


def _is_word_list(text: str) -> bool:
    """Words with spaces between them, such as a list of key words."""
    words = text.split()
    return len(words) >= 5 and sum(len(word) for word in words) <= 5 * len(words) and not TERMINAL.search(text.rstrip())
