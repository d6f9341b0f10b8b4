"""Each bound binds: a file that is read without it is refused, with a reason, when the environment sets it lower."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from packages import docx, p, packed
from scans import pdf

from jianghua.data.bounds import PREFIX, Bounds
from jianghua.data.documents import office
from jianghua.data.errors import DocumentError
from jianghua.data.intake.inputs import inputs
from jianghua.data.reader import read_bytes

TEXT = "在务虚会上的讲话\n同志们：\n路要走好。\n"
OFFICE = "soffice"
OCR = "rapidocr_onnxruntime"


@dataclass(frozen=True)
class Case:
    """A file that a bound of this value refuses.

    Attributes:
        needs: program or module without which it cannot be tried.
        slow: whether reading it without the bound would take long, and is not tried.
    """

    value: int
    name: str
    make: Callable[[], bytes]
    reason: str
    needs: str = ""
    slow: bool = False


def text() -> bytes:
    return TEXT.encode()


def word() -> bytes:
    return docx("".join(p(line) for line in TEXT.splitlines()))


def rtf() -> bytes:
    return b"{\\rtf1\\ansi " + b"".join(f"\\u{ord(char)}?".encode() for char in TEXT) + b"\\par}"


def image(width: int, height: int, lines: int) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), "white")
    for number in range(lines):
        ImageDraw.Draw(picture).text((10, 10 + 14 * number), f"GDP growth reached {number}.5% in region {number}. " * 5, fill=0)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def scan() -> bytes:
    from PIL import Image

    blank = Image.new("L", (60, 24), 200)
    return pdf(blank, blank)


def numbered_lines() -> bytes:
    return "\n".join(f"{number}、要" for number in range(95_000)).encode()


def compressible() -> bytes:
    return packed({"a.txt": "".join(random.Random(0).choices("路要走好。\n", k=400_000)).encode()})


CASES = {
    "file_bytes": Case(50, "a.txt", text, "at most 50 bytes, got 54"),
    "text_bytes": Case(50, "a.txt", text, "at most 50 bytes of txt, got 54"),
    "characters": Case(10, "a.docx", word, "at most 10 characters of text, got 19"),
    "lines": Case(2, "a.docx", word, "at most 2 lines, got more"),
    "seconds": Case(1, "a.txt", numbered_lines, "within 1 seconds, took longer|more processor time", slow=True),
    "ocr_seconds": Case(1, "a.png", lambda: image(1500, 1500, 100), "within 1 seconds|processor time", OCR, slow=True),
    "office_seconds": Case(1, "a.rtf", lambda: rtf() * 500, "LibreOffice needed more than 1 seconds", OFFICE, slow=True),
    "memory_mib": Case(1, "a.txt", lambda: "路要走好。".encode() * 1_200_000, "needs more memory", slow=True),
    "heavy_memory_mib": Case(150, "a.rtf", rtf, "LibreOffice cannot read .* goes beyond the bounds", OFFICE),
    "scratch_mib": Case(1, "a.rtf", lambda: rtf() * 8000, "at most 1 MiB of rtf for LibreOffice", OFFICE, slow=True),
    "pages": Case(1, "a.pdf", lambda: pdf("路要走好。", "话要说好。"), "1 to 1 pages, got 2"),
    "ocr_pages": Case(1, "a.pdf", scan, "at most 1 scanned pages, got 2", slow=True),
    "pixels": Case(3000, "a.png", lambda: image(400, 40, 1), "at most 3,000 pixels, got 400 × 40", OCR),
    "members": Case(1, "a.zip", lambda: packed({"a.txt": text(), "b.txt": text()}), "at most 1 members of the archive, got 2"),
    "part_bytes": Case(400, "a.docx", word, "document.xml unpacks to more than 400 bytes"),
    "package_bytes": Case(800, "a.docx", word, "unpacks to more than [0-9]+ bytes"),
    "unpacked_bytes": Case(100, "a.zip", lambda: packed({"a.txt": text(), "b.txt": text()}), "unpacks to more than 100 bytes"),
    "ratio": Case(2, "a.zip", compressible, "unpacks to more than 2 times its size", slow=True),
    "depth": Case(1, "a.zip", lambda: packed({"a.zip": packed({"a.txt": text()})}), "archives at most 1 deep, got more"),
}


def test_each_bound_has_a_case() -> None:
    assert list(CASES) == [field.name for field in fields(Bounds)]


def read(path: Path) -> None:
    for item in inputs([path]):
        read_bytes(item.read(), item.name)


@pytest.mark.parametrize("bound", CASES)
def test_a_bound_binds(bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[bound]
    if case.needs == OFFICE and shutil.which(OFFICE) is None:
        pytest.skip("needs LibreOffice (apt install libreoffice-writer-nogui)")
    if case.needs == OCR:
        pytest.importorskip(OCR)
    path = tmp_path / case.name
    path.write_bytes(case.make())
    if not case.slow:
        read(path)
    monkeypatch.setenv(PREFIX + bound.upper(), str(case.value))
    with pytest.raises(DocumentError, match=case.reason):
        read(path)


def test_libreoffice_runs_within_the_bounds_on_memory_and_files(tmp_path: Path) -> None:
    command = "ulimit -v > memory; ulimit -f > blocks; head -c 3000000 /dev/zero > large"
    office._run(["/bin/sh", "-c", command], tmp_path, Bounds(heavy_memory_mib=300, scratch_mib=1))
    assert (tmp_path / "memory").read_text("ascii") == f"{300 * 1024}\n"
    assert (tmp_path / "large").stat().st_size == 1 << 20
