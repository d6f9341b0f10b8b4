"""Pulling: annotations from a project, page by page."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import StudioError
from jianghua.data.scheme import LabelScheme
from jianghua.data.store import dump_json, write_text
from jianghua.labels.annotations import Annotation
from jianghua.labels.studio.client import Project, RemoteTask, Studio
from jianghua.labels.studio.export import parse_export

_PAGE: Final = 400  # tasks a request: their numbers stand in its address, which may have some 8 kB
Progress = Callable[[int, int], None]
"""Called with how many tasks are there, and how many there will be."""


def pull_annotations(
    studio: Studio, project: Project, scheme: LabelScheme, spool: Path, progress: Progress = lambda done, total: None
) -> list[Annotation]:
    """All annotations of a project; see `pull_tasks`. The spool is deleted when they are there and fit the scheme.

    Raises:
        StudioError: the server is gone or refuses.
        RecordError: an annotation holds labels that are not the scheme's.
    """
    users = studio.users()
    annotations = list(parse_export(pull_tasks(studio, project, spool, progress), scheme, users))
    shutil.rmtree(spool, ignore_errors=True)
    return annotations


def pull_tasks(studio: Studio, project: Project, spool: Path, progress: Progress) -> Iterator[dict[str, Any]]:
    """The project's answered tasks in Label Studio's JSON, by number.

    Each page is kept in `spool` as soon as it is there. A pull that broke off takes from there what has not changed since; the
    caller deletes the directory when it has what it wants.

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
