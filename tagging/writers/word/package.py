"""A Word file that is opened, changed in its body and comments, and saved; every other part stays as it is, byte for byte."""

from __future__ import annotations

import io
import posixpath
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jianghua.data.bounds import Bounds
from jianghua.data.documents.word.elements import first_child, short
from jianghua.data.documents.word.package import open_package
from jianghua.data.documents.zips import DAMAGES, member_name, open_zip
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require
from jianghua.tagging.writers.word.marks import named

_TYPES: Final = "[Content_Types].xml"
_COMMENTS: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_STAMP: Final = (2026, 1, 1, 11, 22, 34)
"""Time of every member, so that equal results are equal bytes. No other program writes just this one, see `is_own`."""


class WordFile:
    """An open Word file.

    Attributes:
        body: the `w:body` of its document.
        suffix: `.docm` for one with macros, which Word opens under no other name; else `.docx`.
    """

    def __init__(self, content: bytes, bounds: Bounds) -> None:
        """Open a .docx or .docm file.

        Raises:
            DocumentError: it is damaged or no Word file, or goes beyond the bounds.
        """
        self._archive = open_zip(content, bounds, "Word file")
        unpacked = sum(member.file_size for member in self._archive.infolist())
        if unpacked > bounds.unpacked_bytes:
            raise DocumentError(f"expected a Word file of at most {bounds.unpacked_bytes:,} bytes unpacked, got {unpacked:,}")
        self._package = open_package(content, bounds)
        self._types = self._package.xml(_TYPES)
        found = (
            (relation.target, id) for id, relation in self._package.relations("").items() if relation.type == "officeDocument"
        )
        self._main, main_id = next(found, ("word/document.xml", ""))
        self._document = self._package.xml(self._main)
        body = first_child(self._document, "w:body")
        if short(self._document.tag) != "w:document" or body is None:
            raise DocumentError(f"expected a Word file, got a package with another kind of document in {self._main}")
        self.body = body
        self._family = self._relation_family(main_id)
        self._changed: dict[str, Any] = {self._main: self._document}
        self.suffix = ".docm" if "macroEnabled" in self._content_type(self._main) else ".docx"
        self.comments = self._open_comments()

    def save(self) -> bytes:
        """The file with what was changed."""
        etree = require("lxml.etree", extra="documents")
        parts = {
            name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, root in self._changed.items()
        }
        saved = io.BytesIO()
        try:
            with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as target:
                self._copy(target, {member_name(name): part for name, part in parts.items()})
                for name, part in parts.items():
                    if name not in self._package:
                        target.writestr(_plain(name), part)
        except RuntimeError as error:  # zipfile's word for encryption
            raise DocumentError(f"the Word file cannot be unpacked: {error}") from error
        except DAMAGES as error:
            raise DocumentError(f"damaged Word file: {error}") from error
        return saved.getvalue()

    def _copy(self, target: zipfile.ZipFile, changed: Mapping[str, bytes]) -> None:
        """Copy the members, the changed ones as they are now."""
        for member in self._archive.infolist():
            part = changed.get(member_name(member.filename))
            if part is not None:
                target.writestr(_plain(member.filename), part)
                continue
            with self._archive.open(member) as original, target.open(_plain(member.filename), "w") as copy:
                shutil.copyfileobj(original, copy)

    def _open_comments(self) -> Any:
        """Root of the comments; a file without any gets the part, its type and the relationship to it."""
        for relation in self._package.relations(self._main).values():
            if relation.type == "comments" and relation.target in self._package:
                root = self._changed[relation.target] = self._package.xml(relation.target)
                return root
        name = posixpath.join(posixpath.dirname(self._main), "comments.xml")
        while name in self._package:
            name = name.replace("comments", "comments-1", 1)
        space = self._document.tag[1:].rpartition("}")[0]
        root = self._document.makeelement(named(self._document, "comments"), nsmap={"w": space})
        self._changed[name] = root
        types = self._types.tag.rpartition("}")[0] + "}"
        self._types.append(self._types.makeelement(f"{types}Override", {"PartName": f"/{name}", "ContentType": _COMMENTS}))
        self._changed[_TYPES] = self._types
        self._relate(name)
        return root

    def _relate(self, name: str) -> None:
        """Add the relationship of the document to its comments."""
        directory, main = posixpath.split(self._main)
        part = posixpath.join(directory, "_rels", f"{main}.rels")
        if part in self._package:
            relations = self._package.xml(part)
        else:
            relations = self._document.makeelement(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
        used = {relation.get("Id") for relation in relations}
        number = next(number for number in range(1, len(used) + 2) if f"rId{number}" not in used)
        values = {"Id": f"rId{number}", "Type": f"{self._family}/comments", "Target": posixpath.basename(name)}
        relations.append(relations.makeelement(f"{{{_RELATIONS}}}Relationship", values))
        self._changed[part] = relations

    def _relation_family(self, id: str) -> str:
        """What the types of relationships begin with: the strict form of the standard has a name of its own for them."""
        usual = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        root = self._package.xml("_rels/.rels") if id else ()
        types = (one.get("Type") or "" for one in root if one.get("Id") == id)
        return next((type.rpartition("/")[0] for type in types), usual)

    def _content_type(self, part: str) -> str:
        overrides = (one for one in self._types if member_name(one.get("PartName") or "") == member_name(part))
        return next((one.get("ContentType") or "" for one in overrides), "")


def _plain(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _STAMP)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def is_own(path: Path) -> bool:
    """Whether a file was saved by `WordFile` and by nobody since."""
    try:
        with zipfile.ZipFile(path) as archive:
            return all(member.date_time == _STAMP for member in archive.infolist())
    except DAMAGES:
        return False
