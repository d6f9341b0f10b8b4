"""Web pages: visible text by block element, with what the page itself marks as navigation and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Block, BlockKind, Document
from jianghua.data.documents.markup import visible_parts
from jianghua.data.documents.web.marks import BLOCKS, GONE, INVISIBLE, Marks
from jianghua.data.documents.web.scripted import is_unfilled
from jianghua.data.errors import DocumentError
from jianghua.data.extras import require
from jianghua.data.text.garbled import decode_repaired

_PREFORMATTED: Final = frozenset({"pre", "listing", "xmp", "plaintext"})
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_KEEPS_LINES: Final = re.compile(r"white-space:(?:pre|break-spaces)")
_META: Final = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_TAGS: Final = 5  # times more tags than lines may a web page have
_LINK_LIST: Final = 120  # characters of the longest block that can be a list of links
_STOP: Final = re.compile("[。！？!?；;][”’」』）)】》\"']*$")
# A reference such as &#151; means what the byte is in Windows' Western code page (HTML standard, 13.2.5.80).
_REFERENCES: Final = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}


def read_html(content: bytes, bounds: Bounds = DEFAULT, charset: str | None = None) -> Document:
    """Read a web page.

    Args:
        content: bytes of the page.
        bounds: bounds on its size and the number of its lines.
        charset: the encoding that its transport says it has.

    Raises:
        DocumentError: the page holds no text, cannot be decoded, nests deeper than the parser goes, or goes beyond the bounds.
        MissingExtraError: lxml is not installed.
    """
    html = require("lxml.html", extra="documents")
    bounds.check("text_bytes", len(content), "bytes of html")
    bounds.check("lines", content.count(b"<") // _TAGS, "lines")
    declaration = _META.search(content[:4096])
    text, encoding = decode_repaired(content, charset or (declaration.group(1).decode("ascii") if declaration else None))
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        # lxml refuses text with an encoding declaration in an XML prologue, and stops at NUL.
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", ""), parser=parser)
    except Exception as error:  # lxml raises several kinds for pages without a root
        raise DocumentError(f"no web page: {type(error).__name__}: {str(error)[:100]}") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # the rest of the page is lost
        raise DocumentError("expected a web page with elements at most 2,048 deep, got a deeper one")
    pieces = list(_Walk(Marks(root)).blocks(root))
    if not pieces:
        frames = root.find(".//frame") is not None
        raise DocumentError("the web page holds no text" + (", only frames with other pages" if frames else ""))
    if is_unfilled(root, pieces):
        raise DocumentError(
            "expected a page with its text, got one that a script fills: save it from a browser that shows the text"
        )
    return Document.build(pieces, "html", encoding)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a place say of it."""

    furniture: str | None = None
    kind: BlockKind = "paragraph"
    level: int | None = None
    link: bool = False
    preformatted: bool = False
    hidden: bool = False


class _Walk:
    """Collects text block by block. Iterative: hostile pages nest deeper than Python's stack."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._contexts = [_Context()]
        self._parts: list[str] = []
        self._linked = 0  # characters of the block that are in links
        self._broken = False  # whether a line break ended the block before

    def blocks(self, root: Any) -> Iterator[tuple[str, Block]]:
        """Text blocks in document order."""
        etree = require("lxml.etree", extra="documents")
        skipped = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is not None:
                if element is not skipped:
                    continue
                skipped = None
                self._add(element.tail)
            elif event == "start":
                mark = self._marks.of(element) if isinstance(element.tag, str) else GONE
                if mark in (GONE, "control") or element.tag in INVISIBLE:
                    skipped = element
                    continue
                if element.tag in BLOCKS or element.tag == "br":
                    yield from self._flush(element.tag == "br")
                self._contexts.append(_inside(self._contexts[-1], element, mark, self._marks.hides_text_of(element)))
                self._add("“" if element.tag == "q" else None)
                self._add(element.text)
            else:
                self._add("”" if element.tag == "q" else None)
                if element.tag in BLOCKS:
                    yield from self._flush(False)
                self._contexts.pop()
                self._add(element.tail)
        yield from self._flush(False)

    def _add(self, text: str | None) -> None:
        if text and not self._contexts[-1].hidden:
            self._parts.append(text)
            self._linked += len(text.strip()) if self._contexts[-1].link else 0

    def _flush(self, broken: bool) -> Iterator[tuple[str, Block]]:
        """The block that ends here; `broken` says by a line break."""
        if not self._parts and not broken and not self._broken:
            return
        context = self._contexts[-1]
        lines = []
        for text in visible_parts("".join(self._parts).translate(_REFERENCES)):  # the site may have escaped its tags twice
            if context.preformatted:
                lines += re.split("\r\n|[\r\n]", text.strip("\r\n")) if text.strip() else []
            elif line := re.sub(r"[ \t\r\n\f]+", " ", text).strip(" "):
                lines.append(line)
        furniture = context.furniture
        if furniture is None and self._is_links("".join(lines), context):
            furniture = "links"
        kind = context.kind
        if kind == "paragraph" and (context.preformatted or broken or self._broken):
            kind = "line"
        for line in lines:
            yield line, Block(0, 0, kind, level=context.level, furniture=furniture)
        self._parts, self._linked = [], 0
        self._broken = broken

    def _is_links(self, text: str, context: _Context) -> bool:
        """Whether a block is mostly links. A title may be one, and a sentence may hold one."""
        return self._linked * 2 > len(text) and len(text) < _LINK_LIST and context.level != 1 and not _STOP.search(text)


def _inside(outer: _Context, element: Any, mark: str | None, hidden: bool) -> _Context:
    tag = element.tag
    furniture, kind, level = outer.furniture or mark, outer.kind, outer.level
    if tag in _HEADINGS:
        kind, level = "heading", _HEADINGS[tag]
    elif tag == "li":
        kind = "list"
    elif tag in ("td", "th"):
        kind = "table"
    elif tag == "p" and kind == "table":  # a table with paragraphs in it is there for the layout
        kind = "paragraph"
    style = element.get("style")
    keeps = style is not None and _KEEPS_LINES.search(re.sub(r"\s+", "", style).lower()) is not None
    return _Context(
        furniture, kind, level, outer.link or tag == "a", outer.preformatted or tag in _PREFORMATTED or keeps, hidden
    )
