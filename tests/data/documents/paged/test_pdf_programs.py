"""PDF files as programs write them: LibreOffice and Chromium, where they are installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from studio_server import FLAGS

from benchmarks.make_samples import SAMPLES, paragraphs
from jianghua.data.reader import read_bytes, read_speech
from jianghua.data.speech import Speech

SOFFICE = shutil.which("soffice")
CHROMIUM = shutil.which("chromium")


def printed_by_libreoffice(content: bytes, room: Path) -> bytes:
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    (room / "x.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(room / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(room), str(room / "x.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (room / "x.pdf").read_bytes()


@pytest.mark.parametrize("name", [file.name for file in sorted((SAMPLES / "raw").glob("*.docx"))])
def test_a_word_file_printed_by_libreoffice_gives_the_same_sentences(name: str, tmp_path: Path) -> None:
    path = SAMPLES / "raw" / name
    assert read_bytes(printed_by_libreoffice(path.read_bytes(), tmp_path), "x.pdf").texts == read_speech(path).texts


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_printed_by_libreoffice(columns: int, corpus: list[Speech], tmp_path: Path) -> None:
    import docx
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn

    speech = corpus[3]
    document = docx.Document()
    title, *rest = [text for _, text in paragraphs(speech)]
    document.add_paragraph(title)
    section = document.add_section(WD_SECTION.CONTINUOUS)
    section._sectPr.xpath("./w:cols")[0].set(qn("w:num"), str(columns))
    for text in rest:
        document.add_paragraph(f"\u3000\u3000{text}")
    document.save(buffer := io.BytesIO())
    read = read_bytes(printed_by_libreoffice(buffer.getvalue(), tmp_path), "x.pdf")
    assert "".join(read.texts) == "".join(speech.texts)
    assert len(set(read.texts) & set(speech.texts)) >= 0.97 * len(speech.texts)


@pytest.mark.browser
def test_a_web_page_printed_by_chromium(corpus: list[Speech], tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    speech = corpus[5]
    body = "".join(f"<p style='text-indent:2em'>{text}</p>" for _, text in paragraphs(speech))
    (tmp_path / "x.html").write_text(f"<html><meta charset=utf-8><body>{body}</body></html>", "utf-8")
    flags = [*FLAGS, "--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}"]
    command = [CHROMIUM, *flags, f"--print-to-pdf={tmp_path / 'x.pdf'}", (tmp_path / "x.html").as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    read = read_bytes((tmp_path / "x.pdf").read_bytes(), "x.pdf")
    assert "".join(read.texts) == "".join(speech.texts)
    assert len(set(read.texts) & set(speech.texts)) >= 0.97 * len(speech.texts)
