"""Reading: a file, bytes or text in, a speech out. Short plain text is read in this process, all else in the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jianghua.data.bounds import Bounds, Step, no_step
from jianghua.data.documents import Document
from jianghua.data.documents.formats import MARKDOWN, TEXT
from jianghua.data.documents.recognition import recognise
from jianghua.data.errors import DocumentError
from jianghua.data.intake import sandbox, tasks
from jianghua.data.intake.inputs import inputs
from jianghua.data.reading import build_speech, extract, extract_text
from jianghua.data.speech import Speech

_SHORT_BYTES: Final = 500_000
"""Bytes up to which plain text is decoded in this process."""
_SHORT_CHARACTERS: Final = 100_000
"""Characters up to which a text is cleaned in this process: more than nearly every speech has."""
_SHORT_LINES: Final = 1_000


def read_speech(path: Path) -> Speech:
    """Read one speech file; `-` is standard input.

    Raises:
        DocumentError: the file cannot be read as a speech; the message gives the reason.
        MissingExtraError: a package that this format needs is not installed.
    """
    return read_bytes(*_single_input(path))


def read_source(path: Path) -> str:
    """The extracted text of a file: what the offsets of its sentences and deletions point into.

    Raises:
        DocumentError: see `read_speech`.
        MissingExtraError: see `read_speech`.
    """
    file = _File(*_single_input(path))
    document = file.short_text()
    if document is not None:
        return document.text
    text: str = file.call(tasks.read_source)
    return text


def read_bytes(content: bytes, name: str, ocr: bool = True, step: Step = no_step, apart: bool = False) -> Speech:
    """Read a speech from a file's bytes; its name decides the format where the bytes leave it open.

    Args:
        content: the file.
        name: its path, which becomes the speech's source.
        ocr: whether images and pages without text are recognised.
        step: called before each page that is recognised.
        apart: whether short text, too, is read in a process of its own: threads then read side by side.

    Raises:
        DocumentError: see `read_speech`.
        MissingExtraError: see `read_speech`.
    """
    file = _File(content, name, ocr, step)
    document = None if apart else file.short_text()
    if document is not None:
        return build_speech(document, content, name)
    return Speech.from_dict(file.call(tasks.read_speech))


def read_source_and_speech(content: bytes, name: str, ocr: bool = True, step: Step = no_step) -> tuple[str, Speech]:
    """The extracted text of a file's bytes, and the speech whose offsets point into it; see `read_bytes`."""
    file = _File(content, name, ocr, step)
    document = file.short_text()
    if document is not None:
        return document.text, build_speech(document, content, name)
    text, record = file.call(tasks.read_source_and_speech)
    return text, Speech.from_dict(record)


def read_text(text: str, name: str = "text") -> Speech:
    """Read a speech from text, which is cleaned like a text file.

    Raises:
        DocumentError: nothing is left of it, or it goes beyond a bound.
    """
    bounds = Bounds.from_environment()
    content = text.encode("utf-8", "surrogatepass")
    document = extract_text(text, bounds)
    if _is_short(document):
        return build_speech(document, content, name)
    arguments = {"name": name, "bounds": bounds.to_dict()}
    return Speech.from_dict(sandbox.call(tasks.read_text, content, arguments, bounds.limits()))


def _single_input(path: Path) -> tuple[bytes, str]:
    """Bytes and name of the one file that a path stands for; an archive may hold just one."""
    found = inputs([path])
    first, second = next(found, None), next(found, None)
    if first is None or second is not None:
        raise DocumentError(f"expected one speech file, got {'several' if second else 'a directory without any'}")
    return first.read(), first.name


def _is_short(document: Document) -> bool:
    """Whether a text is cleaned so fast that no process of its own has to be asked."""
    return len(document.text) <= _SHORT_CHARACTERS and len(document.blocks) <= _SHORT_LINES


class _File:
    """A file to read, see `read_bytes`."""

    def __init__(self, content: bytes, name: str, ocr: bool = True, step: Step = no_step) -> None:
        self._content, self._name, self._ocr, self._step = content, name, ocr, step
        self._bounds = Bounds.from_environment()
        self._bounds.check("file_bytes", len(content), "bytes")
        self._format = recognise(content, name, self._bounds)

    def short_text(self) -> Document | None:
        """The document of a short plain text; `None` for what is read in the sandbox."""
        if self._format not in (TEXT, MARKDOWN) or len(self._content) > _SHORT_BYTES:
            return None
        document = extract(self._content, self._name, self._bounds)
        return document if _is_short(document) else None

    def call(self, task: sandbox.Task) -> Any:
        """Have a task done in the sandbox, within the limits of the file's format."""
        arguments = {"name": self._name, "bounds": self._bounds.to_dict(), "ocr": self._ocr}
        limits = self._bounds.limits(self._format.office)
        return sandbox.call(task, self._content, arguments, limits, self._bounds.page_limits(), self._step)
