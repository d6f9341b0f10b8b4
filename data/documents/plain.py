"""Plain text files: one block a line."""

from __future__ import annotations

import re

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Block, Document
from jianghua.data.documents.markdown.detection import is_markdown
from jianghua.data.documents.markup import visible_parts
from jianghua.data.text.garbled import decode_repaired

_LINE_END = re.compile("\r\n|[\n\r\f\v\x85\u2028\u2029]")


def read_plain(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read a text file; entities and tags of a web page in it are what they stand for.

    Raises:
        DocumentError: the bytes are no text in a known encoding, or go beyond the bounds.
    """
    bounds.check("text_bytes", len(content), "bytes of txt")
    bounds.check("lines", content.count(b"\n"), "lines")
    text, encoding = decode_repaired(content)
    if is_markdown(text):  # its reader resolves entities and tags itself
        return plain_document(text, encoding)
    return _by_lines("\n".join(visible_parts(text)), encoding)


def plain_document(text: str, encoding: str | None = None) -> Document:
    """A document of text that is already decoded.

    One that holds the marks of Markdown is read as such; any other stays what it is, character by character.
    """
    if is_markdown(text):
        from jianghua.data.documents.markdown.reader import markdown_document  # its library takes time to load

        return markdown_document(text, encoding)
    return _by_lines(text, encoding)


def _by_lines(text: str, encoding: str | None) -> Document:
    lines = _LINE_END.split(text)
    return Document.build(((line, Block(0, 0, "line")) for line in lines), "txt", encoding)
