"""Web archives (.mht, .mhtml): the page of a MIME message that a browser or Word saved, without its pictures and frames."""

from __future__ import annotations

import email
import email.message
import email.policy
import re
from dataclasses import replace

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Document
from jianghua.data.documents.web.html import read_html
from jianghua.data.errors import DocumentError


def read_mht(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read a web archive.

    Raises:
        DocumentError: the file is no MIME message, goes beyond the bounds, or has no HTML part, or that part holds no text.
        MissingExtraError: lxml is not installed.
    """
    try:
        message = email.message_from_bytes(content.removeprefix(b"\xef\xbb\xbf").lstrip(), policy=email.policy.compat32)
        pages = _pages(message, bounds)
    except (RecursionError, LookupError, ValueError) as error:
        raise DocumentError(f"damaged web archive: {type(error).__name__}: {str(error)[:100]}") from error
    if "content-type" not in message and "mime-version" not in message:
        raise DocumentError("expected a web archive (.mht), but the bytes are not one")
    if not pages:
        raise DocumentError("the web archive holds no HTML part")
    problem: DocumentError | None = None
    for page, charset in pages:  # a frameset holds no text itself: then the first of its frames that does
        try:
            return replace(read_html(page, bounds, charset), format="mht")
        except DocumentError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _pages(message: email.message.Message, bounds: Bounds) -> list[tuple[bytes, str | None]]:
    """Bytes and declared encodings of the HTML parts, the root part first."""
    root = re.sub(r"[<>\s]", "", str(message.get_param("start") or ""))
    pages: list[tuple[bytes, str | None]] = []
    for number, part in enumerate(message.walk()):
        if number >= bounds.members:
            raise DocumentError(f"expected at most {bounds.members:,} parts of the web archive, got more")
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        page = (payload, part.get_content_charset())
        if root and re.sub(r"[<>\s]", "", str(part.get("Content-ID") or "")) == root:
            pages.insert(0, page)
        else:
            pages.append(page)
    return pages
