"""What the commands share: the console for people, on standard error, so that standard output stays for results."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_PIPED: Final = 110  # columns where there is no terminal: tables keep their words whole

LINE_SECONDS: Final = 30.0
"""Seconds between two lines of progress where there is no terminal."""

console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _PIPED)


@contextmanager
def progress() -> Iterator[Progress]:
    """Counts and times of long work on standard error: a bar; where there is no terminal, a line every half minute."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    ended = threading.Event()
    lines = threading.Thread(target=_print_lines, args=(bar, ended), daemon=True)
    if bar.disable:
        lines.start()
    try:
        with bar:
            yield bar
    finally:
        ended.set()


def _print_lines(bar: Progress, ended: threading.Event) -> None:
    """Print how far the tasks are, until the end: what is seen of a run under `nohup`."""
    while not ended.wait(LINE_SECONDS):
        for task in bar.tasks:
            console.print(_line(task), markup=False, soft_wrap=True)


def _line(task: Task) -> str:
    """How far a task is, in words."""
    of = "" if task.total is None else f" of {task.total:,.0f}"
    line = f"{task.description}: {task.completed:,.0f}{of}, {timedelta(seconds=int(task.elapsed or 0))} so far"
    left = task.time_remaining
    return line if left is None else f"{line}, about {timedelta(seconds=int(left))} left"
