"""The desk: takes uploads, has them read and tagged one after the other, and keeps the results for a while."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jianghua.data.errors import JianghuaError
from jianghua.data.intake import sandbox
from jianghua.tagging.records import Failure, RunSummary, TaggedSpeech
from jianghua.tagging.serving.allowance import Allowance
from jianghua.tagging.serving.job import Job, Refused, Result
from jianghua.tagging.serving.upload import Upload
from jianghua.tagging.tagger import Tagger

LOG: Final = logging.getLogger("jianghua.serving")

_READERS: Final = 2
"""Jobs that are worked on at once: a scan of many pages must not hold up a text of one. The model does one at a time."""
_STOPPING: Final = Refused("the server is stopping", fault=True)


class BusyError(JianghuaError):
    """There is no room for another upload now."""


class Desk:
    """A bounded queue before one model, and the results of the last hour. Safe from several threads.

    It holds from entering its `with` block until leaving it; a file that is being read then is given up, sentences that are
    being tagged are finished.
    """

    def __init__(self, tagger: Tagger, ocr: bool = True, allowance: Allowance | None = None) -> None:
        """Work with this tagger.

        Args:
            tagger: the model.
            ocr: whether images and pages without text are recognised.
            allowance: bounds on what waits and what is kept.
        """
        self.tagger = tagger
        self.allowance = allowance or Allowance()
        self._ocr = ocr
        self._jobs: dict[str, Job] = {}  # in the order in which they came
        self._arriving = 0  # bytes
        self._lock = threading.Lock()
        self._model = threading.Lock()
        self._stopping = False
        self._pool = ThreadPoolExecutor(_READERS, "desk")
        self._directory = tempfile.TemporaryDirectory(prefix="jianghua-serve-")
        self.folder: Final = Path(self._directory.name)
        """A directory for what must lie on disk for a moment; it goes with the desk."""

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        sandbox.close()  # ends what is being read
        self._pool.shutdown(wait=True)
        for job in self._waiting():
            job.end(_STOPPING)
        self._directory.cleanup()

    @property
    def summary(self) -> RunSummary:
        """What the tags are made with."""
        tagger = self.tagger
        return RunSummary(tagger.name, tagger.model_sha256, tagger.scheme, tagger.bundle.calibration.thresholds)

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """Room for an upload of so many bytes while it arrives.

        Raises:
            BusyError: there is none.
        """
        with self._lock:
            waiting = self._waiting()
            held = self._arriving + sum(job.size for job in waiting)
            if len(waiting) >= self.allowance.jobs:
                raise BusyError(f"busy: {len(waiting)} files are waiting, come back in a moment")
            if held + size > self.allowance.bytes:
                raise BusyError(f"busy: {held:,} bytes are waiting, come back in a moment")
            self._arriving += size
        try:
            yield
        finally:
            with self._lock:
                self._arriving -= size

    def submit(self, upload: Upload) -> Job:
        """Put an upload into the queue."""
        job = Job(upload.name, upload)
        with self._lock:
            self._jobs[job.id] = job
        self._pool.submit(self._work, job)
        return job

    def find(self, id: str) -> Job | None:
        """The job of that id, unless it was forgotten; its result is then kept for another while."""
        with self._lock:
            self._expire()
            job = self._jobs.get(id)
            if job is not None:
                job.asked = time.monotonic()
            return job

    def ahead(self, job: Job) -> int:
        """Jobs that came before one that waits."""
        with self._lock:
            waiting = self._waiting()
        return waiting.index(job) if job in waiting else 0

    def forget(self, id: str) -> bool:
        """Drop a job: its result, or what is left to do of it; returns whether there was one."""
        with self._lock:
            job = self._jobs.pop(id, None)
        if job is not None:
            job.upload = None
        return job is not None

    def _waiting(self) -> list[Job]:
        """The jobs that are not done yet."""
        return [job for job in self._jobs.values() if not job.outcome.done()]

    def _expire(self) -> None:
        """Drop results that nobody asked for in a while, then as many as there are too many sentences."""
        now = time.monotonic()
        done = sorted((job for job in self._jobs.values() if job.outcome.done()), key=lambda job: job.asked)
        sentences = sum(job.result.sentences for job in done if job.result)
        for job in done:
            if now - job.asked <= self.allowance.kept_seconds and sentences <= self.allowance.kept_sentences:
                break
            sentences -= job.result.sentences if job.result else 0
            del self._jobs[job.id]

    def _work(self, job: Job) -> None:
        """Do one job, whatever comes; the pool calls this."""
        if self._dropped(job):
            job.end(_STOPPING)
            return
        outcome: Result | Refused
        try:
            outcome = self._tag(job)
        except JianghuaError as error:
            outcome = Refused(str(error), fault=True)
        except Exception as error:  # its message may hold what is nobody's business
            LOG.error("a job failed: %s", type(error).__name__)
            outcome = Refused(f"the server failed: {type(error).__name__}", fault=True)
        job.end(outcome)
        with self._lock:
            self._expire()

    def _tag(self, job: Job) -> Result | Refused:
        """Read and tag the speeches of a job."""
        upload = job.upload
        if upload is None:
            return _STOPPING
        tagged: list[TaggedSpeech] = []
        failures: list[Failure] = []
        room = self.allowance.job_sentences
        job.stage = "reading"
        for found in upload.speeches(self.folder, self._ocr, job.step):
            if self._dropped(job):
                return _STOPPING
            if isinstance(found, Failure):
                failures.append(found)
            elif len(found.sentences) > room:
                failures.append(Failure(found.source.path if found.source else job.name, self._too_many()))
            else:
                room -= len(found.sentences)
                job.stage = "tagging"
                with self._model:
                    tagged.append(self.tagger.tag_speech(found))
            job.stage, job.page, job.pages = "reading", 0, 0
            job.files += 1
        if not tagged:
            return Refused(_reason(failures))
        return Result(tuple(tagged), tuple(failures))

    def _too_many(self) -> str:
        return f"expected at most {self.allowance.job_sentences:,} sentences in one upload, got more: send it in parts"

    def _dropped(self, job: Job) -> bool:
        """Whether nobody waits for a job any more."""
        return self._stopping or job.id not in self._jobs


def _reason(failures: list[Failure]) -> str:
    """Why an upload has no speech, in one line."""
    if not failures:
        return "no file that can be read was found in it"
    first = failures[0]
    return first.reason if len(failures) == 1 else f"none of {len(failures)} files could be read; {first.path}: {first.reason}"
