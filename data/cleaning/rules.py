"""Cleaning: which characters of the extracted text belong to the speech, and where its paragraphs are.

Cleaning only deletes. What it keeps are source characters in source order; every deletion is recorded with its reason. The
rules look at layout and language, never at one site's own strings, and when in doubt they keep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, TypeAlias

from jianghua.data.cleaning.characters import cut_invisible, cut_white_space
from jianghua.data.cleaning.flattened import lay_out
from jianghua.data.cleaning.lines import Cuts, Line, remaining
from jianghua.data.cleaning.note_marks import cut_note_marks
from jianghua.data.cleaning.notices import cut_notices
from jianghua.data.cleaning.numbering import join_numbers
from jianghua.data.cleaning.official import cut_frame
from jianghua.data.cleaning.pagination import cut_markers, cut_pages
from jianghua.data.cleaning.paragraphs import Paragraph, build_paragraphs
from jianghua.data.cleaning.private_use import cut_bullets, cut_glyph_numbers
from jianghua.data.cleaning.repetition import cut_abstract, cut_outline, cut_repeated_title
from jianghua.data.cleaning.subtitles import cut_subtitles
from jianghua.data.cleaning.surroundings import cut_furniture, cut_head, cut_section_numbers, cut_tail
from jianghua.data.cleaning.turns import cut_turns
from jianghua.data.documents import Document
from jianghua.data.speech import Deletion

Rule: TypeAlias = Callable[[Sequence[Line], Cuts], None]
"""Takes the lines that the rules before it left, and cuts what it knows; what else it finds out, it notes in the cuts."""

RULES: Final[tuple[Rule, ...]] = (
    cut_invisible,
    cut_furniture,
    cut_glyph_numbers,
    cut_bullets,
    cut_subtitles,
    cut_note_marks,
    cut_section_numbers,
    cut_turns,
    cut_pages,
    cut_tail,
    cut_frame,
    cut_outline,
    cut_abstract,
    cut_head,
    cut_notices,
    cut_markers,
    cut_repeated_title,
    join_numbers,
    cut_white_space,
)
"""In this order: what stands around the speech goes before what stands inside it, so that the title is the first line."""


@dataclass(frozen=True, slots=True)
class CleanText:
    """What cleaning kept, and what it deleted and why. Spans are offsets into the document's text."""

    paragraphs: tuple[Paragraph, ...]
    deletions: tuple[Deletion, ...]


def clean(document: Document) -> CleanText:
    """Delete what a page, a site or a layout added to a speech."""
    cuts = Cuts(document)
    layout = lay_out(replace(document, text=cuts.text))
    lines = [Line(block, cuts.text) for block in layout.blocks]
    for before, after in pairwise(lines):  # also spaces that stand where lines ended, which part no words
        cuts.cut(before.block.end, after.block.start, "white space")
        if before.block.start in layout.open:
            cuts.join_to_next(before)
    for rule in RULES:
        rule(remaining(lines), cuts)
    return CleanText(build_paragraphs(remaining(lines), cuts), cuts.deletions())
