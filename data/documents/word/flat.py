"""Word files that are one XML file: packages written flat, and those of Word 2003. Web systems like to save them as .doc."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from jianghua.data.documents.word.elements import attribute, children, first_child, parse, short
from jianghua.data.documents.word.package import Package, Relation
from jianghua.data.documents.zips import member_name
from jianghua.data.errors import DocumentError

_MAIN: Final = "document"
_STYLES: Final = "styles"


def open_flat(content: bytes) -> Package:
    """Open a Word file that is one XML file.

    Raises:
        DocumentError: it is damaged, or XML of another kind.
    """
    root = parse(content.lstrip(b"\xef\xbb\xbf \t\r\n"), "the file")
    if short(root.tag) == "pkg:package":
        return _FlatPackage(root)
    if short(root.tag) == "w:wordDocument":
        return _Word2003Package(root)
    raise DocumentError("expected a Word file, got XML of another kind")


class _FlatPackage(Package):
    """A package whose parts are elements of one document."""

    def __init__(self, root: Any) -> None:
        self._parts = {member_name(attribute(part, "pkg:name") or ""): part for part in children(root, "pkg:part")}

    def __contains__(self, part: str) -> bool:
        return member_name(part) in self._parts

    def has_pictures(self) -> bool:
        return any("/media/" in name for name in self._parts)

    def read(self, part: str) -> bytes:
        data = first_child(self._part(part), "pkg:binaryData")
        try:
            return base64.b64decode("" if data is None else data.text or "")
        except binascii.Error as error:
            raise DocumentError(f"damaged Word file: {part}: {error}") from error

    def xml(self, part: str) -> Any:
        data = first_child(self._part(part), "pkg:xmlData")
        if data is None or not len(data):
            raise DocumentError(f"damaged Word file: {part} is no XML")
        return data[0]

    def _part(self, part: str) -> Any:
        if part not in self:
            raise DocumentError(f"damaged Word file: it has no part {part}")
        return self._parts[member_name(part)]


class _Word2003Package(Package):
    """A document of Word 2003, which has its styles and notes inside."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def __contains__(self, part: str) -> bool:
        return part == _MAIN or (part == _STYLES and first_child(self._root, "w:styles") is not None)

    def has_pictures(self) -> bool:
        return any(short(element.tag) == "w:binData" for element in self._root.iter())

    def read(self, part: str) -> bytes:
        raise DocumentError(f"damaged Word file: it has no part {part}")

    def xml(self, part: str) -> Any:
        return self._root if part == _MAIN else first_child(self._root, "w:styles")

    def relations(self, part: str) -> dict[str, Relation]:
        return {_STYLES: Relation("styles", _STYLES)} if part else {_MAIN: Relation("officeDocument", _MAIN)}
