"""The sandbox: files are parsed in a process of its own, which can be killed.

A parser that crashes, hangs or eats memory takes its process along, not the run: the file gets an error of one line, and the
next file a new process. The process is started on first use, parses one file after the other, and ends with the program.
It has bounds on memory, processor time and the size of what it writes where the platform has them; the time on the clock is
watched from outside. Messages are a length and JSON, so nothing that the process says is ever executed.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from jianghua.data.bounds import Bounds, Step
from jianghua.data.documents import Document, formats
from jianghua.data.errors import DocumentError, JianghuaError, MissingExtraError
from jianghua.data.intake.worker import document_of, receive, record_of, send
from jianghua.data.speech import Speech

OFF: Final = "JIANGHUA_SANDBOX"
"""Environment variable; `off` parses in this process, without a bound on time and memory, and warns of it."""

_ROOT: Final = str(Path(__file__).parents[3])  # what is on the path when `jianghua` is found
_START: Final = (
    "import sys; p = sys.argv[1]; p in sys.path or sys.path.insert(0, p); from jianghua.data.intake.worker import main; main()"
)
_STARTING: Final = 60  # seconds that a new process may take until it is ready
_RECYCLED_MIB: Final = 1024  # a process that ever took more memory than this is not used again
_REPLY_BYTES: Final = 200_000_000
_ERRORS: Final = {"DocumentError": DocumentError, "MissingExtraError": MissingExtraError}


class SandboxError(JianghuaError):
    """The process that parses files cannot be started."""


def parse(
    format: formats.Format,
    content: bytes,
    bounds: Bounds,
    ocr: bool = True,
    step: Step = lambda page, pages: None,
) -> Document:
    """Read a file of a known format, in the sandbox.

    Safe to call from several threads, each of which then gets a process, and after a fork.

    Raises:
        DocumentError: it cannot be read, crashes its parser, or goes beyond a bound.
        MissingExtraError: a package that this format needs is not installed.
        SandboxError: no process could be started.
    """
    if _off():
        return formats.parse(format, content, bounds, ocr, step)
    request = {"format": format.name, "ocr": ocr}
    reply = _ask(request, content, bounds, bounds.office_seconds if format.office else bounds.seconds, step)
    return document_of(reply["document"])


def build(document: Document, name: str, sha256: str, id: str, bounds: Bounds) -> Speech:
    """What `jianghua.data.reader.build_here` does, in the sandbox.

    Raises:
        DocumentError: no sentence is left, or it takes too long.
        SandboxError: no process could be started.
    """
    if _off():
        from jianghua.data.reader import build_here

        return build_here(document, name, sha256, id)
    request = {"build": [name, sha256, id]}
    content = json.dumps(record_of(document)).encode("ascii")
    return Speech.from_dict(_ask(request, content, bounds, bounds.seconds, lambda page, pages: None)["speech"])


def _off() -> bool:
    """Whether the sandbox is switched off, which is not done silently."""
    off = os.environ.get(OFF, "").lower() in ("off", "0", "no")
    if off:
        warnings.warn(f"{OFF}=off: files are parsed without a bound on time and memory", RuntimeWarning, stacklevel=3)
    return off


def _ask(request: dict[str, Any], content: bytes, bounds: Bounds, seconds: int, step: Step) -> dict[str, Any]:
    """Have a process do one thing; returns its reply, or raises what became of it."""
    worker = _pool.take()
    try:
        reply = worker.ask(request | {"bounds": bounds.to_dict(), "bytes": len(content)}, content, bounds, seconds, step)
    except BaseException:
        _pool.drop(worker)  # also after Ctrl-C: the process may be anywhere in its file
        raise
    if reply["memory_mib"] < _RECYCLED_MIB:
        _pool.give(worker)
    else:
        _pool.drop(worker)
    if "error" in reply:
        raise _ERRORS[reply["error"]](reply["message"])
    return reply


class _Worker:
    """One process that parses files, as its parent sees it."""

    def __init__(self) -> None:
        self._scratch = tempfile.mkdtemp(prefix="jianghua-")
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, _ROOT, self._scratch],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,  # killed as a group with what it started; Ctrl-C does not reach it
                env=os.environ | {"TMPDIR": self._scratch, "TEMP": self._scratch, "TMP": self._scratch},
            )
        except OSError as error:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise SandboxError(f"the process that parses files cannot be started ({error}); see {OFF}") from error
        self._late = False
        reply = self._read(_Deadline(self, _STARTING), _STARTING, lambda page, pages: None)
        if reply is None:
            self.close()
            raise SandboxError(f"the process that parses files ended at its start ({self._end()}); see {OFF}")

    def ask(self, request: dict[str, Any], content: bytes, bounds: Bounds, seconds: int, step: Step) -> dict[str, Any]:
        """Have one thing done; returns the reply, or raises what became of it."""
        deadline = _Deadline(self, seconds)
        with contextlib.suppress(BrokenPipeError):  # the process is gone: the reply tells
            send(cast(Any, self.process.stdin), request, content)
        reply = self._read(deadline, bounds.ocr_seconds, step)
        if reply is not None:
            return reply
        self.close()
        if self._late:
            raise DocumentError(f"expected to be parsed within {deadline.seconds} seconds, took longer")
        raise DocumentError(self._end())

    def _read(self, deadline: _Deadline, page_seconds: int, step: Step) -> dict[str, Any] | None:
        """The next reply that is no progress; `None` when the process ended or was killed at the deadline."""
        try:
            while True:
                message = receive(cast(Any, self.process.stdout), _REPLY_BYTES)
                if message is None:
                    return None
                reply = cast(dict[str, Any], json.loads(message.decode("utf-8", "surrogatepass")))
                if "page" not in reply:
                    return reply
                deadline.renew(page_seconds)
                step(reply["page"], reply["pages"])
        except (OSError, ValueError):
            return None  # half a message: the process died while it wrote
        finally:
            deadline.end()

    def kill(self, late: bool = False) -> None:
        """Kill the process and all that it started; harmless when it is gone."""
        self._late = self._late or late
        if self.process.returncode is None:  # until it is waited for, its number cannot be another's
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self.process.pid, signal.SIGKILL)
                else:
                    self.process.kill()

    def close(self) -> None:
        """End the process, wait for it, and remove its temporary files."""
        self.forget()
        self._linger()
        self.kill()
        self.process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _linger(self) -> None:
        """Give the process a moment to end by itself, so that its exit status tells why, without waiting for it."""
        if self.process.returncode is None and hasattr(os, "waitid"):
            for _ in range(100):
                if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    return
                time.sleep(0.005)

    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def forget(self) -> None:
        """Close this end of the pipes."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _end(self) -> str:
        """What the exit status tells."""
        status = self.process.returncode
        if status == -getattr(signal, "SIGXCPU", 24):
            return "took more processor time than it may"
        if status == -9:
            return "the parser was killed from outside, probably for want of memory"
        name = signal.Signals(-status).name if status < 0 else f"exit code {status}"
        return f"crashed the parser ({name}): the file is damaged or hostile"


class _Deadline:
    """Kills a worker when time is up: this also works where pipes cannot be waited for."""

    def __init__(self, worker: _Worker, seconds: int) -> None:
        self._worker = worker
        self._begin(seconds)

    def _begin(self, seconds: int) -> None:
        self.seconds = seconds
        self._timer = threading.Timer(seconds, self._worker.kill, kwargs={"late": True})
        self._timer.daemon = True
        self._timer.start()

    def renew(self, seconds: int) -> None:
        """Start over."""
        self._timer.cancel()
        self._begin(seconds)

    def end(self) -> None:
        """Let it be."""
        self._timer.cancel()


class _Pool:
    """The workers of this process: as many as threads parse at the same time."""

    def __init__(self) -> None:
        self._start_over()

    def _start_over(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: list[_Worker] = []

    def take(self) -> _Worker:
        """An idle worker, or a new one."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive():
                    return worker
                self._all.remove(worker)
                worker.close()
        worker = _Worker()
        with self._lock:
            self._all.append(worker)
        return worker

    def give(self, worker: _Worker) -> None:
        """Give a worker back that is ready for the next file."""
        with self._lock:
            self._idle.append(worker)

    def drop(self, worker: _Worker) -> None:
        """End a worker."""
        with self._lock:
            if worker in self._all:
                self._all.remove(worker)
        worker.close()

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._idle, self._all = self._all, [], []
        for worker in workers:
            worker.kill()
            worker.close()

    def after_fork(self) -> None:
        """In a forked process: its parent's workers are not its own, and stay alive for the parent."""
        workers = self._all
        self._start_over()
        for worker in workers:
            worker.process.returncode = 0  # never waited for, never killed from here
            worker.forget()


_pool: Final = _Pool()
close: Final[Callable[[], None]] = _pool.close
"""End the processes of the sandbox now; the next file starts a new one."""
atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.after_fork)
