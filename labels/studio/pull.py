"""Pulling: annotations from a project, page by page, or from an export file."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import RecordError, StudioError
from jianghua.data.store import dump_json, write_text
from jianghua.labels.studio.client import Project, RemoteTask, Studio

_PAGE: Final = 400  # tasks a request: their numbers stand in its address, which may have some 8 kB
Progress = Callable[[int, int], None]
"""Called with how many tasks are there, and how many there will be."""


def pull_tasks(studio: Studio, project: Project, spool: Path, progress: Progress) -> Iterator[dict[str, Any]]:
    """The project's answered tasks in Label Studio's JSON, by number.

    Each page is kept in `spool` as soon as it is there. A pull that broke off takes from there what has not changed since; the
    caller deletes the directory when it has what it wants (`clear`).

    Raises:
        StudioError: the server is gone or refuses; the message says that the same command goes on.
    """
    done = 0
    try:
        answered = [task for task in studio.tasks(project.id) if task.answers]
        progress(0, len(answered))
        for start in range(0, len(answered), _PAGE):
            page = answered[start : start + _PAGE]
            yield from _page(studio, project, page, spool)
            done += len(page)
            progress(done, len(answered))
    except StudioError as error:
        raise StudioError(f"{error} — the annotations of {done} tasks had come; the same command goes on from there") from None


def _page(studio: Studio, project: Project, page: Sequence[RemoteTask], spool: Path) -> list[dict[str, Any]]:
    state = [studio.url, project.id, *((task.id, task.updated_at, task.answers) for task in page)]
    file = spool / f"{hashlib.sha256(dump_json(state).encode()).hexdigest()[:32]}.json"
    if file.is_file():
        kept: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
        return kept
    tasks = studio.export(project.id, [task.id for task in page])
    tasks.sort(key=lambda task: int(task["id"]))
    write_text(file, dump_json(tasks))
    return tasks


def clear(spool: Path) -> None:
    """Delete the pages of a finished pull."""
    shutil.rmtree(spool, ignore_errors=True)


def read_export(file: Path) -> list[dict[str, Any]]:
    """The tasks of a file exported by hand, JSON or JSON_MIN.

    Raises:
        RecordError: the file cannot be read, or is not such an export.
    """
    try:
        tasks = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise RecordError(f"{file}: {error.strerror or error}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RecordError(
            f"{file}: expected an export of Label Studio as JSON or JSON_MIN, got something else ({error})"
        ) from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise RecordError(f"{file}: expected a list of tasks, as Label Studio exports them to JSON or JSON_MIN")
    return tasks
