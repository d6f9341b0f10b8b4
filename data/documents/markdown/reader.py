"""Reader for Markdown: what a person sees of it once it is rendered, a block a line.

markdown-it-py parses it, by CommonMark, but for what harms Chinese text: four spaces before a line are an indent and no code,
`[1]: 来源。` is a note and no address, emphasis and tables have rules of their own (`marks`, `tables`), and a line end stays
one, since many authors write a paragraph a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Block, BlockKind, Document
from jianghua.data.documents.markdown.marks import emphasis, is_all_emphasis, seen_lines, untagged
from jianghua.data.documents.markdown.outside import take_apart
from jianghua.data.documents.markdown.tables import table
from jianghua.data.text.garbled import decode_repaired
from jianghua.data.text.patterns import COLON_CLASS, HAN_CLASS, SENTENCE_STOP, TERMINAL

_BOX: Final = re.compile(r"\[[ xX]\]\s+")
_GLUED_HEADING: Final = re.compile(rf"^( {{0,3}}#{{1,6}})(?=[{HAN_CLASS}（(“《][^#\n]*$)", re.MULTILINE)
_CONTENTS: Final = re.compile(r"\[{1,2}toc\]{1,2}|\\(?:pagebreak|newpage)|@\[toc\].*", re.IGNORECASE)
_LONGEST_BOLD_HEADING: Final = 40  # characters


def read_markdown(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read a Markdown file.

    Raises:
        DocumentError: the bytes are no text in a known encoding, or go beyond the bounds.
    """
    bounds.check("text_bytes", len(content), "bytes of md")
    bounds.check("lines", content.count(b"\n"), "lines")
    return markdown_document(*decode_repaired(content))


def markdown_document(text: str, encoding: str | None = None) -> Document:
    """A document of Markdown that is already decoded."""
    parts = take_apart(_GLUED_HEADING.sub(r"\1 ", "\n".join(text.splitlines())))
    markdown = _parser()
    links = {normalizeReference(name): {"href": href, "title": ""} for name, href in parts.addresses.items()}
    pieces = list(_Pieces(markdown, {"references": links}).of("\n".join(parts.body)))
    notes = [piece for note in parts.notes for piece in _Pieces(markdown, {"references": links}).of(note, "footnote")]
    return Document.build(((line, block) for line, block in (*pieces, *notes) if line.strip()), "md", encoding)


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable("table").disable(["code", "reference"])
    markdown.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    markdown.inline.ruler.at("emphasis", emphasis)
    markdown.inline.ruler2.disable(["balance_pairs", "emphasis"])
    return markdown


class _Pieces:
    """Parsed Markdown as lines with their blocks.

    Args:
        markdown: the parser.
        environment: the addresses of links that are given by name.
    """

    def __init__(self, markdown: MarkdownIt, environment: dict[str, object]) -> None:
        self._markdown, self._environment = markdown, environment
        self._numbers = ""  # of the list's items that have begun, and whose text has not
        self._depth = 0  # of lists
        self._level = 0  # of the last heading

    def of(self, text: str, kind: BlockKind = "line") -> Iterator[tuple[str, Block]]:
        """The lines of a text; those of plain paragraphs are of a given kind."""
        before: Token | None = None
        for token in self._markdown.parse(text, self._environment):
            if token.type == "list_item_open":
                self._numbers += f"{token.info}{token.markup} " if token.info else ""
                self._depth += 1
            elif token.type == "list_item_close":
                self._depth -= 1
                yield from self._numbered([""], Block(0, 0, "list"))
            elif token.type == "inline":
                yield from self._inline(token, before, kind)
            elif token.type == "fence":
                yield from self._numbered(token.content.split("\n"), Block(0, 0, kind))
            elif token.type == "html_block":
                for line in untagged(token.content):
                    for inline in self._markdown.parseInline(line.strip(), self._environment):
                        yield from self._numbered(seen_lines(inline), Block(0, 0, kind))
            before = token

    def _inline(self, token: Token, before: Token | None, kind: BlockKind) -> Iterator[tuple[str, Block]]:
        lines = seen_lines(token)
        opened = before.type if before else ""
        if opened == "td_open":
            return self._numbered(["".join(lines)], Block(0, 0, "table"))
        if opened == "heading_open" and before:
            # An underline of hyphens may be meant as a rule between two paragraphs.
            if before.markup == "-" and (len(lines) > 1 or SENTENCE_STOP.search(lines[0])):
                return self._numbered(lines, Block(0, 0, kind))
            self._level = int(before.tag[1:])
            return self._numbered(["".join(lines)], Block(0, 0, "heading", level=self._level))
        if self._depth:
            return self._numbered([_BOX.sub("", lines[0], count=1), *lines[1:]], Block(0, 0, "list"))
        if len(lines) == 1 and _CONTENTS.fullmatch(lines[0].strip()):
            return iter(())
        if len(lines) == 1 and is_all_emphasis(token) and _is_heading(lines[0]):
            return self._numbered(lines, Block(0, 0, "heading", level=min(self._level + 1, 6)))
        return self._numbered(lines, Block(0, 0, kind))

    def _numbered(self, lines: list[str], block: Block) -> Iterator[tuple[str, Block]]:
        """Lines, the first with the numbers of the items that begin with it."""
        lines = [self._numbers + lines[0], *lines[1:]]
        self._numbers = ""
        return ((line, block) for line in lines)


def _is_heading(line: str) -> bool:
    """Whether a line that is bold as a whole reads like a heading."""
    text = line.strip()
    return 0 < len(text) <= _LONGEST_BOLD_HEADING and not TERMINAL.search(text) and text[-1] not in COLON_CLASS
