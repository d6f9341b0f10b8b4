"""Which format a file is of: zip files by their members, text by its signature, all else by its first bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from packages import docx, p, packed

from jianghua.data.bounds import Bounds
from jianghua.data.documents.formats import DOC, HTML, ODT, TEXT, WORD, WORD_XML, ZIP, Format
from jianghua.data.documents.recognition import is_archive, recognise
from jianghua.data.errors import DocumentError
from jianghua.data.intake.inputs import inputs
from jianghua.data.reader import read_bytes

SPEECH = docx(p("在务虚会上的讲话") + p("同志们：") + p("路要走好。"))
ODT_TYPE = b"application/vnd.oasis.opendocument.text"

OPEN_DOCUMENT = packed({"mimetype": ODT_TYPE, "content.xml": b"<x/>", "META-INF/manifest.xml": b"<x/>"})
OFD = packed({"OFD.xml": b"<x/>", "Doc_0/Document.xml": b"<x/>"})
SPREADSHEET = packed({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
EPUB = packed({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<x/>"})


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", SPEECH), ("a.odt", OPEN_DOCUMENT), ("a.ofd", OFD), ("a.xlsx", SPREADSHEET), ("a.epub", EPUB)],
)
def test_an_archive_is_not_taken_for_the_document_inside_it(name: str, content: bytes, method: int, tmp_path: Path) -> None:
    text = "在务虚会上的讲话\n同志们：\n路要走好。\n".encode()
    (tmp_path / "a.zip").write_bytes(packed({name: content, "b.txt": text}, method))
    found = {item.name.partition("!")[2]: item for item in inputs([tmp_path / "a.zip"])}
    assert found["b.txt"].read() == text
    if name == "a.docx":
        assert read_bytes(found[name].read(), name).texts[-1] == "路要走好。"


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (SPEECH, WORD),
        (packed({"word\\document.xml": b"<x/>", "[CONTENT_TYPES].XML": b"<x/>"}), WORD),
        (packed({f"word/media/{number}.png": b"x" * 99 for number in range(3000)} | {"[Content_Types].xml": b""}), WORD),
        (OPEN_DOCUMENT, ODT),
        (packed({"word/讲话.txt": b"x", "xl/workbook.txt": b"x", "资料/OFD.xml": b"x"}), ZIP),
        (packed({"mimetype": b"text/plain"}), ZIP),
        (packed({}), ZIP),
    ],
    ids=["docx", "odd names", "many pictures", "odt", "folders", "other media type", "empty"],
)
@pytest.mark.parametrize("suffix", [".zip", ".doc", ".pdf", ""])
def test_zip_files_are_what_their_members_say(content: bytes, format: Format, suffix: str) -> None:
    assert recognise(content, f"讲话{suffix}") is format
    assert is_archive(content, f"讲话{suffix}") is (format is ZIP)


@pytest.mark.parametrize("suffix", [".zip", ".docx", ""])
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (SPREADSHEET, "got a spreadsheet"),
        (packed({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "got a presentation"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "an OpenDocument spreadsheet is not read"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.presentation"}), "an OpenDocument presentation is not read"),
        (EPUB, "an EPUB book is not read"),
    ],
    ids=["xlsx", "pptx", "ods", "odp", "epub"],
)
def test_documents_of_other_programs_are_called_by_their_name(content: bytes, what: str, suffix: str) -> None:
    with pytest.raises(DocumentError, match=what):
        recognise(content, f"a{suffix}")
    assert not is_archive(content, f"a{suffix}")


def test_an_ofd_file_is_called_so() -> None:
    with pytest.raises(DocumentError, match="an OFD file is not read: save it as"):
        recognise(OFD, "公文.ofd")


@pytest.mark.parametrize(("suffix", "format"), [(".docx", WORD), (".doc", WORD), (".odt", ODT), (".zip", ZIP), ("", ZIP)])
def test_a_damaged_zip_file_is_what_its_suffix_says(suffix: str, format: Format) -> None:
    assert recognise(SPEECH[:-40], f"讲话{suffix}") is format


def test_a_zip_file_with_too_many_members_is_not_looked_into() -> None:
    assert recognise(SPEECH, "讲话.docx", Bounds(members=2)) is WORD
    with pytest.raises(DocumentError, match="at most 2 members of the Word file, got"):
        WORD.read(SPEECH, Bounds(members=2))


PACKAGE = '<?xml version="1.0"?>\n<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"/>'


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (PACKAGE.encode(), WORD_XML),
        (PACKAGE.encode("utf-8-sig"), WORD_XML),
        (PACKAGE.encode("utf-16"), WORD_XML),
        ("<html xmlns:w='urn:schemas-microsoft-com:office:word'><p>路".encode(), HTML),
        ("路要走好，网址是 http://schemas.microsoft.com/office/2006/xmlPackage".encode(), TEXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le"), DOC),
    ],
    ids=["flat", "with mark", "utf-16", "saved by Word as a page", "text that names it", "doc"],
)
def test_signatures_count_more_than_the_suffix(content: bytes, format: Format) -> None:
    for suffix in (".doc", ".docx", ".pdf", ""):
        assert recognise(content, f"讲话{suffix}") is format
