"""The sandbox: functions are called in a process of their own, which can be killed.

A parser that crashes, hangs or eats memory takes its process along, not the run: the file gets an error of one line, and the
next file a new process. The process is started on first use, answers one call after the other, and ends with the program. It
has limits on memory, processor time and the size of what it writes where the platform has them; the time on the clock is
watched from outside.
"""

from __future__ import annotations

import atexit
import os
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Concatenate, Final, TypeAlias

from jianghua.data import errors
from jianghua.data.bounds import Limits, Step, no_step
from jianghua.data.errors import JianghuaError
from jianghua.data.intake.process import OFF, WorkerProcess

Task: TypeAlias = Callable[Concatenate[bytes, Step, ...], Any]
"""A function of a module, with plain values for its arguments and its result: what JSON can carry."""

_RECYCLED_MIB: Final = 1024  # a process that ever took more memory than this is not used again
_ERRORS: Final[dict[str, type[JianghuaError]]] = {
    error.__name__: error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, JianghuaError)
}


def call(
    task: Task,
    content: bytes,
    arguments: Mapping[str, Any],
    limits: Limits,
    step_limits: Limits | None = None,
    step: Step = no_step,
) -> Any:
    """Call a function in the sandbox; safe from several threads, each of which then gets a process, and after a fork.

    Args:
        task: the function.
        content: its first argument.
        arguments: its keyword arguments.
        limits: what it may take.
        step_limits: what it may take from each step on; default the same.
        step: called for each step that it tells of.

    Raises:
        DocumentError: it crashed, or took more than it may.
        JianghuaError: the one that it raised.
        SandboxError: no process could be started.
    """
    if os.environ.get(OFF, "").lower() in ("off", "0", "no"):
        warnings.warn(f"{OFF}=off: files are read without a bound on time and memory", RuntimeWarning, stacklevel=2)
        return task(content, step, **arguments)
    request = {
        "function": f"{task.__module__}:{task.__name__}",
        "arguments": dict(arguments),
        "limits": asdict(limits),
        "step_limits": asdict(step_limits or limits),
        "bytes": len(content),
    }
    reply = _ask(request, content, step)
    if "error" in reply:
        raise _ERRORS[reply["error"]](reply["message"])
    return reply["result"]


def _ask(request: dict[str, Any], content: bytes, step: Step) -> dict[str, Any]:
    """The reply of a process, which is then ready for the next call, or gone."""
    process = _pool.take()
    try:
        reply = process.ask(request, content, step)
    except BaseException:
        _pool.drop(process)  # also after Ctrl-C: the process may be anywhere in its file
        raise
    if reply["memory_mib"] < _RECYCLED_MIB:
        _pool.give(process)
    else:
        _pool.drop(process)
    return reply


class _Pool:
    """The processes of this program: as many as threads read at the same time."""

    def __init__(self) -> None:
        self._start_over()

    def _start_over(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._all: list[WorkerProcess] = []

    def take(self) -> WorkerProcess:
        """An idle process, or a new one."""
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.alive():
                    return process
                self._all.remove(process)
                process.close()
        process = WorkerProcess()
        with self._lock:
            self._all.append(process)
        return process

    def give(self, process: WorkerProcess) -> None:
        """Give a process back that is ready for the next call."""
        with self._lock:
            self._idle.append(process)

    def drop(self, process: WorkerProcess) -> None:
        """End a process."""
        with self._lock:
            if process in self._all:
                self._all.remove(process)
        process.close()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            processes, self._idle, self._all = self._all, [], []
        for process in processes:
            process.kill()
            process.close()

    def after_fork(self) -> None:
        """In a forked program: its parent's processes are not its own, and stay alive for the parent."""
        processes = self._all
        self._start_over()
        for process in processes:
            process.process.returncode = 0  # never waited for, never killed from here
            process.forget()


_pool: Final = _Pool()
close: Final[Callable[[], None]] = _pool.close
"""End the processes of the sandbox now; the next call starts a new one."""
atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.after_fork)
