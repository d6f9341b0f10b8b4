"""Paragraphs: which of the lines that are left belong together, and the pieces of the source that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jianghua.data.cleaning.breaks import sentences_go_on
from jianghua.data.cleaning.lines import Cuts, Line
from jianghua.data.cleaning.opening import begins_salutation, is_salutation, title_length
from jianghua.data.cleaning.wraps import continues
from jianghua.data.speech import Span

_HEAD: Final = 6  # lines at the top among which a wrapped title, a byline and the salutation are looked for


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the clean text: its kept pieces, in order, and what the document says of it.

    Attributes:
        spans: its pieces, half-open offsets into the document's text.
        page: 1-based page, for paged documents.
        level: depth of a heading by the document's own styles.
        cut_off: text was left out after it, as a notice said.
        note: it is a footnote or an endnote, which comes after the speech.
    """

    spans: tuple[Span, ...]
    page: int | None = None
    level: int | None = None
    cut_off: bool = False
    note: bool = False


def build_paragraphs(lines: Sequence[Line], cuts: Cuts) -> tuple[Paragraph, ...]:
    """The paragraphs that the remaining lines make; a paragraph is parted where text was left out."""
    return tuple(paragraph for group in _grouped(lines, cuts) for paragraph in _paragraphs(group, cuts))


def _grouped(lines: Sequence[Line], cuts: Cuts) -> list[list[Line]]:
    """Lines that belong together: by hard wraps, stray breaks, wrapped titles, page markers and turns."""
    layout = continues([line.text for line in lines])
    goes_on = [by_layout or by_language for by_layout, by_language in zip(layout, sentences_go_on(lines), strict=True)]
    title_end = title_length(lines) - 1
    groups: list[list[Line]] = []
    is_open = False
    for number, line in enumerate(lines):
        if is_open:
            groups[-1].append(line)
        else:
            groups.append([line])
        is_open = number < title_end or (goes_on[number] and number != title_end) or cuts.is_joined_to_next(line)
        is_open = is_open and not cuts.is_parted_from_next(line)
        if number < _HEAD and number + 1 < len(lines) and is_salutation(lines[number + 1]):
            is_open = is_open and begins_salutation("".join(part.bare for part in groups[-1]))
    return groups


def _paragraphs(group: Sequence[Line], cuts: Cuts) -> list[Paragraph]:
    """The kept pieces of lines that belong together."""
    pieces: list[list[Span]] = []
    for span in (span for line in group for span in cuts.kept_spans(line.block.start, line.block.end)):
        if not pieces or cuts.is_omission(pieces[-1][-1][1], span[0]):
            pieces.append([])
        pieces[-1].append(span)
    ends = [piece[-1][1] for piece in pieces]
    next_starts = [*(piece[0][0] for piece in pieces[1:]), group[-1].block.end]
    block = group[0].block
    return [
        Paragraph(tuple(piece), block.page, block.level, cuts.is_omission(end, next_start), block.kind == "footnote")
        for piece, end, next_start in zip(pieces, ends, next_starts, strict=False)
    ]
