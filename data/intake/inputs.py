"""Inputs: what the paths on a command line stand for, file by file: directories, archives, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jianghua.data.bounds import Bounds
from jianghua.data.documents.recognition import is_archive
from jianghua.data.errors import DocumentError
from jianghua.data.intake.archives import Budget, open_archive
from jianghua.data.intake.pipes import read_file
from jianghua.data.intake.walking import STDIN, PassedOver, tell_nobody, walk


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


def inputs(
    paths: Iterable[Path],
    stdin_name: str = "-",
    bounds: Bounds | None = None,
    passed_over: PassedOver = tell_nobody,
) -> Iterator[Input]:
    """The inputs that paths stand for, in a fixed order.

    What is wrong with an input is raised when it is read, so that one bad input does not stop the others. Each input holds its
    bytes, so use one before asking for the next.

    Args:
        paths: files, directories and archives; `-` is standard input.
        stdin_name: name of what comes by standard input; its suffix counts where the bytes leave the format open.
        bounds: bounds on files and archives; default those of the environment.
        passed_over: told of what is left out in directories and archives.
    """
    bounds = bounds or Bounds.from_environment()
    for path in walk(paths, passed_over):
        name = stdin_name if path == STDIN else display_name(path)
        opening = _Opening(bounds, Budget(bounds.members, bounds.unpacked_bytes), passed_over)
        yield from opening.inputs(name, partial(load, path, bounds), depth=1)


def load(path: Path, bounds: Bounds) -> bytes:
    """The bytes of a file, of a pipe or of standard input.

    Raises:
        DocumentError: it cannot be read, or is larger than the bounds allow.
    """
    try:
        content = sys.stdin.buffer.read(bounds.file_bytes + 1) if path == STDIN else read_file(path, bounds)
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


@dataclass(frozen=True)
class _Opening:
    """How the archives that are a file, or lie in it, are opened: the bounds, what is left of them, who is told."""

    bounds: Bounds
    budget: Budget
    passed_over: PassedOver

    def inputs(self, name: str, read: Callable[[], bytes], depth: int) -> Iterator[Input]:
        """The file itself, or the members of the archive that it is."""
        bounds = self.bounds
        try:
            content = read()
            if not is_archive(content, name, bounds):
                yield Input(name, content)
                return
            if depth > bounds.depth:
                raise DocumentError(f"expected archives at most {bounds.depth} deep, got more")
            for member in open_archive(content, bounds, self.budget, lambda left, why: self.passed_over(f"{name}!{left}", why)):
                yield from self.inputs(f"{name}!{member.name}", partial(member.read, bounds), depth + 1)
        except DocumentError as error:
            yield Input(name, error)
