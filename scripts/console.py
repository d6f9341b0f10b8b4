"""What the commands share: the console for people, on standard error, so that standard output stays for results."""

from __future__ import annotations

import sys
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_PIPED: Final = 110  # columns where there is no terminal: tables keep their words whole

console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _PIPED)


def progress() -> Progress:
    """A progress bar with counts and times, on standard error."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
