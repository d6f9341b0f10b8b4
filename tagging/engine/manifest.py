"""The manifest of a run's folder: what the run was, what it wrote, and what became of each file. It is written last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jianghua.data.store import atomic_write, dump_json
from jianghua.tagging.engine.run import RunCounts
from jianghua.tagging.engine.settings import RunSettings
from jianghua.tagging.engine.store import FileRow
from jianghua.tagging.records import RunSummary

MANIFEST: Final = "manifest.json"


def write_manifest(
    path: Path,
    summary: RunSummary,
    settings: RunSettings,
    counts: RunCounts,
    passed_over: Mapping[str, int],
    outputs: Mapping[str, str],
    files: Iterable[FileRow],
    command: Sequence[str] | None = None,
) -> None:
    """Write a manifest, the list of files in a stream.

    Args:
        path: the file.
        summary: the run.
        settings: what decided its tags.
        counts: how many files came to which end.
        passed_over: how many files and folders were left out, by reason.
        outputs: the files that show the run: name in the folder, and SHA-256 of the bytes.
        files: the inputs, in order.
        command: the command line that made it.
    """
    head = {
        "command": None if command is None else list(command),
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "jianghua": settings.packages["jianghua"],
        "model": summary.model,
        **settings.to_dict(),
        "thresholds": dict(summary.thresholds),
        "counts": {
            "files": counts.files,
            "speeches": counts.speeches,
            "copies": counts.states["copy"],
            "failures": counts.failures,
            "passed_over": dict(passed_over),
        },
        "outputs": dict(outputs),
        "failures": [{"file": failure.path, "reason": failure.reason} for failure in summary.failures],
    }
    with atomic_write(path) as file:
        file.write(_bytes(dump_json(head, indent=2).removesuffix("\n}")) + b',\n  "files": [')
        for number, row in enumerate(files):
            file.write(b",\n    " if number else b"\n    ")
            file.write(_bytes(dump_json(_record(row))))
        file.write(b"\n  ]\n}\n")


def _record(row: FileRow) -> dict[str, Any]:
    """An input and its result; what says nothing is left out."""
    names = {"name": "file", "key": "result"}
    return {names.get(name, name): value for name, value in asdict(row).items() if value is not None}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
