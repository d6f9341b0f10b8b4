"""Explanations: the source of a speech in pieces, each kept in a sentence or deleted for a reason.

`jianghua.data.pages.explanation` shows them as a web page, `jianghua read --explain` in the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jianghua.data.speech import Deletion, Speech


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the source that was treated alike.

    Attributes:
        text: the piece.
        deletion: why it was deleted; `None` where it was kept.
        sentence: number from 0 of the sentence that it belongs to; `None` where it was deleted.
    """

    text: str
    deletion: Deletion | None
    sentence: int | None


def pieces(source: str, speech: Speech) -> Iterator[Piece]:
    """The source in pieces, in order and without a gap.

    Args:
        source: the extracted text that the speech was read from.
        speech: the speech, with spans and deletions.
    """
    kept = [(start, end, None, index) for index, sentence in enumerate(speech.sentences) for start, end in sentence.spans]
    deleted = [(deletion.start, deletion.end, deletion, None) for deletion in speech.deletions]
    offset = 0
    for start, end, deletion, index in sorted([*kept, *deleted], key=lambda span: span[0]):
        if offset < start:  # the line feeds that the reader put between blocks
            yield Piece(source[offset:start], None, None)
        yield Piece(source[start:end], deletion, index)
        offset = end
    if offset < len(source):
        yield Piece(source[offset:], None, None)


def counts(speech: Speech) -> dict[str, int]:
    """Deleted characters by reason, most first."""
    total: Counter[str] = Counter()
    for deletion in speech.deletions:
        total[deletion.reason] += deletion.end - deletion.start
    return dict(total.most_common())
