"""Word files (.docx, .docm, and the XML files of Word): what a person sees in them, as blocks in reading order.

Paragraphs with their list numbers, tables row by row, text boxes after the paragraph that they are anchored to, footnotes
and endnotes at the end. Revisions are read as accepted; headers, footers, comments and hidden text are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Block, BlockKind, Document
from jianghua.data.documents.formats import HTML, MHT, TEXT, WORD, WORD_XML
from jianghua.data.documents.recognition import recognise
from jianghua.data.documents.word.breaks import begins_speech, lines_of
from jianghua.data.documents.word.containers import CONTENTS, find, is_excluded
from jianghua.data.documents.word.elements import attribute, children, first_child, number, short, toggle
from jianghua.data.documents.word.fields import Fields
from jianghua.data.documents.word.flat import open_flat
from jianghua.data.documents.word.looks import Paint, on, read_fill
from jianghua.data.documents.word.numbering import Numbering
from jianghua.data.documents.word.package import Package, open_package
from jianghua.data.documents.word.paragraphs import Paragraph, split_initial
from jianghua.data.documents.word.shapes import box_ground, page_ground
from jianghua.data.documents.word.styles import Styles
from jianghua.data.errors import DocumentError


def read_word(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read a .docx or .docm file.

    Raises:
        DocumentError: the file is damaged or no Word file, goes beyond the bounds, or holds no text.
        MissingExtraError: lxml is not installed.
    """
    return _read(open_package(content, bounds), bounds)


def read_word_xml(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read a Word file that is one XML file.

    Raises:
        DocumentError: see `read_word`.
        MissingExtraError: lxml is not installed.
    """
    return _read(open_flat(content), bounds)


def _read(package: Package, bounds: Bounds, depth: int = 1) -> Document:
    """Read a package that lies `depth` deep in others, 1 for a file of its own."""
    main = next((one.target for one in package.relations("").values() if one.type == "officeDocument"), "word/document.xml")
    root = package.xml(main)
    body = first_child(root, "w:body")
    if short(root.tag) not in ("w:document", "w:wordDocument") or body is None:
        raise DocumentError(f"expected a Word file, got a package with another kind of document in {main}")
    try:
        reader, pieces = _pieces(package, main, root, bounds, depth)
    except RecursionError:
        raise DocumentError("damaged Word file: it nests too deep") from None
    if len(pieces) > bounds.lines:
        raise DocumentError(f"expected at most {bounds.lines:,} lines, got more")
    if not any(text.strip() for text, _ in pieces):
        raise DocumentError("the Word file holds no text" + (", only pictures" if package.has_pictures() else ""))
    return Document.build(pieces, "docx", notes=reader.unread)


def _pieces(package: Package, main: str, root: Any, bounds: Bounds, depth: int) -> tuple[_Reader, list[tuple[str, Block]]]:
    """All blocks, and the reader that found them. Where most text has the colour of its ground, the ground is another one."""
    body = first_child(root, "w:body")
    for ground in (page_ground(root), "unknown"):
        reader = _Reader(package, main, bounds, depth, ground)
        pieces = list(islice(reader.read(body), bounds.lines + 1))
        if reader.pale <= sum(len(text) for text, _ in pieces):
            break
    return reader, pieces


class _Reader:
    """Reads a file from beginning to end, counting its lists and collecting the notes that it refers to on the way.

    Attributes:
        unread: what was left out though a person sees it, as notes of the document.
        pale: characters that were left out because they have the colour of what lies behind them.
    """

    def __init__(self, package: Package, main: str, bounds: Bounds, depth: int, ground: Paint) -> None:
        self.unread: list[str] = []
        self.pale = 0
        self._ground = ground
        self._has_begun = False  # whether a sentence or a salutation was read
        self._package = package
        self._bounds = bounds
        self._depth = depth
        self._relations = package.relations(main)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._footnotes: list[Any] = []  # references to footnotes and endnotes: kind and id, or the note itself

    def _part(self, type: str) -> Any | None:
        """Root of the part with this type of relationship."""
        name = next((one.target for one in self._relations.values() if one.type == type), None)
        return None if name is None or name not in self._package else self._package.xml(name)

    def read(self, body: Any) -> Iterator[tuple[str, Block]]:
        """All blocks: the body's, then the notes in the order of the references to them."""
        yield from self._story(body, Fields(body), "paragraph", None, self._ground)
        notes = {}
        for kind in ("footnote", "endnote"):
            root = self._part(f"{kind}s") if self._footnotes else None
            for note in children(root, f"w:{kind}") if root is not None else ():
                if attribute(note, "w:type") in (None, "normal"):
                    notes[kind, attribute(note, "w:id") or ""] = note
        for reference in self._footnotes:  # grows when a note refers to another
            note = notes.pop(reference, None) if isinstance(reference, tuple) else reference
            if note is not None:
                yield from self._story(note, Fields(note), "footnote", None, self._ground)

    def _story(
        self, container: Any, fields: Fields, kind: BlockKind, furniture: str | None, backdrop: Paint
    ) -> Iterator[tuple[str, Block]]:
        """Blocks of whatever holds paragraphs and tables: the body, a cell, a text box, a note."""
        pending: list[Paragraph] = []  # each goes on in the next, as far as is known
        for element, reason in find(container, ("w:p", "w:tbl", "w:altChunk"), furniture):
            tag = short(element.tag)
            if tag == "w:p":
                paragraph = Paragraph(element, fields, self._styles, backdrop, reason)
                if pending and not (pending[-1].continues or pending[-1].goes_on_in(paragraph, self._has_begun)):
                    yield from self._paragraph(pending, kind, backdrop)
                    pending = []
                pending.append(paragraph)
                continue
            yield from self._paragraph(pending, kind, backdrop)
            pending = []
            if tag == "w:tbl":
                yield from self._table(element, fields, kind, reason, backdrop)
            elif tag == "w:altChunk":
                yield from self._embedded(element)
        yield from self._paragraph(pending, kind, backdrop)

    def _paragraph(self, parts: list[Paragraph], kind: BlockKind, backdrop: Paint) -> Iterator[tuple[str, Block]]:
        """Blocks of a paragraph, one a line, and of the text boxes in it; it may be made of several, see `_story`."""
        if not parts:
            return
        last = parts[-1]  # the mark at the end is the one that counts for style and number
        text = ""
        for part in parts:
            labelled = part.mark_hidden or part is last
            label = self._label(part.properties) if labelled and not part.invisible else ""
            label = label if part.number_seen else ""
            text = label + text + part.content.text if part is last else text + label + part.content.text
        furniture = last.furniture
        if furniture is None and (self._styles.contents(last.properties) or all(part.content.only_contents for part in parts)):
            furniture = CONTENTS
        level = self._styles.level(last.properties)
        if kind == "paragraph" and level:
            kind = "heading"
        elif kind == "paragraph" and self._styles.numbering(last.properties):
            kind = "list"
        text, boxes = split_initial(text, [box for part in parts for box in part.content.boxes])
        if not all(part.invisible for part in parts):
            for line in lines_of(text, self._has_begun):
                yield line, Block(0, 0, kind, level=level if kind == "heading" else None, furniture=furniture)
                self._has_begun = self._has_begun or (furniture is None and begins_speech(line))
        for part in parts:
            self._footnotes += part.content.notes
            self.pale += part.content.pale
        for box in boxes:
            yield from self._box(box, furniture)

    def _box(self, box: Any, furniture: str | None) -> Iterator[tuple[str, Block]]:
        """Blocks of a text box, or the words of a picture made of letters."""
        if isinstance(box, str):
            yield box.replace("\n", " "), Block(0, 0, "paragraph", furniture=furniture)
        elif (ground := box_ground(box)) is not None:
            yield from self._story(box, Fields(box), "paragraph", furniture, ground)

    def _label(self, properties: Any | None) -> str:
        """Number of a list paragraph. Word 2003 has it in the file, as it was last counted."""
        stored = None if properties is None else first_child(properties, "w:listPr", "wx:t")
        if stored is None:
            return self._numbering.label(properties)
        font = first_child(properties, "w:listPr", "wx:font")
        bullet = font is not None and (attribute(font, "wx:val") or "").startswith(("Symbol", "Wingdings"))
        text = "" if bullet else attribute(stored, "wx:val") or ""
        return f"{text}\t" if text else ""

    def _table(
        self, table: Any, fields: Fields, kind: BlockKind, furniture: str | None, backdrop: Paint
    ) -> Iterator[tuple[str, Block]]:
        """Cells row by row, those merged over several rows once. A single cell is a frame around text, no table."""
        rows = [row for row, _ in find(table, ("w:tr",), None) if not _is_removed(row)]
        cells = [[cell for cell, _ in find(row, ("w:tc",), None)] for row in rows]
        inside: BlockKind = kind if kind == "footnote" or sum(map(len, cells)) == 1 else "table"
        ground = on(self._styles.table_fill(first_child(table, "w:tblPr")), backdrop)
        merged: set[int] = set()  # columns in which a cell goes on from the row above
        for row, row_cells in zip(rows, cells, strict=True):
            properties = first_child(row, "w:trPr")
            column = 0 if properties is None else number(properties, "w:gridBefore") or 0
            for cell in row_cells:
                layout = first_child(cell, "w:tcPr")
                continued = _is_merged(layout) and column in merged
                if not continued and (layout is None or first_child(layout, "w:cellDel") is None):
                    yield from self._story(cell, fields, inside, furniture, on(read_fill(layout), ground))
                if layout is not None and first_child(layout, "w:vMerge") is not None:
                    merged.add(column)
                else:
                    merged.discard(column)
                column += max(1, (None if layout is None else number(layout, "w:gridSpan")) or 1)

    def _embedded(self, element: Any) -> Iterator[tuple[str, Block]]:
        """Blocks of a whole document that is embedded as a file, as converters from web pages like to do."""
        relation = self._relations.get(attribute(element, "r:id") or "")
        if relation is None:
            return
        try:
            document = self._document(self._package.read(relation.target), relation.target)
        except DocumentError as error:  # the text around it is still worth reading
            self.unread.append(f"an embedded file was not read ({error})")
            return
        self.unread += document.notes
        for block in document.blocks:
            yield document.text[block.start : block.end], block

    def _document(self, content: bytes, name: str) -> Document:
        """An embedded document.

        Raises:
            DocumentError: it cannot be read, or is of a format that is not read here.
        """
        format = recognise(content, name, self._bounds)
        if format in (HTML, MHT, TEXT):
            return format.read(content, self._bounds)
        if format not in (WORD, WORD_XML):
            raise DocumentError(f"expected a Word file, a web page or a text, got {format.name}")
        if self._depth >= self._bounds.depth:
            raise DocumentError(f"expected Word files at most {self._bounds.depth} deep in each other, got more")
        package = open_package(content, self._bounds) if format is WORD else open_flat(content)
        return _read(package, self._bounds, self._depth + 1)


def _is_removed(row: Any) -> bool:
    """Whether a row is deleted or hidden."""
    properties = first_child(row, "w:trPr")
    return properties is not None and (any(map(is_excluded, properties)) or bool(toggle(properties, "w:hidden")))


def _is_merged(properties: Any | None) -> bool:
    """Whether a cell with these properties belongs to the merged cell above or before it."""
    merges = (None if properties is None else first_child(properties, name) for name in ("w:vMerge", "w:hMerge"))
    return any(merge is not None and attribute(merge, "w:val") in (None, "continue") for merge in merges)
