"""The lines of a document while it is being cleaned, and the record of what is cut out of them and why."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from jianghua.data.documents import Block, Document
from jianghua.data.speech import Deletion, Span
from jianghua.data.text.folding import fold

INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)
"""Characters without a shape: control characters, Unicode's default ignorable code points (soft hyphens, zero-width and
direction marks, variation selectors, tags), marks of annotations and of embedded objects, and code points that are no
characters. Fillers, which take the room of a character, fold to spaces."""

VISIBLE: Final = re.compile(rf"[^\s{INVISIBLE.pattern[1:-2]}]+")
"""Runs of characters that a person sees."""

_SPACE: Final = re.compile(r"\s+")


class Line:
    """One block under examination.

    Attributes:
        block: the block.
        text: its text as it was laid out, without invisible characters.
        bare: what is still looked at of the text, without any white space.
        start: offset of its first character that is still looked at.
        deleted: whether all of it is cut.
    """

    def __init__(self, block: Block, source: str) -> None:
        """Take a block and the text of the whole document, as `Cuts` has it."""
        self.block = block
        self.start = block.start
        self.text = INVISIBLE.sub("", source[block.start : block.end])
        self.bare = _SPACE.sub("", self.text)
        self.deleted = False


class Cuts:
    """What the rules found out about a document, by offsets into its text.

    Deletions have one reason a character: the first that was given stays. Beside them stand the places where a notice said
    that text was left out, and the lines whose paragraph goes on in the next line, or surely does not.

    Attributes:
        document: the document that is cleaned.
        text: its text as rules look at it, with the usual forms of characters; offsets are the same.
    """

    def __init__(self, document: Document) -> None:
        """Begin with nothing cut."""
        self.document = document
        self.text = fold(document.text)
        self._reasons: list[str | None] = [None] * len(document.text)
        self._omissions: list[int] = []  # sorted
        self._joined: set[int] = set()
        self._parted: set[int] = set()

    def cut(self, start: int, end: int, reason: str) -> None:
        """Delete [start, end)."""
        for offset in range(start, end):
            if self._reasons[offset] is None:
                self._reasons[offset] = reason

    def cut_line(self, line: Line, reason: str) -> None:
        """Delete a whole line."""
        line.deleted = True
        self.cut(line.block.start, line.block.end, reason)

    def cut_lines(self, lines: Iterable[Line], reason: str) -> None:
        """Delete several lines for the same reason."""
        for line in lines:
            self.cut_line(line, reason)

    def cut_prefix(self, line: Line, length: int, reason: str) -> None:
        """Delete the first `length` characters of a line's bare text, and what stands between them."""
        seen = 0
        if length == 0:
            return
        for offset in range(line.start, line.block.end):
            char = self.text[offset]
            seen += not self.is_cut(offset) and not char.isspace() and not INVISIBLE.match(char)
            if seen == length:
                self.cut(line.start, offset + 1, reason)
                line.start = offset + 1
                line.bare = line.bare[length:]
                line.deleted = not line.bare
                return

    def cut_suffix(self, line: Line, length: int, reason: str) -> None:
        """Delete the last `length` characters of a line's bare text, and what stands between them and after them."""
        if length == 0:
            return
        rest = len(line.bare) - length
        for offset in range(line.start, line.block.end):
            if rest == 0:
                self.cut(offset, line.block.end, reason)
                break
            char = self.text[offset]
            rest -= not self.is_cut(offset) and not char.isspace() and not INVISIBLE.match(char)
        line.bare = line.bare[: len(line.bare) - length]
        line.deleted = not line.bare

    def cut_spans(self, line: Line, spans: Iterable[Span], reason: str) -> None:
        """Delete pieces of a line; rules look at what is left."""
        for start, end in spans:
            self.cut(start, end, reason)
        line.text = "".join(self.text[start:end] for start, end in self.kept_spans(line.block.start, line.block.end))
        line.bare = _SPACE.sub("", self.kept_text(line))
        line.deleted = not line.bare

    def note_omission(self, offset: int) -> None:
        """Note that text was left out before `offset`: the paragraph ends there."""
        insort(self._omissions, offset)

    def is_omission(self, start: int, end: int) -> bool:
        """Whether text was left out somewhere from `start` to `end`, both included."""
        number = bisect_left(self._omissions, start)
        return number < len(self._omissions) and self._omissions[number] <= end

    def join_to_next(self, line: Line) -> None:
        """Note that the paragraph of a line goes on in the next."""
        self._joined.add(line.block.start)

    def is_joined_to_next(self, line: Line) -> bool:
        """Whether a rule found that the paragraph of a line goes on in the next."""
        return line.block.start in self._joined

    def part_from_next(self, line: Line) -> None:
        """Note that the paragraph of a line ends with it, whatever the layout says."""
        self._parted.add(line.block.start)

    def is_parted_from_next(self, line: Line) -> bool:
        """Whether a rule found that the paragraph of a line ends with it."""
        return line.block.start in self._parted

    def is_cut(self, offset: int) -> bool:
        """Whether the character at `offset` is deleted."""
        return self._reasons[offset] is not None

    def kept_spans(self, start: int, end: int) -> Iterator[Span]:
        """Runs of kept characters in [start, end)."""
        for cut, run in groupby(range(start, end), key=self.is_cut):
            if not cut:
                offsets = list(run)
                yield offsets[0], offsets[-1] + 1

    def kept_text(self, line: Line) -> str:
        """What is kept of a line from its first character that is still looked at."""
        return "".join(self.text[start:end] for start, end in self.kept_spans(line.start, line.block.end))

    def deletions(self) -> tuple[Deletion, ...]:
        """All deletions in order; neighbours with the same reason are one."""
        found = []
        for reason, run in groupby(range(len(self._reasons)), key=lambda offset: self._reasons[offset]):
            if reason is not None:
                offsets = list(run)
                found.append(Deletion(offsets[0], offsets[-1] + 1, reason))
        return tuple(found)


def remaining(lines: Sequence[Line]) -> list[Line]:
    """The lines that are not deleted and hold more than white space."""
    return [line for line in lines if not line.deleted and line.bare]
