"""Form fields of a PDF file: what was filled in is text on the page."""

from __future__ import annotations

import ctypes
from typing import Any, Final

from jianghua.data.documents.paged.columns import Piece
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

_UNSEEN: Final = 0x02 | 0x20  # flags of an annotation: hidden, not shown on a screen
_PASSWORD: Final = 1 << 13  # flag of a field
_LARGEST: Final = 14.0  # points of a character in a field with room for more
_LEADING: Final = 1.2  # times the size of a character
_MOST: Final = 4  # bytes a code unit of the buffers takes at most


def open_forms(pdf: Any) -> bool:
    """Make the form of a file readable; whether it has one.

    Raises:
        DocumentError: it is a form of XFA alone, of which PDF readers see a page that says so.
    """
    raw = require("pypdfium2.raw", extra="documents")
    kind = pdf.get_formtype()
    if kind == raw.FORMTYPE_XFA_FULL:
        raise DocumentError("PDF file is an XFA form, which is not read: print it to a PDF file")
    if kind != raw.FORMTYPE_ACRO_FORM:
        return False
    pdf.init_forms()
    return pdf.formenv is not None


def fields_of(pdf: Any, page: Any) -> list[Piece]:
    """What was filled into the text and choice fields of a page, where it stands."""
    raw = require("pypdfium2.raw", extra="documents")
    pieces: list[Piece] = []
    for number in range(max(raw.FPDFPage_GetAnnotCount(page), 0)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if annotation:
            pieces += _field(raw, pdf.formenv, annotation)
            raw.FPDFPage_CloseAnnot(annotation)
    return pieces


def _field(raw: Any, form: Any, annotation: Any) -> list[Piece]:
    kinds = (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
    if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET or raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
        return []
    if raw.FPDFAnnot_GetFormFieldType(form, annotation) not in kinds:
        return []
    if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return []
    lines = [line.strip() for line in _value(raw, form, annotation).splitlines()]
    box = raw.FS_RECTF()
    if not any(lines) or not raw.FPDFAnnot_GetRect(annotation, box):
        return []
    height = (box.top - box.bottom) / len(lines)
    size = min(max(height / _LEADING, 1.0), _LARGEST)
    return [
        Piece(line, box.left, -box.top + height * row, box.right, -box.top + height * row + size, size)
        for row, line in enumerate(lines)
        if line
    ]


def _value(raw: Any, form: Any, annotation: Any) -> str:
    length = raw.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, length)
    return bytes(buffer)[: max(length - 2, 0)].decode("utf-16-le", "replace")
