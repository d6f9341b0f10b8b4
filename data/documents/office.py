"""Old Word files (.doc), WPS files (.wps), .rtf and .odt: LibreOffice turns them into .docx, which `word.py` reads.

LibreOffice runs in a directory and with a profile of its own, without macros and without following links, under limits of
time, memory and file size, and its whole process group is ended when the time is over. Nothing is left behind.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from jianghua.data.documents import Document
from jianghua.data.documents.web.html import read_html
from jianghua.data.documents.web.mht import looks_like_mht, read_mht
from jianghua.data.documents.word.flat import looks_flat
from jianghua.data.documents.word.reader import OLE, read_word
from jianghua.data.errors import DocumentError

TIME_LIMIT: Final = 90.0
"""Seconds that one conversion may take; starting LibreOffice takes two or three of them."""

_MEMORY: Final = 4_000_000  # KiB of address space that LibreOffice gets
_LARGEST_FILE: Final = 400_000  # blocks of 512 bytes that a file written by it may have
_INSTALL: Final = (
    "this format is read through LibreOffice, which is not installed: install it (Debian and Ubuntu: "
    "apt install libreoffice-writer-nogui; elsewhere: libreoffice.org) or save the file as .docx"
)
# LibreOffice takes what it does not know for plain text, unless it is told what to expect.
_FILTERS: Final = {"doc": "MS Word 97", "rtf": "Rich Text Format", "odt": "writer8"}
_PLACES: Final = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")

# The shell removes the directory and ends all that it started when its standard input is closed: so LibreOffice also ends when
# the process that waits for it is killed.
_GUARDED: Final = """
ulimit -v "$1" 2>/dev/null; ulimit -f "$2" 2>/dev/null; shift 2
"$@" </dev/null &
program=$!
exec 3<&0
(cat <&3 >/dev/null; rm -rf "$TMPDIR"; kill -KILL 0) &
wait $program
"""

_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def read_office(content: bytes) -> Document:
    """Read a .doc, .wps, .rtf or .odt file.

    Files with these suffixes are often of another format inside; what the bytes are counts.

    Raises:
        DocumentError: LibreOffice is not installed, or takes too long, or cannot read the file; the file is encrypted.
        MissingExtraError: lxml is not installed.
    """
    reader = _other_reader(content)
    if reader is not None:
        return reader(content)
    return replace(read_word(to_docx(content)), format=_suffix(content))


def to_docx(content: bytes, seconds: float = TIME_LIMIT) -> bytes:
    """Convert a .doc, .wps, .rtf or .odt file to .docx through LibreOffice.

    Args:
        content: bytes of the file.
        seconds: time limit.

    Raises:
        DocumentError: LibreOffice is not installed, takes longer, or cannot read the file; or the file is encrypted.
    """
    suffix = _suffix(content)
    soffice = next((found for place in _PLACES if (found := shutil.which(place))), None)
    if soffice is None:
        raise DocumentError(_INSTALL)
    with tempfile.TemporaryDirectory(prefix="jianghua-office-", ignore_cleanup_errors=True) as name:
        room = Path(name)
        (room / "profile" / "user").mkdir(parents=True)
        (room / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        source = room / f"source.{suffix}"
        source.write_bytes(content)
        _run(
            [
                soffice,
                f"-env:UserInstallation={(room / 'profile').as_uri()}",
                *("--headless", "--nologo", "--nodefault", "--norestore", "--nolockcheck"),
                *(
                    f"--infilter={_FILTERS[suffix]}",
                    "--convert-to",
                    "docx:MS Word 2007 XML",
                    "--outdir",
                    str(room / "out"),
                    str(source),
                ),
            ],
            room,
            seconds,
        )
        result = room / "out" / "source.docx"
        if not result.is_file():
            raise DocumentError(f"LibreOffice cannot read this .{suffix} file: it is damaged or of another format")
        return result.read_bytes()


def _run(command: list[str], room: Path, seconds: float) -> None:
    """Run LibreOffice, and end its whole process group when the time is over."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(room),
        "TMPDIR": str(room),
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    process = subprocess.Popen(
        ["/bin/sh", "-c", _GUARDED, "sh", str(_MEMORY), str(_LARGEST_FILE), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=room,
        env=environment,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError(f"LibreOffice needed more than {seconds:g} seconds for this file") from None
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _other_reader(content: bytes) -> Callable[[bytes], Document] | None:
    """The reader of a file that only its suffix makes an old Word file, as web systems like to export them."""
    if content.startswith(b"PK\x03\x04"):
        return None if _is_odt(content) else read_word
    if content.startswith((OLE, b"{\\rtf")):
        return None
    if looks_flat(content):
        return read_word
    if looks_like_mht(content):
        return read_mht
    return read_html if b"<" in content[:1000] else None


def _suffix(content: bytes) -> str:
    """What the bytes are: `doc`, `rtf` or `odt`.

    Raises:
        DocumentError: they are none of these, or the file is encrypted.
    """
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if content.startswith(b"PK\x03\x04") and _is_odt(content):
        return "odt"
    if not content.startswith(OLE):
        raise DocumentError("expected a .doc or .wps file, but the bytes are not one")
    if _stream("EncryptedPackage") in content:
        raise DocumentError("the file is encrypted with a password")
    if _stream("WordDocument") not in content:
        raise DocumentError("expected a Word file inside, got a file of another program, such as a table or an old WPS file")
    return "doc"


def _stream(name: str) -> bytes:
    """A name as the directory of a compound file holds it."""
    return name.encode("utf-16-le")


def _is_odt(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package, package.open("mimetype") as file:
            return file.read(100).startswith(b"application/vnd.oasis.opendocument.text")
    except (KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False
