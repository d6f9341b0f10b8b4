"""Web pages: visible text by block element, with what the page itself marks as navigation and the like."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, Final

from data.documents import Block, BlockKind, Document
from data.encoding import decode
from data.errors import DocumentError
from data.extras import require

_INVISIBLE: Final = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "canvas"})
_CONTROLS: Final = frozenset({"button", "select", "option", "input", "textarea", "label"})
_FURNITURE: Final = {
    "nav": "navigation",
    "aside": "aside",
    "footer": "page footer",
    "form": "form",
    "menu": "navigation",
}
_NAMES: Final = (
    (
        re.compile(r"(?:^|[-_ ])(?:nav|navbar|menu|breadcrumbs?|crumbs?|toolbar|topbar|pager|pagination)(?:$|[-_ ])"),
        "navigation",
    ),
    (re.compile(r"(?:^|[-_ ])(?:ads?|advert\w*|banner|promo\w*|sponsor\w*|guanggao)(?:$|[-_ ])"), "advertising"),
    (re.compile(r"(?:^|[-_ ])(?:comments?|pinglun|reply|replies|respond)(?:$|[-_ ])"), "comments"),
    (
        re.compile(r"(?:^|[-_ ])(?:related|recommend\w*|tuijian|hot|rank\w*|sidebar|side|share\w*|social)(?:$|[-_ ])"),
        "related",
    ),
    (re.compile(r"(?:^|[-_ ])(?:footer|foot|copyright|beian)(?:$|[-_ ])"), "page footer"),
)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_META: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)


def read_html(content: bytes) -> Document:
    """Read a web page.

    Raises:
        DocumentError: the page holds no text, or cannot be decoded.
        MissingExtraError: lxml is not installed.
    """
    html = require("lxml.html", extra="documents")
    text, encoding = _decode(content)
    parser = html.HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        # lxml refuses text with an encoding declaration in an XML prologue, and stops at NUL.
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", ""), parser=parser)
    except Exception as error:  # lxml raises several kinds for pages without a root
        raise DocumentError(f"no web page: {type(error).__name__}: {str(error)[:100]}") from error
    pieces = list(_walk(root))
    if not pieces:
        raise DocumentError("the web page holds no text")
    return Document.build(pieces, "html", encoding)


def _decode(content: bytes) -> tuple[str, str]:
    """Text of the page: what decodes without an error first; the declaration often lies."""
    declared = _META.search(content[:4096])
    try:
        return decode(content)
    except DocumentError:
        name = declared.group(1).decode("ascii") if declared else ""
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            codec = "gb18030"
        return content.decode(codec, errors="replace"), codec


class _Line:
    """Text that is being collected for one block, and how much of it is links."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0

    def add(self, text: str | None, link: bool) -> None:
        if text:
            self.parts.append(text)
            self.linked += len(text.strip()) if link else 0


def _walk(root: Any) -> Iterator[tuple[str, Block]]:
    """Text blocks in document order. Iterative: hostile pages nest deeper than Python's stack."""
    line = _Line()
    context: list[tuple[str | None, BlockKind, int | None, bool]] = [(None, "paragraph", None, False)]

    def flush() -> Iterator[tuple[str, Block]]:
        nonlocal line
        text = re.sub(r"[ \t\r\n]+", " ", "".join(line.parts)).strip(" ")
        furniture, kind, level, _ = context[-1]
        if text:
            if furniture is None and line.linked * 2 > len(text) and len(text) < 120:
                furniture = "links"
            yield text, Block(0, 0, kind, level=level, furniture=furniture)
        line = _Line()

    etree = require("lxml.etree", extra="documents")
    skipped = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                line.add(element.tail, context[-1][3])
            continue
        tag = element.tag
        if event == "start":
            if not isinstance(tag, str) or tag in _INVISIBLE or tag in _CONTROLS or _hidden(element):
                skipped = element
                continue
            if tag in _BLOCKS or tag == "br":
                yield from flush()
            context.append(_context(element, tag, context[-1]))
            line.add(element.text, context[-1][3])
        else:
            if tag in _BLOCKS:
                yield from flush()
            context.pop()
            line.add(element.tail, context[-1][3])
    yield from flush()


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None


def _context(
    element: Any, tag: str, outer: tuple[str | None, BlockKind, int | None, bool]
) -> tuple[str | None, BlockKind, int | None, bool]:
    furniture, kind, level, link = outer
    if furniture is None:
        furniture = _FURNITURE.get(tag) or _named(element)
    if re.fullmatch("h[1-6]", tag):
        kind, level = "heading", int(tag[1])
    elif tag == "li":
        kind = "list"
    elif tag in ("td", "th"):
        kind = "table"
    return furniture, kind, level, link or tag == "a"


def _named(element: Any) -> str | None:
    """What the element's own names say of it; `body` and `article` are never furniture."""
    if element.tag in ("html", "body", "article", "main"):
        return None
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}".lower()
    return next((reason for pattern, reason in _NAMES if pattern.search(names)), None)
