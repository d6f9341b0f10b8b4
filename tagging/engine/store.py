"""The store of a run's folder: what was made of each file, in one SQLite database that a killed process leaves whole.

A result is found by its key (see `jianghua.tagging.engine.settings`), so results of other settings may lie beside those of
the run and are never taken for them. What the last run was given, file by file, is in the table `file`; what it wrote for
people, in `output`. While a store is open no other process can open it: the lock is SQLite's own, and ends with the process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from jianghua.data.speech import Speech
from jianghua.data.store import dump_json
from jianghua.tagging.engine.database import StoreError, open_database, told
from jianghua.tagging.records import Failure, Tag, TaggedSpeech

_FILES: Final = """
SELECT file.number, file.name, file.sha256, file.key, result.speech, result.sentences, first.name AS copy_of,
       coalesce(file.failure, first.failure, result.failure) AS failure
FROM file LEFT JOIN file AS first ON first.number = file.copy_of LEFT JOIN result ON result.key = file.key
"""
_SPARE: Final = "key NOT IN (SELECT key FROM file WHERE key IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class Result:
    """What the store knows of a file without reading its speech.

    Attributes:
        speech: id of the tagged speech; `None` where there is none.
        sentences: number of its sentences.
        notes: what of the file is missing from the speech, see `jianghua.data.speech.Source`.
        failure: why there is no speech.
    """

    speech: str | None = None
    sentences: int | None = None
    notes: tuple[str, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One input of the last run and what became of it.

    Attributes:
        name: as it was given.
        sha256: hash of its bytes; `None` where they could not be read.
        key: of its result.
        speech: id of its tagged speech; `None` where there is none.
        sentences: number of its sentences.
        copy_of: name of an input before it that has the same name of its own and the same bytes.
        failure: why there is no speech.
    """

    name: str
    sha256: str | None
    key: str | None
    speech: str | None
    sentences: int | None
    copy_of: str | None
    failure: str | None


class Store:
    """An open store. What is put into it is kept from the next `commit` on.

    Attributes:
        rescued: results that were saved from a damaged database, which was then made anew; `None` when it was sound.
        damaged: results that were there but could not be read.
    """

    def __init__(self, path: Path) -> None:
        """Open a store, or make one.

        Raises:
            StoreError: it cannot be opened, is of a newer version, or another process has it open.
        """
        self.path = path
        self.damaged = 0
        self._database, self.rescued = open_database(path)
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Commit, also after Ctrl-C: each result that is in is whole. Nothing may hide the error that led here."""
        with contextlib.closing(self._database), contextlib.suppress(*((sqlite3.Error, StoreError) if error else ())):
            self.commit()

    def _execute(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        with told(self.path):
            return self._database.execute(statement, values)

    def commit(self) -> None:
        """Keep what was put in so far.

        Raises:
            StoreError: it cannot be written, for example because the disk is full.
        """
        self._execute("COMMIT")
        self._execute("BEGIN")

    # Results

    def find(self, key: str) -> Result | None:
        """The result of a key, when it is there and whole; one that is not is taken out."""
        query = "SELECT speech, sentences, notes, failure, record, checksum FROM result WHERE key = ?"
        row = self._execute(query, (key,)).fetchone()
        if row is None:
            return None
        if row[-1] != _checksum(key, *row[:-1]):
            self.damaged += 1
            self._execute("DELETE FROM result WHERE key = ?", (key,))
            return None
        speech, sentences, notes, failure = row[:4]
        return Result(speech, sentences, tuple(json.loads(notes)), failure)

    def put(self, key: str, tagged: TaggedSpeech) -> Result:
        """Put in a tagged speech."""
        speech = tagged.speech
        result = Result(speech.id, len(tagged.tags), speech.source.notes if speech.source else ())
        self._put(key, result, _pack(tagged))
        return result

    def put_failure(self, key: str, reason: str) -> None:
        """Put in why a file cannot be tagged, which its bytes and the settings decide."""
        self._put(key, Result(failure=reason), b"")

    def _put(self, key: str, result: Result, record: bytes) -> None:
        values = (result.speech, result.sentences, dump_json(result.notes), result.failure, record)
        self._execute(
            "INSERT OR REPLACE INTO result (key, speech, sentences, notes, failure, record, checksum)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, *values, _checksum(key, *values)),
        )

    def spare(self) -> int:
        """How many results are not of the last run: of other settings, or of files that it was not given."""
        return int(self._execute(f"SELECT count(*) FROM result WHERE {_SPARE}").fetchone()[0])

    def prune(self) -> int:
        """Take out the results that are not of the last run, and give their space back; returns how many."""
        removed = self._execute(f"DELETE FROM result WHERE {_SPARE}").rowcount
        self._execute("COMMIT")
        self._execute("VACUUM")
        self._execute("BEGIN")
        return removed

    # The files of a run

    def begin_run(self) -> None:
        """Forget which files the last run was given; their results stay."""
        self._execute("DELETE FROM file")

    def add_file(self, number: int, name: str, sha256: str, key: str) -> bool:
        """Note an input of this run; returns whether it is the first one with this key."""
        first = self._execute("SELECT min(number) FROM file WHERE key = ?", (key,)).fetchone()[0]
        self._execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, NULL)", (number, name, sha256, key, first))
        return first is None

    def add_failure(self, number: int, name: str, reason: str) -> None:
        """Note an input of this run whose failure is not kept for the next one: its bytes are not what decides it."""
        insert = "INSERT INTO file (number, name, failure) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET failure = ?3"
        self._execute(insert, (number, name, reason))

    def files(self) -> Iterator[FileRow]:
        """The inputs of the last run in their order."""
        with told(self.path):
            for row in self._database.execute(f"{_FILES} ORDER BY file.number"):
                yield FileRow(*row[1:])

    def failures(self) -> list[Failure]:
        """The inputs of the last run without a speech, in their order."""
        query = f"SELECT name, failure FROM ({_FILES}) WHERE failure IS NOT NULL ORDER BY number"
        return [Failure(name, reason) for name, reason in self._execute(query)]

    def speeches(self) -> Iterator[TaggedSpeech]:
        """The tagged speeches of the last run in the order of its files, one after the other; each carries its file's name."""
        query = (
            "SELECT name, record FROM file JOIN result USING (key) WHERE copy_of IS NULL AND speech IS NOT NULL ORDER BY number"
        )
        with told(self.path):
            for name, record in self._database.execute(query):
                tagged = _unpack(record)
                source = tagged.speech.source and replace(tagged.speech.source, path=name)
                yield replace(tagged, speech=replace(tagged.speech, source=source))

    def fingerprint(self) -> str:
        """A hash of which files the last run was given and what became of each: equal for runs that show the same."""
        digest = hashlib.sha256()
        for row in self.files():
            digest.update(dump_json([row.name, row.key, row.failure]).encode("utf-8", "surrogatepass") + b"\n")
        return digest.hexdigest()

    # What was written for people

    def outputs(self) -> dict[str, tuple[str, str]]:
        """The files that were written: by name the hash of their bytes, and the fingerprint of the run that they show."""
        return {
            name: (sha256, run) for name, sha256, run in self._execute("SELECT name, sha256, run FROM output ORDER BY name")
        }

    def note_output(self, name: str, sha256: str, run: str) -> None:
        """Note a file that was written."""
        self._execute("INSERT OR REPLACE INTO output VALUES (?, ?, ?)", (name, sha256, run))

    def forget_output(self, name: str) -> None:
        """A file that was written is no longer there, or no longer ours."""
        self._execute("DELETE FROM output WHERE name = ?", (name,))


def _checksum(*values: str | int | bytes | None) -> int:
    """CRC-32 of a result."""
    checksum = 0
    for value in values:
        checksum = zlib.crc32(value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace"), checksum)
    return checksum


def _pack(tagged: TaggedSpeech) -> bytes:
    record = {"speech": tagged.speech.to_dict(), "tags": [tag.to_dict() for tag in tagged.tags]}
    return zlib.compress(dump_json(record).encode("utf-8", "surrogatepass"), level=1)


def _unpack(record: bytes) -> TaggedSpeech:
    values = json.loads(zlib.decompress(record).decode("utf-8", "surrogatepass"))
    return TaggedSpeech(Speech.from_dict(values["speech"]), tuple(map(Tag.from_dict, values["tags"])))
