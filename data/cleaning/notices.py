"""Notices that sites put into and around a speech: lines that are one, and notices in the middle of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from jianghua.data.cleaning.inline_notices import Notice, find_notices, is_made_of_notice_words
from jianghua.data.cleaning.lines import VISIBLE, Cuts, Line
from jianghua.data.cleaning.vocabulary import pattern
from jianghua.data.cleaning.wraps import continues
from jianghua.data.text.patterns import ARTICLE_NUMBER, HEADING_NUMBER, SENTENCE_STOP, TERMINAL

_WORD_EVERY: Final = 40  # characters of a line
_WORD_EVERY_IN_SENTENCE: Final = 20  # characters of a line that reads like a sentence
_FEW: Final = 4  # characters that are no sentence any more
_NOTICE_SHARE: Final = 0.6  # of a line that is made of the words of notices
_NOTICE_SHARE_OF_SENTENCE: Final = 0.85  # the same of a line that ends like a sentence: speeches use most of these words, too
_WEAK_SHARE: Final = 0.4
_TO_ASCII: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


def cut_notices(lines: Sequence[Line], cuts: Cuts) -> None:
    """Notices inside the speech, also those that a wrap has broken, and lines that are notices as a whole."""
    _cut_inline(lines, cuts)
    _cut_whole_lines(lines, cuts)


def _cut_inline(lines: Sequence[Line], cuts: Cuts) -> None:
    text = cuts.text
    for paragraph in _paragraphs(lines):
        visible = [match.span() for line in paragraph for match in VISIBLE.finditer(text, line.start, line.block.end)]
        offsets = [offset for span in visible for offset in range(*span)]
        for notice in find_notices(_in_ascii("".join(text[start:end] for start, end in visible))):
            for offset in offsets[notice.start : notice.end]:
                cuts.cut(offset, offset + 1, "notice")
            if notice.omission:
                cuts.note_omission(offsets[notice.end - 1] + 1)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that a notice may reach over: in a hard-wrapped text all up to an end of sentence, else each by itself."""
    is_wrapped = any(continues([line.text for line in lines]))
    paragraph: list[Line] = []
    for line in lines:
        paragraph.append(line)
        if not is_wrapped or TERMINAL.search(line.bare):
            yield paragraph
            paragraph = []
    yield paragraph


def _cut_whole_lines(lines: Sequence[Line], cuts: Cuts) -> None:
    goes_on = continues([line.text for line in lines])
    for number, line in enumerate(lines):
        rest = cuts.kept_text(line).strip()
        # The first line is the title; after it, a line of its own between sentences may be a notice as a whole.
        alone = number > 0 and not goes_on[number - 1] and not goes_on[number] and TERMINAL.search(lines[number - 1].bare)
        remains = 2 * len(rest) >= len(line.bare) or SENTENCE_STOP.search(rest)
        if not rest or (alone and (is_notice(line.bare) or not remains)):
            cuts.cut_line(line, "notice")


def is_notice(line: str) -> bool:
    """Whether a line, white space removed, is a notice by its vocabulary.

    A speech may well mention a download or a complaint: a line that reads like a sentence needs two words that only sites
    use, and any line one for so many characters; words that speeches use too must be much of a short line.
    """
    text = _in_ascii(line)
    is_numbered = HEADING_NUMBER.match(line) is not None or ARTICLE_NUMBER.match(line) is not None
    least = _NOTICE_SHARE_OF_SENTENCE if TERMINAL.search(line) else _NOTICE_SHARE
    if not is_numbered and is_made_of_notice_words(text, least):
        return True
    if is_numbered or re.search("[。!?;]", text):
        rest = _without(text, find_notices(text))  # a sentence may have a notice in it: what counts is what else it says
        strong, words = _count_words(rest)
        is_left = is_numbered or len(rest) >= min(_FEW, len(text))
        return not is_left or (strong >= 2 and words * _WORD_EVERY_IN_SENTENCE >= len(rest))
    strong, words = _count_words(text)
    weak = sum(len(match.group()) for match in pattern("weak").finditer(text))
    return (strong >= 1 and words * _WORD_EVERY >= len(text)) or weak >= _WEAK_SHARE * len(text)


def has_site_words(line: str) -> bool:
    """Whether a line, white space removed, holds any word of sites at all."""
    return _count_words(_in_ascii(line))[1] > 0


def opens_section(line: str) -> bool:
    """Whether a line, white space removed, is the heading of something that is not the speech, such as comments.

    A notice that names the text it hides stands among the paragraphs of the speech, and opens nothing.
    """
    text = _in_ascii(line)
    return pattern("section_heading").fullmatch(text) is not None and _without(text, find_notices(text)) != ""


def label_length(line: str) -> int:
    """Length of the label of an abstract or table of contents with which a line begins, white space removed; 0 for none."""
    match = pattern("label").match(_in_ascii(line))
    return match.end() if match else 0


def _in_ascii(text: str) -> str:
    """A text with ASCII letters, digits and punctuation in place of full-width ones, as the vocabulary has them."""
    return text.translate(_TO_ASCII)


def _count_words(text: str) -> tuple[int, int]:
    """Different words that only sites use, and all words of sites."""
    strong = len({match.group() for match in pattern("strong").finditer(text)})
    return strong, strong + sum(1 for _ in pattern("weak").finditer(text))


def _without(text: str, notices: Sequence[Notice]) -> str:
    """A text without the notices in it."""
    ends = [0, *(notice.end for notice in notices)]
    starts = [*(notice.start for notice in notices), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))
