"""Walking: the files that paths stand for, in a fixed order, and what is passed over on the way, with the reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import Final, TypeAlias

from jianghua.data.documents.formats import SUFFIXES

STDIN: Final = Path("-")
"""The path that stands for standard input."""

LITTER: Final = "temporary and system files"
OTHER: Final = "files of other kinds"
LINK: Final = "links to folders"
SPECIAL: Final = "pipes and devices"
RESULT: Final = "results of tagging"

PassedOver: TypeAlias = Callable[[str, str], None]
"""Called with the name of a file or folder that is passed over, and one of the reasons above."""

_DIRECTORY: Final = "directory"
_FILE: Final = "file"
_OWNER_FILE: Final = "~$"
"""How the file begins that Word and WPS put beside a document that is open."""
_SYSTEM_NAMES: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"})
_UNFINISHED: Final = frozenset({".tmp", ".temp", ".part", ".partial", ".crdownload", ".download"})


def tell_nobody(name: str, reason: str) -> None:
    """The `PassedOver` that tells nobody."""


def walk(
    paths: Iterable[Path],
    passed_over: PassedOver = tell_nobody,
    is_result: Callable[[Path], bool] = lambda path: False,
) -> Iterator[Path]:
    """The files of the paths; directories are walked in the order of names, links to directories not followed.

    A path that is named itself is always given back, so that what is wrong with it gets reported; so is a directory that
    cannot be listed. Only what an office program has beside an open document is passed over also when it is named: a shell's
    `*` names it.

    Args:
        paths: files and directories; `-` is standard input.
        passed_over: told of each file and directory that is left out.
        is_result: whether a file or directory found inside the paths is what tagging has written.
    """
    for path in paths:
        if path.name.startswith(_OWNER_FILE):
            passed_over(str(path), LITTER)
        elif path == STDIN or not path.is_dir():
            yield path
        else:
            yield from _walk_directory(path, passed_over, is_result)


def is_litter(name: str) -> bool:
    """Whether a file or directory of this name is hidden, temporary, or the system's own."""
    return name.startswith((".", _OWNER_FILE)) or name.lower() in _SYSTEM_NAMES or PurePath(name.lower()).suffix in _UNFINISHED


def _walk_directory(root: Path, passed_over: PassedOver, is_result: Callable[[Path], bool]) -> Iterator[Path]:
    """The files in a directory, by a stack and not by recursion: directories may lie a thousand deep in each other."""
    directories = [(root, _entries(root))]
    while directories:
        directory, entries = directories[-1]
        if entries is None:  # it cannot be listed; opening it as a file tells why
            yield directory
        if not entries:
            directories.pop()
            continue
        name, kind = entries.pop()
        path = directory / name
        reason = _reason(path, kind, is_result)
        if reason is not None:
            passed_over(str(path), reason)
        elif kind == _DIRECTORY:
            directories.append((path, _entries(path)))
        else:
            yield path


def _entries(directory: Path) -> list[tuple[str, str]] | None:
    """Names of what a directory holds, the last one first, and what each is; `None` when it cannot be listed."""
    try:
        with os.scandir(directory) as found:
            return sorted(((entry.name, _kind(entry)) for entry in found), reverse=True)
    except OSError:
        return None


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_dir(follow_symlinks=False):
            return _DIRECTORY
        if entry.is_dir():
            return LINK
        # A link that leads nowhere counts as a file: opening it tells so.
        return _FILE if entry.is_file() or entry.is_symlink() else SPECIAL
    except OSError:
        return _FILE


def _reason(path: Path, kind: str, is_result: Callable[[Path], bool]) -> str | None:
    """Why something in a directory is passed over; `None` when it is not."""
    if is_litter(path.name):
        return LITTER
    if is_result(path):
        return RESULT
    if kind in (LINK, SPECIAL):
        return kind
    return OTHER if kind == _FILE and path.suffix.lower() not in SUFFIXES else None
