"""The process in which files are parsed: what `jianghua.data.intake.sandbox` starts, and the messages between the two.

A request is JSON and the bytes of a file; a reply is JSON. Each message is preceded by its length in 8 bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from dataclasses import fields
from pathlib import Path
from typing import IO, Any, Final

from jianghua.data.bounds import Bounds
from jianghua.data.documents import Block, Document, formats
from jianghua.data.errors import DocumentError, MissingExtraError

_LENGTH: Final = 8
_FIELDS: Final = tuple(field.name for field in fields(Block))
_MIB: Final = 1 << 20


def send(pipe: IO[bytes], *parts: Any) -> None:
    """Write messages: bytes as they are, anything else as JSON."""
    for part in parts:
        body = part if isinstance(part, bytes) else json.dumps(part, ensure_ascii=False).encode("utf-8", "surrogatepass")
        for piece in (len(body).to_bytes(_LENGTH, "big"), body):
            rest = memoryview(piece)
            while rest:  # a pipe that is not buffered may take less than all
                rest = rest[pipe.write(rest) :]


def receive(pipe: IO[bytes], largest: int) -> bytes | None:
    """Read one message; `None` at the end of the pipe.

    Raises:
        ValueError: the message is longer than `largest` bytes.
    """
    head = _exactly(pipe, _LENGTH)
    if head is None:
        return None
    length = int.from_bytes(head, "big")
    if length > largest:
        raise ValueError(f"expected a message of at most {largest:,} bytes, got {length:,}")
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes | None:
    parts = []
    while length:
        part = pipe.read(min(length, _MIB))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def record_of(document: Document) -> list[Any]:
    """A document as JSON."""
    blocks = [[getattr(block, name) for name in _FIELDS] for block in document.blocks]
    return [document.text, blocks, document.format, document.encoding]


def document_of(record: list[Any]) -> Document:
    """The document that `record_of` was given."""
    text, blocks, format, encoding = record
    return Document(text, tuple(Block(*values) for values in blocks), format, encoding)


def main() -> None:
    """Parse files until standard input ends; then remove the directory for temporary files that the second argument names."""
    requests, replies = _own(0), _own(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        send(replies, {"ready": True})
        _serve(requests, replies)
    finally:  # also when the program was killed, and so cannot
        shutil.rmtree(sys.argv[2], ignore_errors=True)


def _serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    while (request := receive(requests, 1 << 16)) is not None:
        settings = json.loads(request)
        bounds = Bounds(**settings["bounds"])
        content = receive(requests, settings["bytes"])
        if content is None:
            break
        send(replies, _answer(settings, content, bounds, replies))


def _answer(settings: dict[str, Any], content: bytes, bounds: Bounds, replies: IO[bytes]) -> dict[str, Any]:
    """Do one thing within its bounds; what becomes of it as a message."""

    def step(page: int, pages: int) -> None:
        """A page is going to be recognised: time starts over, and OCR may take more memory than parsing."""
        _limit(bounds, bounds.ocr_seconds * (os.cpu_count() or 1), heavy=True, writes=False)  # it computes on all cores
        send(replies, {"page": page, "pages": pages})

    reply: dict[str, Any]
    try:
        if "build" in settings:
            _limit(bounds, bounds.seconds, heavy=False, writes=False)
            reply = {"speech": _build(content, *settings["build"])}
        else:
            format = next(one for one in formats.FORMATS if one.name == settings["format"])
            seconds = bounds.office_seconds if format.office else bounds.seconds
            _limit(bounds, seconds, heavy=format.office, writes=format.office)
            reply = {"document": record_of(formats.parse(format, content, bounds, settings["ocr"], step))}
    except (DocumentError, MissingExtraError) as error:
        reply = {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        reply = {"error": "DocumentError", "message": "needs more memory to be parsed than it may take"}
    except Exception as error:  # no parser's own exception may end the run; the type tells whose mistake it is
        message = " ".join(f"{type(error).__name__}: {error}".split())
        reply = {"error": "DocumentError", "message": f"the parser failed on it ({message[:160]})"}
    return reply | {"memory_mib": _peak()}


def _build(content: bytes, name: str, sha256: str, id: str) -> dict[str, Any]:
    from jianghua.data.reader import build_here

    return build_here(document_of(json.loads(content)), name, sha256, id).to_dict()


def _own(descriptor: int) -> IO[bytes]:
    """A pipe of this process for messages alone: what a library prints must not get in between."""
    mine = os.dup(descriptor)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
    return os.fdopen(mine, "rb" if descriptor == 0 else "wb", buffering=0)


def _limit(bounds: Bounds, seconds: int, heavy: bool, writes: bool) -> None:
    """Set this process's bounds for the next file, where the platform has such: POSIX does."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    for kind, limit in (
        (resource.RLIMIT_AS, (bounds.heavy_memory_mib if heavy else bounds.memory_mib) * _MIB),
        (resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + seconds),
        (resource.RLIMIT_FSIZE, bounds.scratch_mib * _MIB if writes else 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _peak() -> int:
    """MiB of memory that this process took at most so far; 0 where the platform does not tell."""
    try:
        # Not ru_maxrss: Linux lets it start at the size of the process that started this one.
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)
