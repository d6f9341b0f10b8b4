"""Bytes to text, for the encodings that Chinese files come in.

What decodes without an error may still be the wrong encoding: nearly all Big5 text is also valid GB18030, and reads as rare
characters. So the encodings that are possible compete: the one wins whose text is likeliest (`data/text/likelihood.py`). What
belongs to no character becomes U+FFFD in the text, and is counted behind the encoding's name: nothing is guessed or dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Final

from jianghua.data.errors import DocumentError
from jianghua.data.text.likelihood import BROKEN, log_likelihood, typical
from jianghua.data.text.salvage import Decoded, salvage

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_NARROW: Final = ("utf-8", "gb18030", "big5hkscs")
_WIDE: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_PRIOR: Final = {"utf-8": 5.0, "gb18030": 3.0}  # log odds
_DECLARED: Final = 8.0  # log odds that a declaration adds; it often lies
_MARKED: Final = 40.0  # those that a byte order mark adds
_SAMPLE: Final = 1 << 16  # bytes that the encodings compete on
_WINDOW: Final = 512
_CERTAIN_BYTES: Final = 60  # bytes beyond ASCII from which valid UTF-8 is UTF-8
_ASCII: Final = bytes(range(128))
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")  # bytes that narrow text has none of
_HZ: Final = re.compile(rb"~\{(?:[!-w][!-~])+~\}")


def decode(content: bytes, declared: str | None = None) -> tuple[str, str]:
    """Decode a text file.

    Args:
        content: bytes of the file.
        declared: the encoding that the file or its transport says it has.

    Returns:
        The text without byte order mark, and the name of its encoding; where bytes belong to no character, with their
        number, such as `gb18030 (2 broken)`: each is a U+FFFD in the text. `gb18030 and utf-8` where lines differ.

    Raises:
        DocumentError: the bytes are no text in a known encoding, or more than a hundredth of it is broken.
    """
    mark, marked, name = next((one for one in _BOMS if content.startswith(one[0])), (b"", None, ""))
    content = content[len(mark) :]
    if marked is None and content.isascii() and _HZ.search(content):
        return _labelled(salvage(content, "hz"), "hz")
    if marked in (None, "utf-8") and (text := _surely_utf8(content)) is not None:
        return text, name or "utf-8"
    codec = _likeliest_codec(content, marked, declared)
    return _labelled(salvage(content, codec), name if codec == marked else codec)


def _labelled(decoded: Decoded, name: str) -> tuple[str, str]:
    """The text, and the encoding's name with what else there is to say of it."""
    name = f"{name} and {decoded.other}" if decoded.other else name
    return decoded.text, f"{name} ({decoded.broken} broken)" if decoded.broken else name


def _surely_utf8(content: bytes) -> str | None:
    """The text, where it can be in no other encoding."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    high = len(content.translate(None, _ASCII))
    return None if _CONTROL.search(content) or 0 < high < _CERTAIN_BYTES else text


def _likeliest_codec(content: bytes, marked: str | None, declared: str | None) -> str:
    """The encoding whose text is likeliest.

    Raises:
        DocumentError: that text does not read like one.
    """
    declared_codec = _canonical_codec(declared)

    def best(sample: bytes, candidates: Sequence[str]) -> tuple[float, str, str]:
        """Log odds, encoding and text of the likeliest."""
        odd = len(content) % 2 == 1  # a byte is lost somewhere, if this is UTF-16
        texts = ((codec, _shifted(sample, codec) if odd else sample.decode(codec, "replace")) for codec in candidates)
        return max(
            (_log_odds(text, codec) + _DECLARED * (codec == declared_codec) + _MARKED * (codec == marked), codec, text)
            for codec, text in texts
        )

    sample = content[:_SAMPLE]
    lines = b"\n".join(line for line in content.split(b"\n") if not line.isascii())[:_SAMPLE]
    winner = best(lines, _NARROW)
    if marked in _WIDE or not sample.isascii() or _CONTROL.search(sample):
        wide = best(sample, _WIDE)
        winner = wide if wide[0] > best(sample, _NARROW)[0] else winner
    _, codec, text = winner
    if codec != marked and not typical(text) and (codec != "utf-8" or _CONTROL.search(lines) or "\ufffd" in text):
        raise DocumentError("not text in UTF-8, UTF-16, UTF-32, GB18030 or Big5")
    return codec


def _shifted(sample: bytes, codec: str) -> str:
    """The sample in an encoding of two bytes a unit, read from odd offsets where that is likelier."""
    if not codec.startswith("utf-16"):
        return sample.decode(codec, "replace")
    windows = (sample[start : start + _WINDOW] for start in range(0, len(sample), _WINDOW))
    variants = ((one.decode(codec, "replace"), one[1:].decode(codec, "replace")) for one in windows)
    return "".join(max(texts, key=log_likelihood) for texts in variants)


def _log_odds(text: str, codec: str) -> float:
    """Log odds of a reading: all bytes of a broken character count, so that wide ones are not cheaper."""
    width = {"utf-16": 2, "utf-32": 4}.get(codec[:6], 1)
    return _PRIOR.get(codec, 0.0) + log_likelihood(text) + BROKEN * (width - 1) * text.count("\ufffd")


def _canonical_codec(declared: str | None) -> str | None:
    """The encoding of ours that a declared one is part of."""
    try:
        name = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return None
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}.get(name, name)
