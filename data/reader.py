"""Reading: a file, bytes or text in, a speech out."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePath
from typing import Final

from jianghua.data.bounds import Bounds, Step
from jianghua.data.cleaning.rules import clean
from jianghua.data.documents import Document
from jianghua.data.documents.formats import TEXT, ZIP, checked, parse, recognise
from jianghua.data.documents.plain import plain_document
from jianghua.data.errors import DocumentError
from jianghua.data.intake import sandbox
from jianghua.data.intake.inputs import inputs
from jianghua.data.speech import Source, Speech, speech_id
from jianghua.data.structure import build_sentences

_IN_PROCESS: Final = (100_000, 1_000)
"""Characters and lines up to which a text is cleaned in this process: more than nearly every speech has."""
_SMALL_TEXT: Final = 500_000
"""Bytes up to which plain text is decoded in this process."""


def read_speech(path: Path) -> Speech:
    """Read one speech file; `-` is standard input.

    Raises:
        DocumentError: the file cannot be read as a speech; the message gives the reason.
        MissingExtraError: a package that this format needs is not installed.
    """
    content, name = _one(path)
    return read_bytes(content, name)


def read_source(path: Path) -> str:
    """The extracted text of a file: what the offsets of its sentences and deletions point into.

    Raises:
        DocumentError: see `read_speech`.
        MissingExtraError: see `read_speech`.
    """
    return read_document(*_one(path)).text


def read_bytes(content: bytes, name: str, ocr: bool = True) -> Speech:
    """Read a speech from a file's bytes; its name decides the format where the bytes leave it open.

    Args:
        content: the file.
        name: its path, which becomes the speech's source.
        ocr: whether images and pages without text are recognised.

    Raises:
        DocumentError: see `read_speech`.
        MissingExtraError: see `read_speech`.
    """
    return build_speech(read_document(content, name, ocr), content, name)


def read_text(text: str, name: str = "text") -> Speech:
    """Read a speech from text, which is cleaned like a text file.

    Raises:
        DocumentError: nothing is left of it, or it goes beyond a bound.
    """
    document = checked(plain_document(text), Bounds.from_environment())
    return build_speech(document, text.encode("utf-8", "surrogatepass"), name)


def read_document(content: bytes, name: str, ocr: bool = True, step: Step = lambda page, pages: None) -> Document:
    """The extracted text of a file's bytes. All but short plain text is parsed in the sandbox.

    Args:
        content: the file.
        name: its path.
        ocr: whether images and pages without text are recognised.
        step: called before each page that is recognised.

    Raises:
        DocumentError: see `read_speech`.
        MissingExtraError: see `read_speech`.
    """
    bounds = Bounds.from_environment()
    if len(content) > bounds.file_bytes:
        raise DocumentError(f"expected at most {bounds.file_bytes:,} bytes, got {len(content):,}")
    format = recognise(content, name)
    if format is ZIP:
        raise DocumentError("expected a speech file, got an archive of several")
    if format is TEXT and len(content) <= _SMALL_TEXT:
        return parse(format, content, bounds)
    return sandbox.parse(format, content, bounds, ocr, step)


def build_speech(document: Document, content: bytes, name: str) -> Speech:
    """Clean an extracted text and split it into the sentences of a speech. A very long text is cleaned in the sandbox.

    Raises:
        DocumentError: no sentence is left, or it takes too long.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    id = speech_id(_stem(name), content)
    if len(document.text) > _IN_PROCESS[0] or len(document.blocks) > _IN_PROCESS[1]:
        return sandbox.build(document, name, sha256, id, Bounds.from_environment())
    return build_here(document, name, sha256, id)


def build_here(document: Document, name: str, sha256: str, id: str) -> Speech:
    """What `build_speech` does, in this process.

    Raises:
        DocumentError: no sentence is left.
    """
    cleaned = clean(document)
    title, sentences = build_sentences(cleaned, document)
    if not sentences:
        raise DocumentError("no sentence of a speech was found in it")
    source = Source(name, document.format, sha256, len(document.text), document.encoding)
    return Speech(id, title, sentences, source, cleaned.deletions)


def _one(path: Path) -> tuple[bytes, str]:
    """Bytes and name of the one file that a path stands for; an archive may hold just one."""
    found = inputs([path])
    first, second = next(found, None), next(found, None)
    if first is None or second is not None:
        raise DocumentError(f"expected one speech file, got {'several' if second else 'a directory without any'}")
    return first.read(), first.name


def _stem(name: str) -> str:
    """Stem of a file's name; of the member for `archive.zip!member`, and `stdin` for `-`."""
    member = re.split(r"\.zip!", name, flags=re.IGNORECASE)[-1]
    return "stdin" if member == "-" else PurePath(member).stem
