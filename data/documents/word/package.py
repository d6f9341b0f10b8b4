"""Office Open XML packages: parts read within bounds, their relationships, and short names for tags.

Nothing outside the package is opened, entities are not resolved, and what a part unpacks to is counted while it is read:
the sizes that an archive declares are not believed.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

PART_LIMIT: Final = 32_000_000
"""Bytes that one part may unpack to; the text of a speech has some hundred thousand."""

PACKAGE_LIMIT: Final = 64_000_000
"""Bytes that all parts which are read may unpack to."""

_MOST_MEMBERS: Final = 50_000
_NAMES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.microsoft.com/office/2006/xmlPackage": "pkg",
    "http://schemas.microsoft.com/office/word/2003/wordml": "w",
    "http://schemas.microsoft.com/office/word/2003/auxHint": "wx",
    "http://schemas.microsoft.com/aml/2001/core": "aml",
}
"""Short prefix of each namespace that matters.

The strict form of the standard, and Word 2003 before it, have names of their own for the same things.
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of a part: the last word of its type, such as `styles`, and the name of the part it leads to."""

    type: str
    target: str


class Package:
    """A package in memory.

    Raises:
        DocumentError: the bytes are no zip archive, or it holds an absurd number of members.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:  # hostile archives raise a dozen kinds
            raise DocumentError(f"damaged Word file: {error}") from error
        members = self._archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise DocumentError(f"expected at most {_MOST_MEMBERS:,} members in the package, got {len(members):,}")
        # Some programs write backslashes, and names differ in case from how they are referred to.
        self._members = {part_name(member.filename): member for member in members}
        self._left = PACKAGE_LIMIT

    def __contains__(self, part: str) -> bool:
        return part_name(part) in self._members

    def has_pictures(self) -> bool:
        """Whether it holds any picture."""
        return any("/media/" in name for name in self._members)

    def read(self, part: str) -> bytes:
        """Bytes of a part.

        Raises:
            DocumentError: there is no such part, or it is damaged, encrypted, or unpacks to too many bytes.
        """
        member = self._members.get(part_name(part))
        if member is None:
            raise DocumentError(f"damaged Word file: it has no part {part}")
        limit = min(PART_LIMIT, self._left)
        try:
            with self._archive.open(member) as file:
                content = file.read(limit + 1)
        except (RuntimeError, NotImplementedError) as error:  # zipfile's words for encryption and unknown compression
            raise DocumentError(f"{part} cannot be unpacked: {error}") from error
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, MemoryError) as error:
            raise DocumentError(f"damaged Word file: {part}: {error}") from error
        if len(content) > limit:
            raise DocumentError(f"{part} unpacks to more than {limit:,} bytes")
        self._left -= len(content)
        return content

    def xml(self, part: str) -> Any:
        """Root element of a part.

        Raises:
            DocumentError: as `read`, or the part is no XML, nests too deep, or declares entities.
        """
        return parse(self.read(part), part)

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


def parse(content: bytes, name: str) -> Any:
    """Root element of an XML document; nothing outside it is read, and no entity resolved.

    Raises:
        DocumentError: it is no XML, nests too deep, or has a document type declaration.
    """
    etree = require("lxml.etree", extra="documents")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"damaged Word file: {name}: {error.msg}") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError(f"{name} has a document type declaration, which no Word file has")
    return root


def part_name(name: str) -> str:
    """Name of a part as it is looked up: without regard to case, first slash and the kind of slashes."""
    return name.replace("\\", "/").lstrip("/").lower()


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """Tag with a short prefix, such as `w:p`, in whatever form of the standard the file is written."""
    space, _, name = tag[1:].rpartition("}")
    return f"{_NAMES.get(space, '?')}:{name}" if space else tag


@lru_cache(maxsize=256)
def _full(name: str) -> tuple[str, ...]:
    prefix, _, local = name.partition(":")
    return tuple(f"{{{space}}}{local}" for space, known in _NAMES.items() if known == prefix)


def get(element: Any, name: str) -> str | None:
    """Value of the attribute with this short name, such as `w:val`."""
    return next((value for full in _full(name) if (value := element.get(full)) is not None), None)


def first(element: Any, *path: str) -> Any | None:
    """The first child with this short name, or the end of a path of such children."""
    for name in path:
        element = next((child for child in element if short(child.tag) == name), None)
        if element is None:
            return None
    return element


def children(element: Any, name: str) -> Iterator[Any]:
    """The children with this short name."""
    return (child for child in element if short(child.tag) == name)


def value(element: Any, *path: str) -> str | None:
    """The `w:val` of the element at the end of a path of children."""
    found = first(element, *path)
    return None if found is None else get(found, "w:val")


def number(element: Any, *path: str) -> int | None:
    """The same as a whole number; None where it is none."""
    text = value(element, *path)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def on(element: Any, name: str) -> bool | None:
    """A property that is on or off: None where it is not given."""
    found = first(element, name)
    return None if found is None else (get(found, "w:val") or "1") not in ("0", "false", "off")
