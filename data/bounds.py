"""Bounds on reading: how much time, memory and text one file may take. All of them are here, with their units."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, TypeAlias

from jianghua.data.errors import SettingsError

PREFIX: Final = "JIANGHUA_"
"""A bound is changed by an environment variable: this prefix and its name in capitals, such as `JIANGHUA_SECONDS=300`."""


Step: TypeAlias = Callable[[int, int], None]
"""Called before each page that is recognised by OCR, with its number from 1 and the number of pages: time starts over."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take. A file that goes beyond is reported with the bound's name.

    Attributes:
        file_bytes: bytes of the largest file or archive member that is read.
        text_bytes: bytes of the largest file that is read as plain text or as a web page.
        characters: code points of the longest extracted text; a speech of a whole day has some 200,000.
        lines: lines or paragraphs of the extracted text.
        seconds: wall-clock seconds that parsing a file may take.
        ocr_seconds: the same for each page that is recognised.
        office_seconds: the same where LibreOffice converts the file first.
        memory_mib: MiB of address space of the process that parses; LibreOffice and OCR get `heavy_memory_mib`.
        heavy_memory_mib: see `memory_mib`.
        scratch_mib: MiB of the largest temporary file that LibreOffice may write; other parsers may write none.
        pages: pages of a PDF file or frames of an image file.
        ocr_pages: pages that are recognised by OCR.
        pixels: pixels of an image, or of a page as it is rendered for OCR.
        members: members of an archive, those of archives inside it included.
        unpacked_bytes: bytes that an archive may unpack to in all, those of archives inside it included.
        ratio: how many times larger than packed a member of 1 MB or more may be.
        depth: how deep archives may lie in each other; 1 allows none inside another.
    """

    file_bytes: int = 100_000_000
    text_bytes: int = 20_000_000
    characters: int = 1_000_000
    lines: int = 100_000
    seconds: int = 60
    ocr_seconds: int = 150
    office_seconds: int = 150
    memory_mib: int = 2_048
    heavy_memory_mib: int = 6_144
    scratch_mib: int = 256
    pages: int = 2_000
    ocr_pages: int = 300
    pixels: int = 40_000_000
    members: int = 10_000
    unpacked_bytes: int = 1_000_000_000
    ratio: int = 200
    depth: int = 3

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Bounds:
        """The bounds, with those that environment variables change.

        Raises:
            SettingsError: a variable is no whole number above 0; the message names it.
        """
        changed: dict[str, Any] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            value = environment.get(name)
            if value is None:
                continue
            if not (value.isascii() and value.isdigit() and int(value) > 0):
                raise SettingsError(f"{name}: expected a whole number above 0, got {value!r}")
            changed[field.name] = int(value)
        return cls(**changed)

    def to_dict(self) -> dict[str, int]:
        """The bounds by name."""
        return asdict(self)
