"""Inputs: what the paths on a command line stand for, file by file: directories, archives, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from jianghua.data.bounds import Bounds
from jianghua.data.documents.formats import SUFFIXES
from jianghua.data.documents.recognition import is_archive
from jianghua.data.errors import DocumentError
from jianghua.data.intake.archives import Budget, open_archive

STDIN: Final = Path("-")
"""The path that stands for standard input."""


@dataclass(frozen=True)
class Input:
    """One file to read: a file of its own, a member of an archive, or standard input.

    Attributes:
        name: the path as it was given; `archive.zip!member` inside an archive, `-` for standard input without a name.
        content: its bytes, or why there are none.
    """

    name: str
    content: bytes | DocumentError

    def read(self) -> bytes:
        """Its bytes.

        Raises:
            DocumentError: it cannot be read, or goes beyond a bound; the message gives the reason.
        """
        if isinstance(self.content, DocumentError):
            raise self.content
        return self.content


def inputs(paths: Iterable[Path], stdin_name: str = "-", bounds: Bounds | None = None) -> Iterator[Input]:
    """The inputs that paths stand for, in a fixed order.

    What is wrong with an input is raised when it is read, so that one bad input does not stop the others. Each input holds its
    bytes, so use one before asking for the next.

    Args:
        paths: files, directories and archives; `-` is standard input.
        stdin_name: name of what comes by standard input; its suffix counts where the bytes leave the format open.
        bounds: bounds on files and archives; default those of the environment.
    """
    bounds = bounds or Bounds.from_environment()
    for path in walk(paths):
        name = stdin_name if path == STDIN else display_name(path)
        yield from _opened(name, partial(load, path, bounds), bounds, Budget(bounds.members, bounds.unpacked_bytes), depth=1)


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of the paths: directories are walked in sorted order, hidden files and unknown suffixes skipped there.

    A path that is named itself is always given back, so that what is wrong with it gets reported.
    """
    for path in paths:
        if path == STDIN or not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix.lower() in SUFFIXES and not hidden and file.is_file():
                yield file


def load(path: Path, bounds: Bounds) -> bytes:
    """The bytes of a file, of a pipe or of standard input.

    Raises:
        DocumentError: it cannot be read, or is larger than the bounds allow.
    """
    try:
        if path == STDIN:
            content = sys.stdin.buffer.read(bounds.file_bytes + 1)
        else:
            if path.is_file() and (size := path.stat().st_size) > bounds.file_bytes:
                raise DocumentError(f"expected at most {bounds.file_bytes:,} bytes, got {size:,}")
            with path.open("rb") as file:
                content = file.read(bounds.file_bytes + 1)
    except (OSError, ValueError) as error:
        raise DocumentError(getattr(error, "strerror", None) or str(error)) from error
    if len(content) > bounds.file_bytes:  # a pipe or a device, whose size only reading tells
        raise DocumentError(f"expected at most {bounds.file_bytes:,} bytes, got more")
    return content


def display_name(path: Path) -> str:
    """A path as text. A name that is not in the system's encoding is taken for GB18030, else shown with placeholders."""
    name = str(path)
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = os.fsencode(path)
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace")
    return name


def _opened(name: str, read: Callable[[], bytes], bounds: Bounds, budget: Budget, depth: int) -> Iterator[Input]:
    """The file itself, or the members of the archive that it is."""
    try:
        content = read()
        if not is_archive(content, name, bounds):
            yield Input(name, content)
            return
        if depth > bounds.depth:
            raise DocumentError(f"expected archives at most {bounds.depth} deep, got more")
        for member in open_archive(content, bounds, budget):
            yield from _opened(f"{name}!{member.name}", partial(member.read, bounds), bounds, budget, depth + 1)
    except DocumentError as error:
        yield Input(name, error)
