"""Reading, pure: the bytes and the name of a file in, its document and its speech out. No other file, no other process.

`jianghua.data.reader` decides in which process this runs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from jianghua.data.bounds import Bounds, Step, no_step
from jianghua.data.cleaning.private_use import unreadable_note
from jianghua.data.cleaning.rules import clean
from jianghua.data.documents import Document
from jianghua.data.documents.formats import ZIP
from jianghua.data.documents.plain import plain_document
from jianghua.data.documents.recognition import recognise
from jianghua.data.errors import DocumentError
from jianghua.data.speech import Source, Speech, speech_id
from jianghua.data.structure import build_sentences
from jianghua.data.text.garbled import check_legible

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def extract(content: bytes, name: str, bounds: Bounds, ocr: bool = True, step: Step = no_step) -> Document:
    """The extracted text of a file's bytes.

    Args:
        content: the file.
        name: its path; the suffix decides the format where the bytes leave it open.
        bounds: what reading it may take.
        ocr: whether images and pages without text are recognised.
        step: called before each page that is recognised.

    Raises:
        DocumentError: it cannot be read, or goes beyond a bound, or its characters were lost.
        MissingExtraError: a package that its format needs is not installed.
    """
    bounds.check("file_bytes", len(content), "bytes")
    format = recognise(content, name, bounds)
    if format is ZIP:
        raise DocumentError("expected a speech file, got an archive of several")
    return _checked(format.read(content, bounds, ocr, step), bounds)


def extract_text(text: str, bounds: Bounds) -> Document:
    """The document that a text is by itself.

    Raises:
        DocumentError: it goes beyond a bound, or its characters were lost.
    """
    return _checked(plain_document(text), bounds)


def build_speech(document: Document, content: bytes, name: str) -> Speech:
    """Clean an extracted text and split it into the sentences of a speech.

    Args:
        document: what `extract` gave for the file.
        content: the file.
        name: its path, which becomes the speech's source.

    Raises:
        DocumentError: no sentence is left.
    """
    cleaned = clean(document)
    title, sentences = build_sentences(cleaned, document)
    if not sentences:
        raise DocumentError("no sentence of a speech was found in it")
    sha256 = hashlib.sha256(content).hexdigest()
    notes = document.notes + unreadable_note(sentence.text for sentence in sentences)
    source = Source(name, document.format, sha256, len(document.text), document.encoding, notes)
    return Speech(speech_id(_stem(name), content), title, sentences, source, cleaned.deletions)


def _checked(document: Document, bounds: Bounds) -> Document:
    """The document, when it is within the bounds; lone surrogates, which no file can hold, become U+FFFD."""
    bounds.check("characters", len(document.text), "characters of text")
    bounds.check("lines", len(document.blocks), "lines")
    check_legible(document.text)
    return replace(document, text=_SURROGATES.sub("\ufffd", document.text))


def _stem(name: str) -> str:
    """Stem of a file's name; of the member for `archive.zip!member`, and `stdin` for `-`."""
    member = re.split(r"\.zip!", name, flags=re.IGNORECASE)[-1]
    return "stdin" if member == "-" else PurePath(member).stem
