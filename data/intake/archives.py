"""Archives (.zip): the speech files in them, read into memory one after the other. Nothing is ever unpacked to disk."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jianghua.data.bounds import Bounds
from jianghua.data.documents.formats import SUFFIXES
from jianghua.data.documents.zips import DAMAGES, open_zip
from jianghua.data.errors import DocumentError
from jianghua.data.intake.walking import LITTER, OTHER, PassedOver, is_litter, tell_nobody

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for much memory, and nobody uses them
_SMALL: Final = 1_000_000  # bytes below which any ratio is harmless
_UNICODE_NAME: Final = 0x7075  # extra field with the name in UTF-8, by Info-ZIP
_BIDI: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass
class Budget:
    """What is left to an archive and all archives inside it."""

    members: int
    bytes: int


@dataclass(frozen=True)
class Member:
    """A member of an archive: its name made harmless, and how it is read.

    Attributes:
        name: its path inside the archive, with `/`, without what leads out of it and without control characters.
        problem: why it cannot be read, where the archive's directory already tells.
    """

    name: str
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    problem: str | None = None

    def read(self, bounds: Bounds) -> bytes:
        """Its bytes.

        Raises:
            DocumentError: it is encrypted, damaged, or larger than the bounds allow.
        """
        if self.problem is not None:
            raise DocumentError(self.problem)
        try:
            with self.archive.open(self.info) as file:
                content = file.read(bounds.file_bytes + 1)
                if len(content) < self.info.file_size or file.read(1):
                    raise DocumentError(f"expected {self.info.file_size:,} bytes as the archive says, got others")
        except DAMAGES as error:
            raise DocumentError(f"damaged in its archive ({' '.join(str(error).split())[:100]})") from error
        except RuntimeError as error:  # the flag of encryption may be set in the local header only
            raise DocumentError("encrypted with a password") from error
        return content


def open_archive(content: bytes, bounds: Bounds, budget: Budget, passed_over: PassedOver = tell_nobody) -> Iterator[Member]:
    """The members of an archive that may be speech files, in the order of their names.

    Members with an unknown suffix, directories, hidden and temporary files and links are left out.

    Args:
        content: the archive.
        bounds: bounds on each member.
        budget: what is left; what the members take is taken off as they are given.
        passed_over: told of the files that are left out.

    Raises:
        DocumentError: the archive is damaged, holds nothing to read, or goes beyond the bounds.
    """
    archive = open_zip(content, bounds)
    infos = archive.infolist()
    budget.members -= len(infos)
    if budget.members < 0:
        raise DocumentError(f"expected at most {bounds.members:,} members of the archive and those inside it, got more")
    named = [(_name(info), info) for info in infos if not info.is_dir() and not _special(info)]
    readable = [(name, info) for name, info in named if _reason(name) is None]
    for name, _ in named:
        if (reason := _reason(name)) is not None:
            passed_over(name, reason)
    if not readable:
        raise DocumentError("the archive holds no speech file")
    overlapping = _overlapping(infos)
    for name, info in sorted(readable, key=lambda pair: pair[0]):
        problem = "shares its bytes with another member" if id(info) in overlapping else _problem(info, bounds, budget)
        if problem is None:
            budget.bytes -= info.file_size
        yield Member(name, archive, info, problem)


def _problem(info: zipfile.ZipInfo, bounds: Bounds, budget: Budget) -> str | None:
    """Why a member is not read, by what the archive's directory says of it."""
    if info.flag_bits & 0x1:
        return "encrypted with a password"
    if info.compress_type not in _METHODS:
        return f"packed by a method that is not read (number {info.compress_type})"
    if info.file_size > bounds.file_bytes:
        return f"expected at most {bounds.file_bytes:,} bytes, got {info.file_size:,}"
    if info.file_size > _SMALL and info.file_size > bounds.ratio * max(info.compress_size, 1):
        return f"unpacks to more than {bounds.ratio} times its size: probably a zip bomb"
    if info.file_size > budget.bytes:
        return f"the archive unpacks to more than {bounds.unpacked_bytes:,} bytes"
    return None


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Ids of the members that begin inside another one: a bomb that packs the same bytes many times over."""
    overlapping: set[int] = set()
    end = -1
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            overlapping.add(id(info))
        end = max(end, info.header_offset + 30 + info.compress_size)  # 30: a local header without its name
    return overlapping


def _special(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a link or a device, by the mode that Unix archivers write."""
    mode = info.external_attr >> 16
    return info.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's path in this project's form. It is shown and recorded, and never used to open a file."""
    name = _decoded(info).replace("\\", "/")
    name = re.sub(r"^[A-Za-z]:(?=/|$)", "", name)
    name = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char for char in _BIDI.sub("", name))
    return "/".join(part for part in name.split("/") if part not in ("", ".", "..")) or "\ufffd"


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: archivers in China write it in GBK, some in UTF-8, without saying which."""
    name = info.orig_filename
    if info.flag_bits & 0x800:
        return name
    raw = name.encode("cp437", "replace")  # what zipfile took it for
    for encoding, candidate in (("utf-8", _unicode_name(info, raw)), ("utf-8", raw), ("gb18030", raw), ("big5", raw)):
        if candidate is not None:
            try:
                return candidate.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name


def _unicode_name(info: zipfile.ZipInfo, raw: bytes) -> bytes | None:
    """The name in the extra field for Unicode, when it belongs to this name."""
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_NAME and length > 5 and field[0] == 1 and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:]
    return None


def _reason(name: str) -> str | None:
    """Why a member is passed over; `None` when it is not."""
    if any(map(is_litter, name.split("/"))):
        return LITTER
    return None if _suffix(name) in SUFFIXES else OTHER


def _suffix(name: str) -> str:
    """The suffix of a member's name, NUL bytes and spaces after it aside."""
    return "." + name.rstrip(" \ufffd.").rpartition(".")[2].lower()
