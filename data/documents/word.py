"""Word files (.docx): paragraphs and tables in reading order, without headers, footers and deleted revisions."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from data.documents import Block, Document
from data.errors import DocumentError
from data.extras import require

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText"})
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST: Final = 200_000_000  # bytes of unpacked XML; a speech has some hundred thousand


def read_word(content: bytes) -> Document:
    """Read a .docx file.

    Raises:
        DocumentError: the file is encrypted, damaged, a package that unpacks to an absurd size, or no Word file.
        MissingExtraError: python-docx is not installed.
    """
    if content.startswith(OLE):
        raise DocumentError("expected a .docx file, got an encrypted one or the old .doc format")
    docx = require("docx", extra="documents")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            size = sum(member.file_size for member in package.infolist())
        if size > _LARGEST:
            raise DocumentError(f"unpacks to {size:,} bytes, expected at most {_LARGEST:,}")
        document = docx.Document(io.BytesIO(content))
    except DocumentError:
        raise
    except Exception as error:  # python-docx and lxml raise a dozen kinds for damaged packages
        raise DocumentError(f"damaged Word file: {type(error).__name__}: {str(error)[:100]}") from error
    return Document.build(_blocks(document), "docx")


def _blocks(document: Any) -> Iterator[tuple[str, Block]]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            level = _heading_level(item)
            for line in _text(item._p).split("\n"):
                yield line, Block(0, 0, "heading" if level else "paragraph", level=level)
        elif isinstance(item, Table):
            for row in item.rows:
                seen: set[Any] = set()  # a merged cell is given once for each column that it spans
                for cell in row.cells:
                    if cell._tc in seen:
                        continue
                    seen.add(cell._tc)
                    for paragraph in cell.paragraphs:
                        yield _text(paragraph._p), Block(0, 0, "table")


def _heading_level(paragraph: Any) -> int | None:
    name = (paragraph.style.name if paragraph.style is not None else "") or ""
    match = re.fullmatch(r"(?:Heading|标题) ?(\d)", name)
    return int(match.group(1)) if match else None


def _text(element: Any) -> str:
    """Text of a paragraph as it stands when all revisions are accepted; a line break is a line feed."""
    parts: list[str] = []
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif child.tag == f"{_W}tab":
            parts.append("\t")
        else:
            parts.append(_text(child))
    return "".join(parts)
