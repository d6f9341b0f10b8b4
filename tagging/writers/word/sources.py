"""The files that speeches were read from, opened once more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from jianghua.data.bounds import Bounds
from jianghua.data.errors import DocumentError
from jianghua.data.intake.inputs import Input, inputs, load
from jianghua.data.speech import Source


class Sources:
    """Opens files by the names that inputs have. Members of an archive that are asked for in order cost one pass over it."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._archive: Path | None = None
        self._members: Iterator[Input] = iter(())

    def content(self, source: Source) -> bytes | None:
        """The bytes of a file; `None` when it is gone, was changed since, or came by standard input."""
        try:
            content = self._load(source.path)
        except (DocumentError, OSError, ValueError):  # a name with a null character is a ValueError
            return None
        return content if content is not None and hashlib.sha256(content).hexdigest() == source.sha256 else None

    def _load(self, name: str) -> bytes | None:
        if Path(name).is_file():
            return load(Path(name), self._bounds)
        archive = next((path for path in _prefixes(name) if path.is_file()), None)
        return None if archive is None else self._member(archive, name)

    def _member(self, archive: Path, name: str) -> bytes | None:
        """A member of an archive: looked for behind the last one, then from the beginning."""
        if archive == self._archive:
            for member in self._members:
                if member.name == name:
                    return member.read()
        self._archive, self._members = archive, inputs([archive], bounds=self._bounds)
        return next((member.read() for member in self._members if member.name == name), None)


def _prefixes(name: str) -> Iterator[Path]:
    """The paths that an archive may have whose member has this name."""
    parts = name.split("!")
    return (Path("!".join(parts[:number])) for number in range(1, len(parts)))
