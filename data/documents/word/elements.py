"""Elements of Word's XML: parsed without anything from outside, and looked up by short names such as `w:p`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from jianghua.data.errors import DocumentError
from jianghua.data.extras import require

_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.microsoft.com/office/2006/xmlPackage": "pkg",
    "http://schemas.microsoft.com/office/word/2003/wordml": "w",
    "http://schemas.microsoft.com/office/word/2003/auxHint": "wx",
    "http://schemas.microsoft.com/aml/2001/core": "aml",
}
"""Short prefix of each namespace that matters.

The strict form of the standard, and Word 2003 before it, have names of their own for the same things.
"""


def parse(content: bytes, name: str) -> Any:
    """Root element of an XML document; nothing outside it is read, and no entity resolved.

    Args:
        content: the document.
        name: what errors call it.

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


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """Tag with a short prefix, such as `w:p`, in whatever form of the standard the file is written."""
    namespace, _, name = tag[1:].rpartition("}")
    return f"{_PREFIXES.get(namespace, '?')}:{name}" if namespace else tag


@lru_cache(maxsize=256)
def _qualified(name: str) -> tuple[str, ...]:
    """The names with their namespaces that a short name stands for."""
    prefix, _, local = name.partition(":")
    return tuple(f"{{{namespace}}}{local}" for namespace, known in _PREFIXES.items() if known == prefix)


def attribute(element: Any, name: str) -> str | None:
    """Value of the attribute with this short name, such as `w:val`."""
    return next((value for full in _qualified(name) if (value := element.get(full)) is not None), None)


def first_child(element: Any, *path: str) -> Any | None:
    """The first child with this short name, or the end of a path of such children."""
    for name in path:
        element = next((one for one in element if short(one.tag) == name), None)
        if element is None:
            return None
    return element


def children(element: Any, name: str) -> Iterator[Any]:
    """The children with this short name."""
    return (one for one in element if short(one.tag) == name)


def value(element: Any, *path: str) -> str | None:
    """The `w:val` of the element at the end of a path of children."""
    found = first_child(element, *path)
    return None if found is None else attribute(found, "w:val")


def number(element: Any, *path: str) -> int | None:
    """The same as a whole number; None where it is none."""
    text = value(element, *path)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def toggle(element: Any, name: str) -> bool | None:
    """A property that is on or off: None where it is not given."""
    found = first_child(element, name)
    return None if found is None else (attribute(found, "w:val") or "1") not in ("0", "false", "off")
