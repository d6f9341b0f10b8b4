"""Reading ahead: threads, each with a process of the sandbox, turn files into speeches while the model computes.

What is read ahead is bounded in files, in bytes and in sentences, so memory depends on none of the corpus.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, TypeAlias

from jianghua.data.errors import DocumentError, JianghuaError, MissingExtraError
from jianghua.data.intake import sandbox
from jianghua.data.reader import read_bytes
from jianghua.data.speech import Speech

_FILES: Final = 256
"""Files that are read ahead at most: those in work and those that wait for the model."""
_BYTES: Final = 64_000_000
"""Bytes of the files in work at most, unless it is a single one."""
_SENTENCES: Final = 16_384
"""Sentences that wait for the model, from which on no further file is begun."""
_HERE: Final = 8
"""So many files come first that short text is read in this process: to start another one takes longer than they do."""
_MOST_READERS: Final = 16

PageTold: TypeAlias = Callable[[str, int, int], None]
"""Called, in a thread, before a page is recognised: name of the file, number of the page from 1, number of pages."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file to be read.

    Attributes:
        number: its place among the inputs.
        name: as it was given.
        own_name: see `jianghua.tagging.engine.settings.own_name`; the speech carries this one, whatever path led to it.
        key: of its result.
        content: its bytes.
    """

    number: int
    name: str
    own_name: str
    key: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a file: its speech, or why there is none."""

    number: int
    name: str
    key: str
    speech: Speech | DocumentError | MissingExtraError

    @property
    def sentences(self) -> int:
        """How many there are to tag."""
        return len(self.speech.sentences) if isinstance(self.speech, Speech) else 0


def default_readers() -> int:
    """How many files are read at the same time: all processors but one, which the model needs."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available - 1, _MOST_READERS))


class ReadAhead:
    """Reads files in threads; a context manager, whose end does not wait for files that nobody will ask for."""

    def __init__(self, ocr: bool, readers: int | None = None, told: PageTold = lambda name, page, pages: None) -> None:
        """Start nothing yet.

        Args:
            ocr: whether images and pages without text are recognised.
            readers: how many files are read at the same time; default `default_readers`.
            told: told of the pages that are recognised.
        """
        self._ocr = ocr
        self._told = told
        self._executor = ThreadPoolExecutor(readers or default_readers(), thread_name_prefix="reader")
        self._done: queue.SimpleQueue[Future[Read]] = queue.SimpleQueue()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        if error is not None:
            sandbox.close()  # a scan of 300 pages would otherwise be read to its end before the program stops

    def batches(self, files: Iterator[Unread], sentences: Callable[[], int]) -> Iterator[list[Read]]:
        """What becomes of files, in lists, in the order in which reading them ends.

        A list holds what is there by the time that it is asked for: at least one, and no more than fill a batch. So the model
        waits for files only when it has nothing else to do.

        Args:
            files: taken one after the other, some of them ahead.
            sentences: gives the number from which on a batch is full.
        """
        working: dict[Future[Read], int] = {}
        ready: deque[Read] = deque()
        waiting = 0
        more = True
        while more or working or ready:
            while more and len(working) + len(ready) < _FILES and waiting < _SENTENCES and sum(working.values()) < _BYTES:
                file = next(files, None)
                if file is None:
                    more = False
                    break
                working[self._submit(file)] = len(file.content)
            while working and not (ready and self._done.empty()):
                future = self._done.get()
                del working[future]
                ready.append(future.result())
                waiting += ready[-1].sentences
            if ready:
                batch = _take(ready, sentences())
                waiting -= sum(read.sentences for read in batch)
                yield batch

    def _submit(self, file: Unread) -> Future[Read]:
        future = self._executor.submit(self._read, file)
        future.add_done_callback(self._done.put)
        return future

    def _read(self, file: Unread) -> Read:
        """Read one file, in a thread."""

        def step(page: int, pages: int) -> None:
            self._told(file.name, page, pages)

        speech: Speech | DocumentError | MissingExtraError
        try:
            if self._ended.is_set():
                raise DocumentError("not read: the run was stopped")
            speech = read_bytes(file.content, file.own_name, self._ocr, step, apart=file.number >= _HERE)
        except (DocumentError, MissingExtraError) as error:
            speech = error
        except JianghuaError:
            raise  # no file's fault: no process can be started, a setting is wrong
        except Exception as error:  # as in the sandbox: no file may end the run
            text = " ".join(f"{type(error).__name__}: {error}".split())
            speech = DocumentError(f"the parser failed on it ({text[:160]})")
        return Read(file.number, file.name, file.key, speech)


def _take(ready: deque[Read], sentences: int) -> list[Read]:
    """Take files off the front until they fill a batch, but at least one."""
    batch = [ready.popleft()]
    count = batch[0].sentences
    while ready and count + ready[0].sentences <= sentences:
        batch.append(ready.popleft())
        count += batch[-1].sentences
    return batch
