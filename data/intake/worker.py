"""The process in which files are read: what `jianghua.data.intake.process` starts.

A request is JSON, naming a function, its arguments and what the process may take for it, and the bytes of a file; a reply is
JSON: the function's result or its error, and before that each step that it tells of.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import IO, Any, Final

from jianghua.data.bounds import Limits
from jianghua.data.errors import JianghuaError
from jianghua.data.intake.messages import decode, encode, receive, send

_REQUEST_BYTES: Final = 1 << 22  # of the JSON: the name of a member of an archive can have 65,535 bytes
_MIB: Final = 1 << 20


def main() -> None:
    """Answer requests until standard input ends; then remove the directory that the second argument names."""
    requests, replies = _own(0), _own(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        send(replies, encode({"ready": True}))
        _serve(requests, replies)
    finally:  # also when the program was killed, and so cannot
        shutil.rmtree(sys.argv[2], ignore_errors=True)


def _serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    while (head := receive(requests, _REQUEST_BYTES)) is not None:
        request = decode(head)
        content = receive(requests, request["bytes"])
        if content is None:
            break
        send(replies, _answer(request, content, replies))


def _answer(request: dict[str, Any], content: bytes, replies: IO[bytes]) -> bytes:
    """Call a function within its limits; what becomes of it as a message."""

    def step(number: int, total: int) -> None:
        """The function begins a step: time starts over, within the limits of a step."""
        _limit(Limits(**request["step_limits"]))
        send(replies, encode({"step": [number, total]}))

    try:
        _limit(Limits(**request["limits"]))
        module, name = request["function"].split(":")
        result = getattr(importlib.import_module(module), name)(content, step, **request["arguments"])
        return encode({"result": result, "memory_mib": _peak()})
    except JianghuaError as error:
        kind, message = type(error).__name__, str(error)
    except MemoryError:
        kind, message = "DocumentError", "needs more memory to be parsed than it may take"
    except Exception as error:  # no parser's own exception may end the run; the type tells whose mistake it is
        text = " ".join(f"{type(error).__name__}: {error}".split())
        kind, message = "DocumentError", f"the parser failed on it ({text[:160]})"
    return encode({"error": kind, "message": message, "memory_mib": _peak()})


def _own(descriptor: int) -> IO[bytes]:
    """A pipe of this process for messages alone: what a library prints must not get in between."""
    own = os.dup(descriptor)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
    return os.fdopen(own, "rb" if descriptor == 0 else "wb", buffering=0)


def _limit(limits: Limits) -> None:
    """Set what this process may take from now on, where the platform has such limits: POSIX does."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    processor_seconds = limits.seconds * (os.cpu_count() or 1)  # OCR computes on all cores
    for kind, limit in (
        (resource.RLIMIT_AS, limits.memory_mib * _MIB),
        (resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + processor_seconds),
        (resource.RLIMIT_FSIZE, limits.scratch_mib * _MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _peak() -> int:
    """MiB of memory that this process took at most so far; 0 where the platform does not tell."""
    try:
        # Not ru_maxrss: Linux lets it start at the size of the process that started this one.
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)
