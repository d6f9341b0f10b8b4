"""Formats: the files that can be read, by which suffixes they are found, and which reader each one has.

`jianghua.data.documents.recognition` tells by a file's bytes which of them it is.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step, no_step
from jianghua.data.documents import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read.

    Attributes:
        name: its name.
        suffixes: file suffixes by which directories and archives are searched for it.
        reader: module and function that read it, imported when it is needed; it takes the file's bytes and the bounds.
        paged: whether the reader also takes whether OCR is wanted, and a `Step`.
        office: whether LibreOffice converts it first.
        modules: Python modules that the reader cannot do without, each with the extra that brings it.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str
    paged: bool = False
    office: bool = False
    modules: tuple[tuple[str, str], ...] = ()

    def read(self, content: bytes, bounds: Bounds, ocr: bool = True, step: Step = no_step) -> Document:
        """Read a file of this format, in this process.

        Raises:
            DocumentError: it cannot be read, or goes beyond a bound.
            MissingExtraError: a package that this format needs is not installed.
        """
        module, function = self.reader.split(":")
        reader: Callable[..., Document] = getattr(importlib.import_module(module), function)
        options: tuple[Any, ...] = (bounds, ocr, step) if self.paged else (bounds,)
        return reader(content, *options)


_READERS: Final = "jianghua.data.documents"

_XML: Final = (("lxml", "documents"),)
_PDF: Final = (("pypdfium2", "documents"),)
_OCR: Final = (("rapidocr_onnxruntime", "ocr"),)

TEXT: Final = Format("txt", (".txt", ".srt", ".vtt"), f"{_READERS}.plain:read_plain")
MARKDOWN: Final = Format("md", (".md", ".markdown"), f"{_READERS}.markdown.reader:read_markdown")
WORD: Final = Format("docx", (".docx", ".docm"), f"{_READERS}.word.reader:read_word", modules=_XML)
WORD_XML: Final = Format("docx", (), f"{_READERS}.word.reader:read_word_xml", modules=_XML)
"""A Word file that is one XML file. It has no suffix of its own: web systems like to save it as .doc."""
DOC: Final = Format("doc", (".doc", ".wps"), f"{_READERS}.office:read_doc", office=True, modules=_XML)
RTF: Final = Format("rtf", (".rtf",), f"{_READERS}.office:read_rtf", office=True, modules=_XML)
ODT: Final = Format("odt", (".odt",), f"{_READERS}.office:read_odt", office=True, modules=_XML)
PDF: Final = Format("pdf", (".pdf",), f"{_READERS}.paged.pdf:read_pdf", paged=True, modules=_PDF)
HTML: Final = Format("html", (".html", ".htm"), f"{_READERS}.web.html:read_html", modules=_XML)
MHT: Final = Format("mht", (".mht", ".mhtml"), f"{_READERS}.web.mht:read_mht", modules=_XML)
IMAGE: Final = Format(
    "image",
    (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
    f"{_READERS}.paged.ocr:read_image",
    paged=True,
    modules=_OCR,
)
ZIP: Final = Format("zip", (".zip",), "")
"""Archives are opened by `jianghua.data.intake.inputs`; there is no reader for one."""

FORMATS: Final = (TEXT, MARKDOWN, WORD, WORD_XML, DOC, RTF, ODT, PDF, HTML, MHT, IMAGE, ZIP)
SUFFIXES: Final = {suffix: format for format in FORMATS for suffix in format.suffixes}
"""Format of each known suffix."""
