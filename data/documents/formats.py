"""Formats: which reader a file's bytes need. Signatures count more than the file's suffix, which is often wrong."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents import Document
from jianghua.data.documents.plain import read_plain
from jianghua.data.documents.word.flat import looks_flat
from jianghua.data.errors import DocumentError
from jianghua.data.text.encoding import decode


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read.

    Attributes:
        name: its name.
        suffixes: file suffixes by which directories and archives are searched for it.
        reader: module and function that read it, imported when it is needed.
        paged: whether the reader takes the bounds, whether OCR is wanted and a `Step`.
        office: whether LibreOffice converts it first.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str
    paged: bool = False
    office: bool = False


TEXT: Final = Format("txt", (".txt", ".md"), "jianghua.data.documents.plain:read_plain")
WORD: Final = Format("docx", (".docx", ".docm"), "jianghua.data.documents.word.reader:read_word")
OFFICE: Final = Format("doc", (".doc", ".wps", ".rtf", ".odt"), "jianghua.data.documents.office:read_office", office=True)
PDF: Final = Format("pdf", (".pdf",), "jianghua.data.documents.paged.pdf:read_pdf", paged=True)
HTML: Final = Format("html", (".html", ".htm"), "jianghua.data.documents.web.html:read_html")
MHT: Final = Format("mht", (".mht", ".mhtml"), "jianghua.data.documents.web.mht:read_mht")
IMAGE: Final = Format(
    "image",
    (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
    "jianghua.data.documents.paged.ocr:read_image",
    paged=True,
)
ZIP: Final = Format("zip", (".zip",), "")
"""Archives are opened by `jianghua.data.intake.inputs`; there is no reader for one."""

FORMATS: Final = (TEXT, WORD, OFFICE, PDF, HTML, MHT, IMAGE, ZIP)
SUFFIXES: Final = {suffix: format for format in FORMATS for suffix in format.suffixes}
"""Format of each known suffix."""

_HEAD: Final = 4096  # bytes at the start of a file among which text signatures are looked for
_MOST_TEXT: Final = 1_000_000  # bytes that are looked at to tell text from other bytes
_PDF_JUNK: Final = 1024  # bytes that readers of PDF allow before its signature
_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAGS: Final = 5  # times more tags than lines may a web page have
_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|table|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHT: Final = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,40}?content-type:\s*(?:multipart/|text/html)", re.IGNORECASE)
_FOREIGN: Final = (
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip file"),
)
_PACKAGES: Final = (
    (b"xl/workbook", "a spreadsheet"),
    (b"ppt/presentation", "a presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", "an OpenDocument presentation"),
    (b"mimetypeapplication/epub", "an EPUB book"),
    (b"OFD.xml", "an OFD file"),
)


def recognise(content: bytes, name: str) -> Format:
    """The format of a file by its bytes, and by its suffix where the bytes leave it open.

    Raises:
        DocumentError: it is empty, or neither its bytes nor its suffix are of a format that is read.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise DocumentError("the file is empty")
    suffix = PurePath(name).suffix.lower()
    by_suffix = SUFFIXES.get(suffix)
    found = _binary(content, by_suffix) or _textual(content)
    if found is not None:
        return found
    if by_suffix in (TEXT, HTML, MHT):
        return by_suffix  # its reader says what is wrong when it is no text
    try:
        decode(content[:_MOST_TEXT])
    except DocumentError as error:
        known = f"a {suffix} file" if by_suffix else f"one of {', '.join(SUFFIXES)}"
        raise DocumentError(f"unknown file type: expected {known}, got bytes that are neither that nor text") from error
    return TEXT


def is_archive(content: bytes, name: str) -> bool:
    """Whether a file is an archive of files, and no document that is packed as one."""
    try:
        return content.startswith(b"PK") and recognise(content, name) is ZIP
    except DocumentError:
        return False  # its reader says what it is


def parse(format: Format, content: bytes, bounds: Bounds, ocr: bool = True, step: Step = lambda page, pages: None) -> Document:
    """Read a file of a known format, in this process.

    Raises:
        DocumentError: it cannot be read, or goes beyond a bound.
        MissingExtraError: a package that this format needs is not installed.
    """
    largest = bounds.text_bytes if format in (TEXT, HTML) else bounds.file_bytes
    if len(content) > largest:
        raise DocumentError(f"expected at most {largest:,} bytes of {format.name}, got {len(content):,}")
    if format is TEXT:
        check_lines(content.count(b"\n"), bounds)
        return checked(read_plain(content), bounds)
    if format in (HTML, MHT):
        check_lines(content.count(b"<") // _TAGS, bounds)
    module, function = format.reader.split(":")
    reader: Callable[..., Any] = getattr(importlib.import_module(module), function)
    document: Document = reader(content, bounds, ocr, step) if format.paged else reader(content)
    return checked(document, bounds)


def checked(document: Document, bounds: Bounds) -> Document:
    """The document, when it is within the bounds; lone surrogates, which no file can hold, become U+FFFD.

    Raises:
        DocumentError: it holds too much text, or too many lines.
    """
    if len(document.text) > bounds.characters:
        raise DocumentError(f"expected at most {bounds.characters:,} characters of text, got {len(document.text):,}")
    check_lines(len(document.blocks), bounds)
    return replace(document, text=re.sub("[\ud800-\udfff]", "\ufffd", document.text))


def check_lines(lines: int, bounds: Bounds) -> None:
    """Refuse a text with too many lines.

    Raises:
        DocumentError: there are more than the bounds allow.
    """
    if lines > bounds.lines:
        raise DocumentError(f"expected at most {bounds.lines:,} lines, got {lines:,}")


def _binary(content: bytes, by_suffix: Format | None) -> Format | None:
    """The format of bytes with a signature; `None` for bytes that may be text."""
    if b"%PDF-" in content[: _PDF_JUNK if by_suffix is PDF else 8]:
        return PDF
    if content.startswith(_IMAGES) or _bmp_or_webp(content):
        return IMAGE
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(content, by_suffix)
    if content.startswith(_OLE):
        return _compound(content)
    if content.startswith(b"{\\rtf"):
        return OFFICE
    for signature, what in _FOREIGN:
        if content.startswith(signature):
            raise DocumentError(f"{what} is not read: unpack it first")
    return None


def _bmp_or_webp(content: bytes) -> bool:
    bitmap = content[:2] == b"BM" and content[6:10] == bytes(4)
    return bitmap or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def _package(content: bytes, by_suffix: Format | None) -> Format:
    """Word files and archives are both zip files: what tells them apart is the names of their members."""
    directory = content[:_HEAD] + content[-65536:]
    if b"[Content_Types].xml" in directory or by_suffix is WORD:
        if b"word/" not in directory:
            for mark, what in _PACKAGES[:2]:
                if mark in directory:
                    raise DocumentError(f"expected a text document, got {what}")
        return WORD
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in directory:
        return OFFICE
    for mark, what in _PACKAGES[2:]:
        if mark in directory:
            raise DocumentError(f"{what} is not read: save it as .docx or .pdf first")
    return ZIP


def _compound(content: bytes) -> Format:
    """Old Office files: the names of their streams, in UTF-16, tell what they are."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise DocumentError("the Office file is encrypted with a password")
    if "WordDocument".encode("utf-16-le") not in content:
        for stream, what in (("Workbook", "a spreadsheet"), ("PowerPoint Document", "a presentation")):
            if stream.encode("utf-16-le") in content:
                raise DocumentError(f"expected a text document, got {what}")
    return OFFICE


def _textual(content: bytes) -> Format | None:
    """The format of text with a signature, which is ASCII in every encoding, NUL bytes of UTF-16 aside."""
    head = re.sub(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)", b"", content[: 2 * _HEAD]).replace(b"\0", b"").decode("latin-1")
    if _MHT.match(head.replace("\r\n", "\n").lstrip("\n")):
        return MHT
    if looks_flat(content):
        return WORD
    return HTML if _HTML.match(head) else None
