"""JSON Lines files: read with line numbers in the errors, written atomically."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from jianghua.data.errors import DocumentError, RecordError
from jianghua.data.speech import Speech
from jianghua.data.text.encoding import decode


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a binary file that takes the place of `path` only when the block ends without an error.

    A reader sees the old file or the whole new one, also when the process is killed half way.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes files private; results are meant to be shared
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends, atomically."""
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))


def dump_json(value: Any, indent: int | None = None) -> str:
    """JSON with readable Chinese and keys in the order given."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def write_json(path: Path, value: Any) -> None:
    """Write one indented JSON document, atomically."""
    write_text(path, dump_json(value, indent=2) + "\n")


def write_jsonl(path: Path, records: Iterable[Any]) -> int:
    """Write one JSON value a line, atomically; returns how many."""
    count = 0
    with atomic_write(path) as file:
        for record in records:
            file.write(dump_json(record).encode("utf-8") + b"\n")
            count += 1
    return count


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) for each line that is not blank.

    Raises:
        RecordError: the file is missing or not text.
    """
    try:
        text, _ = decode(path.read_bytes())
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}") from error
    except DocumentError as error:
        raise RecordError(f"{path}: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):  # splitlines() would also split at U+2028 inside a string
        if line.strip():
            yield number, line


def read_jsonl(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number from 1, value) for each line that is not blank.

    Raises:
        RecordError: the file is missing or not text, or a line is not JSON.
    """
    for number, line in read_lines(path):
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RecordError(f"{path}, line {number}: expected JSON ({error}), got {line!r:.60}") from error


def read_speeches(*paths: Path) -> list[Speech]:
    """Read the speeches of files such as `speeches.jsonl`, one file after the other.

    Raises:
        RecordError: a line is not a speech, or two speeches of a file have the same id; the message names file and line.
    """
    return [speech for path in paths for speech in parse_speeches(path, read_lines(path))]


def parse_speeches(path: Path, lines: Iterable[tuple[int, str]]) -> list[Speech]:
    """Speeches of the lines of `read_lines`; see `read_speeches`."""
    speeches: dict[str, Speech] = {}
    for number, line in lines:
        speech = Speech.from_json(line, f"{path}, line {number}")
        if speech.id in speeches:
            raise RecordError(f"{path}, line {number}: the speech id {speech.id!r} occurs twice")
        speeches[speech.id] = speech
    return list(speeches.values())


def write_speeches(path: Path, speeches: Iterable[Speech]) -> int:
    """Write a `speeches.jsonl` atomically; returns the number of speeches."""
    return write_jsonl(path, (speech.to_dict() for speech in speeches))
