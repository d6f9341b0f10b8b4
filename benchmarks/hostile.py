"""Time and memory that hostile files take: `python -m benchmarks.hostile`.

Each file is read by `jianghua read` in a process of its own; seconds are on the clock, memory is the peak of the largest
process that it takes.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.make_samples import SAMPLES
from jianghua.data.paths import SHIPPED

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ENTITIES: Final = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "路" * 10}">' for n in range(10))


def packed(members: dict[str, bytes]) -> bytes:
    """A zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def word(body: str, prologue: str = "") -> bytes:
    """A Word file whose main part is this."""
    source = next((SAMPLES / "raw").glob("*.docx"))
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    part = f'<?xml version="1.0"?>{prologue}<w:document {_W}><w:body>{body}</w:body></w:document>'
    return packed(members | {"word/document.xml": part.encode()})


def pdf(content: bytes, filters: str, box: str = "0 0 600 800", pages: str = "/Count 1 /Kids [3 0 R]", more: str = "") -> bytes:
    """A PDF file with one content stream."""
    head = (
        f"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages {pages} >>\nendobj\n"
        f"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {more} >>\nendobj\n"
        f"4 0 obj\n<< /Length {len(content)} {filters} >>\nstream\n"
    )
    return head.encode() + content + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF\n"


def zeros(megabytes: int, times: int = 1) -> bytes:
    """Zero bytes, packed `times` times."""
    packer = zlib.compressobj(9)
    content = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(megabytes)), packer.flush()])
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    return content


def overlapping(count: int) -> bytes:
    """A zip file whose directory has `count` entries for the same packed bytes."""
    content = packed({"00000.txt": bytes(900_000)})
    start = content.index(b"PK\x01\x02")
    entry, tail = content[start : content.index(b"PK\x05\x06")], content[content.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"00000", f"{number:05}".encode()) for number in range(count))
    counts = min(count, 0xFFFF).to_bytes(2, "little") * 2
    return content[:start] + entries + tail[:8] + counts + len(entries).to_bytes(4, "little") + tail[16:]


def nested(depth: int, width: int) -> bytes:
    """Archives in archives: `width` to the power of `depth` files."""
    content = "路要走好。".encode()
    for level in range(depth):
        content = packed({f"{number}.{'zip' if level else 'txt'}": content for number in range(width)})
    return content


def image(width: int, height: int) -> bytes:
    """A PNG image whose head says this size."""
    import struct

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zeros(64)) + chunk(b"IEND", b"")


def cases() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """What each hostile file is, its name, and its bytes."""
    p = "<w:p><w:r><w:t>路</w:t></w:r></w:p>"
    external = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield "zip bomb, 1 GB of zeros", "a.zip", lambda: packed({"a.txt": bytes(1_000_000_000)})
    yield "zip bomb, 9,000 members with the same bytes", "a.zip", lambda: overlapping(9_000)
    yield "zip bomb, archives 6 deep, 10 members each", "a.zip", lambda: nested(6, 10)
    yield "zip, 200,000 members", "a.zip", lambda: overlapping(200_001)
    yield "zip, names with path tricks", "a.zip", lambda: packed({"../../x.txt": b"1", "/etc/x.txt": b"1", "C:\\x.txt": b"1"})
    yield "zip, truncated", "a.zip", lambda: nested(1, 3)[:-30]
    yield "text of 1 GB", "a.txt", lambda: b""
    yield "text of 19 MB", "a.txt", lambda: "讲话".encode() * 3_200_000
    yield "text, a million lines", "a.txt", lambda: "路\n".encode() * 1_000_000
    yield "text, 950,000 stops", "a.txt", lambda: "。".encode() * 950_000
    yield "text, 950,000 opening brackets", "a.txt", lambda: "（".encode() * 950_000
    yield "text, 90,000 numbered lines", "a.txt", lambda: "\n".join(f"{number}、要" for number in range(90_000)).encode()
    yield "Word, entities that multiply", "a.docx", lambda: word(p.replace("路", "&e9;"), f"<!DOCTYPE x [{_ENTITIES}]>")
    yield "Word, external entity", "a.docx", lambda: word(p.replace("路", "路&e;"), external)
    yield "Word, 500,000 elements deep", "a.docx", lambda: word("<w:p>" * 500_000 + "</w:p>" * 500_000)
    yield "Word, 3 million paragraphs", "a.docx", lambda: word(p * 3_000_000)
    yield "Word, truncated", "a.docx", lambda: word(p * 10)[:-200]
    yield "web page, 500,000 elements deep", "a.html", lambda: b"<html>" + b"<div>" * 500_000 + "路".encode()
    yield "web page, 2 million tags", "a.html", lambda: b"<html>" + "<p>路".encode() * 2_000_000
    yield "web page, entities that multiply", "a.html", lambda: f"<!DOCTYPE html [{_ENTITIES}]><html><p>&e9;路。".encode()
    boundaries = "".join(f"Content-Type: multipart/related; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(5_000))
    yield "web archive, 5,000 parts deep", "a.mht", lambda: ("MIME-Version: 1.0\r\n" + boundaries).encode()
    yield "PDF, pages that hold themselves", "a.pdf", lambda: pdf(b"", "", pages="/Count 99 /Kids [2 0 R 2 0 R]")
    yield "PDF, 2 billion pages", "a.pdf", lambda: pdf(b"", "", pages="/Count 2000000000 /Kids [3 0 R]")
    yield "PDF, stream of 4 GB of zeros", "a.pdf", lambda: pdf(zeros(4096, 2), "/Filter [/FlateDecode /FlateDecode]")
    yield "PDF, huge page", "a.pdf", lambda: pdf(b"0 0 1 rg " + b"0 0 9 9 re f " * 200, "", box="0 0 1e9 1e9")
    font = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    many = b"BT /F 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj 1 1 Td " * 100_000 + b"ET"
    yield "PDF, page of 5 million characters", "a.pdf", lambda: pdf(many, "", more=font)
    yield "PDF, truncated", "a.pdf", lambda: next((SAMPLES / "raw").glob("*.pdf")).read_bytes()[:3000]
    yield "image of 50,000 × 50,000 pixels", "a.png", lambda: image(50_000, 50_000)
    yield ".doc, random bytes", "a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(100_000)
    yield ".rtf, 200,000 groups deep", "a.rtf", lambda: b"{\\rtf1" + b"{" * 200_000 + b"x"
    yield "program called .docx", "a.docx", lambda: Path(os.path.realpath(sys.executable)).read_bytes()[:1_000_000]


def written(file: Path, make: Callable[[], bytes]) -> int:
    """Write a file; returns its size. A process of its own makes it: Linux counts this one's memory as its children's."""
    if (child := os.fork()) == 0:
        content = make()
        with file.open("wb") as handle:
            handle.write(content)
            handle.truncate(len(content) or 1_000_000_000)  # a sparse file takes no disk
        os._exit(0)
    os.waitpid(child, 0)
    return file.stat().st_size


def measure(file: Path, room: Path) -> tuple[str, float, float]:
    """What `jianghua read` says of a file, its seconds, and its memory in MiB."""
    command = [sys.executable, "-m", "jianghua.scripts.cli", "read", str(file), "-o", str(room / "out.jsonl")]
    with (room / "log").open("w+b") as log:
        begin = time.monotonic()
        process = subprocess.Popen(command, cwd=SHIPPED, stdout=log, stderr=log)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        log.seek(0)
        text = log.read().decode("utf-8", "replace")
    file.unlink()
    outcomes = re.findall(r"✗ .*?: (.*)", text) or re.findall(r"\d+ speeches, \d+ sentences", text) or [text[-200:]]
    return outcomes[0] + (f" (and {len(outcomes) - 1} more)" if len(outcomes) > 1 else ""), seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Measure each file and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only files whose description holds this")
    options = parser.parse_args()
    print("| file | bytes | seconds | MiB | outcome |\n| --- | --- | --- | --- | --- |")
    for what, name, make in cases():
        if options.only not in what:
            continue
        with tempfile.TemporaryDirectory() as room:
            size = written(Path(room) / name, make)
            outcome, seconds, memory = measure(Path(room) / name, Path(room))
            files = sorted(path.name for path in Path(room).iterdir())
            if files not in (["log", "out.jsonl"], ["log"]):
                outcome += f" — LEFT BEHIND: {files}"
        print(f"| {what} | {size:,} | {seconds:.1f} | {memory:.0f} | {outcome} |", flush=True)


if __name__ == "__main__":
    main()
