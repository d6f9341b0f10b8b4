"""Fonts of a PDF file: which of them say of their glyphs the wrong character, or none, so that their text means nothing.

A PDF file draws numbered glyphs; a font's table says which character each of them is. Such tables are left out, cut short,
shifted, or filled with one character. So the text of each font is judged by itself, by how likely it is as Chinese.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from jianghua.data.documents.paged.glyphs import UNKNOWN, Font, Glyph
from jianghua.data.text.likelihood import log_likelihood
from jianghua.data.text.pairs import says_nothing
from jianghua.data.text.patterns import HAN_CLASS

_NOTHING: Final = re.compile(rf"[{UNKNOWN}\ue000-\uefff\uf100-\uf8ff\x00-\x08\x0e-\x1f]|\(cid:\d+\)")
_SYMBOLS: Final = re.compile("[\uf000-\uf0ff]")
_MOST_SYMBOLS: Final = 12  # different ones of a symbol font that a text uses; Chinese takes more characters
_NOTHING_SHARE: Final = 0.3  # of a font's text that means nothing: the rest cannot be trusted either
_FEWEST: Final = 8  # characters by which a font is judged, but for those that mean nothing
_LIKELY: Final = -10.8  # nats a character; any twelve characters of the sample texts have -10.4 at least, others -13
_DOUBT: Final = 8.0  # nats by which a whole text must be less likely: short ones may be names
_ACCENTED: Final = re.compile("[\u0080-\u02ff]")
_ACCENTED_SHARE: Final = 0.5  # no language has as many: Chinese in an encoding of two bytes, read by one
_OTHER_SCRIPTS: Final = re.compile(
    "[\x00-\u2e7f\u3040-\u30ff\ue000-\uf8ff\ufffd]+"
)  # of which the model of Chinese knows nothing
_HAN: Final = re.compile(f"[{HAN_CLASS}]")
_SAME: Final = 4  # times in a row that one letter stands in text that somebody wrote, at most
_NO_LEADER: Final = "?？□"  # what programs put for a character that they do not know
_SAME_SHARE: Final = 0.5  # of a font's text that is one letter
_DISTINCT: Final = 5  # Latin characters in full width that no font has
_FULL_WIDTH: Final = 0.95  # em
_SIGNS: Final = 0.05  # share of all text that bullets may be
_LEVEL: Final = 0.3  # em by which the baselines of one line differ at most
_BESIDE: Final = 0.6  # em of white before a glyph that belongs to the one before it
_AFTER_BULLET: Final = 3.0  # em of white between a bullet and its text


def meaningless_fonts(pages: Sequence[Sequence[Glyph]]) -> set[Font]:
    """The fonts of a file whose text means nothing."""
    glyphs: dict[Font, list[Glyph]] = defaultdict(list)
    for page in pages:
        for glyph in page:
            if not glyph.text.isspace():
                glyphs[glyph.source.font].append(glyph)
    most = sum(map(len, glyphs.values())) / 2
    return {
        font for font, own in glyphs.items() if _means_nothing(own) or (font.embedded and len(own) > most and _is_shuffled(own))
    }


def _means_nothing(glyphs: Sequence[Glyph]) -> bool:
    text = "".join(glyph.text for glyph in glyphs)
    nothing = sum(len(match.group()) for match in _NOTHING.finditer(text))
    symbols = _SYMBOLS.findall(text)
    if len(set(symbols)) > _MOST_SYMBOLS:
        nothing += len(symbols)
    if nothing > _NOTHING_SHARE * len(text):
        return True
    chinese = _OTHER_SCRIPTS.sub("", text)
    if log_likelihood(chinese) < _LIKELY * len(chinese) - _DOUBT:
        return True
    return len(text) >= _FEWEST and (
        len(_ACCENTED.findall(text)) > _ACCENTED_SHARE * len(text) or _is_one_letter(glyphs) or _is_too_wide(glyphs)
    )


def _is_shuffled(glyphs: Sequence[Glyph]) -> bool:
    """Whether the characters are Chinese, but in no order.

    This is not asked of a lesser font, which may be that of a list of names, nor of one that is not embedded: such fonts have
    their characters' numbers from a standard, and no table of their own.
    """
    return says_nothing(
        before.text + after.text
        for before, after in pairwise(glyphs)
        if _HAN.match(before.text) and _HAN.match(after.text) and _follows(after, before)
    )


def _is_one_letter(glyphs: Sequence[Glyph]) -> bool:
    """Whether most of a text is one letter, several times in a row; dots and dashes lead the eye, and mean it."""
    letter, count = Counter(glyph.text for glyph in glyphs).most_common(1)[0]
    run = longest = 1
    for before, after in pairwise(glyphs):
        run = run + 1 if before.text == after.text == letter and _follows(after, before) else 1
        longest = max(longest, run)
    return (letter.isalpha() or letter in _NO_LEADER) and longest > _SAME and count > _SAME_SHARE * len(glyphs)


def _is_too_wide(glyphs: Sequence[Glyph]) -> bool:
    """Whether a font has Latin characters only, all of them as wide as Chinese ones: then they are Chinese ones."""
    distinct = {glyph.text for glyph in glyphs}
    return len(distinct) >= _DISTINCT and all(
        glyph.text.isascii() and glyph.width >= _FULL_WIDTH * glyph.size * glyph.source.stretch for glyph in glyphs
    )


def unreadable(page: Sequence[Glyph], fonts: set[Font]) -> list[Glyph]:
    """The glyphs of a page of which nobody knows which character they are."""
    return [glyph for glyph in page if glyph.text == UNKNOWN or (glyph.source.font in fonts and not glyph.text.isspace())]


def are_bullets(glyphs: Sequence[Glyph], pages: Sequence[Sequence[Glyph]]) -> bool:
    """Whether unreadable glyphs are few and each leads a line: then they are signs and no words."""
    if len(glyphs) > max(1.0, _SIGNS * sum(map(len, pages))):
        return False
    ids = set(map(id, glyphs))
    leading = sum(
        id(glyph) in ids and not (before and _follows(glyph, before)) and bool(after and _follows(after, glyph, _AFTER_BULLET))
        for page in pages
        for before, glyph, after in zip((None, *page), page, (*page[1:], None), strict=False)
    )
    return leading == len(glyphs)


def _follows(glyph: Glyph, before: Glyph, white: float = _BESIDE) -> bool:
    """Whether a glyph stands beside the one before it on the same line, with no more white than so many em between them."""
    size = max(glyph.size, before.size)
    return abs(glyph.y - before.y) < _LEVEL * size and -size < glyph.x - before.x - before.width < white * size


def same_lines(page: Sequence[Glyph], glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of a page that stand on a line with one of these; all of them where these are most of the page.

    Fonts that are not embedded stay text: how they are drawn is a matter of the machine.
    """
    drawn = [glyph for glyph in page if glyph.source.font.embedded]
    if 2 * len(glyphs) >= len(page):
        return drawn
    return [one for one in drawn if any(abs(one.y - other.y) < _LEVEL * max(one.size, other.size) for other in glyphs)]


def names(glyphs: Iterable[Glyph]) -> str:
    """The names of the fonts of some glyphs, for a message."""
    found = sorted({glyph.source.font.name or "(without a name)" for glyph in glyphs})
    return f"font{'s' if len(found) > 1 else ''} {', '.join(found[:3])}{' …' if len(found) > 3 else ''}"
