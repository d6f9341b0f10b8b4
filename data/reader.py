"""Reading: a file, bytes or text in, a speech out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from data.cleaning import clean
from data.documents import Document
from data.documents.html import read_html
from data.documents.pdf import read_pdf
from data.documents.plain import plain_document, read_plain
from data.documents.word import read_word
from data.errors import DocumentError
from data.speech import Source, Speech, speech_id
from data.structure import build_sentences

READERS: Final = {
    ".txt": read_plain,
    ".md": read_plain,
    ".docx": read_word,
    ".pdf": read_pdf,
    ".html": read_html,
    ".htm": read_html,
}
"""Reader of each file suffix."""

LARGEST: Final = 100_000_000
"""Bytes of the largest file that is read."""


def read_speech(path: Path) -> Speech:
    """Read one speech file.

    Raises:
        DocumentError: the file cannot be read as a speech; the message gives the reason.
        MissingExtraError: a package that this format needs is not installed.
    """
    return read_bytes(read_content(path), str(path))


def read_source(path: Path) -> str:
    """The extracted text of a file: what the offsets of its sentences and deletions point into.

    Raises:
        DocumentError: see `read_speech`.
    """
    return _document(read_content(path), str(path)).text


def read_bytes(content: bytes, name: str) -> Speech:
    """Read a speech from a file's bytes; its name decides the format, unless the bytes contradict it.

    Raises:
        DocumentError: see `read_speech`.
    """
    return _speech(_document(content, name), content, name)


def read_text(text: str, name: str = "text") -> Speech:
    """Read a speech from text, which is cleaned like a text file.

    Raises:
        DocumentError: nothing is left of it.
    """
    return _speech(plain_document(text), text.encode("utf-8", "surrogatepass"), name)


def expand(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of the paths given: directories are walked in sorted order, hidden files and unknown suffixes skipped there.

    A path that is named itself is always given back, so that what is wrong with it gets reported.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.is_file() and not hidden and file.suffix.lower() in READERS:
                yield file


def read_content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DocumentError: it cannot be read, or is larger than `LARGEST`.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError(f"expected at most {LARGEST:,} bytes, got {size:,}")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(error.strerror or str(error)) from error


def _document(content: bytes, name: str) -> Document:
    if not content.strip():
        raise DocumentError("the file is empty")
    return _reader(content, Path(name).suffix.lower())(content)


def _reader(content: bytes, suffix: str) -> Callable[[bytes], Document]:
    """The reader for these bytes: their signature counts more than the file's suffix."""
    if content.startswith(b"%PDF-"):
        return read_pdf
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_word
    if suffix in (".docx", ".pdf"):
        raise DocumentError(f"expected a {suffix} file, but the bytes are not one")
    if suffix not in READERS:
        raise DocumentError(f"unknown file type {suffix or 'without suffix'}: expected {', '.join(READERS)}")
    return READERS[suffix]


def _speech(document: Document, content: bytes, name: str) -> Speech:
    cleaned = clean(document)
    title, sentences = build_sentences(cleaned, document)
    if not sentences:
        raise DocumentError("no sentence of a speech was found in it")
    source = Source(
        path=name,
        format=document.format,
        sha256=hashlib.sha256(content).hexdigest(),
        characters=len(document.text),
        encoding=document.encoding,
    )
    return Speech(speech_id(Path(name).stem, content), title, sentences, source, cleaned.deletions)
