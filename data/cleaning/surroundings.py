"""What stands around a speech: the site's heading above the title, and comments, related reading and the like below."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.notices import is_notice, opens_section
from jianghua.data.cleaning.repetition import FILE_SUFFIX, repeats
from jianghua.data.cleaning.wraps import TERMINAL

TITLE: Final = re.compile(
    r"(?:讲话|致辞|发言|报告|演讲|主持词|动员|表态|述职|寄语|讲稿|党课|贺词|献词)(?:稿|提纲|材料|实录|摘要|要点|精神)?"
    r"(?:[（(【\[][^（）()]{0,40}[）)】\]])?(?:\.\w{3,4})?$"
)
"""The end of a line that is the title of a speech."""

SHORT: Final = 40
"""Characters; longer lines without an end of sentence are text that was cut off, not page furniture."""

_SALUTATION: Final = re.compile(r"(?:尊敬的|各位|同志们|朋友们|女士们|先生们|同学们|老师们|代表们|委员们|乡亲们|战友们)")
_NUMBERED: Final = re.compile(r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]")
_LONG_TITLE: Final = 70  # characters
_HEAD: Final = 6  # lines at the top among which the end of a wrapped title is looked for
_TAIL_LINES: Final = 500  # of the longest tail
_TAIL_SHARE: Final = 0.35  # of the text: more than that is no page furniture, whatever its heading says


def greets(line: Line) -> bool:
    """Whether a line is a salutation on its own."""
    text = line.bare
    return _SALUTATION.search(text[:SHORT]) is not None and text[-1:] in "：:！!" and len(text) <= SHORT


def begins_greeting(text: str) -> bool:
    """Whether a text is the first part of a salutation that was wrapped."""
    return _SALUTATION.match(text) is not None and len(text) <= SHORT


def prose(line: Line) -> bool:
    """Whether a line reads like text of a speech: it ends a sentence, or is too long for anything else."""
    return re.search("[。！？!?；;]", line.bare) is not None or not _is_short(line.bare)


def _is_short(text: str) -> bool:
    """Whether a line is too short for text that was cut off; a title without a comma may be longer."""
    return len(text) <= SHORT or (len(text) <= _LONG_TITLE and not re.search("[，,：:]", text))


def opens(line: Line) -> bool:
    """Whether the speech proper begins with this line: a salutation, or its first sentence."""
    if TITLE.search(line.bare):
        return False
    return greets(line) or (prose(line) and not is_notice(line.bare))


def beginning(lines: Sequence[Line]) -> int:
    """Number of the line with which the speech proper begins; 0 when no line looks like that."""
    return next((number for number, line in enumerate(lines) if opens(line)), 0)


def goes_on_in_title(line: Line) -> bool:
    """Whether a line can be the first part of a title that was wrapped."""
    text = line.bare
    return len(text) >= 8 and _is_short(text) and not TERMINAL.search(text) and not TITLE.search(text) and not is_notice(text)


def title_lines(lines: Sequence[Line]) -> int:
    """How many of the first lines are the title, which may be wrapped; at least one."""
    for number, line in enumerate(lines[:_HEAD]):
        if TITLE.search(line.bare):
            return number + 1
        if not goes_on_in_title(line) or opens(line):
            break
    return 1


def cut_head(lines: Sequence[Line], cuts: Cuts) -> None:
    """What stands before the title: the site's own heading, file facts, buttons."""
    begin = beginning(lines)
    titles = [number for number in range(begin) if TITLE.search(lines[number].bare)]
    # A title that is repeated glued to more text is not the title: repetition is cut later.
    titles = [
        number
        for number in titles
        if not any(_glued(lines[other].bare, lines[number].bare) for other in titles if other < number)
    ]
    first = titles[-1] if titles else 0
    while first > 0 and titles and goes_on_in_title(lines[first - 1]):
        first -= 1
    for number, line in enumerate(lines[:begin]):
        if number < first:
            cuts.line(line, "before the title")
        elif number not in titles and (is_notice(line.bare) or not re.search("[\u3400-\u9fff]", line.bare)):
            cuts.line(line, "page information")
        else:
            _cut_suffix(line, cuts)


def _glued(title: str, text: str) -> bool:
    return len(title) >= 6 and len(text) > len(title) and text.startswith(title)


def _cut_suffix(line: Line, cuts: Cuts) -> None:
    """The suffix of a file name that serves as a title."""
    text = cuts.document.text[line.start : line.block.end].rstrip()
    suffix = FILE_SUFFIX.search(text)
    if suffix:
        cuts.cut(line.start + suffix.start(), line.start + suffix.end(), "file suffix")


def cut_tail(lines: Sequence[Line], cuts: Cuts) -> None:
    """What follows the speech: comments, related reading, copyright, an abstract that repeats it."""
    again = repeats(lines)
    first = min(_section(lines, again), _furnishings(lines, again))
    for number in range(first, len(lines)):
        cuts.line(lines[number], "repeats the text" if again(number) else "after the speech")


def _section(lines: Sequence[Line], again: Callable[[int], bool]) -> int:
    """Number of the first line that opens a section which is no speech, with nothing of a speech after it.

    What follows must be a small part of the text, without a salutation or a numbered heading of its own that is new.
    """
    whole = sum(len(line.bare) for line in lines)
    after, first = 0, len(lines)
    for number in range(len(lines) - 1, max(0, len(lines) - _TAIL_LINES), -1):
        line = lines[number]
        if not again(number) and (greets(line) or (_NUMBERED.match(line.bare) and not is_notice(line.bare))):
            break
        after += 0 if again(number) else len(line.bare)
        if after > _TAIL_SHARE * whole:
            break
        if opens_section(line.bare):
            first = number
    return first


def _furnishings(lines: Sequence[Line], again: Callable[[int], bool]) -> int:
    """Number of the first of the last lines that are all notices, short lines or repetitions, some of them for certain."""
    start = len(lines)
    while start > max(1, len(lines) - _TAIL_LINES) and (again(start - 1) or _furnishing(lines[start - 1])):
        start -= 1
    listed = [number for number in range(start, len(lines)) if TITLE.search(lines[number].bare)]
    marked = [number for number in range(start, len(lines)) if again(number) or is_notice(lines[number].bare)]
    if len(listed) >= 2:
        marked = sorted({*marked, *listed})  # the titles of other speeches
    if not marked:
        return len(lines)  # short last lines without any notice are the speech's own: thanks, a date, a name
    first = marked[0]
    while first > start and lines[first - 1].bare[-1] in "：:" and not greets(lines[first - 1]):
        first -= 1  # the heading of a notice belongs to it
    return first


def _furnishing(line: Line) -> bool:
    """Whether a line can be part of what follows a speech."""
    return is_notice(line.bare) or (len(line.bare) <= SHORT and not TERMINAL.search(line.bare)) or _listing(line.text)


def _listing(text: str) -> bool:
    """Words with spaces between them, such as a list of key words."""
    words = text.split()
    return len(words) >= 5 and sum(len(word) for word in words) <= 5 * len(words) and not TERMINAL.search(text.rstrip())
