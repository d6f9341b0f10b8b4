"""Bytes to text, for the encodings that Chinese files come in."""

from __future__ import annotations

import codecs
from typing import Final

from data.errors import DocumentError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes) -> tuple[str, str]:
    """Decode a text file; returns the text and the name of the encoding.

    Raises:
        DocumentError: the bytes are no text in a known encoding.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding), encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise DocumentError("not text in UTF-8, UTF-16, UTF-32 or GB18030")
