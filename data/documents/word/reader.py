"""Word files (.docx, .docm, and the XML files of Word): what a person sees in them, as blocks in reading order.

Paragraphs with their list numbers, tables row by row, text boxes after the paragraph that they are anchored to, footnotes
and endnotes at the end. Revisions are read as accepted; headers, footers, comments and hidden text are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from jianghua.data.documents import Block, BlockKind, Document
from jianghua.data.documents.word.fields import Fields
from jianghua.data.documents.word.flat import looks_flat, open_flat
from jianghua.data.documents.word.numbering import Numbering
from jianghua.data.documents.word.package import Package, children, first, get, number, on, short, value
from jianghua.data.documents.word.runs import Line, chosen, read_runs, withdrawn
from jianghua.data.documents.word.styles import Styles
from jianghua.data.errors import DocumentError

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What files of the old Word format, and encrypted ones of the new, begin with."""

_CONTENTS: Final = "table of contents"
_LEFT_OUT: Final = frozenset({"w:sectPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sdtPr", "w:sdtEndPr"})
_MOST_BLOCKS: Final = 200_000  # paragraphs; a thick book has some ten thousand
_DEEPEST: Final = 3  # documents embedded in documents


def read_word(content: bytes) -> Document:
    """Read a .docx or .docm file.

    Raises:
        DocumentError: the file is encrypted, damaged, unpacks to an absurd size, or is no Word file; or it holds no text.
        MissingExtraError: lxml is not installed.
    """
    return _read(content, depth=0)


def _read(content: bytes, depth: int) -> Document:
    if content.startswith(OLE):
        raise DocumentError("expected a .docx file, got an encrypted one or the old .doc format")
    package = open_flat(content) if looks_flat(content) else Package(content)
    main = next((one.target for one in package.relations("").values() if one.type == "officeDocument"), "word/document.xml")
    root = package.xml(main)
    body = first(root, "w:body")
    if short(root.tag) not in ("w:document", "w:wordDocument") or body is None:
        raise DocumentError(f"expected a Word file, got a package with another kind of document in {main}")
    try:
        pieces = list(islice(_Reader(package, main, depth).read(body), _MOST_BLOCKS + 1))
    except RecursionError:
        raise DocumentError("damaged Word file: it nests too deep") from None
    if len(pieces) > _MOST_BLOCKS:
        raise DocumentError(f"expected at most {_MOST_BLOCKS:,} paragraphs, got more")
    if not any(text.strip() for text, _ in pieces):
        raise DocumentError("the Word file holds no text" + (", only pictures" if package.has_pictures() else ""))
    return Document.build(pieces, "docx")


class _Reader:
    """Reads a file from beginning to end, counting its lists and collecting the notes that it refers to on the way."""

    def __init__(self, package: Package, main: str, depth: int) -> None:
        self._package = package
        self._depth = depth
        self._relations = package.relations(main)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._notes: list[Any] = []

    def _part(self, type: str) -> Any | None:
        """Root of the part with this type of relationship."""
        name = next((one.target for one in self._relations.values() if one.type == type), None)
        return None if name is None or name not in self._package else self._package.xml(name)

    def read(self, body: Any) -> Iterator[tuple[str, Block]]:
        """All blocks: the body's, then the notes in the order of the references to them."""
        yield from self._story(body, Fields(body), "paragraph", None)
        notes = {}
        for kind in ("footnote", "endnote"):
            root = self._part(f"{kind}s") if self._notes else None
            for note in children(root, f"w:{kind}") if root is not None else ():
                if get(note, "w:type") in (None, "normal"):
                    notes[kind, get(note, "w:id") or ""] = note
        for reference in self._notes:  # grows when a note refers to another
            note = notes.pop(reference, None) if isinstance(reference, tuple) else reference
            if note is not None:
                yield from self._story(note, Fields(note), "footnote", None)

    def _story(self, container: Any, fields: Fields, kind: BlockKind, furniture: str | None) -> Iterator[tuple[str, Block]]:
        """Blocks of whatever holds paragraphs and tables: the body, a cell, a text box, a note."""
        held: list[_Paragraph] = []  # paragraphs whose marks are deleted or hidden: they go on in the next
        for element, why in _find(container, ("w:p", "w:tbl", "w:altChunk"), furniture):
            tag = short(element.tag)
            if tag == "w:p":
                held.append(_Paragraph(element, fields, self._styles))
                if held[-1].goes_on:
                    continue
            yield from self._paragraph(held, kind, why)
            held = []
            if tag == "w:tbl":
                yield from self._table(element, fields, kind, why)
            elif tag == "w:altChunk":
                yield from self._chunk(element)
        yield from self._paragraph(held, kind, furniture)

    def _paragraph(self, parts: list[_Paragraph], kind: BlockKind, furniture: str | None) -> Iterator[tuple[str, Block]]:
        """Blocks of a paragraph, one a line, and of the text boxes in it; it may be made of several, see `_story`."""
        if not parts:
            return
        last = parts[-1]  # the mark at the end is the one that counts for style and number
        text = ""
        for part in parts:
            labelled = part.mark_hidden or part is last
            label = self._label(part.properties) if labelled and not part.unseen else ""
            text = label + text + part.line.text if part is last else text + label + part.line.text
        if furniture is None and (self._styles.contents(last.properties) or all(part.line.only_contents for part in parts)):
            furniture = _CONTENTS
        level = self._styles.level(last.properties)
        if kind == "paragraph" and level:
            kind = "heading"
        elif kind == "paragraph" and self._styles.numbering(last.properties):
            kind = "list"
        if not all(part.unseen for part in parts):
            for line in text.split("\n"):
                yield line, Block(0, 0, kind, level=level if kind == "heading" else None, furniture=furniture)
        for part in parts:
            self._notes += part.line.notes
            for box in part.line.boxes:
                if isinstance(box, str):
                    yield box.replace("\n", " "), Block(0, 0, "paragraph", furniture=furniture)
                else:
                    yield from self._story(box, Fields(box), "paragraph", furniture)

    def _label(self, properties: Any | None) -> str:
        """Number of a list paragraph. Word 2003 has it in the file, as it was last counted."""
        stored = None if properties is None else first(properties, "w:listPr", "wx:t")
        if stored is None:
            return self._numbering.label(properties)
        font = first(properties, "w:listPr", "wx:font")
        bullet = font is not None and (get(font, "wx:val") or "").startswith(("Symbol", "Wingdings"))
        text = "" if bullet else get(stored, "wx:val") or ""
        return f"{text}\t" if text else ""

    def _table(self, table: Any, fields: Fields, kind: BlockKind, furniture: str | None) -> Iterator[tuple[str, Block]]:
        """Cells row by row, those merged over several rows once. A single cell is a frame around text, no table."""
        rows = [row for row, _ in _find(table, ("w:tr",), None) if not _row_gone(row)]
        cells = [[cell for cell, _ in _find(row, ("w:tc",), None)] for row in rows]
        inside: BlockKind = kind if kind == "footnote" or sum(map(len, cells)) == 1 else "table"
        merged: set[int] = set()  # columns in which a cell goes on from the row above
        for row, own in zip(rows, cells, strict=True):
            properties = first(row, "w:trPr")
            column = 0 if properties is None else number(properties, "w:gridBefore") or 0
            for cell in own:
                about = first(cell, "w:tcPr")
                goes_on = _goes_on(about)
                if not (goes_on and column in merged) and (about is None or first(about, "w:cellDel") is None):
                    yield from self._story(cell, fields, inside, furniture)
                if about is not None and first(about, "w:vMerge") is not None:
                    merged.add(column)
                else:
                    merged.discard(column)
                column += max(1, (None if about is None else number(about, "w:gridSpan")) or 1)

    def _chunk(self, element: Any) -> Iterator[tuple[str, Block]]:
        """Blocks of a whole document that is embedded as a file, as converters from web pages like to do."""
        from jianghua.data.documents.plain import read_plain
        from jianghua.data.documents.web.html import read_html
        from jianghua.data.documents.web.mht import looks_like_mht, read_mht

        relation = self._relations.get(get(element, "r:id") or "")
        if relation is None:
            return
        content = self._package.read(relation.target)
        if content.startswith(b"PK\x03\x04"):
            if self._depth >= _DEEPEST:
                raise DocumentError(f"expected at most {_DEEPEST} documents embedded in each other")
            document = _read(content, self._depth + 1)
        elif looks_like_mht(content):
            document = read_mht(content)
        else:
            document = (read_html if b"<" in content[:1000] else read_plain)(content)
        for block in document.blocks:
            yield document.text[block.start : block.end], block


class _Paragraph:
    """One paragraph element: its text, and what its mark says."""

    def __init__(self, element: Any, fields: Fields, styles: Styles) -> None:
        self.properties = first(element, "w:pPr")
        mark = None if self.properties is None else first(self.properties, "w:rPr")
        self.line: Line = read_runs(element, fields, lambda run: styles.hidden(run, self.properties))
        self.mark_deleted = mark is not None and any(map(withdrawn, mark))
        special = mark is not None and bool(on(mark, "w:specVanish"))
        self.mark_hidden = not self.mark_deleted and (special or styles.hidden(mark, self.properties))

    @property
    def goes_on(self) -> bool:
        """Whether the next paragraph goes on in the same line, because no mark is seen between them."""
        return self.mark_deleted or self.mark_hidden

    @property
    def unseen(self) -> bool:
        """Whether nothing of it is seen, so that it is not counted in its list either."""
        return self.goes_on and not self.line.parts


def _find(container: Any, names: tuple[str, ...], furniture: str | None) -> Iterator[tuple[Any, str | None]]:
    """Elements with these names in whatever wraps them, with what a content control around them says they are."""
    for child in container:
        tag = short(child.tag)
        if tag in names:
            yield child, furniture
        elif tag == "w:sdt":
            gallery = value(child, "w:sdtPr", "w:docPartObj", "w:docPartGallery") or ""
            yield from _find(child, names, _CONTENTS if gallery.lower() == _CONTENTS else furniture)
        elif tag == "mc:AlternateContent":
            branch = chosen(child)
            if branch is not None:
                yield from _find(branch, names, furniture)
        elif tag not in _LEFT_OUT and not withdrawn(child) and len(child):
            yield from _find(child, names, furniture)


def _row_gone(row: Any) -> bool:
    """Whether a row is deleted or hidden."""
    properties = first(row, "w:trPr")
    return properties is not None and (any(map(withdrawn, properties)) or bool(on(properties, "w:hidden")))


def _goes_on(properties: Any | None) -> bool:
    """Whether a cell with these properties belongs to the merged cell above or before it."""
    merges = (None if properties is None else first(properties, name) for name in ("w:vMerge", "w:hMerge"))
    return any(merge is not None and get(merge, "w:val") in (None, "continue") for merge in merges)
