"""A job: an upload on its way through the queue, and what became of it."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from jianghua.tagging.records import Failure, TaggedSpeech
from jianghua.tagging.serving.upload import Upload

Stage: TypeAlias = Literal["queued", "reading", "tagging"]
State: TypeAlias = Stage | Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """The tagged speeches of an upload, at least one, and the files of it that could not be read."""

    speeches: tuple[TaggedSpeech, ...]
    failures: tuple[Failure, ...]

    @property
    def sentences(self) -> int:
        """Sentences of all speeches."""
        return sum(len(tagged.tags) for tagged in self.speeches)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no result: one line, and whether it was the server's fault."""

    reason: str
    fault: bool = False


@dataclass(eq=False)
class Job:
    """One upload's way. The worker writes the fields, and whoever asks reads them.

    Attributes:
        name: the upload's name.
        upload: what to tag; `None` once that is done.
        id: hard to guess, since who knows it may read the result.
        stage: where it is while it is under way.
        page: page that is being recognised, from 1; 0 before the first.
        pages: pages of that file.
        files: files of it that are done.
        outcome: set when it is done or failed.
        asked: when somebody last asked for it, on the monotonic clock.
    """

    name: str
    upload: Upload | None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    stage: Stage = "queued"
    page: int = 0
    pages: int = 0
    files: int = 0
    outcome: Future[Result | Refused] = field(default_factory=Future)
    asked: float = field(default_factory=time.monotonic)

    def step(self, page: int, pages: int) -> None:
        """See `jianghua.data.bounds.Step`."""
        self.page, self.pages = page, pages

    def end(self, outcome: Result | Refused) -> None:
        """Set what became of it."""
        self.upload = None
        self.asked = time.monotonic()
        self.outcome.set_result(outcome)

    @property
    def state(self) -> State:
        """Where it is, or how it ended."""
        if not self.outcome.done():
            return self.stage
        return "done" if self.result else "failed"

    @property
    def size(self) -> int:
        """Bytes that it holds while it waits."""
        upload = self.upload  # the worker may take it away at any time
        return len(upload.content) if upload else 0

    @property
    def result(self) -> Result | None:
        """The result, when there is one."""
        outcome = self.outcome.result() if self.outcome.done() else None
        return outcome if isinstance(outcome, Result) else None

    @property
    def refused(self) -> Refused | None:
        """Why there is none, once that is known."""
        outcome = self.outcome.result() if self.outcome.done() else None
        return outcome if isinstance(outcome, Refused) else None
