"""How likely a text is as Chinese: a model of single characters by the classes that they belong to.

A class has a share of running text, spread evenly over its members. The shares are rough, and need to be: encodings that are
mistaken for each other differ by several nats a character. The frequent hanzi are in `hanzi.txt`; the common ones are the
first levels of GB 2312 and Big5, which Python's codecs know.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

BROKEN: Final = -20.0
"""Natural logarithm of the probability of a byte that belongs to no character."""

_FILE: Final = Path(__file__).with_name("hanzi.txt")
_MARKS: Final = "，。、；：？！“”‘’（）《》—…·【】〔〕「」『』\u3000"
_TYPICAL: Final = -12.0  # nats a character; sentences of the sample corpus have -6 to -9, chance hanzi -15


def _spread(share: float, members: int) -> float:
    return math.log(share / members)


_FREQUENT: Final = _spread(0.55, 1000)
_COMMON: Final = _spread(0.12, 6000)
LISTED: Final = _spread(0.004, 9000)
"""That of each hanzi of the second level, which is rare."""

_RARE: Final = _spread(0.0005, 16_000)
_MARK: Final = _spread(0.1, len(_MARKS))
_SIGN: Final = _spread(0.005, 400)
_ASCII: Final = _spread(0.2, 98)
_LETTER: Final = _spread(0.0004, 2000)
_OTHER: Final = -18.0
_NEVER: Final = -25.0


def hanzi(section: str) -> str:
    """The characters of a section of `hanzi.txt`: `frequent` or `pairs`."""
    lines = _FILE.read_text("utf-8").splitlines()
    start = lines.index(f"[{section}]") + 1
    stop = next((number for number in range(start, len(lines)) if not lines[number]), len(lines))
    return "".join(lines[start:stop])


@cache
def traditional() -> dict[str, str]:
    """The traditional character that mostly stands for each simplified one that has one."""
    pairs = hanzi("pairs")
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@cache
def listed() -> dict[str, float]:
    """Log probability of each character of the classes that are lists."""
    table: dict[str, float] = {}
    for codec, first, last, likelihood in (
        ("big5", 0xC9, 0xF9, LISTED),
        ("gb2312", 0xD8, 0xF7, LISTED),
        ("big5", 0xA4, 0xC6, _COMMON),
        ("gb2312", 0xB0, 0xD7, _COMMON),
    ):
        codes = bytes(byte for high in range(first, last + 1) for low in range(0x40, 0xFF) for byte in (high, low))
        for offset in range(0, len(codes), 2):
            char = codes[offset : offset + 2].decode(codec, "ignore")
            if len(char) == 1 and "\u4e00" <= char <= "\u9fff":
                table[char] = likelihood
    frequent = hanzi("frequent")
    table.update(dict.fromkeys(frequent, _FREQUENT))
    table.update((traditional()[char], _FREQUENT) for char in frequent if char in traditional())
    table.update((chr(code), _ASCII) for code in (*range(0x20, 0x7F), 0x09, 0x0A, 0x0D))
    table.update((char, _SIGN) for start, stop in _SIGNS for char in map(chr, range(start, stop)))
    table.update(dict.fromkeys(_MARKS, _MARK))
    table["\ufffd"] = BROKEN
    return table


_SIGNS: Final = (
    (0xFF01, 0xFF5F),  # full-width forms
    (0x3001, 0x3018),
    (0x2010, 0x2040),
    (0x2103, 0x2104),
    (0x2160, 0x216C),
    (0x2190, 0x2194),
    (0x2460, 0x249C),
    (0x25A0, 0x25D0),
    (0xB0, 0xB8),
    (0xD7, 0xD8),
)


def likelihood(char: str) -> float:
    """Natural logarithm of the probability of one character."""
    known = listed().get(char)
    return _unlisted(char) if known is None else known


def log_likelihood(text: str) -> float:
    """Natural logarithm of the probability of a text, characters taken as independent."""
    return math.fsum(likelihood(char) * count for char, count in Counter(text).items())


def typical(text: str) -> bool:
    """Whether a text reads like one that somebody wrote, rather than like bytes taken for characters."""
    return log_likelihood(text) > _TYPICAL * len(text)


@cache
def _unlisted(char: str) -> float:
    code = ord(char)
    if 0x3400 <= code <= 0x9FFF:
        return _RARE
    if 0xA0 <= code <= 0x4FF or 0x2000 <= code <= 0x33FF or 0xFF00 <= code <= 0xFFEF:
        return _NEVER if unicodedata.category(char) == "Cn" else _LETTER
    return _NEVER if unicodedata.category(char) in ("Cc", "Cn", "Cs") and char not in "\f\v\x1a" else _OTHER
