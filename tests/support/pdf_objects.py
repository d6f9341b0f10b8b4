"""PDF files put together object by object, for what reportlab does not write."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONT = [
    "<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /{encoding} /DescendantFonts [{descendant} 0 R]{unicode} >>",
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering})"
    " /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 1000{extra} >>",
    "<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120"
    " /CapHeight 880 /StemV 80{file} >>",
]


class PdfFile:
    """A PDF file in the making. Texts in font F1 are drawn as they are; the font is not embedded, so no font is needed."""

    def __init__(self) -> None:
        self.objects: list[bytes] = [b"", b""]  # the catalogue and the tree of pages
        self.fonts: dict[str, int] = {}
        self.pages: list[int] = []
        self.catalogue = ""
        self.font("F1", "SimSun", "UniGB-UCS2-H", "GB1")

    def add(self, content: str | bytes) -> int:
        """Add an object; its number."""
        self.objects.append(content if isinstance(content, bytes) else content.encode("latin-1"))
        return len(self.objects)

    def stream(self, content: str | bytes, entries: str = "") -> int:
        """Add a stream; its number."""
        data = zlib.compress(content if isinstance(content, bytes) else content.encode("latin-1"))
        head = f"<< /Length {len(data)} /Filter /FlateDecode {entries} >>\nstream\n".encode("latin-1")
        return self.add(head + data + b"\nendstream")

    def font(
        self,
        key: str,
        name: str,
        encoding: str = "Identity-H",
        ordering: str = "Identity",
        unicode: dict[int, str] | None = None,
        embedded: bytes | None = None,
    ) -> None:
        """Add a font; `unicode` says which characters its codes are."""
        file = f" /FontFile2 {self.stream(embedded, f'/Length1 {len(embedded)}')} 0 R" if embedded else ""
        extra = " /CIDToGIDMap /Identity" if embedded else ""
        descriptor = self.add(FONT[2].format(name=name, file=file))
        descendant = self.add(FONT[1].format(name=name, ordering=ordering, descriptor=descriptor, extra=extra))
        table = f" /ToUnicode {self.stream(to_unicode(unicode))} 0 R" if unicode is not None else ""
        self.fonts[key] = self.add(FONT[0].format(name=name, encoding=encoding, descendant=descendant, unicode=table))

    def page(self, content: str, resources: str = "", entries: str = "") -> None:
        """Add a page."""
        fonts = " ".join(f"/{key} {number} 0 R" for key, number in self.fonts.items())
        self.pages.append(
            self.add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {self.stream(content)} 0 R"
                f" /Resources << /Font << {fonts} >> {resources} >> {entries} >>"
            )
        )

    def content(self) -> bytes:
        """The file."""
        kids = " ".join(f"{number} 0 R" for number in self.pages)
        self.objects[0] = f"<< /Type /Catalog /Pages 2 0 R {self.catalogue} >>".encode("latin-1")
        self.objects[1] = f"<< /Type /Pages /Count {len(self.pages)} /Kids [{kids}] >>".encode("latin-1")
        body, offsets = b"%PDF-1.7\n", []
        for number, content in enumerate(self.objects, start=1):
            offsets.append(len(body))
            body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
        table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
        size = len(self.objects) + 1
        head = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        return body + f"{head}trailer\n<< /Root 1 0 R /Size {size} >>\nstartxref\n{len(body)}\n%%EOF\n".encode()


def show(text: str, x: float, y: float, size: float = 14, font: str = "F1", codes: Sequence[int] | None = None) -> str:
    """The operators that draw a line of text at a place."""
    units = "".join(f"{code:04x}" for code in codes) if codes is not None else text.encode("utf-16-be").hex()
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm <{units}> Tj ET\n"


def lines(texts: Sequence[str], x: float = 72, top: float = 740, leading: float = 24, size: float = 14) -> str:
    """The operators that draw lines below each other."""
    return "".join(show(text, x, top - leading * number, size) for number, text in enumerate(texts))


def to_unicode(table: dict[int, str]) -> str:
    """A font's table to Unicode."""
    rows = "".join(f"<{code:04x}> <{text.encode('utf-16-be').hex()}>\n" for code, text in table.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(table)} beginbfchar\n{rows}endbfchar endcmap end end"
    )
