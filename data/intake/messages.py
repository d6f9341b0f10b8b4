"""Messages between the sandbox and its workers: JSON or bytes, each preceded by its length. Nothing said is ever executed."""

from __future__ import annotations

import json
from typing import IO, Any, Final

_LENGTH: Final = 8  # bytes
_CHUNK: Final = 1 << 20  # bytes that are read at once


def encode(value: Any) -> bytes:
    """A value as JSON in UTF-8; names of files may hold lone surrogates."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode(body: bytes) -> Any:
    """The value that `encode` was given.

    Raises:
        ValueError: it is no JSON.
    """
    return json.loads(body.decode("utf-8", "surrogatepass"))


def send(pipe: IO[bytes], body: bytes) -> None:
    """Write one message."""
    for piece in (len(body).to_bytes(_LENGTH, "big"), body):
        rest = memoryview(piece)
        while rest:  # a pipe that is not buffered may take less than all
            rest = rest[pipe.write(rest) :]


def receive(pipe: IO[bytes], largest: int) -> bytes | None:
    """Read one message; `None` at the end of the pipe.

    Args:
        pipe: where from.
        largest: bytes that it may have.

    Raises:
        ValueError: the message is longer.
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
        part = pipe.read(min(length, _CHUNK))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
