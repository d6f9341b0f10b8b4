"""Numbers of lists as Word writes them: the number formats of Office Open XML (ISO/IEC 29500-1, 17.18.59)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
_SETS: Final = {
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
}
"""Formats that go through a set of characters; past its end they go on in decimal."""

_ROMAN: Final = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_PLAIN: Final = "〇一二三四五六七八九"


def numeral(value: int, format: str) -> str:
    """A number in one of the formats; in decimal where the format is unknown or does not reach so far."""
    if format in ("none", "bullet"):
        return ""
    if format in _SETS:
        marks = _SETS[format]
        return marks[value - 1] if 1 <= value <= len(marks) else str(value)
    write = _WRITERS.get(format)
    return write(value) if write is not None and 1 <= value < 100_000_000 else str(value)


def _counting(digits: str, units: str, myriad: str, zeros: bool, ones: bool) -> Callable[[int], str]:
    """A writer of numbers with words for ten, hundred and thousand.

    Args:
        digits: the ten digits from nought on.
        units: the words for ten, hundred and thousand.
        myriad: the word for ten thousand.
        zeros: whether a gap is marked by a nought, as in 一百零一.
        ones: whether a leading one is written before ten: 一十 for 十; for hundred and thousand see `zeros`.
    """

    def below_myriad(value: int, leading: bool) -> str:
        parts: list[str] = []
        gap = False
        for power in (3, 2, 1, 0):
            digit = value // 10**power % 10
            if digit == 0:
                gap = bool(parts) or not leading
                continue
            if gap and zeros:
                parts.append(digits[0])
            gap = False
            silent = digit == 1 and power > 0 and (not zeros or (power == 1 and not parts and leading and not ones))
            parts.append(("" if silent else digits[digit]) + (units[power - 1] if power else ""))
        return "".join(parts)

    def write(value: int) -> str:
        high, low = divmod(value, 10_000)
        if not high:
            return below_myriad(low, leading=True)
        return below_myriad(high, leading=True) + myriad + (below_myriad(low, leading=False) if low else "")

    return write


def _digitwise(digits: str) -> Callable[[int], str]:
    return lambda value: "".join(digits[int(digit)] for digit in str(value))


def _simple_counting(value: int) -> str:
    """Up to 99 in words, above digit by digit, as Word's simple Chinese counting has it."""
    return _THOUSANDS(value) if value < 100 else _digitwise(_PLAIN.replace("〇", "○"))(value)


def _roman(value: int) -> str:
    if value >= 5000:
        return str(value)
    text = ""
    for worth, mark in _ROMAN:
        text += mark * (value // worth)
        value %= worth
    return text


def _letter(value: int) -> str:
    """A to Z, then AA to ZZ, AAA and so on."""
    repeat, position = divmod(value - 1, 26)
    return chr(ord("A") + position) * (repeat + 1) if repeat < 30 else str(value)


def _ordinal(value: int) -> str:
    suffix = "th" if value // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def _chicago(value: int) -> str:
    repeat, position = divmod(value - 1, 4)
    return "*†‡§"[position] * (repeat + 1) if repeat < 30 else str(value)


_THOUSANDS: Final = _counting("零一二三四五六七八九", "十百千", "万", zeros=True, ones=False)
_LEGAL: Final = _counting("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万", zeros=True, ones=True)
_LEGAL_TRADITIONAL: Final = _counting("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬", zeros=True, ones=True)
_JAPANESE: Final = _counting("〇一二三四五六七八九", "十百千", "万", zeros=False, ones=False)
_JAPANESE_LEGAL: Final = _counting("〇壱弐参四伍六七八九", "拾百阡", "萬", zeros=True, ones=True)
_FULL_WIDTH: Final = _digitwise("０１２３４５６７８９")

_WRITERS: Final[dict[str, Callable[[int], str]]] = {
    "chineseCounting": _simple_counting,
    "chineseCountingThousand": _THOUSANDS,
    "chineseLegalSimplified": _LEGAL,
    "taiwaneseCounting": _simple_counting,
    "taiwaneseCountingThousand": _counting("零一二三四五六七八九", "十百千", "萬", zeros=True, ones=False),
    "taiwaneseDigital": _digitwise(_PLAIN.replace("〇", "○")),
    "ideographLegalTraditional": _LEGAL_TRADITIONAL,
    "ideographDigital": _digitwise(_PLAIN),
    "ideographZodiacTraditional": lambda value: _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12],
    "japaneseCounting": _JAPANESE,
    "japaneseLegal": _JAPANESE_LEGAL,
    "japaneseDigitalTenThousand": _digitwise(_PLAIN),
    "koreanDigital2": _digitwise("零一二三四五六七八九"),
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": _FULL_WIDTH,
    "decimalFullWidth2": _FULL_WIDTH,
    "numberInDash": lambda value: f"- {value} -",
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda value: _letter(value).lower(),
    "ordinal": _ordinal,
    "hex": lambda value: f"{value:X}",
    "chicago": _chicago,
}
