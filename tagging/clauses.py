"""Clauses: the parts of a sentence between its commas, semicolons, colons, stops and dashes, without changing a character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jianghua.data.sentences import enclosures
from jianghua.data.speech import Span
from jianghua.data.text.folding import fold
from jianghua.data.text.patterns import CLOSER_CLASS, COLON_CLASS, HAN_CLASS, PAUSE_CLASS, SENTENCE_STOP_CLASS, STOP_CLASS

_SHORTEST: Final = 4
"""Letters and digits of a clause. What is shorter says nothing by itself: 一、 · 第一， · 但是， · the items of a list."""

_MARK: Final = re.compile(
    rf"""
    (?! (?<= \d ) (?: [:：、] (?= \d ) | ， (?= \d{{3}} (?! \d ) ) ) )     # not in １，０００, 8：30 and 3、4月
    (?:
        [。！？；;…，、：]
      | (?<! [0-9A-Za-z] ) , | , (?! [0-9A-Za-z] )                        # not in 1,000
      | : (?! // ) | [!?] (?! [0-9A-Za-z=&/] )                            # not inside a web address
      | (?<= [{HAN_CLASS}％%”’）)] ) \. (?! [0-9A-Za-z] )
      | [—–―─－-]{{2,}}                                                   # a single one joins: 2020—2025年
    )
    [{PAUSE_CLASS}{STOP_CLASS}{COLON_CLASS}{CLOSER_CLASS}…]* \s*
    """,
    re.VERBOSE,
)
"""What parts clauses, with the marks and the white space behind it, which stay with the clause before them."""

_STOP: Final = re.compile(f"[{SENTENCE_STOP_CLASS}…]")
_QUOTES: Final = '“‘「『"'
_LETTER: Final = re.compile(r"[^\W_]")


def clauses(text: str) -> list[Span]:
    """Clauses of a sentence as half-open code-point offsets; they cover the text without gap or overlap.

    A bracket, a title and a quotation without a stop are parts of a clause; a quotation with one is what somebody says, and
    has clauses of its own. What is shorter than a clause joins the next one, or at the end of the sentence the one before.
    Every text but the empty one has a clause.
    """
    spans: list[Span] = []
    start = begin = 0
    seen = fold(text)
    for end in (*_ends(seen), len(seen)):
        if len(_LETTER.findall(seen, begin, end)) >= _SHORTEST:
            spans.append((start, end))
            start = end
        begin = end
    if start < len(text):
        spans.append((spans.pop()[0] if spans else 0, len(text)))
    return spans


def _ends(text: str) -> Iterator[int]:
    """Where a mark ends that stands in no unit, in order."""
    units = sorted(_units(text))
    unit = 0
    for match in _MARK.finditer(text):
        while unit < len(units) and units[unit][1] < match.start():
            unit += 1
        if unit == len(units) or match.start() < units[unit][0]:
            yield match.end()


def _units(text: str) -> Iterator[Span]:
    """Brackets, titles and quotations that must stay whole, as the offsets of their opening and closing marks."""
    for opening, closing in enclosures(text):
        if text[opening] not in _QUOTES or not _STOP.search(text, opening, closing):
            yield opening, closing
            continue
        inside = opening + 1
        yield from ((inside + first, inside + last) for first, last in enclosures(text[inside:closing]))


def sum_by_clause(owners: NDArray[np.integer[Any]], values: NDArray[np.floating[Any]], clauses: int) -> NDArray[np.float64]:
    """Sums of the rows that belong to each clause, shape (clauses, labels).

    Args:
        owners: number of the clause that each row belongs to, -1 for none; shape (rows,).
        values: shape (rows, labels).
        clauses: how many there are.
    """
    owned = owners >= 0
    labels = values.shape[1]
    cells = owners[owned, None] * labels + np.arange(labels)
    sums = np.bincount(cells.ravel(), values[owned].ravel().astype(np.float64), minlength=clauses * labels)
    return np.asarray(sums.reshape(clauses, labels), dtype=np.float64)
