"""Office Open XML packages: parts read within bounds, and their relationships.

Nothing outside the package is opened, and what a part unpacks to is counted while it is read: the sizes that an archive
declares are not believed.
"""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents.word.elements import parse, short
from jianghua.data.documents.zips import DAMAGES, member_name, open_zip
from jianghua.data.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of a part: the last word of its type, such as `styles`, and the name of the part it leads to."""

    type: str
    target: str


class Package(ABC):
    """The parts of a Word file, in whatever form it was saved. Their names are looked up without regard to case."""

    @abstractmethod
    def __contains__(self, part: str) -> bool: ...

    @abstractmethod
    def has_pictures(self) -> bool:
        """Whether it holds any picture."""

    @abstractmethod
    def read(self, part: str) -> bytes:
        """Bytes of a part.

        Raises:
            DocumentError: there is no such part, or it is damaged, encrypted, or unpacks to too many bytes.
        """

    @abstractmethod
    def xml(self, part: str) -> Any:
        """Root element of a part.

        Raises:
            DocumentError: as `read`, or the part is no XML, nests too deep, or declares entities.
        """

    def relations(self, part: str) -> dict[str, Relation]:
        """The relationships of a part inside the package, by their ids; those of the package itself for `""`."""
        directory, name = posixpath.split(part)
        rels = posixpath.join(directory, "_rels", f"{name}.rels")
        if rels not in self:
            return {}
        result: dict[str, Relation] = {}
        for element in self.xml(rels):
            if short(element.tag) != "rel:Relationship" or element.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", directory, unquote(element.get("Target") or "")))
            result[element.get("Id") or ""] = Relation((element.get("Type") or "").rpartition("/")[2], target.lstrip("/"))
        return result


def open_package(content: bytes, bounds: Bounds = DEFAULT) -> Package:
    """Open a Word file that is a zip file, as Word saves it.

    Raises:
        DocumentError: the bytes are no zip file, or it has too many members.
    """
    return _ZipPackage(content, bounds)


class _ZipPackage(Package):
    def __init__(self, content: bytes, bounds: Bounds) -> None:
        self._archive = open_zip(content, bounds, "Word file")
        # Some programs write backslashes, and names differ in case from how they are referred to.
        self._members = {member_name(member.filename): member for member in self._archive.infolist()}
        self._largest = bounds.part_bytes
        self._remaining = bounds.package_bytes

    def __contains__(self, part: str) -> bool:
        return member_name(part) in self._members

    def has_pictures(self) -> bool:
        return any("/media/" in name for name in self._members)

    def read(self, part: str) -> bytes:
        member = self._members.get(member_name(part))
        if member is None:
            raise DocumentError(f"damaged Word file: it has no part {part}")
        most = min(self._largest, self._remaining)
        try:
            with self._archive.open(member) as file:
                content = file.read(most + 1)
        except (RuntimeError, NotImplementedError) as error:  # zipfile's words for encryption and unknown compression
            raise DocumentError(f"{part} cannot be unpacked: {error}") from error
        except DAMAGES as error:
            raise DocumentError(f"damaged Word file: {part}: {error}") from error
        if len(content) > most:
            raise DocumentError(f"{part} unpacks to more than {most:,} bytes")
        self._remaining -= len(content)
        return content

    def xml(self, part: str) -> Any:
        return parse(self.read(part), part)
