"""Garbled text: Chinese that was read in the wrong encoding and saved so, which is valid text in a valid encoding.

Where no byte was lost, the way back is taken: text that was not garbled does not become likely Chinese by it. Where bytes were
lost, and where marks of a converter stand for characters, there is nothing to read: that is an error.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from jianghua.data.errors import DocumentError
from jianghua.data.text.encoding import decode
from jianghua.data.text.likelihood import LISTED, likelihood, listed, log_likelihood, typical

GLYPH_NUMBER: Final = re.compile(r"[(（]cid[:：]\d{1,6}[)）]|(?:/(?:gid|g|uni)[0-9A-F]{2,6}){2,}", re.IGNORECASE)
"""What converters of PDF files leave in place of characters of which they know the glyph alone."""

_GAIN: Final = 25.0  # nats by which text must be likelier after the way back
_ROUNDS: Final = 3  # how often text may have been garbled
_ALLOWED: Final = 3  # characters that may be lost in any text, as bytes that are broken in any file
_SHARE: Final = 0.01  # of the characters
_LOST: Final = re.compile("\ufffd|(?:锟斤拷)+锟?|(?:ï¿½)+|\\?{6,}")

# Windows' Western code page; the bytes that it leaves open are control characters, as in Latin-1.
_WESTERN: Final = {bytes([code]).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 0x100)}
_WESTERN_RUN: Final = re.compile(f"(?:[{re.escape(''.join(_WESTERN))}\x80-\x9f] ?){{2,}}")
_TELLING: Final = 20  # hanzi
_UNLIKELY: Final = -10.0  # nats a hanzi: in laws and speeches they have -8 to -9, garbled ones less than -12
_WHY: Final = "it is garbled, read in a wrong encoding and saved so"
_HIGH_RUN: Final = re.compile(r"[^\x00-\x7f]{2,}")


class _Reading(NamedTuple):
    """What a run of characters may have been, and the encoding that it would have been in."""

    text: str
    encoding: str


_Readings: TypeAlias = Callable[[str, str], Iterator[_Reading]]  # of a run of characters, and how to take errors
_REST: Final = 0.2  # hanzi that are left of garbled UTF-8, for each character of it
_HAN: Final = re.compile("[\u4e00-\u9fa5]")  # hanzi that the old encodings have
_NO_BYTE: Final = "jianghua.no-byte"  # how characters are encoded that the encoding lacks: as a byte that no text has
_ASIAN: Final = ("gb18030", "big5hkscs", "cp932", "cp949")
_CHINESE: Final = ("gb18030", "big5hkscs")


def _without_byte(error: UnicodeError) -> tuple[bytes, int]:
    """What characters that an encoding lacks become in it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return b"\xff" * (error.end - error.start), error.end


codecs.register_error(_NO_BYTE, _without_byte)


def decode_repaired(content: bytes, declared: str | None = None) -> tuple[str, str]:
    """Decode a text file, see `decode`, and put back what was garbled before; the name of its encoding says so.

    Raises:
        DocumentError: the bytes are no text in a known encoding, or more than a hundredth of it is broken, or garbled for good.
    """
    text, name = decode(content, declared)
    readable = repaired(text)
    return readable, name if readable == text else f"{name} (garbled before)"


def repaired(text: str) -> str:
    """The text as it was before it was garbled; the same text where it was not.

    Raises:
        DocumentError: more than a hundredth of it is garbled, and bytes were lost.
    """
    for _ in range(_ROUNDS):
        if not _unusual().search(text):
            return text
        lost: list[int] = []
        again = _WESTERN_RUN.sub(_put_back(_from_western, lost), text)
        if again == text:
            again = _HIGH_RUN.sub(_put_back(_from_asian, lost), text)
        _check(sum(lost), text, f"cannot be put back: {_WHY}")
        if again == text:
            break
        text = again
    _check_typical(text)
    return text


def _check_typical(text: str) -> None:
    """Check that the hanzi of a text are such as a text is made of, if there are enough of them to tell."""
    hanzi = "".join(_HAN.findall(text))
    if len(hanzi) >= _TELLING and log_likelihood(hanzi) < _UNLIKELY * len(hanzi):
        raise DocumentError(
            f"expected a speech, got text of {len(text):,} characters of which {len(hanzi):,} are unlikely hanzi: {_WHY}"
        )


def check_legible(text: str) -> None:
    """Check that not too many characters of a text were lost before.

    Raises:
        DocumentError: marks stand for more than a hundredth of them (three are always allowed).
    """
    lost = sum(len(match.group()) for match in _LOST.finditer(text))
    _check(lost, text, "stand for characters that were lost, such as U+FFFD: it is garbled")
    _check(
        len(GLYPH_NUMBER.findall(text)), text, "are numbers of a font's glyphs, such as (cid:12): the font has no characters"
    )


def _check(count: int, text: str, what: str) -> None:
    if count > max(_ALLOWED, _SHARE * len(text)):
        raise DocumentError(f"expected a speech, got text of {len(text):,} characters of which {count:,} {what}")


@cache
def _unusual() -> re.Pattern[str]:
    """Two characters side by side that are rare in Chinese text: garbled text is full of them."""
    usual = re.escape("".join(char for char in listed() if likelihood(char) > LISTED))
    return re.compile(f"[^{usual}]{{2}}")


def _put_back(readings: _Readings, lost: list[int]) -> Callable[[re.Match[str]], str]:
    """What a run of characters was before; the length of one that is garbled for good is added to `lost`."""

    def put_back(match: re.Match[str]) -> str:
        run = match.group()
        if not _unusual().search(run):
            return run
        wanted = log_likelihood(run) + _GAIN
        best = max((reading.text for reading in readings(run, "strict")), key=log_likelihood, default=run)
        if log_likelihood(best) > wanted:
            return best
        if any(log_likelihood(one.text) > wanted or _is_rest_of_utf8(one, run) for one in readings(run, "replace")):
            lost.append(len(run))
        return run

    return put_back


def _is_rest_of_utf8(reading: _Reading, run: str) -> bool:
    """Whether a reading of a run, bytes that are no text aside, is so much Chinese that it is what is left of it."""
    rest = reading.text.replace("\ufffd", "")
    return reading.encoding == "utf-8" and _REST * len(run) <= len(_HAN.findall(rest)) and typical(rest)


def _from_western(run: str, errors: str) -> Iterator[_Reading]:
    """What a run of Western letters may have been. Valid UTF-8 is no chance; a space may have been one that does not break."""
    content = bytes(_WESTERN.get(char, ord(char)) for char in run)
    for codes in (content, content.replace(b" ", b"\xa0")):
        try:
            yield _Reading(codes.decode("utf-8", errors), "utf-8")
        except UnicodeDecodeError:
            continue
        if errors == "strict":
            return
    yield from _decoded(content, _CHINESE, errors)


def _from_asian(run: str, errors: str) -> Iterator[_Reading]:
    """What a run of hanzi, kana or hangul may have been; what only Chinese encodings are taken for, is hanzi."""
    is_chinese = 2 * len(_HAN.findall(run)) > len(run)
    for wrong in _ASIAN:
        try:
            content = run.encode(wrong, errors if errors == "strict" else _NO_BYTE)
        except UnicodeEncodeError:
            continue
        others = [encoding for encoding in _CHINESE if encoding != wrong and is_chinese and wrong in _CHINESE]
        yield from _decoded(content, ["utf-8", *others], errors)


def _decoded(content: bytes, encodings: Sequence[str], errors: str) -> Iterator[_Reading]:
    for encoding in encodings:
        try:
            yield _Reading(content.decode(encoding, errors), encoding)
        except UnicodeDecodeError:
            continue
