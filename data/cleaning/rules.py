"""Cleaning: which characters of the extracted text belong to the speech, and where its paragraphs are.

Cleaning only deletes. What it keeps are source characters in source order; every deletion is recorded with its reason. The
rules look at layout and language, never at one site's own strings, and when in doubt they keep.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jianghua.data.cleaning.lines import INVISIBLE, SHOWN, Cuts, Line, left
from jianghua.data.cleaning.markdown import cut_markup
from jianghua.data.cleaning.notices import inline_notices, is_notice
from jianghua.data.cleaning.pagination import cut_markers, cut_pages
from jianghua.data.cleaning.repetition import cut_abstract, cut_outline, cut_repeated_title
from jianghua.data.cleaning.surroundings import beginning, begins_greeting, cut_head, cut_tail, greets, title_lines
from jianghua.data.cleaning.wraps import TERMINAL, continues
from jianghua.data.documents import Document
from jianghua.data.speech import Deletion, Span

_LATIN: Final = re.compile(r"[A-Za-z0-9]")
_SPACE: Final = re.compile(r"\s+")
_STRAY: Final = re.compile(r"(?<=[\u3400-\u9fff，。、；：])[^\S\n]+(?=[\u3400-\u9fff，。、；：])")
_TITLE_GAP: Final = re.compile(r"(?<=[\u3400-\u9fff]{4})[^\S\n]+(?=[\u3400-\u9fff]{4})")
_HEAD: Final = 6  # lines at the top among which a wrapped title, a byline and the salutation are looked for


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the clean text: its kept pieces, in order, and what the document says of it.

    Attributes:
        spans: its pieces, half-open offsets into the document's text.
        page: 1-based page, for paged documents.
        level: depth of a heading by the document's own styles.
        cut_off: text was left out after it, as a notice said.
    """

    spans: tuple[Span, ...]
    page: int | None = None
    level: int | None = None
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class CleanText:
    """What cleaning kept, and what it deleted and why. Spans are offsets into the document's text."""

    paragraphs: tuple[Paragraph, ...]
    deletions: tuple[Deletion, ...]


def clean(document: Document) -> CleanText:
    """Delete what a page, a site or a layout added to a speech."""
    cuts = Cuts(document)
    for match in INVISIBLE.finditer(document.text):
        cuts.cut(match.start(), match.end(), "invisible character")
    lines = [Line(block, document.text) for block in document.blocks]
    _cut_furniture(left(lines), cuts)
    if document.format == "txt":
        cut_markup(left(lines), cuts)
    cut_pages(left(lines), cuts)
    cut_tail(left(lines), cuts)
    cut_outline(left(lines), cuts)
    cut_abstract(left(lines), cuts)
    cut_head(left(lines), cuts)
    omissions = _cut_notices(left(lines), cuts)
    joined = cut_markers(left(lines), cuts)
    cut_repeated_title(left(lines), title_lines(left(lines)), cuts)
    paragraphs = _paragraphs(left(lines), joined)
    _cut_white_space(left(lines), cuts)
    return CleanText(tuple(_result(paragraphs, omissions, cuts)), cuts.deletions())


def _cut_furniture(lines: Sequence[Line], cuts: Cuts) -> None:
    """What the reader recognised by the page's own marks or layout."""
    for line in lines:
        if line.block.furniture is not None:
            cuts.line(line, line.block.furniture)


def _cut_notices(lines: Sequence[Line], cuts: Cuts) -> set[int]:
    """Notices inside the speech, also those that a wrap has broken. Returns the offsets where text was left out."""
    text = cuts.document.text
    shown = [match.span() for line in lines for match in SHOWN.finditer(text, line.start, line.block.end)]
    places = [place for span in shown for place in range(*span)]
    omissions = set()
    for start, end, omitted in inline_notices("".join(text[start:end] for start, end in shown)):
        for place in places[start:end]:
            cuts.cut(place, place + 1, "notice")
        if omitted:
            omissions.add(places[end - 1] + 1)
    goes_on = continues([line.text for line in lines])
    for number, line in enumerate(lines):
        rest = "".join(text[start:end] for start, end in cuts.kept(line.start, line.block.end)).strip()
        # The first line is the title; after it, a line of its own between sentences may be a notice as a whole.
        alone = number > 0 and not goes_on[number - 1] and not goes_on[number] and TERMINAL.search(lines[number - 1].bare)
        remains = 2 * len(rest) >= len(line.bare) or TERMINAL.search(rest)
        if not rest or (alone and (is_notice(line.bare) or not remains)):
            cuts.line(line, "notice")
    return omissions


def _paragraphs(lines: Sequence[Line], joined: set[int]) -> list[list[Line]]:
    """Group lines into paragraphs: by hard wraps, wrapped titles and page markers."""
    goes_on = continues([line.text for line in lines])
    title = title_lines(lines) - 1
    groups: list[list[Line]] = []
    open_group = False
    for number, line in enumerate(lines):
        if open_group:
            groups[-1].append(line)
        else:
            groups.append([line])
        open_group = number != title and (goes_on[number] or number < title or line.block.start in joined)
        if number < _HEAD and number + 1 < len(lines) and greets(lines[number + 1]):
            open_group = open_group and begins_greeting("".join(one.bare for one in groups[-1]))
    return groups


def _cut_white_space(lines: Sequence[Line], cuts: Cuts) -> None:
    """All white space but that between Latin words, and the gaps between the phrases of a title."""
    text = cuts.document.text
    meant = _title_gaps(lines, text)
    for match in _SPACE.finditer(text):
        keeps_one = match.start() in meant or _between_words(text, match)
        cuts.cut(match.start() + keeps_one, match.end(), "white space")


def _between_words(text: str, gap: re.Match[str]) -> bool:
    """Whether white space parts two Latin words or numbers: everywhere else running Chinese text has none."""
    before, after = text[gap.start() - 1 : gap.start()], text[gap.end() : gap.end() + 1]
    return bool(_LATIN.match(before) and _LATIN.match(after)) and "\n" not in gap.group()


def _title_gaps(lines: Sequence[Line], text: str) -> set[int]:
    """Offsets of the gaps that part the phrases of a title, such as `抢抓机遇 乘势而上`: they stand for punctuation.

    Where the body has gaps like these between its characters, they are stray, and so are those of the title.
    """
    begin = beginning(lines)
    stray = Counter(match.group() for line in lines[begin:] for match in _STRAY.finditer(text, line.start, line.block.end))
    return {
        match.start()
        for line in lines[:begin]
        for match in _TITLE_GAP.finditer(text, line.start, line.block.end)
        if match.group() not in stray
    }


def _result(paragraphs: Sequence[Sequence[Line]], omissions: set[int], cuts: Cuts) -> list[Paragraph]:
    """The paragraphs' kept pieces; a paragraph is parted where text was left out."""
    places = sorted(omissions)

    def left_out(start: int, end: int) -> bool:
        number = bisect_left(places, start)
        return number < len(places) and places[number] <= end

    result: list[Paragraph] = []
    for group in paragraphs:
        block = group[0].block
        parts: list[list[Span]] = []
        for span in (span for line in group for span in cuts.kept(line.block.start, line.block.end)):
            if not parts or left_out(parts[-1][-1][1], span[0]):
                parts.append([])
            parts[-1].append(span)
        ends = [part[-1][1] for part in parts]
        nexts = [*(part[0][0] for part in parts[1:]), group[-1].block.end]
        result += [
            Paragraph(tuple(part), block.page, block.level, left_out(end, after))
            for part, end, after in zip(parts, ends, nexts, strict=False)
        ]
    return result
