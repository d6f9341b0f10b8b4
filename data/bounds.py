"""Bounds on reading: how much time, memory and text one file may take. All of them are here, with their units."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, TypeAlias

from jianghua.data.errors import DocumentError, SettingsError

PREFIX: Final = "JIANGHUA_"
"""A bound is changed by an environment variable: this prefix and its name in capitals, such as `JIANGHUA_SECONDS=300`."""

Step: TypeAlias = Callable[[int, int], None]
"""Called before each page that is recognised by OCR, with its number from 1 and the number of pages: time starts over."""

Countable: TypeAlias = Literal[
    "file_bytes", "text_bytes", "characters", "lines", "pages", "ocr_pages", "pixels", "members", "depth"
]
"""Names of the bounds on what can be counted, see `Bounds.check`."""


def no_step(page: int, pages: int) -> None:
    """The step that tells nobody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take for one call, or for one step of it.

    Attributes:
        seconds: wall-clock seconds; as many of processor time on each core.
        memory_mib: MiB of address space.
        scratch_mib: MiB of the largest file that it may write; 0 lets it write none.
    """

    seconds: int
    memory_mib: int
    scratch_mib: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take. A file that goes beyond gets an error that says what was expected.

    Attributes:
        file_bytes: bytes of the largest file or archive member that is read.
        text_bytes: bytes of the largest file that is read as plain text or as a web page.
        characters: code points of the longest extracted text; a speech of a whole day has some 200,000.
        lines: lines or paragraphs of the extracted text.
        seconds: wall-clock seconds that reading a file may take: parsing, cleaning, splitting.
        ocr_seconds: the same for each page that is recognised.
        office_seconds: those that LibreOffice may take to convert a file, which then has `seconds` like any other.
        memory_mib: MiB of address space of the process that reads; LibreOffice and OCR get `heavy_memory_mib`.
        heavy_memory_mib: see `memory_mib`.
        scratch_mib: MiB of the largest file that LibreOffice may write; other readers may write none.
        pages: pages of a PDF file or frames of an image file.
        ocr_pages: pages that are recognised by OCR.
        pixels: pixels of an image, or of a page as it is rendered for OCR.
        members: members of an archive, those of archives inside it included; of a Word file; parts of a web archive.
        part_bytes: bytes that one part of a Word file may unpack to; the text of a speech has some hundred thousand.
        package_bytes: bytes that all parts of a Word file that are read may unpack to.
        unpacked_bytes: bytes that an archive may unpack to in all, those of archives inside it included.
        ratio: how many times larger than packed a member of 1 MB or more may be.
        depth: how deep archives, or Word files embedded in Word files, may lie in each other; 1 allows none inside another.
    """

    file_bytes: int = 100_000_000
    text_bytes: int = 20_000_000
    characters: int = 1_000_000
    lines: int = 100_000
    seconds: int = 60
    ocr_seconds: int = 150
    office_seconds: int = 90
    memory_mib: int = 2_048
    heavy_memory_mib: int = 6_144
    scratch_mib: int = 256
    pages: int = 2_000
    ocr_pages: int = 300
    pixels: int = 40_000_000
    members: int = 10_000
    part_bytes: int = 32_000_000
    package_bytes: int = 64_000_000
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

    def check(self, bound: Countable, count: int, unit: str) -> None:
        """Refuse what goes beyond a bound.

        Args:
            bound: name of the bound.
            count: how many there are.
            unit: what is counted, as the message calls it.

        Raises:
            DocumentError: there are more than the bound allows.
        """
        most: int = getattr(self, bound)
        if count > most:
            raise DocumentError(f"expected at most {most:,} {unit}, got {count:,}")

    def limits(self, office: bool = False) -> Limits:
        """Limits of a process that reads one file, which LibreOffice may have to convert first."""
        if office:
            return Limits(self.office_seconds + self.seconds, self.heavy_memory_mib, self.scratch_mib)
        return Limits(self.seconds, self.memory_mib)

    def page_limits(self) -> Limits:
        """Limits of that process from the moment when it recognises a page."""
        return Limits(self.ocr_seconds, self.heavy_memory_mib)


DEFAULT: Final = Bounds()
"""The bounds that nothing has changed."""
