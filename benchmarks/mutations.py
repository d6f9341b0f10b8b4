"""Mutations: damaged files for fuzzing, made from whole ones; the same each time for the same seed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]

_NUMBERS: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_DIGITS: Final = re.compile(rb"\d+")
_ODD: Final = (
    *(
        b"\0" * 8,
        b"\xff" * 8,
        b"<" * 64,
        b"<p>" * 200,
        b"</p>" * 50,
        b"&#xD800;",
        b"&#1114112;",
        b"%s%n",
        b"]]>",
        b"<!--",
        b"\r\r\n",
    ),
    *("\ufeff\u202e\u200b".encode(), "。".encode() * 300, "（".encode() * 300, "“".encode() * 300, "\u3000".encode() * 300),
)


def flips(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Change some bits."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 2, 8, 64))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def truncation(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Cut the file off, or cut its beginning off."""
    place = random.randrange(len(content))
    return content[:place] if random.random() < 0.8 else content[place:]


def splice(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Go on with another file in the middle."""
    other = random.choice(others)
    return content[: random.randrange(len(content))] + other[random.randrange(len(other)) :]


def repetition(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Repeat a piece many times, or move it."""
    start = random.randrange(len(content))
    piece = content[start : start + random.choice((4, 40, 400, 4000))]
    place = random.randrange(len(content))
    return content[:place] + piece * random.choice((1, 2, 50)) + content[place:]


def lengths(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Overwrite bytes with numbers at the limits, as a length or an offset would be."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 4))):
        size = random.choice((1, 2, 4, 8))
        place = random.randrange(len(changed))
        changed[place : place + size] = (random.choice(_NUMBERS) & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    return bytes(changed)


def digits(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Write other numbers where numbers are written out: lengths, offsets and references of PDF and HTML."""
    found = list(_DIGITS.finditer(content))
    if not found:
        return flips(content, random, others)
    match = random.choice(found)
    number = str(random.choice((0, 1, 2, 3, 4, 5, -1, 65535, 2**31, 2**64))).encode()
    return content[: match.start()] + number + content[match.end() :]


def insertion(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Put in what parsers trip over."""
    place = random.randrange(len(content))
    return content[:place] + random.choice(_ODD) + content[place:]


PLAIN: Final[tuple[Mutation, ...]] = (flips, truncation, splice, repetition, lengths, digits, insertion)
"""Mutations of bytes."""


def members(content: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Mutate a member of a zip file and pack it again, so that its checksum is right and its parser sees it."""
    packed: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            packed[info.filename] = archive.read(info)
    names = [name for name, body in packed.items() if body]
    likely = [name for name in names if name.endswith(("document.xml", "numbering.xml", "styles.xml", "footnotes.xml", ".txt"))]
    chosen = random.choice(likely if likely and random.random() < 0.7 else names)
    packed[chosen] = random.choice(PLAIN)(packed[chosen], random, list(packed.values()))
    if random.random() < 0.1:
        del packed[random.choice(list(packed))]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in packed.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def mutated(number: int, seed: int, seeds: Mapping[str, Sequence[bytes]], format: str) -> bytes:
    """Damaged file `number` of a format.

    Args:
        number: its number; the same number gives the same file.
        seed: seed of the run.
        seeds: whole files by format.
        format: which of them to damage.
    """
    random = Random(f"{seed}:{format}:{number}")
    content = random.choice(seeds[format])
    zipped = content.startswith(b"PK")
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if not content:
            break
        inside = zipped and random.random() < 0.6 and zipfile.is_zipfile(io.BytesIO(content))
        try:
            content = (members if inside else random.choice(PLAIN))(content, random, seeds[format])
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, IndexError, EOFError):
            break  # the mutation before left no archive that could be opened
        except Exception as error:
            if type(error).__module__ != "zlib":
                raise
            break
    return content
