from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from command import jianghua
from scans import pdf

from benchmarks.make_samples import SAMPLES
from jianghua.data.paths import SHIPPED
from jianghua.data.store import read_speeches

TEXT = "在务虚会上的讲话\n同志们：\n路要走好。\n"


def read(*arguments: object, code: int = 0, stdin: bytes = b"") -> str:
    command = [sys.executable, "-m", "jianghua.scripts.cli", "read", *map(str, arguments)]
    result = subprocess.run(command, cwd=SHIPPED, input=stdin, capture_output=True, check=False)
    assert result.returncode == code, result.stderr.decode()
    return result.stderr.decode()


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return buffer.getvalue()


def test_standard_input_of_any_format(tmp_path: Path) -> None:
    out = tmp_path / "s.jsonl"
    read("-", "-o", out, stdin=TEXT.encode("gb18030"))
    (speech,) = read_speeches(out)
    assert speech.source is not None
    assert (speech.source.path, speech.texts[-1]) == ("-", "路要走好。")
    content = next((SAMPLES / "raw").glob("*.docx")).read_bytes()
    read("-", "--name", "上传.doc", "-o", out, stdin=content)
    (speech,) = read_speeches(out)
    assert speech.source is not None
    assert (speech.source.path, speech.source.format) == ("上传.doc", "docx")
    assert speech.id.startswith("上传-")


def test_bad_members_are_told_and_the_others_written(tmp_path: Path) -> None:
    (tmp_path / "讲.zip").write_bytes(packed(甲=TEXT.encode(), 乙=b"", 丙=TEXT.encode()))
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04")
    out = tmp_path / "s.jsonl"
    told = read(tmp_path, tmp_path / "讲.zip", "-o", out, code=3)
    assert "讲.zip!乙.txt: the file is empty" in told
    assert "坏.zip: damaged archive" in told
    assert "讲.zip!甲.txt: the same bytes and name as a file before it" in told
    assert [speech.source.path.rsplit("/")[-1] for speech in read_speeches(out) if speech.source] == [
        "讲.zip!丙.txt",
        "讲.zip!甲.txt",
    ]
    assert {file.name for file in tmp_path.iterdir()} == {"讲.zip", "坏.zip", "s.jsonl"}


def test_an_interrupted_run_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "s.jsonl"
    out.write_text("alt", "utf-8")
    code = (
        "import sys\n"
        "from jianghua.data import reader\n"
        "def stop(*arguments): raise KeyboardInterrupt\n"
        "reader.read_bytes = stop\n"
        "from jianghua.scripts.cli import app\n"
        "app()\n"
    )
    command = [sys.executable, "-c", code, "read", str(SAMPLES / "raw"), "-o", str(out)]
    assert subprocess.run(command, cwd=SHIPPED, capture_output=True, check=False).returncode != 0
    assert out.read_text("utf-8") == "alt"
    assert [file.name for file in tmp_path.iterdir()] == ["s.jsonl"]


@pytest.fixture
def half_scanned(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "扫描.pdf"
    path.write_bytes(pdf("这一页有文字，不用识别。", Image.new("L", (60, 24), 200)))
    return path


WARNING = "扫描.pdf: 1 of 2 pages hold no text and were not recognised (OCR is off)"


def test_pages_that_were_not_recognised_are_told(half_scanned: Path, tmp_path: Path) -> None:
    out = tmp_path / "s.jsonl"
    assert WARNING in read(half_scanned, "--no-ocr", "-o", out)
    assert WARNING in read(half_scanned, "--no-ocr", "-o", out, "--explain")
    (speech,) = read_speeches(out)
    assert speech.source is not None
    assert f"扫描.pdf: {speech.source.notes[0]}" == WARNING


def test_tagging_tells_of_them_also_when_it_goes_on_with_an_old_run(half_scanned: Path, tiny_run: Path, tmp_path: Path) -> None:
    for _ in range(2):
        told = jianghua(
            "tag", half_scanned, "-m", tiny_run, "--no-ocr", "-o", tmp_path / "out", "--format", "jsonl,html"
        ).stderr
        assert told.count(WARNING) == 1


def test_the_page_of_explanations(tmp_path: Path) -> None:
    told = read(SAMPLES / "raw", "-o", tmp_path / "s.jsonl", "--explain", "--explain-page", tmp_path / "e.html")
    assert "⟨page number⟩" in told
    assert (tmp_path / "e.html").read_text("utf-8").count("r-page-number") > 3
