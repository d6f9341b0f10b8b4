"""Zip files: opened within bounds. Archives, Word files and OpenDocument files all are such."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Final

from jianghua.data.bounds import Bounds
from jianghua.data.errors import DocumentError

DAMAGES: Final = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error, NotImplementedError)
"""What zipfile raises for a damaged file; for an encrypted member it raises RuntimeError."""

_ENTRY: Final = b"PK\x01\x02"  # what each entry of the directory begins with
_SPARE: Final = 20  # times more entries than members may be: those of stored zip files inside are seen too


def open_zip(content: bytes, bounds: Bounds, what: str = "archive") -> zipfile.ZipFile:
    """Open a zip file in memory. Only its directory is read.

    Args:
        content: the file.
        bounds: bounds on the number of its members.
        what: what the error calls it.

    Raises:
        DocumentError: it is damaged, or has too many members.
    """
    # zipfile makes an object of each entry before it can be asked how many there are.
    if content.count(_ENTRY) > _SPARE * bounds.members:
        raise DocumentError(f"expected at most {bounds.members:,} members of the {what}, got many more")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except DAMAGES as error:
        raise DocumentError(f"damaged {what}: {' '.join(str(error).split())[:100]}") from error
    bounds.check("members", len(archive.infolist()), f"members of the {what}")
    return archive


def member_name(name: str) -> str:
    """Name of a member as it is looked up: without regard to case, first slash and the kind of slashes."""
    return name.replace("\\", "/").lstrip("/").lower()
