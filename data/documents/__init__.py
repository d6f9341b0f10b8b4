"""Files to extracted text: one reader a format, and one record that they all return.

The extracted text is what every offset of the project points into. Readers put into it what a person sees in the file, in
reading order, and change no character; `jianghua.data.cleaning.rules` then decides what of it belongs to the speech.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

BlockKind: TypeAlias = Literal["line", "paragraph", "heading", "list", "table", "footnote"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of layout: a line of a text or PDF file, or a paragraph of a Word or HTML file.

    Attributes:
        start: offset of its first character in the document's text.
        end: offset just past its last character (its line break not included).
        kind: `line` where the format knows only lines, which may be hard-wrapped; else what the format calls it.
        page: 1-based page, for paged formats.
        level: depth of a heading by the document's own styles, 1 the highest.
        furniture: why the reader takes it for something that the page added, such as navigation or a running head; `None`
            for text. Cleaning decides; the reader leaves nothing out that a person sees.
        confidence: 0 to 1, where the text was recognised by OCR.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    page: int | None = None
    level: int | None = None
    furniture: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The extracted text of one file.

    Attributes:
        text: the extracted text; blocks are separated by line feeds.
        blocks: its blocks in reading order; they do not overlap, and between them there is only white space.
        format: name of the reader: `txt`, `docx`, `pdf`, `html` …
        encoding: character encoding of the file, where that applies.
        notes: what of the file is not in the text though a person sees it, one sentence each, such as pages that were not
            recognised.
    """

    text: str
    blocks: tuple[Block, ...]
    format: str
    encoding: str | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def build(
        cls,
        pieces: Iterable[tuple[str, Block]],
        format: str,
        encoding: str | None = None,
        notes: Iterable[str] = (),
    ) -> Document:
        """Put a document together from the text of each block and a block whose offsets are still 0."""
        texts: list[str] = []
        blocks: list[Block] = []
        offset = 0
        for text, block in pieces:
            texts.append(text)
            blocks.append(replace(block, start=offset, end=offset + len(text)))
            offset += len(text) + 1
        return cls("\n".join(texts), tuple(blocks), format, encoding, tuple(notes))
