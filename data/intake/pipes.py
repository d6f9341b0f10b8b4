"""The bytes of a file that is named; of a pipe without waiting for ever, since its other end may keep silent."""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from pathlib import Path
from typing import IO, Final

from jianghua.data.bounds import Bounds
from jianghua.data.errors import DocumentError

_OPENING: Final = 2.0  # seconds that a writer may take to open the other end of a named pipe
_PAUSE: Final = 0.05
_CHUNK: Final = 1 << 20


def read_file(path: Path, bounds: Bounds) -> bytes:
    """The bytes of a file, a pipe or a device, at most one more than the bounds allow.

    Raises:
        DocumentError: it is larger than the bounds allow, or a pipe that gives nothing.
        OSError: it cannot be opened.
    """
    with os.fdopen(_open_at_once(path), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return _read_pipe(file, bounds, named=stat.S_ISFIFO(status.st_mode))
        if status.st_size > bounds.file_bytes:
            raise DocumentError(f"expected at most {bounds.file_bytes:,} bytes, got {status.st_size:,}")
        return file.read(bounds.file_bytes + 1)


def _open_at_once(path: Path) -> int:
    """Open a file; a named pipe also when nobody writes to it yet. A directory that cannot be listed gives that reason."""
    if path.is_dir():
        next(path.iterdir(), None)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def _read_pipe(file: IO[bytes], bounds: Bounds, named: bool) -> bytes:
    """What comes through a pipe or from a device; the wait for each piece of it is bounded."""
    content = bytearray()
    given_up = time.monotonic() + _OPENING
    while len(content) <= bounds.file_bytes:
        try:
            piece = os.read(file.fileno(), _CHUNK)
        except BlockingIOError:  # somebody has the other end, and is silent
            if not select.select([file], [], [], bounds.seconds)[0]:
                raise DocumentError(f"expected something from the pipe within {bounds.seconds} seconds, got nothing") from None
            continue
        content += piece
        if piece:
            continue
        if content or not named:
            break
        if time.monotonic() > given_up:
            raise DocumentError("expected a file, got a named pipe that nobody writes to")
        time.sleep(_PAUSE)
    return bytes(content)
