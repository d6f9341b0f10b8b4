"""The database behind a store: opened under a lock, checked, and made anew from what can be read when it is damaged."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import JianghuaError

VERSION: Final = 1
"""Version of the tables."""
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS result (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, speech TEXT, sentences INTEGER,"
    " notes TEXT, failure TEXT, record BLOB, checksum INTEGER)",
    "CREATE TABLE IF NOT EXISTS file (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT, key TEXT,"
    " copy_of INTEGER, failure TEXT)",
    "CREATE INDEX IF NOT EXISTS file_key ON file (key)",
    "CREATE TABLE IF NOT EXISTS output (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, run TEXT NOT NULL)",
)
_RESULT: Final = "key, speech, sentences, notes, failure, record, checksum"
_DAMAGES: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_KEPT: Final = "what was finished is kept, and the same command goes on from there"
_REASONS: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_BUSY: "another process is writing to this folder: wait until it has ended, or name another folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be made or opened",
    sqlite3.SQLITE_FULL: f"no space left on device; {_KEPT}",
    sqlite3.SQLITE_IOERR: f"the disk fails, or allows no more (I/O error); {_KEPT}",
    sqlite3.SQLITE_READONLY: "it is read-only",
    **dict.fromkeys(_DAMAGES, "it is damaged: repeat the command, and what can be read of it is kept"),
}
_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""What operations on a database raise; the second one where SQLite quotes damaged bytes in its message."""
_GAP: Final = 10_000
"""Rows behind each other that cannot be read until the search is given up: more than one inner page of the tree leads to."""


class StoreError(JianghuaError):
    """The store cannot be opened, read or written; what was committed before stays."""


class _DamagedError(sqlite3.DatabaseError):
    """The structure of a database is not sound."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one line that a user can act on.

    Raises:
        StoreError: the block raised an error of SQLite.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake in the code that calls
    except _ERRORS as error:
        raise StoreError(f"{path}: {_REASONS.get(_code(error), error)}") from error


def open_database(path: Path) -> tuple[sqlite3.Connection, int | None]:
    """Open a database, or make it; it is locked until the connection is closed.

    Returns:
        The connection, in autocommit mode, and how many results were saved when it was damaged and had to be made anew.

    Raises:
        StoreError: it cannot be opened, is of a newer version, or another process has it open.
    """
    with told(path):
        try:
            return _open(path), None
        except _ERRORS as error:
            if _code(error) not in _DAMAGES:
                raise
            return _rescue(path)


def _open(path: Path) -> sqlite3.Connection:
    """Open a database, lock it, check it, and make what is missing of it."""
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    database.text_factory = _decode
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StoreError(f"{path}: expected a store of version {VERSION} at most, got {version}: update jianghua")
        found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise _DamagedError(found)
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database


def _rescue(path: Path) -> tuple[sqlite3.Connection, int]:
    """Make a damaged database anew, with the results that can be read of it; returns how many these are."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with contextlib.closing(_open(fresh)) as database:
        database.execute("BEGIN")
        rescued = _copy_results(path, database)
        database.execute("COMMIT")
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # it belongs to the damaged one
    fresh.replace(path)
    return _open(path), rescued


def _copy_results(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy what can be read of the results of a damaged database; returns how many.

    Values may come out wrong; their checksums tell, when they are used.
    """
    copied = id = misses = 0
    with contextlib.closing(sqlite3.connect(f"{damaged.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as source:
        source.text_factory = _decode
        while misses < _GAP:
            try:
                row = _next_result(source, id)
            except _ERRORS:
                id, misses = id + 1, misses + 1
                continue
            if row is None:
                break
            id, misses = row[0] + 1, 0
            marks = ", ".join("?" * len(row[1:]))
            copied += into.execute(f"INSERT OR IGNORE INTO result ({_RESULT}) VALUES ({marks})", row[1:]).rowcount
    return copied


def _next_result(source: sqlite3.Connection, id: int) -> tuple[Any, ...] | None:
    """The first row of the results whose number is at least `id`."""
    query = f"SELECT id, {_RESULT} FROM result WHERE id >= ? ORDER BY id LIMIT 1"
    row: tuple[Any, ...] | None = source.execute(query, (id,)).fetchone()
    return row


def _decode(raw: bytes) -> str:
    """A text as it was stored; what a damaged one has become is told by its checksum, and not by an error."""
    return raw.decode("utf-8", "replace")


def _code(error: Exception) -> int:
    """The error's primary result code, see https://sqlite.org/rescode.html."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
