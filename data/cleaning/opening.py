"""How a speech opens: its title, which may be wrapped, a salutation, and its first sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jianghua.data.cleaning.lines import Line
from jianghua.data.cleaning.notices import is_notice
from jianghua.data.cleaning.page_lines import is_page_line
from jianghua.data.text.patterns import (
    COLON_CLASS,
    PAUSE_CLASS,
    SALUTATION_END,
    SALUTATION_MARK_CLASS,
    SALUTATION_START,
    STOP,
    TERMINAL,
)

TITLE: Final = re.compile(
    r"""
    (?: 讲话 | 致辞 | 发言 | 报告 | 演讲 | 主持词 | 动员 | 表态 | 述职 | 寄语 | 讲稿 | 党课 | 贺词 | 献词 )
    (?: 稿 | 提纲 | 材料 | 实录 | 摘要 | 要点 | 精神 )?
    (?: [（(【\[] [^（）()]{0,40} [）)】\]] )?               # （根据录音整理）
    (?: \.\w{3,4} )?                                     # .docx
    $
    """,
    re.VERBOSE,
)
"""The end of a line that is the title of a speech."""

FILE_SUFFIX: Final = re.compile(r"\.(?:docx?|wps|pdf|txt|pptx?|html?)$", re.IGNORECASE)
"""The end of a title that is the name of a file."""

SHORT: Final = 40
"""Characters; longer lines without an end of sentence are text that was cut off, not page furniture."""

_CLAUSES: Final = re.compile(f"[，,{COLON_CLASS}]")
_LONGEST_TITLE_LINE: Final = 70  # characters
_HEAD: Final = 6  # lines at the top among which the end of a wrapped title is looked for


def is_salutation(line: Line) -> bool:
    """Whether a line is a salutation on its own, or one that is glued to the title."""
    text = line.bare
    return len(text) <= SHORT and text[-1] in SALUTATION_MARK_CLASS and SALUTATION_END.search(text) is not None


def begins_salutation(text: str) -> bool:
    """Whether a text is the first part of a salutation that was wrapped."""
    return len(text) <= SHORT and SALUTATION_START.match(text) is not None


def addresses(text: str) -> bool:
    """Whether a text is a salutation that ends in a comma, such as 尊敬的各位代表，."""
    return len(text) <= SHORT and text[-1] in PAUSE_CLASS and SALUTATION_START.fullmatch(text[:-1]) is not None


def is_running_text(line: Line) -> bool:
    """Whether a line reads like text of a speech: it ends a sentence, or is too long for anything else."""
    return STOP.search(line.bare) is not None or not _is_short(line.bare)


def _is_short(text: str) -> bool:
    """Whether a line is too short for text that was cut off; a title without a comma may be longer."""
    return len(text) <= SHORT or (len(text) <= _LONGEST_TITLE_LINE and not _CLAUSES.search(text))


def opens_speech(line: Line) -> bool:
    """Whether the speech proper begins with this line: a salutation, or its first sentence."""
    if TITLE.search(line.bare):
        return False
    return is_salutation(line) or (is_running_text(line) and not is_notice(line.bare) and not is_page_line(line.bare))


def speech_start(lines: Sequence[Line]) -> int:
    """Number of the line with which the speech proper begins; 0 when no line looks like that."""
    return next((number for number, line in enumerate(lines) if opens_speech(line)), 0)


def is_wrapped_title(line: Line) -> bool:
    """Whether a line can be a part of a title that goes on in the next line."""
    text = line.bare
    can_be = len(text) >= 8 and _is_short(text) and not TERMINAL.search(text) and not TITLE.search(text)
    return can_be and not is_notice(text) and not is_page_line(text)


def leads_to_subtitle(line: Line, following: Line) -> bool:
    """Whether a short line is a main title: its subtitle is next, or the other half of a couplet."""
    text = line.bare
    is_short = 4 <= len(text) <= SHORT and not STOP.search(text) and not TITLE.search(text) and not is_notice(text)
    is_couplet = len(following.bare) == len(text) and not TITLE.search(following.bare)
    return is_short and text[-1] not in COLON_CLASS and (following.bare[0] == "—" or is_couplet)


def title_length(lines: Sequence[Line]) -> int:
    """How many of the first lines are the title, which may be wrapped; at least one."""
    title = ""
    for number, line in enumerate(lines[:_HEAD]):
        title += line.bare
        if TITLE.search(title):  # of all lines so far: a wrap may part 讲 and 话
            return number + 1
        is_led = number + 1 < len(lines) and leads_to_subtitle(line, lines[number + 1])
        if not (is_wrapped_title(line) or is_led) or opens_speech(line):
            break
    return 1
