"""Seeds: small whole files of every format, from which the fuzzer makes damaged ones."""

from __future__ import annotations

import io
import quopri
import shutil
import subprocess
import tempfile
import zipfile
from base64 import encodebytes
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.make_samples import SAMPLES

_LINES: Final = (
    *("在全县秋季造林工作会议上的讲话", "（2024年9月3日）", "同志们：", "一、认清形势，增强责任感"),
    *(
        "今年造林任务比去年多三成，达到12.5万亩。各乡镇要“早整地、早备苗”，不等不靠。",
        "（一）抓好整地。一要定地块，二要定人员。",
    ),
    *("二、强化措施，确保成活", "有的乡镇重栽轻管，年年栽树不见树。这是对群众的不负责任！", "谢谢大家！"),
)


def seed_files() -> dict[str, list[bytes]]:
    """Whole files by format: the raw samples, and small ones that hold what those lack."""
    raw = {suffix: [file.read_bytes() for file in sorted((SAMPLES / "raw").glob(f"*.{suffix}"))] for suffix in _SUFFIXES}
    text = "\n".join(_LINES)
    raw["txt"] += [text.encode(encoding) for encoding in ("utf-8", "utf-16", "gb18030")]
    page = _page()
    raw["html"] += [page.encode("utf-8"), page.encode("gb18030")]
    raw["docx"].append(_word())
    raw["pdf"] += [_pdf(columns=1), _pdf(columns=2)]
    raw["mht"] = [_web_archive(page, encoding) for encoding in ("quoted-printable", "base64", "8bit")]
    raw["zip"] = [_archive({"一.txt": text.encode("gb18030"), "二.html": page.encode(), "内/三.docx": raw["docx"][-1]})]
    raw["zip"].append(_archive({"内.zip": raw["zip"][0], "四.md": text.encode()}))
    raw |= {"png": _images()} if find_spec("rapidocr_onnxruntime") else {}
    old = _old_word(raw["docx"][-1])
    return raw | ({"doc": [old]} if old else {})


_SUFFIXES: Final = ("txt", "html", "docx", "pdf")


def _page() -> str:
    body = "".join(f"<p>{line}</p>" for line in _LINES)
    table = "<table><tr><td>甲县</td><td>12%</td></tr><tr><td colspan=2>合计</td></tr></table>"
    head = '<head><meta charset="utf-8"><title>讲话</title></head>'
    return f'<html>{head}<body><div class="nav">首页</div>{body}{table}</body></html>'


def _word() -> bytes:
    import docx

    document = docx.Document()
    for number, line in enumerate(_LINES):
        document.add_paragraph(line, style="List Number" if number in (4, 5) else None)
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "甲县", "12%"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf(columns: int) -> bytes:
    """A page whose content is not packed, so that mutations reach it."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0, invariant=1)
    for _ in range(2):
        canvas.setFont("STSong-Light", 12)
        for column in range(columns):
            for number in range(12):
                canvas.drawString(50 + 250 * column, 760 - 18 * number, _LINES[4][number : number + 18 + number % 3])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _web_archive(page: str, encoding: str) -> bytes:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "quoted-printable": quopri.encodestring,
        "base64": encodebytes,
        "8bit": bytes,
    }
    body = packers[encoding](page.encode("gb18030"))
    head = (
        "From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n'
        f"\r\n--b\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n--b--\r\n"


def _images() -> list[bytes]:
    """Small images of words in several formats."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (200, 40), "white")
    ImageDraw.Draw(image).text((10, 10), "GDP growth reached 6.5%.", fill="black")
    saved = []
    for format in ("PNG", "JPEG", "TIFF", "BMP", "WEBP"):
        image.save(buffer := io.BytesIO(), format)
        saved.append(buffer.getvalue())
    return saved


def _archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _old_word(content: bytes) -> bytes | None:
    """The same as a .doc file by LibreOffice; `None` where it is not installed."""
    soffice = shutil.which("soffice")
    if soffice is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        (room / "x.docx").write_bytes(content)
        profile = f"-env:UserInstallation={(room / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", "doc", "--outdir", str(room), str(room / "x.docx")]
        subprocess.run(command, check=False, capture_output=True, timeout=120)
        made = room / "x.doc"
        return made.read_bytes() if made.is_file() else None
