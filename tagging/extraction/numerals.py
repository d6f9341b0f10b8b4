"""Numbers in official Chinese: digits, Chinese numerals, both mixed, vague ones and masked ones.

`cn2an`, the library for this, was tried: it refuses ranges (三四十), vague numbers (几十, 80余万) and digit grouping, and its
own dependency installs top-level packages of the names `build` and `src`.
"""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {mark: value for value, mark in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_WIDE: Final = str.maketrans("０１２３４５６７８９．，", "0123456789.,")

MASK_CLASS: Final = "XxＸｘ×✕*＊某○●□"
"""Characters that stand for digits which were masked before a speech was published."""

_ARABIC: Final = (
    r"[0-9０-９]{1,15}(?:[,，][0-9０-９]{3}(?![0-9０-９])){0,5}(?:[.．][0-9０-９]{1,9})?"  # a sentence may be all digits
)
_HAN_DIGIT: Final = "零〇一二两三四五六七八九"
_HAN: Final = f"[{_HAN_DIGIT}十百千万亿]{{0,15}}[{_HAN_DIGIT}十百千万亿](?:点[{_HAN_DIGIT}]{{1,6}})?"
_VAGUE: Final = "[几数]?[十百千万]{1,4}几?"

_DIGIT_WORDS: Final = f"(?:{_ARABIC}|[{MASK_CLASS}]{{1,6}}[十百千]?|十几|几十?|{_HAN}几?|{_VAGUE}|半)"
NUMBER: Final = rf"{_DIGIT_WORDS}[余多来]?[十百千]?(?:个(?=[万亿]))?(?:万亿|[万亿])?[余多]?"
"""A number as the source of a regular expression, with what multiplies it: 1.1万, 四十亿, 十五个亿, 80余万, ××亿, 几十."""

_MASKED: Final = re.compile(f"[{MASK_CLASS}]")
_MIXED: Final = re.compile(rf"({_ARABIC})([十百千万亿兆]*)")
_DECIMAL: Final = re.compile(f"([{_HAN_DIGIT}十百千]+)点([{_HAN_DIGIT}]+)([十百千万亿兆]*)")
_PAIR: Final = re.compile("([一二三四五六七八两])([二三四五六七八九])([十百千]?[多余]?个?[万亿]?)")
_FILLERS: Final = re.compile("[余多来个\\s]")


def is_masked(text: str) -> bool:
    """Whether digits of a number were masked."""
    return _MASKED.search(text) is not None


def bounds(text: str) -> tuple[float | None, float | None]:
    """The smallest and the largest number meant, apart where one word holds two (三四十, 两三); see `parse`."""
    pair = _PAIR.fullmatch(text)
    if pair is None:
        return parse(text), parse(text)
    return parse(pair[1] + pair[3]), parse(pair[2] + pair[3])


def parse(text: str) -> float | None:
    """The value of one number; `None` where it is masked, vague (几十), two in one word (两三) or not a number.

    余, 多 and 来 are passed over: 80余万 is 800,000, the bound that it names.
    """
    text = _FILLERS.sub("", text.strip())
    if not text or is_masked(text) or "几" in text or "数" in text or _PAIR.fullmatch(text):
        return None
    if text == "半":
        return 0.5
    if match := _MIXED.fullmatch(text):
        return float(match[1].translate(_WIDE).replace(",", "")) * _power(match[2])
    if match := _DECIMAL.fullmatch(text):
        digits = "".join(str(_DIGITS[mark]) for mark in match[2])
        whole = _han(match[1])
        return None if whole is None else (whole + float(f"0.{digits}")) * _power(match[3])
    return _han(text)


def _power(marks: str) -> int:
    """What a number before these marks is multiplied by: 千万 is 10,000,000."""
    factor = 1
    for mark in marks:
        factor *= _TENS.get(mark) or _MYRIADS[mark]
    return factor


def _han(text: str) -> float | None:
    """The value of a whole number in Chinese numerals; digit by digit (二〇二四) where it has no word for ten and up."""
    if not text or not all(mark in _DIGITS or mark in _TENS or mark in _MYRIADS for mark in text):
        return None
    if all(mark in _DIGITS for mark in text):
        return float("".join(str(_DIGITS[mark]) for mark in text))
    return _counted(text)


def _counted(text: str) -> float:
    """The value of a number with words for ten and up: 一千八百万, 二千零八, 三百八 (380), 十五."""
    total = section = digit = 0
    last = 1  # the power that a digit at the very end counts in: 三百八 is 380
    for mark in text:
        if mark in _DIGITS:
            digit = _DIGITS[mark]
            last = 1 if digit == 0 else last
        elif mark in _TENS:
            section += (digit or 1) * _TENS[mark]
            digit, last = 0, _TENS[mark] // 10
        else:
            power = _MYRIADS[mark]
            total = (total + section + digit or 1) * power if power > 10**4 else total + (section + digit or 1) * power
            section, digit, last = 0, 0, power // 10
    return float(total + section + digit * last)
