from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from packages import docx, level, lists, numbered, p, r

from benchmarks.make_samples import word
from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Document, office
from jianghua.data.documents.office import read_doc, to_docx
from jianghua.data.documents.word.reader import read_word
from jianghua.data.errors import DocumentError, MissingExtraError
from jianghua.data.reading import extract
from jianghua.data.speech import Speech

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = "WordDocument".encode("utf-16-le")
needs_office = pytest.mark.skipif(
    not any(map(shutil.which, ("soffice", "libreoffice"))), reason="needs LibreOffice (apt install libreoffice-writer-nogui)"
)


def convert(content: bytes, suffix: str, filter: str, directory: Path) -> bytes:
    """A Word file in another format, by LibreOffice."""
    source = directory / "source.docx"
    source.write_bytes(content)
    profile = (directory / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", f"{suffix}:{filter}"]
    subprocess.run([*command, "--outdir", str(directory), str(source)], check=True, capture_output=True, timeout=120)
    return (directory / f"source.{suffix}").read_bytes()


def read(content: bytes, suffix: str = "doc") -> Document:
    return extract(content, f"讲话.{suffix}", DEFAULT)


@pytest.fixture(scope="module")
def speech(corpus: list[Speech]) -> Speech:
    return corpus[4]


@pytest.fixture(scope="module")
def old_word(speech: Speech, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return convert(word(speech), "doc", "MS Word 97", tmp_path_factory.mktemp("doc"))


@needs_office
def test_old_word_files_give_back_every_sentence(speech: Speech, old_word: bytes) -> None:
    document = read(old_word)
    assert old_word.startswith(OLE)
    assert document.text == read_word(word(speech)).text
    assert [block.level for block in document.blocks] == [block.level for block in read_word(word(speech)).blocks]
    assert document.format == "doc"


@needs_office
@pytest.mark.parametrize(("suffix", "filter"), [("doc", "MS Word 97"), ("rtf", "Rich Text Format"), ("odt", "writer8")])
def test_what_is_seen_survives_each_format(suffix: str, filter: str, tmp_path: Path) -> None:
    numbering = lists(level(0, "chineseCounting", "%1.", '<w:suff w:val="nothing"/>') + level(1, "decimal", "%2."))
    note = f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>", "脚注。")}</w:footnote>'
    body = (
        p("甲", props=numbered(1))
        + p("子", props=numbered(1, 1))
        + p("乙", props=numbered(1))
        + p("正文", r("隐", "<w:vanish/>"), '<w:r><w:footnoteReference w:id="2"/></w:r>', "到此，𠀀字也在。")
        + "<w:tbl><w:tblGrid><w:gridCol w:w='4000'/><w:gridCol w:w='4000'/></w:tblGrid>"
        + f"<w:tr><w:tc>{p('格一')}</w:tc><w:tc>{p('格二')}</w:tc></w:tr></w:tbl>"
        + p("末段。")
        + "<w:sectPr/>"
    )
    document = read(convert(docx(body, numbering=numbering, footnotes=note), suffix, filter, tmp_path), suffix)
    text = [line.strip() for line in document.text.split("\n") if line.strip()]
    assert text == ["一.甲", "1.\t子", "二.乙", "正文到此，𠀀字也在。", "格一", "格二", "末段。", "脚注。"]
    assert document.format == suffix


@needs_office
def test_calls_at_the_same_time_do_not_disturb_each_other(speech: Speech, old_word: bytes) -> None:
    with ThreadPoolExecutor(3) as pool:
        texts = {document.text for document in pool.map(read_doc, [old_word] * 3)}
    assert texts == {read_word(word(speech)).text}


def processes(word: str) -> list[str]:
    lines = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if word in line and not line.startswith("Z")]


@needs_office
def test_nothing_is_left_behind_when_time_is_over(old_word: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(DocumentError, match="more than 1 seconds"):
        to_docx(old_word, "doc", Bounds(office_seconds=1))
    assert list(tmp_path.iterdir()) == []
    assert processes(str(tmp_path)) == []


@needs_office
def test_nothing_is_left_behind_when_the_caller_is_killed(old_word: bytes, tmp_path: Path) -> None:
    source = tmp_path / "in.doc"
    source.write_bytes(old_word)
    room = tmp_path / "room"
    room.mkdir()
    code = "import sys; from jianghua.data.documents.office import to_docx; to_docx(open(sys.argv[1], 'rb').read(), 'doc')"
    caller = subprocess.Popen([sys.executable, "-c", code, str(source)], env={**os.environ, "TMPDIR": str(room)})
    while caller.poll() is None and not processes(f"{room}/jianghua-office"):
        time.sleep(0.02)
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    patience = time.monotonic() + 30
    while (processes(f"{room}/jianghua-office") or list(room.iterdir())) and time.monotonic() < patience:
        time.sleep(0.05)
    assert processes(f"{room}/jianghua-office") == []
    assert list(room.iterdir()) == []


@needs_office
@pytest.mark.parametrize(
    "content", [OLE + bytes(600) + WORD + bytes(3000), b"{\\rtf1 {\\object\\objdata " + b"0" * 2000], ids=["ole", "rtf"]
)
def test_damaged_files_give_their_reason(content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"LibreOffice cannot read this|holds no text"):
        read(content)


@needs_office
def test_macros_and_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容", "utf-8")
    link = f'{{\\field{{\\*\\fldinst INCLUDETEXT "{secret.as_posix()}" }}{{\\fldrslt old}}}}'
    document = read(f"{{\\rtf1\\ansi Start. {link} End.\\par}}".encode())
    assert "机密" not in document.text
    assert document.text.startswith("Start.")


def test_without_libreoffice_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda place: None)
    with pytest.raises(MissingExtraError, match="apt install libreoffice-writer-nogui"):
        read(OLE + bytes(600) + WORD)


def test_a_file_with_a_password_is_called_encrypted() -> None:
    with pytest.raises(DocumentError, match="encrypted with a password"):
        read(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (docx(p("其实是新格式。")), "docx"),
        ("<html><meta charset=gb2312><p>其实是网页。</p></html>".encode("gb18030"), "html"),
        (b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + "<p>其实是网页存档。</p>".encode(), "mht"),
    ],
    ids=["docx", "html", "mht"],
)
def test_files_that_only_their_suffix_makes_old_word_files(content: bytes, format: str) -> None:
    document = read(content)
    assert document.text.startswith("其实是")
    assert document.format == format


def flat(content: bytes) -> bytes:
    """A Word file as one XML file."""
    parts = ""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name != "[Content_Types].xml":
                xml = package.read(name).decode().partition("?>")[2] or package.read(name).decode()
                parts += f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>'
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    head = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    return f'{head}<pkg:package xmlns:pkg="{space}">{parts}</pkg:package>'.encode()


def test_a_package_written_flat() -> None:
    numbering = lists(level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>'))
    content = flat(docx(p("甲", props=numbered(1)) + p("乙", props=numbered(1)), numbering=numbering))
    assert read(content).text == "一、甲\n二、乙"
    with pytest.raises(DocumentError, match="holds no text"):
        read(flat(docx(p(""))))
    with pytest.raises(DocumentError, match="damaged"):
        read(content[:-9])


def test_a_file_of_word_2003() -> None:
    def listed(label: str, font: str = "Times New Roman") -> str:
        return f'<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="{label}"/><wx:font wx:val="{font}"/></w:listPr>'

    def annotation(type: str, inner: str) -> str:
        return f'<aml:annotation w:type="Word.{type}"><aml:content>{inner}</aml:content></aml:annotation>'

    body = (
        p("形势", props='<w:pStyle w:val="1"/>' + listed("一、"))
        + p("点", props=listed("·", "Symbol"))
        + p(
            "正文",
            f"<w:r><w:footnote>{p('注。')}</w:footnote></w:r>",
            annotation("Deletion", r("删")),
            annotation("Insertion", r("增")),
        )
        + p(annotation("Comment", p("批")), "上", props=f"<w:rPr>{annotation('Deletion', '')}</w:rPr>")
        + p("下")
        + f"<w:sectPr><w:hdr>{p('页眉')}</w:hdr></w:sectPr>"
    )
    office = "http://schemas.microsoft.com/office/word/2003"
    styles = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    document = read(
        f'<?xml version="1.0"?><w:wordDocument xmlns:w="{office}/wordml" xmlns:wx="{office}/auxHint" '
        f'xmlns:aml="http://schemas.microsoft.com/aml/2001/core"><w:styles>{styles}</w:styles>'
        f"<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>".encode()
    )
    assert document.text.split("\n") == ["一、\t形势", "点", "正文增", "上下", "注。"]
    assert document.blocks[0].level == 1


def test_what_is_nothing_of_all_this_is_refused() -> None:
    with pytest.raises(DocumentError, match="expected a text document, got a spreadsheet"):
        read(OLE + bytes(600) + "Workbook".encode("utf-16-le"))
    with pytest.raises(DocumentError, match=r"expected a \.doc file, got bytes that are neither that nor text"):
        read(b"\x00\x01\x02\xff")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "x")
    with pytest.raises(DocumentError, match="got an archive"):
        read(buffer.getvalue())
