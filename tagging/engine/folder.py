"""The folder of a run: its store, what is written for people, and the manifest that says what belongs to the run."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from jianghua.data.errors import JianghuaError
from jianghua.tagging.engine.manifest import MANIFEST, write_manifest
from jianghua.tagging.engine.run import RunCounts
from jianghua.tagging.engine.settings import RunSettings
from jianghua.tagging.engine.store import Store
from jianghua.tagging.records import RunSummary
from jianghua.tagging.writers import WRITERS, write

STORE: Final = "results.sqlite"
_OWN: Final = frozenset({STORE, f"{STORE}-journal", MANIFEST, *(name for name, _ in WRITERS.values())})
_SHARDS: Final = "shards"  # where version 0.3 kept its results


class FolderError(JianghuaError):
    """The folder cannot be written; the message says why, and nothing that was there is lost."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is in the folder after a run.

    Attributes:
        written: the files written by this run.
        kept: written by an earlier run that shows the same: they stay.
        removed: written by an earlier run that showed other files or tags: they were removed.
        foreign: named like results, but not known as such or changed since: they stay, and are no part of the run.
    """

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    removed: tuple[Path, ...]
    foreign: tuple[Path, ...]


class RunFolder:
    """A folder that is open for one run, and closed to all other processes."""

    def __init__(self, path: Path) -> None:
        """Open the folder, or make it.

        Raises:
            FolderError: it cannot be made or written.
            StoreError: its store cannot be opened, or another process has it open.
        """
        self.path = path
        if path.exists() and not path.is_dir():
            raise FolderError(f"{path}: expected a folder to write to, got a file")
        with _told(path):
            path.mkdir(parents=True, exist_ok=True)
        self.store = Store(path / STORE)
        with _told(path):
            for file in self._leftovers():
                file.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.store.__exit__(kind, error, trace)

    def publish(
        self,
        formats: Sequence[str],
        summary: RunSummary,
        settings: RunSettings,
        counts: RunCounts,
        passed_over: Mapping[str, int],
        command: Sequence[str] | None = None,
    ) -> Published:
        """Write the results of the run that the store holds for people, put the folder in order, and write the manifest.

        As long as the manifest is missing, the folder is not finished. It is taken away before the first file is replaced.

        Args:
            formats: what to write, see `jianghua.tagging.writers`.
            summary: the run.
            settings: what decided its tags.
            counts: how many files came to which end.
            passed_over: how many files and folders were left out, by reason.
            command: the command line that made it.

        Raises:
            FolderError: the folder cannot be written.
            MissingExtraError: a package that a format needs is not installed.
        """
        with _told(self.path):
            run = self.store.fingerprint()
            (self.path / MANIFEST).unlink(missing_ok=True)
            written = tuple(path for name in dict.fromkeys(formats) for path in self._write(name, summary, run))
            kept, removed, foreign = self._tidy(run)
            outputs = {name: sha256 for name, (sha256, of) in self.store.outputs().items() if of == run}
            write_manifest(self.path / MANIFEST, summary, settings, counts, passed_over, outputs, self.store.files(), command)
        return Published(written, tuple(path for path in kept if path not in written), removed, foreign)

    def _write(self, format: str, summary: RunSummary, run: str) -> list[Path]:
        """Write one format, and note that its files show this run."""
        paths = write([format], self.store.speeches, summary, self.path)
        for path in paths:
            self.store.note_output(path.relative_to(self.path).as_posix(), _sha256(path), run)
        self.store.commit()
        return paths

    def _tidy(self, run: str) -> tuple[tuple[Path, ...], ...]:
        """Sort what was written by the runs so far into what stays, what goes, and what is not ours to judge."""
        kept, removed, foreign = [], [], []
        outputs = self.store.outputs()
        for name in sorted({name for name, _ in WRITERS.values()} | set(outputs)):
            path = self.path / name
            sha256, of = outputs.get(name, (None, None))
            found = _sha256(path) if path.is_file() else None
            ours = found is not None and found == sha256
            if ours and of == run:
                kept.append(path)
                continue
            self.store.forget_output(name)
            if ours:
                path.unlink()
                removed.append(path)
            elif found is not None:
                foreign.append(path)
        self.store.commit()
        return tuple(kept), tuple(removed), tuple(foreign)

    def _leftovers(self) -> Iterator[Path]:
        """Half-written files of a run that was killed, see `jianghua.data.store.atomic_write`."""
        for name in _OWN:
            yield from self.path.glob(f".{name}.????????")


def result_of(out: Path) -> Callable[[Path], bool]:
    """Tells whether a path is what tagging has written: the folder `out`, one of an earlier run, or a file of one.

    Args:
        out: the folder of this run; it need not be there yet.
    """

    def is_run(folder: Path) -> bool:
        same = folder.exists() and out.exists() and folder.samefile(out)
        return same or (folder / STORE).is_file() or ((folder / MANIFEST).is_file() and (folder / _SHARDS).is_dir())

    def is_result(path: Path) -> bool:
        # A folder that is named itself is walked even if it is `out`; then its files are told by their names.
        return is_run(path.parent) if path.name in {*_OWN, _SHARDS} else path.is_dir() and is_run(path)

    return is_result


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says of writing into one line."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise FolderError(f"{path}: {reason}; what was tagged is kept, and the same command goes on from there") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
