"""Flattened text: one long line whose line ends survive as spaces is laid out in lines again, to tell its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from jianghua.data.cleaning.wraps import NARROWEST, width
from jianghua.data.documents import Block, Document
from jianghua.data.speech import Span
from jianghua.data.text.patterns import COLON_CLASS, PARAGRAPH_START, TERMINAL

_Size: TypeAlias = Callable[[str], int]

_GAP: Final = re.compile(r"(?<=\S)[^\S\n]+(?=\S)")
_LATIN: Final = re.compile(r"[A-Za-z0-9]")
_FEWEST: Final = 3  # full lines
_MOST_FREQUENT: Final = 0.4  # of the pieces that say anything about the width have it
_SLACK: Final = 4  # columns by which lines of one width differ
_EXPLAINED: Final = 0.85  # of the pieces are full lines, or ends of paragraphs


def laid_out(document: Document) -> tuple[Block, ...]:
    """The blocks of a document; a line in which spaces stand where lines ended once is one block for each of them."""
    return tuple(part for block in document.blocks for part in _parts(block, document.text))


def _parts(block: Block, text: str) -> Iterator[Block]:
    if block.kind in ("line", "paragraph") and block.end - block.start > _FEWEST * NARROWEST // 2:
        spans = _lines(text, block)
        if len(spans) > 1:
            for start, end in spans:
                yield replace(block, start=start, end=end, kind="line")
            return
    yield block


def _lines(text: str, block: Block) -> list[Span]:
    """The lines that a block once had; one when its spaces say nothing of lines."""
    pieces = _pieces(text, block)
    for size in (width, _double_length):  # some programs wrap by columns, some count characters
        full = _usual([size(text[start:end].strip()) for start, end in pieces])
        if full is not None:
            lines = _merged(pieces, text, full, size)
            if _are_lines([text[start:end].strip() for start, end in lines], full, size):
                return lines
    return [(block.start, block.end)]


def _double_length(text: str) -> int:
    return 2 * len(text)


def _pieces(text: str, block: Block) -> list[Span]:
    """What stands between the spaces of a block; each piece but the first begins with all of them but one, its indent."""
    cuts = [gap.start() for gap in _GAP.finditer(text, block.start, block.end)]
    starts = [block.start, *(cut + 1 for cut in cuts)]
    return list(zip(starts, [*cuts, block.end], strict=True))


def _usual(columns: Sequence[int]) -> int | None:
    """The greatest width that many pieces have; `None` where they have none in common."""
    long = sorted(count for count in columns if count >= NARROWEST)
    if len(long) < _FEWEST:
        return None
    full = max(long, key=lambda candidate: (sum(candidate - _SLACK <= count <= candidate for count in long), candidate))
    shared = sum(full - _SLACK <= count <= full for count in long)
    return full if shared >= max(_FEWEST, _MOST_FREQUENT * len(long)) else None


def _merged(pieces: Sequence[Span], text: str, full: int, size: _Size) -> list[Span]:
    """The pieces, with those put together that a space beside a Latin word or a number parts inside a line."""
    merged = [pieces[0]]
    for start, end in pieces[1:]:
        last, before = merged[-1]
        beside = _LATIN.match(text[before - 1]) or _LATIN.match(text[start:end].lstrip()[:1])
        if beside and size("".join(text[last:end].split())) <= full + _SLACK:
            merged[-1] = (last, end)
        else:
            merged.append((start, end))
    return merged


def _are_lines(pieces: Sequence[str], full: int, size: _Size) -> bool:
    """Whether pieces are the lines of a page: full ones, and short ones where a paragraph may end or a heading stand."""
    widths = [size("".join(piece.split())) for piece in pieces]
    explained = 0
    for number, (piece, columns) in enumerate(zip(pieces, widths, strict=True)):
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        is_end = TERMINAL.search(piece) or piece[-1] in COLON_CLASS or PARAGRAPH_START.match(piece) or not following
        explained += abs(columns - full) <= _SLACK or (columns < full and bool(is_end or PARAGRAPH_START.match(following)))
    return explained >= _EXPLAINED * len(pieces)
