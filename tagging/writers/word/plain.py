"""A clean Word file of a speech, for sources that are none: title, headings and paragraphs as an office sets them."""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.speech import Kind, Speech
from jianghua.tagging.writers.columns import printable

_TITLE: Final = ("方正小标宋简体", 22.0)
_HEADING: Final = ("黑体", 16.0)
_BODY: Final = ("仿宋", 16.0)
"""Fonts and sizes (points) of GB/T 9704-2012, the layout of official documents."""
_LINE: Final = 28.0  # points from line to line, of the same standard
_CENTRED: Final[tuple[Kind, ...]] = ("title", "byline")
_FLUSH: Final[tuple[Kind, ...]] = ("title", "byline", "salutation")


def plain_file(speech: Speech) -> bytes:
    """The .docx file of a speech's sentences.

    Raises:
        MissingExtraError: python-docx is not installed.
    """
    document = require("docx", extra="report").Document()
    _lay_out(document)
    numbered = groupby(speech.sentences, key=lambda sentence: (sentence.paragraph, sentence.kind))
    for (_, kind), sentences in numbered:
        _add(document, kind, "".join(printable(sentence.text) for sentence in sentences))
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _lay_out(document: Any) -> None:
    """Paper and margins of GB/T 9704-2012."""
    shared = require("docx.shared", extra="report")
    section = document.sections[0]
    section.page_width, section.page_height = shared.Mm(210), shared.Mm(297)
    section.top_margin, section.bottom_margin = shared.Mm(37), shared.Mm(35)
    section.left_margin, section.right_margin = shared.Mm(28), shared.Mm(26)


def _add(document: Any, kind: Kind, text: str) -> None:
    """Add a paragraph as its kind is set."""
    shared = require("docx.shared", extra="report")
    font, points = {"title": _TITLE, "heading": _HEADING}.get(kind, _BODY)
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = shared.Pt(points / 2 if kind == "title" else 0)
    layout.line_spacing = shared.Pt(_LINE)
    if kind in _CENTRED:
        layout.alignment = require("docx.enum.text", extra="report").WD_ALIGN_PARAGRAPH.CENTER
    if kind not in _FLUSH:
        layout.first_line_indent = shared.Pt(2 * points)
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, shared.Pt(points)
    run._r.get_or_add_rPr().rFonts.set(require("docx.oxml.ns", extra="report").qn("w:eastAsia"), font)
