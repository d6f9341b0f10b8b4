"""Characters of the symbol fonts that Word files use by number (`w:sym`), as Unicode characters."""

from __future__ import annotations

from typing import Final

_GREEK: Final = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SMALL_GREEK: Final = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_FONTS: Final[dict[str, dict[int, str]]] = {
    "symbol": {
        **{0x41 + place: mark for place, mark in enumerate(_GREEK)},
        **{0x61 + place: mark for place, mark in enumerate(_SMALL_GREEK)},
        **{code: chr(code) for code in (*range(0x28, 0x2A), *range(0x2B, 0x2D), *range(0x2E, 0x40), 0x25, 0x5B, 0x5D)},
        0x2D: "−",
        0xA3: "≤",
        0xA5: "∞",
        0xAE: "→",
        0xB0: "°",
        0xB1: "±",
        0xB3: "≥",
        0xB4: "×",
        0xB7: "•",
        0xB8: "÷",
        0xB9: "≠",
        0xBB: "≈",
        0xBC: "…",
        0xD7: "⋅",
        0xE5: "∑",
        0xD6: "√",
    },
    "wingdings": {
        **{0x81 + place: mark for place, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩")},
        **{0x8C + place: mark for place, mark in enumerate("❶❷❸❹❺❻❼❽❾❿")},
        0x6C: "●",
        0x6E: "■",
        0x6F: "□",
        0x71: "❑",
        0x72: "❒",
        0x74: "⧫",
        0x75: "◆",
        0x76: "❖",
        0xA7: "▪",
        0xA8: "◻",
        0xAB: "★",
        0xD8: "➢",
        0xE0: "→",
        0xFB: "✗",
        0xFC: "✓",
        0xFD: "☒",
        0xFE: "☑",
        0x4A: "☺",
        0x28: "☎",
        0x2A: "✉",
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x54: "☒", 0xA3: "□", 0x98: "●"},
}


def symbol(font: str, code: str) -> str:
    """The character with this hexadecimal code in a symbol font.

    One that is not in the tables is given as it stands: as a private-use character when the font numbers it as one.
    """
    try:
        number = int(code, 16)
        known = _FONTS.get(font.lower(), {}).get(number - 0xF000 if 0xF000 <= number <= 0xF0FF else number)
        return known or (chr(number) if number >= 0x20 and not 0xD800 <= number < 0xE000 else "")
    except (ValueError, OverflowError):
        return ""
