"""Small Word files, written part by part."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SPACES = (
    'xmlns:w="{w}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def part(name: str, inner: str, space: str = W) -> str:
    """XML of a part whose root has this name."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_SPACES.format(w=space)}>{inner}</w:{name}>'


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body: str, *, space: str = W, files: dict[str, bytes] | None = None, **parts: str) -> bytes:
    """A Word file with this body; further parts by their names, such as `styles` or `footnotes`."""
    contents = {"word/document.xml": part("document", f"<w:body>{body}</w:body>", space).encode()}
    for name, inner in parts.items():
        contents[f"word/{name}.xml"] = part(name, inner, space).encode()
    contents |= files or {}
    links = [(name, f"{name}.xml") for name in parts] + [("aFChunk", name.removeprefix("word/")) for name in files or {}]
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{_TYPES}{type}" Target="{target}"/>' for number, (type, target) in enumerate(links)
    )
    contents["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{_RELS}">{inner}</Relationships>'.encode()
    contents["_rels/.rels"] = (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="a" Type="{_TYPES}officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    ).encode()
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_CONTENT}{"document.main" if name == "document" else name}+xml"/>'
        for name in ("document", *parts)
    )
    contents["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    ).encode()
    return packed(contents)


def p(*runs: str, props: str = "") -> str:
    """A paragraph; a run that is no XML is text."""
    return f"<w:p>{f'<w:pPr>{props}</w:pPr>' if props else ''}{''.join(run if '<' in run else r(run) for run in runs)}</w:p>"


def r(text: str, props: str = "") -> str:
    """A run of text."""
    return f'<w:r>{f"<w:rPr>{props}</w:rPr>" if props else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(list: int, level: int = 0) -> str:
    """Properties of a paragraph in a list."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>'


def level(depth: int, format: str, text: str, extra: str = "", start: int = 1) -> str:
    """Definition of a level of a list."""
    shape = f'<w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{extra}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{shape}</w:lvl>'


def lists(*abstracts: str, extra: str = "") -> str:
    """Definitions of lists: the n-th is list n."""
    return (
        "".join(f'<w:abstractNum w:abstractNumId="{n}">{levels}</w:abstractNum>' for n, levels in enumerate(abstracts, 1))
        + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(abstracts) + 1))
        + extra
    )
