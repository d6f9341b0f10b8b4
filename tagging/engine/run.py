"""A run: each file is found in the store, or read and tagged into it; the model and the readers work at the same time."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from jianghua.data.errors import DocumentError
from jianghua.data.intake.inputs import Input
from jianghua.data.speech import Speech
from jianghua.tagging.engine.reading import Read, ReadAhead, Unread
from jianghua.tagging.engine.settings import RunSettings, own_name
from jianghua.tagging.engine.store import Result, Store
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.tagger import Tagger

BATCH_SENTENCES: Final = 1_024
"""Sentences that are tagged at once at least, unless there are no more, or one speech has more."""
MOST_SENTENCES: Final = 8_192
"""Sentences that are tagged at once at most, unless one speech has more."""
_BATCH_SECONDS: Final = 5.0  # that a batch should take: long enough to fill a GPU, short enough to lose
COMMIT_SECONDS: Final = 5.0
"""Seconds after which results are written to the disk for good, when the batch in work is done."""

State: TypeAlias = Literal["tagged", "kept", "copy", "failed", "still failed"]
"""What became of a file: tagged now or by an earlier run, a copy of one before it, or failed now or in an earlier run."""


@dataclass(frozen=True, slots=True)
class FileEnd:
    """What became of a file.

    Attributes:
        name: as it was given.
        state: what became of it.
        reason: why it failed.
        notes: what of the file is missing from the speech, such as pages that were not recognised.
    """

    name: str
    state: State
    reason: str | None = None
    notes: tuple[str, ...] = ()


class Observer:
    """Is told how a run goes; this one tells nobody."""

    def file(self, end: FileEnd) -> None:
        """A file is done; called in the thread of the run, in no fixed order."""

    def page(self, name: str, page: int, pages: int) -> None:
        """A page is about to be recognised by OCR; called in other threads."""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many files came to which end, and sentences and speeches in all."""

    states: Counter[State] = field(default_factory=Counter)

    @property
    def files(self) -> int:
        """How many there were."""
        return self.states.total()

    @property
    def speeches(self) -> int:
        """Tagged speeches: those of copies count once."""
        return self.states["tagged"] + self.states["kept"]

    @property
    def failures(self) -> int:
        """Files without a speech."""
        return self.states["failed"] + self.states["still failed"]


def tag_files(
    tagger: Tagger,
    inputs: Iterable[Input],
    store: Store,
    settings: RunSettings,
    observer: Observer | None = None,
    retry_failed: bool = False,
    readers: int | None = None,
    commit_seconds: float = COMMIT_SECONDS,
) -> RunCounts:
    """Tag files into a store; those whose result is there are only looked up.

    Results are committed every few seconds. When the run is stopped, the next one goes on behind the last commit, and what
    it makes does not depend on where that was.

    Args:
        tagger: the model.
        inputs: the files, taken one after the other.
        store: where results are looked for and put.
        settings: of the tagger and of reading.
        observer: told of each file.
        retry_failed: whether files that failed in an earlier run are read again.
        readers: how many files are read at the same time; default all processors but one.
        commit_seconds: see `COMMIT_SECONDS`.

    Raises:
        StoreError: the store cannot be written.
        SandboxError: no process that reads files could be started.
    """
    run = _Run(store, settings, observer or Observer(), retry_failed)
    store.begin_run()
    committed = time.monotonic()
    pace = Pace()
    with ReadAhead(settings.ocr, readers, run.observer.page) as reading:
        for batch in reading.batches(run.missing(inputs), lambda: pace.sentences):
            with pace.timed(sum(read.sentences for read in batch)):
                tagged = tag_batch(tagger, batch)
            run.put(batch, tagged)
            if time.monotonic() - committed > commit_seconds:
                store.commit()
                committed = time.monotonic()
    store.commit()
    return run.counts


def tag_batch(tagger: Tagger, batch: list[Read]) -> list[TaggedSpeech]:
    """Tag the speeches of a batch, in its order; what could not be read is left out."""
    speeches = [read.speech for read in batch if isinstance(read.speech, Speech)]
    tags = tagger.tag_many([speech.texts for speech in speeches])
    return [TaggedSpeech(speech, tuple(found)) for speech, found in zip(speeches, tags, strict=True)]


def summarise(tagger: Tagger, store: Store) -> RunSummary:
    """What the writers tell of the run that a store holds."""
    return RunSummary(
        model=tagger.name,
        model_sha256=tagger.model_sha256,
        scheme=tagger.scheme,
        thresholds=tagger.bundle.calibration.thresholds,
        failures=tuple(store.failures()),
    )


class Pace:
    """How many sentences are tagged at once: what takes some seconds, within bounds.

    Attributes:
        sentences: from which on the next batch is full.
    """

    def __init__(self) -> None:
        self.sentences = BATCH_SENTENCES

    @contextmanager
    def timed(self, sentences: int) -> Iterator[None]:
        """Take the time of a batch. The next one has at most twice as many, since the first batches may be slow or small."""
        begun = time.monotonic()
        yield
        seconds = max(time.monotonic() - begun, 1e-6)
        wanted = min(int(sentences / seconds * _BATCH_SECONDS), 2 * self.sentences, MOST_SENTENCES)
        self.sentences = max(wanted, BATCH_SENTENCES)


class _Run:
    """The files of a run on their way into the store."""

    def __init__(self, store: Store, settings: RunSettings, observer: Observer, retry_failed: bool) -> None:
        self.counts = RunCounts()
        self.observer = observer
        self._store = store
        self._settings = settings
        self._retry_failed = retry_failed

    def missing(self, inputs: Iterable[Input]) -> Iterator[Unread]:
        """The inputs that have to be read; the others are noted and told of."""
        for number, item in enumerate(inputs):
            name = _storable(item.name)
            try:
                content = item.read()
            except DocumentError as error:
                self._fail(number, name, _reason(error))
                continue
            own = own_name(name)
            sha256 = hashlib.sha256(content).hexdigest()
            key = self._settings.key(own, sha256)
            if not self._store.add_file(number, name, sha256, key):
                self._end(FileEnd(name, "copy"))
            elif (result := self._usable(key)) is not None:
                self._end(_kept(name, result))
            else:
                yield Unread(number, name, own, key, content)

    def put(self, batch: list[Read], tagged: list[TaggedSpeech]) -> None:
        """Put what became of a batch into the store: the speeches that were tagged, and the failures."""
        speeches = iter(tagged)
        for read in batch:
            if isinstance(read.speech, Speech):
                result = self._store.put(read.key, next(speeches))
                self._end(FileEnd(read.name, "tagged", notes=result.notes))
            elif isinstance(read.speech, DocumentError):
                reason = _reason(read.speech)
                self._store.put_failure(read.key, reason)
                self._end(FileEnd(read.name, "failed", reason))
            else:  # a program is not installed: the next run may find it
                self._fail(read.number, read.name, _reason(read.speech))

    def _usable(self, key: str) -> Result | None:
        result = self._store.find(key)
        return None if result is not None and result.failure is not None and self._retry_failed else result

    def _fail(self, number: int, name: str, reason: str) -> None:
        self._store.add_failure(number, name, reason)
        self._end(FileEnd(name, "failed", reason))

    def _end(self, end: FileEnd) -> None:
        self.counts.states[end.state] += 1
        self.observer.file(end)


def _kept(name: str, result: Result) -> FileEnd:
    if result.failure is not None:
        return FileEnd(name, "still failed", result.failure)
    return FileEnd(name, "kept", notes=result.notes)


def _storable(text: str) -> str:
    """A text without lone surrogates, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _reason(error: Exception) -> str:
    """An error's text without addresses in memory, which some libraries show: a file's failure is the same in every run."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", _storable(str(error)))
