"""One process that reads files, as its parent sees it: started, asked, watched by the clock, killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any, Final, cast

from jianghua.data.bounds import Step, no_step
from jianghua.data.errors import DocumentError, JianghuaError
from jianghua.data.intake.messages import decode, encode, receive, send

OFF: Final = "JIANGHUA_SANDBOX"
"""Environment variable; `off` reads in the program's own process, without a bound on time and memory, and warns of it."""

_ROOT: Final = str(Path(__file__).parents[3])  # what is on the path when `jianghua` is found
_START: Final = (
    "import sys; p = sys.argv[1]; p in sys.path or sys.path.insert(0, p); from jianghua.data.intake.worker import main; main()"
)
_STARTING: Final = 60  # seconds that a new process may take until it is ready
_REPLY_BYTES: Final = 200_000_000


class SandboxError(JianghuaError):
    """The process that reads files cannot be started."""


class WorkerProcess:
    """A running `jianghua.data.intake.worker`.

    Raises:
        SandboxError: it cannot be started.
    """

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
            raise SandboxError(f"the process that reads files cannot be started ({error}); see {OFF}") from error
        self._requests, self._replies = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        self._late = False
        reply = self._reply(_Deadline(self, _STARTING), _STARTING, no_step)
        if reply is None:
            self.close()
            raise SandboxError(f"the process that reads files ended at its start ({self._end()}); see {OFF}")

    def ask(self, request: dict[str, Any], content: bytes, step: Step) -> dict[str, Any]:
        """Have one request answered.

        Args:
            request: see `jianghua.data.intake.worker`.
            content: the bytes that go with it.
            step: called for each step that the process tells of.

        Raises:
            DocumentError: the process ended, or was killed because time was up.
        """
        deadline = _Deadline(self, request["limits"]["seconds"])
        with contextlib.suppress(BrokenPipeError):  # the process is gone: the reply tells
            send(self._requests, encode(request))
            send(self._requests, content)
        reply = self._reply(deadline, request["step_limits"]["seconds"], step)
        if reply is not None:
            return reply
        self.close()
        if self._late:
            raise DocumentError(f"expected to be parsed within {deadline.seconds} seconds, took longer")
        raise DocumentError(self._end())

    def _reply(self, deadline: _Deadline, step_seconds: int, step: Step) -> dict[str, Any] | None:
        """The next reply that is no step; `None` when the process ended or was killed at the deadline."""
        try:
            while True:
                message = receive(self._replies, _REPLY_BYTES)
                if message is None:
                    return None
                reply = cast(dict[str, Any], decode(message))
                if "step" not in reply:
                    return reply
                deadline.renew(step_seconds)
                step(*reply["step"])
        except (OSError, ValueError):
            return None  # half a message: the process died while it wrote
        finally:
            deadline.cancel()

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
            with contextlib.suppress(ChildProcessError):  # another thread closes it, too, and was first
                for _ in range(100):
                    if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                        return
                    time.sleep(0.005)

    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def forget(self) -> None:
        """Close this end of the pipes."""
        for pipe in (self._requests, self._replies):
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
    """Kills a process when time is up: this also works where pipes cannot be waited for."""

    def __init__(self, process: WorkerProcess, seconds: int) -> None:
        self._process = process
        self._begin(seconds)

    def _begin(self, seconds: int) -> None:
        self.seconds = seconds
        self._timer = threading.Timer(seconds, self._process.kill, kwargs={"late": True})
        self._timer.daemon = True
        self._timer.start()

    def renew(self, seconds: int) -> None:
        """Start over."""
        self._timer.cancel()
        self._begin(seconds)

    def cancel(self) -> None:
        """Let the process be."""
        self._timer.cancel()
