"""Lists: numbered paragraphs that are the items of a list, and no headings though they look like them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from jianghua.data.text.patterns import COLON_CLASS, NUMBERING, NUMERAL_CLASS, PAUSE_CLASS, SALUTATION, TERMINAL

_GOES_ON: Final = re.compile(f"[；;{PAUSE_CLASS}]$")
_FIGURE: Final = re.compile(rf"[\d{NUMERAL_CLASS}①-⑳]+")


def items(texts: Sequence[str]) -> frozenset[int]:
    """Which of the paragraphs of a speech are items of a list.

    An item ends in a semicolon or a comma, or it stands beside others with the same kind of number and no text between, some
    of which end like clauses or sentences, or below a line that ends in a colon. A heading has text of its own below it.
    """
    found: set[int] = set()
    for shape, run in groupby(range(len(texts)), key=lambda number: _shape(texts[number])):
        numbers = list(run)
        if shape is None:
            continue
        ended = [number for number in numbers if _GOES_ON.search(texts[number])]
        before = texts[numbers[0] - 1] if numbers[0] > 0 else ""
        is_introduced = before[-1:] in tuple(COLON_CLASS) and not SALUTATION.fullmatch(before)
        is_list = is_introduced or ended or any(TERMINAL.search(texts[number]) for number in numbers)
        found.update(numbers if len(numbers) > 1 and is_list else ended)
    return frozenset(found)


def _shape(text: str) -> str | None:
    """What a paragraph is numbered with, all figures alike; `None` for one without a number."""
    number = next((match for _, numbering in NUMBERING if (match := numbering.match(text))), None)
    return _FIGURE.sub("#", number.group()) if number else None
