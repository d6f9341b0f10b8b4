"""Label Studio's own virtual environment: made on first use, with a pinned version, whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jianghua.data.errors import StudioError

VERSION: Final = "1.23.2"
"""The version of Label Studio that everything here was tried with."""


def environment_directory(version: str = VERSION) -> Path:
    """Where the environment of a version is: below `$XDG_CACHE_HOME`, or `~/.cache`."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "jianghua" / f"label-studio-{version}"


def interpreter(directory: Path) -> Path:
    """The environment's Python."""
    return directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_complete(directory: Path, version: str = VERSION) -> bool:
    """Whether Label Studio is installed there. pip records the package itself after everything that it needs."""
    record = f"label_studio-{version}.dist-info/RECORD"
    libraries = [*directory.glob("lib/python*/site-packages"), directory / "Lib" / "site-packages"]
    return interpreter(directory).exists() and any((library / record).is_file() for library in libraries)


def ensure_environment(directory: Path, report: Callable[[str], None], version: str = VERSION) -> Path:
    """Install Label Studio into a virtual environment, unless it is there; returns the environment's Python.

    Two commands at once wait for one another. An installation that fails or is interrupted is removed; what one that was
    killed left behind is removed by the next.

    Args:
        directory: where the environment is, or is to be.
        report: called with each line of pip's output.
        version: version of Label Studio.

    Raises:
        StudioError: it cannot be installed; the message holds pip's reason.
    """
    if is_complete(directory, version):
        return interpreter(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _lock(directory.with_name(directory.name + ".lock")):
        if not is_complete(directory, version):  # another command may have made it while this one waited
            shutil.rmtree(directory, ignore_errors=True)
            try:
                _install(directory, report, version)
            except BaseException:
                shutil.rmtree(directory, ignore_errors=True)
                raise
    return interpreter(directory)


def _install(directory: Path, report: Callable[[str], None], version: str) -> None:
    report(f"making {directory}")
    _run([sys.executable, "-m", "venv", str(directory)], report, "making a virtual environment")
    pip = [str(interpreter(directory)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    _run([*pip, "--progress-bar", "off", f"label-studio=={version}"], report, f"installing label-studio {version}")
    if not is_complete(directory, version):
        raise StudioError(f"installing label-studio {version}: pip ended well, but the package is not in {directory}")


def _run(command: list[str], report: Callable[[str], None], what: str) -> None:
    """Run a command and pass on its lines; the child is stopped when the reader is interrupted."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
    )
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                lines.append(line.strip())
                report(lines[-1])
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if code != 0:
        reasons = [line for line in lines if line.upper().startswith("ERROR")] or lines[-1:] or ["no reason given"]
        raise StudioError(f"{what} failed (exit code {code}), nothing is left behind: {reasons[0][:300]}")


@contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Hold an advisory lock, where the system has them."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
