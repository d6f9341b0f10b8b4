"""Retraining: one training at a time, in a process of its own, while requests go on."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jianghua.data.store import write_json

PROGRESS: Final = "progress.json"
RESULT: Final = "result.json"
LOG: Final = "log.txt"
"""Files of a job's directory: the process writes how far it is, and how it ended; its output goes to the log."""
_TAIL: Final = 4000  # bytes of the log that are searched for the reason of a failure


@dataclass(slots=True)
class Job:
    """One training.

    Attributes:
        number: counts up.
        directory: its files.
        state: `running`, then `swapped`, `kept` (the new model is no better), `failed` or `stopped`.
        reason: why it ended like that.
        started: when, ISO 8601.
        ended: when, ISO 8601.
    """

    number: int
    directory: Path
    state: str = "running"
    reason: str = ""
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    ended: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The job as JSON, with the stage that it is at and the figures of its result."""
        progress = _read(self.directory / PROGRESS)
        result = _read(self.directory / RESULT)
        return {
            "number": self.number,
            "state": self.state,
            "stage": progress.get("stage"),
            "reason": self.reason,
            "started": self.started,
            "ended": self.ended,
            "old_macro_f1": result.get("old_macro_f1"),
            "new_macro_f1": result.get("new_macro_f1"),
            "log": str(self.directory / LOG),
        }


class Retraining:
    """Runs a command for each training that is asked for; while one runs, at most one more waits."""

    def __init__(self, directory: Path, command: Callable[[Path], Sequence[str]], adopt: Callable[[Path], None]) -> None:
        """Prepare.

        Args:
            directory: where the jobs' directories go.
            command: the command of a job, given its directory. It writes `result.json` there, with `better`, `run`,
                `old_macro_f1` and `new_macro_f1`.
            adopt: takes up the better model, given its run's directory.
        """
        self._directory = directory
        self._command = command
        self._adopt = adopt
        self._lock = threading.Lock()
        self._jobs: list[Job] = []
        self._waiting = False
        self._stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def request(self) -> str:
        """Start a training, or let one wait for the end of the one that runs."""
        with self._lock:
            if self._stopping:
                return "stopping"
            if self._thread is not None:
                self._waiting = True
                return "queued"
            thread = threading.Thread(target=self._work, name="retraining", daemon=True)
            thread.start()
            self._thread = thread  # only a thread that runs makes the next request wait
            return "started"

    def status(self) -> Mapping[str, Any]:
        """The newest job and those before it, and whether one waits."""
        with self._lock:
            jobs = [job.to_dict() for job in self._jobs]
            return {"running": self._thread is not None, "queued": self._waiting, "jobs": jobs[::-1]}

    def stop(self, patience: float = 10.0) -> None:
        """End a running training and wait for its process."""
        with self._lock:
            self._stopping = True
            self._waiting = False
            process, thread = self._process, self._thread
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
        if thread is not None:
            thread.join(patience)

    def _work(self) -> None:
        while True:
            self._run_job()
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                self._waiting = False

    def _run_job(self) -> None:
        """Run one training to its end. Raises nothing: the jobs that wait come after it, whatever becomes of it."""
        job = self._new_job()
        try:
            job.directory.mkdir(parents=True)
            state, reason = self._train(job)
        except Exception as error:  # the old model serves on, and the status says why
            state, reason = "failed", f"{type(error).__name__}: {error}"
        with self._lock:
            job.state = "stopped" if self._stopping and state == "failed" else state
            job.reason = reason
            job.ended = datetime.now(UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError):  # the status says it all the same
            write_json(job.directory / "job.json", job.to_dict())

    def _new_job(self) -> Job:
        """A job with the next number: after those of this process, and those whose directories are left of another."""
        with self._lock:
            number = max([job.number for job in self._jobs] + _numbers(self._directory), default=0) + 1
            job = Job(number, self._directory / f"{number:04d}")
            self._jobs.append(job)
        return job

    def _train(self, job: Job) -> tuple[str, str]:
        """Run the process, take up its model when it is better; returns state and reason."""
        with (job.directory / LOG).open("wb") as log:
            process = subprocess.Popen(
                list(self._command(job.directory)), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
            with self._lock:
                self._process = process
                if self._stopping:
                    process.terminate()
            code = process.wait()
        result = _read(job.directory / RESULT)
        if code != 0 or "better" not in result:
            return "failed", _last_line(job.directory / LOG) or f"the training ended with exit code {code}"
        figures = f"macro F1 {result['new_macro_f1']:.4f} against {result['old_macro_f1']:.4f} on the validation split"
        if not result["better"]:
            return "kept", f"the new model is no better: {figures}"
        self._adopt(Path(result["run"]))
        return "swapped", f"the new model is better: {figures}"


def _numbers(directory: Path) -> list[int]:
    """Numbers of the jobs whose directories are there."""
    try:
        return [int(path.name) for path in directory.glob("[0-9]*") if path.name.isdecimal()]
    except OSError:  # making the job's directory will say why
        return []


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _last_line(path: Path) -> str:
    """The last line of a log that is not blank."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
