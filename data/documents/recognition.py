"""Recognition: which format a file is of, by its bytes. Signatures count more than the file's suffix, which is often wrong.

This is the only place that looks at signatures: readers take what they are given for what they read.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath
from typing import Final

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents.formats import (
    DOC,
    HTML,
    IMAGE,
    MARKDOWN,
    MHT,
    ODT,
    PDF,
    RTF,
    SUFFIXES,
    TEXT,
    WORD,
    WORD_XML,
    ZIP,
    Format,
)
from jianghua.data.documents.zips import DAMAGES, member_name, open_zip
from jianghua.data.errors import DocumentError
from jianghua.data.text.encoding import decode

_HEAD: Final = 8192  # bytes at the start of a file among which signatures of text are looked for
_TEXT_SAMPLE: Final = 1_000_000  # bytes that are looked at to tell text from other bytes
_PDF_JUNK: Final = 1024  # bytes that readers of PDF allow before its signature
_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")
_ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARK: Final = re.compile(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")  # byte order marks
_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|table|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_PAGE: Final = re.compile(r"<(?:!doctype|html|head|body|meta|title|link|script|style)\b", re.IGNORECASE)
_UNTAGGED: Final = 0.3  # share of the lines that have no tag: where there are more, a text has a few tags in it
_MHT: Final = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,40}?content-type:\s*(?:multipart/|text/html)", re.IGNORECASE)
_WORD_XML: Final = re.compile(r"\s*<.*?schemas\.microsoft\.com/office/(?:2006/xmlPackage|word/2003/wordml)", re.DOTALL)
_FOREIGN: Final = (
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip file"),
)
_FOREIGN_STREAMS: Final = (("Workbook", "a spreadsheet"), ("PowerPoint Document", "a presentation"))
_FOREIGN_PARTS: Final = (("xl/workbook", "a spreadsheet"), ("ppt/presentation", "a presentation"))
_OPEN_TEXT: Final = b"application/vnd.oasis.opendocument.text"
_FOREIGN_TYPES: Final = (
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    (b"application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation"),
    (b"application/epub", "an EPUB book"),
)


def recognise(content: bytes, name: str, bounds: Bounds = DEFAULT) -> Format:
    """The format of a file by its bytes, and by its suffix where the bytes leave it open.

    Args:
        content: the file.
        name: its path.
        bounds: bounds on the number of members, for zip files.

    Raises:
        DocumentError: it is empty, or neither its bytes nor its suffix are of a format that is read.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise DocumentError("the file is empty")
    suffix = PurePath(name).suffix.lower()
    by_suffix = SUFFIXES.get(suffix)
    found = _binary(content, by_suffix, bounds) or _textual(content)
    if found is HTML and by_suffix is TEXT and _is_tagged_text(content[:_HEAD]):
        return TEXT
    if found is not None:
        return found
    if by_suffix in (TEXT, MARKDOWN, HTML, MHT):
        return by_suffix  # its reader says what is wrong when it is no text
    try:
        decode(content[:_TEXT_SAMPLE])
    except DocumentError as error:
        known = f"a {suffix} file" if by_suffix else f"one of {', '.join(SUFFIXES)}"
        raise DocumentError(f"unknown file type: expected {known}, got bytes that are neither that nor text") from error
    return TEXT


def is_archive(content: bytes, name: str, bounds: Bounds = DEFAULT) -> bool:
    """Whether a file is an archive of files, and no document that is packed as one."""
    try:
        return content.startswith(_ZIPS) and recognise(content, name, bounds) is ZIP
    except DocumentError:
        return False  # whoever reads it says what it is


def _binary(content: bytes, by_suffix: Format | None, bounds: Bounds) -> Format | None:
    """The format of bytes with a signature; `None` for bytes that may be text."""
    if b"%PDF-" in content[: _PDF_JUNK if by_suffix is PDF else 8]:
        return PDF
    if content.startswith(_IMAGES) or _bmp_or_webp(content):
        return IMAGE
    if content.startswith(_ZIPS):
        return _zipped(content, by_suffix, bounds)
    if content.startswith(_COMPOUND):
        return _compound(content)
    if content.startswith(b"{\\rtf"):
        return RTF
    for signature, what in _FOREIGN:
        if content.startswith(signature):
            raise DocumentError(f"{what} is not read: unpack it first")
    return None


def _bmp_or_webp(content: bytes) -> bool:
    bitmap = content[:2] == b"BM" and content[6:10] == bytes(4)
    return bitmap or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def _zipped(content: bytes, by_suffix: Format | None, bounds: Bounds) -> Format:
    """Word files, OpenDocument files and archives all are zip files: what tells them apart is which members they have."""
    try:
        archive = open_zip(content, bounds)
    except DocumentError:  # the suffix is all there is to go by; whoever reads it says what is wrong
        return ODT if by_suffix is ODT else WORD if by_suffix in (WORD, DOC) else ZIP
    media_type = _media_type(archive)
    if media_type.startswith(_OPEN_TEXT):
        return ODT
    for foreign_type, what in _FOREIGN_TYPES:
        if media_type.startswith(foreign_type):
            raise DocumentError(f"{what} is not read: save it as .docx or .pdf first")
    names = {member_name(info.filename) for info in archive.infolist()}
    if "[content_types].xml" in names or by_suffix is WORD:
        return _office_package(names)
    if "ofd.xml" in names:
        raise DocumentError("an OFD file is not read: save it as .docx or .pdf first")
    return ZIP


def _media_type(archive: zipfile.ZipFile) -> bytes:
    """What the member for it says of an OpenDocument or EPUB file; empty where there is none."""
    try:
        with archive.open("mimetype") as file:
            return file.read(100)
    except (KeyError, RuntimeError, *DAMAGES):
        return b""


def _office_package(names: set[str]) -> Format:
    """A package of Office Open XML: Word's, unless its members are those of another program."""
    if not any(name.startswith("word/") for name in names):
        for part, what in _FOREIGN_PARTS:
            if any(name.startswith(part) for name in names):
                raise DocumentError(f"expected a text document, got {what}")
    return WORD


def _compound(content: bytes) -> Format:
    """Old Office files: the names of their streams, in UTF-16, tell what they are."""
    if _has_stream(content, "EncryptedPackage"):
        raise DocumentError("the Office file is encrypted with a password")
    if not _has_stream(content, "WordDocument"):
        for stream, what in _FOREIGN_STREAMS:
            if _has_stream(content, stream):
                raise DocumentError(f"expected a text document, got {what}")
        raise DocumentError("expected a Word file inside, got a file of another program, such as an old WPS file")
    return DOC


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content


def _textual(content: bytes) -> Format | None:
    """The format of text with a signature, which is ASCII in every encoding, NUL bytes of UTF-16 aside."""
    head = _MARK.sub(b"", content[:_HEAD]).replace(b"\0", b"").decode("latin-1")
    if _MHT.match(head.replace("\r\n", "\n").lstrip("\n")):
        return MHT
    if _WORD_XML.match(head):
        return WORD_XML
    return HTML if _HTML.match(head) else None


def _is_tagged_text(head: bytes) -> bool:
    """Whether a text file that begins with a tag is no page: its own line ends say where its lines end."""
    lines = [line for line in head.replace(b"\0", b"").decode("latin-1").splitlines() if line.strip()]
    return not _HTML_PAGE.search("\n".join(lines)) and sum("<" not in line for line in lines) > _UNTAGGED * len(lines)
