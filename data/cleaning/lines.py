"""The lines of a document while it is being cleaned, and the record of what was cut out of them and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from jianghua.data.documents import Block, Document
from jianghua.data.speech import Deletion, Span

INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]+"
)
"""Characters without a shape: soft hyphens, zero-width and direction marks, variation selectors, control characters."""

SHOWN: Final = re.compile(rf"[^\s{INVISIBLE.pattern[1:-2]}]+")
"""Runs of characters that a person sees."""

_SPACE: Final = re.compile(r"\s+")


class Line:
    """One block under examination.

    Attributes:
        block: the block.
        text: its text as it was laid out, without invisible characters.
        bare: what is still looked at of the text, without any white space.
        start: offset of its first character that is still looked at.
        gone: whether all of it is cut.
    """

    def __init__(self, block: Block, source: str) -> None:
        """Take a block and the text of the whole document."""
        self.block = block
        self.start = block.start
        self.text = INVISIBLE.sub("", source[block.start : block.end])
        self.bare = _SPACE.sub("", self.text)
        self.gone = False


class Cuts:
    """The deletions, one reason a character; the first reason given to a character stays."""

    def __init__(self, document: Document) -> None:
        """Begin with nothing cut."""
        self.document = document
        self._reasons: list[str | None] = [None] * len(document.text)

    def cut(self, start: int, end: int, reason: str) -> None:
        """Delete [start, end)."""
        for offset in range(start, end):
            if self._reasons[offset] is None:
                self._reasons[offset] = reason

    def line(self, line: Line, reason: str) -> None:
        """Delete a whole line."""
        line.gone = True
        self.cut(line.block.start, line.block.end, reason)

    def lines(self, lines: Iterable[Line], reason: str) -> None:
        """Delete several lines for the same reason."""
        for line in lines:
            self.line(line, reason)

    def prefix(self, line: Line, length: int, reason: str) -> None:
        """Delete the first `length` characters of a line's bare text, and what stands between them."""
        seen = 0
        if length == 0:
            return
        for offset in range(line.start, line.block.end):
            char = self.document.text[offset]
            seen += not char.isspace() and not INVISIBLE.match(char)
            if seen == length:
                self.cut(line.start, offset + 1, reason)
                line.start = offset + 1
                line.bare = line.bare[length:]
                line.gone = not line.bare
                return

    def is_cut(self, offset: int) -> bool:
        """Whether the character at `offset` is deleted."""
        return self._reasons[offset] is not None

    def kept(self, start: int, end: int) -> Iterator[Span]:
        """Runs of kept characters in [start, end)."""
        for gone, run in groupby(range(start, end), key=self.is_cut):
            if not gone:
                offsets = list(run)
                yield offsets[0], offsets[-1] + 1

    def deletions(self) -> tuple[Deletion, ...]:
        """All deletions in order; neighbours with the same reason are one."""
        found = []
        for reason, run in groupby(range(len(self._reasons)), key=lambda offset: self._reasons[offset]):
            if reason is not None:
                offsets = list(run)
                found.append(Deletion(offsets[0], offsets[-1] + 1, reason))
        return tuple(found)


def left(lines: Sequence[Line]) -> list[Line]:
    """The lines that are still there and hold more than white space."""
    return [line for line in lines if not line.gone and line.bare]
