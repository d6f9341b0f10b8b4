"""Flattened text: long lines whose line ends survive as spaces are laid out in lines again, so that paragraphs can be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Final, NamedTuple, TypeAlias

from jianghua.data.cleaning.opening import TITLE
from jianghua.data.cleaning.wraps import NARROWEST, breaks_off, width
from jianghua.data.documents import Block, Document
from jianghua.data.speech import Span
from jianghua.data.text.patterns import CLOSER_CLASS, COLON_CLASS, HEADING_NUMBER, PARAGRAPH_START, TERMINAL

_Size: TypeAlias = Callable[[str], int]

_LOOSE: Final = ("line", "paragraph")  # kinds of blocks that may have been lines
_GAP: Final = re.compile(r"(?<=\S)[^\S\n]+(?=\S)")
_LONG: Final = 48  # characters: a text without a longer line has its line ends
_NARROWEST_PIECES: Final = 8  # columns on the average: text with more spaces is letter-spaced
_FEWEST: Final = 3  # full lines
_SHARED: Final = 0.25  # of the pieces that say anything about the width have it; stray spaces part the others
_SLACK: Final = 4  # columns by which lines of one width differ
_EXPLAINED: Final = 0.85  # of the lines are full, or ends of paragraphs
_FULL: Final = 0.35  # of the lines are full


class Layout(NamedTuple):
    """The lines of a document.

    Attributes:
        blocks: a block a line.
        open: offsets of the blocks that fill the width of a flattened text and break off in a sentence.
    """

    blocks: tuple[Block, ...]
    open: frozenset[int]


def lay_out(document: Document) -> Layout:
    """The blocks of a document; a line in which spaces stand where lines ended once is one block for each of them."""
    text = document.text
    unchanged = Layout(document.blocks, frozenset())
    if all(block.end - block.start < _LONG for block in document.blocks):
        return unchanged
    parts = [_pieces(text, block) for block in document.blocks]
    gapped = [piece for pieces in parts if len(pieces) > 1 for piece in pieces]
    if sum(end - start for start, end in gapped) * 2 < _NARROWEST_PIECES * len(gapped) or len(gapped) < _FEWEST:
        return unchanged
    for size in (width, _double_length):  # some programs wrap by columns, some count characters
        full = _usual([size(text[start:end].strip()) for start, end in gapped])
        if full is None:
            continue
        lines = [_merged(pieces, text, full, size) for pieces in parts]
        if _are_lines([[text[start:end].strip() for start, end in spans] for spans in lines if len(spans) > 1], full, size):
            blocks = (part for block, spans in zip(document.blocks, lines, strict=True) for part in _blocks(block, spans))
            return Layout(tuple(blocks), frozenset(_open(lines, text, full, size)))
    return unchanged


def _blocks(block: Block, spans: Sequence[Span]) -> Iterator[Block]:
    if len(spans) == 1:
        yield block
        return
    for start, end in spans:
        yield replace(block, start=start, end=end, kind="line")


def _open(lines: Sequence[Sequence[Span]], text: str, full: int, size: _Size) -> Iterator[int]:
    """Offsets of the lines that are full and break off, but for headings, which may fill a line as well."""
    for (start, end), (following, stop) in chain.from_iterable(map(pairwise, lines)):
        line, piece = text[start:end].strip(), text[following:stop]
        is_full = abs(size("".join(line.split())) - full) <= _SLACK
        is_parted = piece[:1].isspace() or PARAGRAPH_START.match(piece) or HEADING_NUMBER.match(line)
        if is_full and breaks_off(line) and not is_parted:
            yield start


def _double_length(text: str) -> int:
    return 2 * len(text)


def _pieces(text: str, block: Block) -> list[Span]:
    """What stands between the spaces of a block; each piece but the first begins with all of them but one, its indent."""
    if block.kind not in _LOOSE or block.level is not None:
        return [(block.start, block.end)]
    cuts = [gap.start() for gap in _GAP.finditer(text, block.start, block.end)]
    starts = [block.start, *(cut + 1 for cut in cuts)]
    return list(zip(starts, [*cuts, block.end], strict=True))


def _usual(columns: Sequence[int]) -> int | None:
    """The width that most pieces have, at its upper end; `None` where they have none in common."""
    long = [count for count in columns if count >= NARROWEST]
    if len(long) < _FEWEST:
        return None
    counts = Counter(long)
    shared = {full: sum(counts[full - less] for less in range(_SLACK + 1)) for full in counts}
    full = max(shared, key=lambda candidate: (shared[candidate], candidate))
    return full if shared[full] >= max(_FEWEST, _SHARED * len(long)) else None


def _merged(pieces: Sequence[Span], text: str, full: int, size: _Size) -> list[Span]:
    """The lines that pieces make: a space inside a line, which the next piece would not fill, parts nothing."""
    merged = [pieces[0]]
    for start, end in pieces[1:]:
        first, before = merged[-1]
        if end - first > 2 * full:
            merged.append((start, end))
            continue
        line, piece = text[first:before].strip(), text[start:end]
        fits = size("".join((line + piece).split())) <= full + _SLACK // 2
        is_figure = line[-1] in COLON_CLASS and piece[0].isdigit()  # 一组数字： 300户
        if fits and not piece[:1].isspace() and (is_figure or not _is_end(line)) and not _is_start(piece):
            merged[-1] = (first, end)
        else:
            merged.append((start, end))
    return merged


def _is_end(line: str) -> bool:
    """Whether a short line may be the last of a paragraph, a title or a byline."""
    return bool(TERMINAL.search(line) or line[-1] in COLON_CLASS or re.search(f"[{CLOSER_CLASS}]$", line) or TITLE.search(line))


def _is_start(piece: str) -> bool:
    """Whether a piece may begin a paragraph, or be a salutation or a byline."""
    return bool(PARAGRAPH_START.match(piece) or piece[0] in "(（" or piece[-1] in COLON_CLASS)


def _are_lines(blocks: Sequence[Sequence[str]], full: int, size: _Size) -> bool:
    """Whether pieces are the lines of a page: full ones, and short ones where a paragraph may end or a heading stand."""
    lines = explained = filled = 0
    for pieces in blocks:
        for number, piece in enumerate(pieces):
            columns = size("".join(piece.split()))
            is_full = abs(columns - full) <= _SLACK
            is_last = number + 1 == len(pieces)
            is_end = is_last or _is_end(piece) or PARAGRAPH_START.match(piece) is not None or _is_start(pieces[number + 1])
            lines += 1
            filled += is_full
            explained += is_full or (columns < full and is_end)
    return filled >= max(_FEWEST, _FULL * lines) and explained >= _EXPLAINED * lines
