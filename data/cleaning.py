"""Cleaning: which characters of the extracted text belong to the speech, and where its paragraphs are.

Cleaning only deletes. What it keeps are source characters in source order; every deletion is recorded with its reason. The
rules look at layout and language, never at one site's own strings, and when in doubt they keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from data.documents import Block, Document
from data.notices import inline_notices, is_notice
from data.speech import Deletion, Span
from data.wraps import TERMINAL, continues

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]+")
_LATIN: Final = re.compile(r"[A-Za-z0-9]")
_SPACE: Final = re.compile(r"\s+")
_TITLE: Final = re.compile(
    r"(?:讲话|致辞|发言|报告|演讲|主持词|动员|表态|述职|寄语)(?:稿|提纲|材料|实录)?(?:[（(][^（）()]{0,40}[）)])?(?:\.\w{3,4})?$"
)
_SALUTATION: Final = re.compile(r"(?:尊敬的|各位|同志们|朋友们|女士们|先生们|同学们|老师们|代表们|委员们|乡亲们|战友们)")
_TITLE_GAP: Final = re.compile(r"[\u3400-\u9fff]{4,}(?=[ \u3000]+[\u3400-\u9fff]{4,})")
_FILE_SUFFIX: Final = re.compile(r"\.(?:docx?|wps|pdf|txt|pptx?|html?)$", re.IGNORECASE)
_MARKER: Final = re.compile(r"(\d{1,3})(?:、|[.．](?!\d))")
_LONE_NUMBER: Final = re.compile(r"[\s\-—–·_]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*共\s*\d{1,4}\s*页)?[\s\-—–·_]*")
_SHINGLE: Final = 8
_HEAD: Final = 6  # lines at the top among which a wrapped title, a byline and the salutation are looked for
_SHORT: Final = 40  # characters; longer lines without an end of sentence are text that was cut off, not page furniture


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the clean text: its kept pieces, in order, and what the document says of it."""

    spans: tuple[Span, ...]
    page: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class CleanText:
    """What cleaning kept, and what it deleted and why. Spans are offsets into the document's text."""

    paragraphs: tuple[Paragraph, ...]
    deletions: tuple[Deletion, ...]


@dataclass(slots=True)
class _Line:
    """One block under examination; `text` is its source text without invisible characters."""

    block: Block
    text: str
    gone: bool = False

    @property
    def bare(self) -> str:
        return _SPACE.sub("", self.text)


class _Cuts:
    """The deletions, one reason a character; the first reason given to a character stays."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._reasons: list[str | None] = [None] * len(document.text)

    def cut(self, start: int, end: int, reason: str) -> None:
        for offset in range(start, end):
            if self._reasons[offset] is None:
                self._reasons[offset] = reason

    def line(self, line: _Line, reason: str) -> None:
        line.gone = True
        self.cut(line.block.start, line.block.end, reason)

    def kept(self, start: int, end: int) -> tuple[Span, ...]:
        """Runs of kept characters in [start, end)."""
        runs = groupby(range(start, end), key=lambda offset: self._reasons[offset] is None)
        return tuple((group[0], group[-1] + 1) for keep, run in runs if keep and (group := list(run)))

    def deletions(self) -> tuple[Deletion, ...]:
        runs = groupby(range(len(self._reasons)), key=lambda offset: self._reasons[offset])
        return tuple(
            Deletion(group[0], group[-1] + 1, reason) for reason, run in runs if reason is not None and (group := list(run))
        )


def clean(document: Document) -> CleanText:
    """Delete what a page, a site or a layout added to a speech."""
    cuts = _Cuts(document)
    for match in _INVISIBLE.finditer(document.text):
        cuts.cut(match.start(), match.end(), "invisible character")
    lines = [_Line(block, _INVISIBLE.sub("", document.text[block.start : block.end])) for block in document.blocks]
    _cut_furniture(lines, cuts)
    _cut_head(_left(lines), cuts)
    _cut_tail(_left(lines), cuts)
    breaks = _cut_notices(_left(lines), cuts)
    joined = _cut_markers(_left(lines), cuts)
    left = _left(lines)
    _cut_repeated_title(left, cuts)
    paragraphs = _paragraphs(left, joined, breaks)
    meant = _title_gaps(left, document.text)
    for match in _SPACE.finditer(document.text):
        keeps_one = match.start() in meant or _between_words(document.text, match)
        cuts.cut(match.start() + keeps_one, match.end(), "white space")
    result = [
        Paragraph(spans, group[0].block.page, group[0].block.level)
        for group in paragraphs
        if (spans := tuple(span for line in group for span in cuts.kept(line.block.start, line.block.end)))
    ]
    return CleanText(tuple(result), cuts.deletions())


def _left(lines: Iterable[_Line]) -> list[_Line]:
    """The lines that are still there and hold more than white space."""
    return [line for line in lines if not line.gone and line.bare]


def _beginning(lines: Sequence[_Line]) -> int:
    """Number of the line with which the speech proper begins; 0 when no line looks like that."""
    return next((number for number, line in enumerate(lines) if _opens(line)), 0)


def _between_words(text: str, gap: re.Match[str]) -> bool:
    """Whether white space parts two Latin words or numbers: everywhere else running Chinese text has none."""
    before, after = text[gap.start() - 1 : gap.start()], text[gap.end() : gap.end() + 1]
    return bool(_LATIN.match(before) and _LATIN.match(after)) and "\n" not in gap.group()


def _title_gaps(lines: Sequence[_Line], text: str) -> set[int]:
    """Offsets of the gaps that part the phrases of a title, such as `抢抓机遇 乘势而上`: they stand for punctuation."""
    gaps = set()
    for line in lines[: _beginning(lines)]:
        for match in _TITLE_GAP.finditer(text, line.block.start, line.block.end):
            gaps.add(match.end())
    return gaps


def _cut_furniture(lines: Sequence[_Line], cuts: _Cuts) -> None:
    """What the reader recognised by the page's own marks or layout, and lone page numbers."""
    numbers = [line for line in lines if line.bare and _LONE_NUMBER.fullmatch(line.text)]
    for line in lines:
        if line.block.furniture is not None:
            cuts.line(line, line.block.furniture)
    if len(numbers) >= 2:
        for line in numbers:
            if not line.gone:
                cuts.line(line, "page number")


def _prose(line: _Line) -> bool:
    """Whether a line reads like text of a speech: it ends a sentence, or is too long for anything else."""
    return re.search("[。！？!?；;]", line.bare) is not None or len(line.bare) > _SHORT


def _opens(line: _Line) -> bool:
    """Whether the speech proper begins with this line: a salutation, or its first sentence."""
    if _TITLE.search(line.bare):
        return False
    return _greets(line) or (_prose(line) and not is_notice(line.bare))


def _greets(line: _Line) -> bool:
    """Whether a line is a salutation on its own."""
    return _SALUTATION.search(line.bare[:_SHORT]) is not None and line.bare[-1:] in "：:！!" and len(line.bare) <= _SHORT


def _cut_head(lines: Sequence[_Line], cuts: _Cuts) -> None:
    """What stands before the title: the site's own heading, file facts, buttons."""
    begin = _beginning(lines)
    titles = [n for n in range(begin) if _TITLE.search(lines[n].bare)]
    first = titles[-1] if titles else 0
    while first > 0 and titles and _goes_on_in_title(lines[first - 1]):
        first -= 1
    for number, line in enumerate(lines[:begin]):
        if number < first:
            cuts.line(line, "before the title")
        elif number not in titles and (is_notice(line.bare) or not re.search("[\u3400-\u9fff]", line.bare)):
            cuts.line(line, "page information")
        else:
            suffix = _FILE_SUFFIX.search(cuts.document.text[line.block.start : line.block.end].rstrip())
            if suffix:
                cuts.cut(line.block.start + suffix.start(), line.block.start + suffix.end(), "file suffix")


def _goes_on_in_title(line: _Line) -> bool:
    """Whether a line can be the first part of a title that was wrapped."""
    text = line.bare
    return 8 <= len(text) <= _SHORT and not TERMINAL.search(text) and not _TITLE.search(text) and not is_notice(text)


def _cut_tail(lines: Sequence[_Line], cuts: _Cuts) -> None:
    """What follows the speech: comments, related reading, copyright, an abstract that repeats it."""
    seen = _repeats(lines)
    start = len(lines)
    while start > 1 and (seen[start - 1] or _furnishing(lines[start - 1])):
        start -= 1
    marked = [n for n in range(start, len(lines)) if seen[n] or is_notice(lines[n].bare)]
    if not marked:
        return  # short last lines without any notice are the speech's own: thanks, a date, a name
    first = marked[0]
    while first > start and lines[first - 1].bare[-1] in "：:":
        first -= 1  # the heading of a notice belongs to it
    for number in range(first, len(lines)):
        cuts.line(lines[number], "repeats the text" if seen[number] else "after the speech")


def _furnishing(line: _Line) -> bool:
    """Whether a line can be part of what follows a speech."""
    return is_notice(line.bare) or (len(line.bare) <= _SHORT and not TERMINAL.search(line.bare)) or _listing(line.text)


def _listing(text: str) -> bool:
    """Words with spaces between them, such as a list of key words."""
    words = text.split()
    return len(words) >= 5 and sum(len(word) for word in words) <= 5 * len(words) and not TERMINAL.search(text.rstrip())


def _repeats(lines: Sequence[_Line]) -> list[bool]:
    """For each line whether it is long and its 8-character shingles occur nearly all in the lines before it."""
    shingles: set[str] = set()
    result = []
    text = ""
    for line in lines:
        bare = line.bare
        own = [bare[n : n + _SHINGLE] for n in range(len(bare) - _SHINGLE + 1)]
        result.append(len(own) >= 2 * _SHORT and sum(one in shingles for one in own) >= 0.85 * len(own))
        text = (text + bare)[-len(bare) - _SHINGLE :]  # shingles across line breaks count too
        shingles.update(text[n : n + _SHINGLE] for n in range(len(text) - _SHINGLE + 1))
    return result


def _cut_notices(lines: Sequence[_Line], cuts: _Cuts) -> set[int]:
    """Notices inside the speech. Returns the starts of the blocks after which omitted text ends the paragraph."""
    breaks = set()
    for line in lines:
        source = cuts.document.text[line.block.start : line.block.end]
        for start, end in inline_notices(source):
            cuts.cut(line.block.start + start, line.block.start + end, "notice")
            if not source[end:].strip():
                breaks.add(line.block.start)
            if not (source[:start] + source[end:]).strip():
                line.gone = True
    return breaks


def _cut_markers(lines: Sequence[_Line], cuts: _Cuts) -> set[int]:
    """Page numbers glued to the text: `2、` at line starts, counting up in the middle of sentences.

    Returns the starts of the blocks that go on in the next marked line.
    """
    found: list[tuple[int, int]] = []  # (number of the line, length of the marker with leading white space)
    for number, line in enumerate(lines):
        match = _MARKER.match(line.text.lstrip())
        if match and int(match.group(1)) == len(found) + 1:
            found.append((number, len(line.text) - len(line.text.lstrip()) + match.end()))
    broken = [number for number, _ in found[1:] if not TERMINAL.search(lines[number - 1].text.rstrip())]
    if len(found) < 3 or len(broken) < (len(found) - 1) / 2:
        return set()
    for number, length in found:
        block = lines[number].block
        cuts.cut(block.start, block.start + length, "page marker")
        lines[number].text = lines[number].text[length:]
    # Where the page before ends a sentence, the next page may or may not begin a paragraph: nothing is lost by going on.
    return {lines[number - 1].block.start for number, _ in found[1:]}


def _cut_repeated_title(lines: Sequence[_Line], cuts: _Cuts) -> None:
    """A title that stands again before the text, on a line of its own or glued to the first sentence."""
    if len(lines) < 2:
        return
    text = cuts.document.text
    title = _FILE_SUFFIX.sub("", lines[0].bare)
    if len(title) < 6 or _prose(lines[0]):
        return
    for line in lines[1:4]:
        runs = cuts.kept(line.block.start, line.block.end)
        offsets = [offset for start, end in runs for offset in range(start, end) if not text[offset].isspace()]
        if "".join(text[offset] for offset in offsets).startswith(title):
            cuts.cut(offsets[0], offsets[len(title) - 1] + 1, "repeated title")
            return


def _paragraphs(lines: Sequence[_Line], joined: set[int], breaks: set[int]) -> list[list[_Line]]:
    """Group lines into paragraphs: by hard wraps, wrapped titles and page markers."""
    goes_on = continues([line.text for line in lines])
    title = next((n for n, line in enumerate(lines[:_HEAD]) if _TITLE.search(line.bare)), -1)
    groups: list[list[_Line]] = []
    open_group = False
    for number, line in enumerate(lines):
        if open_group:
            groups[-1].append(line)
        else:
            groups.append([line])
        in_title = number < title and _goes_on_in_title(line) and not _opens(line)
        before_greeting = number < _HEAD and number + 1 < len(lines) and _greets(lines[number + 1])
        ends = line.block.start in breaks or number == title or before_greeting
        open_group = not ends and (goes_on[number] or in_title or line.block.start in joined)
    return groups
