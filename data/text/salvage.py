"""Text out of bytes some of which are damaged or lost: what belongs to no character becomes U+FFFD, the rest stays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from jianghua.data.errors import DocumentError
from jianghua.data.text.likelihood import BROKEN, LISTED, likelihood, listed, log_likelihood, typical

_MAX_BROKEN: Final = 0.01  # broken characters, as a share of all
_MAX_COUNTED: Final = 10_000  # broken characters after which decoding stops
_LONGEST: Final = 1 << 18  # bytes of the longest stretch whose likeliest decoding is searched
_CERTAIN: Final = 25.0  # nats by which a line must be likelier in another encoding than the file's
_GAIN: Final = 5.0  # nats by which a decoding with broken bytes must be likelier than one without
# Windows' Big5 (code page 950) has other characters in the places of a few signs.
_WINDOWS_SIGNS: Final = str.maketrans("•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, how many U+FFFD in it stand for bytes of no character, and the encoding of lines that are in another."""

    text: str
    broken: int = 0
    other: str | None = None


def salvage(content: bytes, codec: str) -> Decoded:
    """Read all bytes as text in this encoding.

    Damage stays within its line: in the encodings with one to four bytes a character no byte of a longer one is a line feed.

    Raises:
        DocumentError: more than a hundredth of the characters are broken (three are always allowed).
    """
    try:
        text = content.decode(codec)
        if codec.startswith("utf") or not _suspicious().search(text):
            return Decoded(_windows(text, codec))
    except UnicodeDecodeError:
        pass
    limit = max(3.0, min(_MAX_BROKEN * len(content), _MAX_COUNTED))
    parts: list[str] = []
    broken = 0
    other = None
    for line in [content] if codec.startswith(("utf-16", "utf-32")) else content.split(b"\n"):
        decoded = _decode_line(line, codec, limit)
        parts.append(decoded.text)
        broken += decoded.broken
        other = other or decoded.other
        if broken > limit:
            raise DocumentError(_too_much(broken, sum(map(len, parts)), codec))
    text = "\n".join(parts)
    if broken > max(3.0, _MAX_BROKEN * len(text)):
        raise DocumentError(_too_much(broken, len(text), codec))
    return Decoded(_windows(text, codec), broken, other)


def _too_much(broken: int, size: int, codec: str) -> str:
    return f"not text: {broken:,} of the first {size:,} characters are broken in the likeliest encoding, {codec}"


def _windows(text: str, codec: str) -> str:
    return text.translate(_WINDOWS_SIGNS) if codec == "big5hkscs" else text


@cache
def _suspicious() -> re.Pattern[str]:
    """Rare characters close together or beside a letter: what follows a lost byte looks so, and often is valid."""
    rare = f"[^{re.escape(''.join(char for char in listed() if likelihood(char) > LISTED))}]"
    return re.compile(f"{rare}(?:{rare}|[@-~]|.{{1,3}}{rare}.{{1,3}}{rare})|[\u4e00-\u9fff][@-~]{rare}")


def _decode_line(line: bytes, codec: str, limit: float) -> Decoded:
    in_other = _in_other_encoding(line, codec)
    if in_other is not None:
        return in_other
    try:
        decoded = Decoded(line.decode(codec))
    except UnicodeDecodeError:
        if codec in ("utf-8", "hz") or codec.startswith("utf-32") or len(line) > _LONGEST:
            return _skip_broken(line, codec, limit)
        return _decode_likeliest(line, codec)
    if codec.startswith("utf") or len(line) > _LONGEST or not _suspicious().search(decoded.text):
        return decoded
    other = _decode_likeliest(line, codec)
    return other if log_likelihood(other.text) > log_likelihood(decoded.text) + _GAIN else decoded


def _in_other_encoding(line: bytes, codec: str) -> Decoded | None:
    """A line in UTF-8 among such in GB18030, or the other way round: files are put together from pieces."""
    other = {"utf-8": "gb18030", "gb18030": "utf-8"}.get(codec)
    if other is None or line.isascii():
        return None
    try:
        text = line.decode(other)
    except UnicodeDecodeError:
        return None
    likelier = log_likelihood(text) > log_likelihood(line.decode(codec, "replace")) + _CERTAIN
    return Decoded(text, 0, other) if likelier and typical(text) else None


def _skip_broken(content: bytes, codec: str, limit: float) -> Decoded:
    """Go on behind each broken character, which is right where a character shows where it begins."""
    parts: list[str] = []
    start = broken = 0
    while broken <= limit:
        try:
            parts.append(content[start:].decode(codec))
            break
        except UnicodeDecodeError as error:
            parts += [content[start : start + error.start].decode(codec), "\ufffd"]
            start += error.end
            broken += 1
    return Decoded("".join(parts), broken)


def _decode_likeliest(line: bytes, codec: str) -> Decoded:
    """The likeliest decoding of a line in which bytes may be lost or damaged (Viterbi's algorithm).

    A byte that is lost makes all that follows fall into wrong pairs, and these mostly are characters too.
    """
    best: list[tuple[float, int, str]] = [(0.0, 0, "")]  # by end: log likelihood, start of the last character, character
    lengths = (2, 4) if codec.startswith("utf-16") else (1, 2, 4)
    for end in range(1, len(line) + 1):
        variants = [(best[end - 1][0] + BROKEN, end - 1, "\ufffd")]
        for length in lengths:
            char = _character(line[end - length : end], codec) if length <= end else ""
            if char:
                variants.append((best[end - length][0] + sum(map(likelihood, char)), end - length, char))
        best.append(max(variants))
    parts: list[str] = []
    broken = 0
    end = len(line)
    while end > 0:
        _, start, char = best[end]
        parts.append(char)
        broken += char == "\ufffd" and end - start == 1
        end = start
    return Decoded("".join(reversed(parts)), broken)


@lru_cache(maxsize=1 << 16)
def _character(code: bytes, codec: str) -> str:
    """The character with this code, "" where it is none or several."""
    for one in (codec, "cp950") if codec == "big5hkscs" else (codec,):
        try:
            text = code.decode(one)
        except UnicodeDecodeError:
            continue
        several = len(text) > 1 and (len(code) > 2 or code[0] < 0x80)  # two codes of big5hkscs are a letter and its accent
        return "" if several else text
    return ""
