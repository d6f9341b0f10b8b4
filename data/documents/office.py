"""Old Word files (.doc, .wps), .rtf and .odt: LibreOffice turns them into .docx, which `word/reader.py` reads.

LibreOffice runs in a directory and with a profile of its own, without macros and without following links, under limits of
time, memory and file size, and its whole process group is ended when the time is over. Nothing is left behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from jianghua.data.bounds import DEFAULT, Bounds
from jianghua.data.documents import Document
from jianghua.data.documents.word.reader import read_word
from jianghua.data.errors import DocumentError, MissingExtraError

OfficeFormat: TypeAlias = Literal["doc", "rtf", "odt"]

_INSTALL: Final = (
    "this format is read through LibreOffice, which is not installed: install it (Debian and Ubuntu: "
    "apt install libreoffice-writer-nogui; elsewhere: libreoffice.org) or save the file as .docx"
)
# LibreOffice takes what it does not know for plain text, unless it is told what to expect.
_FILTERS: Final[dict[OfficeFormat, str]] = {"doc": "MS Word 97", "rtf": "Rich Text Format", "odt": "writer8"}
_PLACES: Final = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")

# The shell removes the directory and ends all that it started when its standard input is closed: so LibreOffice also ends when
# the process that waits for it is killed.
_GUARD: Final = """
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


def read_doc(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read a .doc file, or a .wps file that is one inside.

    Raises:
        DocumentError: LibreOffice takes too long, or cannot read the file.
        MissingExtraError: LibreOffice or lxml is not installed.
    """
    return _read(content, "doc", bounds)


def read_rtf(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read an .rtf file.

    Raises:
        DocumentError: see `read_doc`.
        MissingExtraError: see `read_doc`.
    """
    return _read(content, "rtf", bounds)


def read_odt(content: bytes, bounds: Bounds = DEFAULT) -> Document:
    """Read an .odt file.

    Raises:
        DocumentError: see `read_doc`.
        MissingExtraError: see `read_doc`.
    """
    return _read(content, "odt", bounds)


def _read(content: bytes, format: OfficeFormat, bounds: Bounds) -> Document:
    return replace(read_word(to_docx(content, format, bounds), bounds), format=format)


def find_office() -> str:
    """The program that LibreOffice is started by.

    Raises:
        MissingExtraError: LibreOffice is not installed.
    """
    found = next((found for place in _PLACES if (found := shutil.which(place))), None)
    if found is None:
        raise MissingExtraError(_INSTALL)
    return found


def to_docx(content: bytes, format: OfficeFormat, bounds: Bounds = DEFAULT) -> bytes:
    """Convert a file to .docx through LibreOffice.

    Args:
        content: bytes of the file.
        format: what the file is.
        bounds: bounds on the time that LibreOffice takes, its memory, and the files that it writes.

    Raises:
        DocumentError: LibreOffice goes beyond a bound, or cannot read the file.
        MissingExtraError: LibreOffice is not installed.
    """
    soffice = find_office()
    if len(content) > bounds.scratch_mib << 20:
        raise DocumentError(
            f"expected at most {bounds.scratch_mib} MiB of {format} for LibreOffice, got {len(content):,} bytes"
        )
    with tempfile.TemporaryDirectory(prefix="jianghua-office-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        source = directory / f"source.{format}"
        source.write_bytes(content)
        _run(_command(soffice, source, format), directory, bounds)
        result = directory / "out" / "source.docx"
        if not result.is_file():
            reason = "it is damaged, of another format, or goes beyond the bounds"
            raise DocumentError(f"LibreOffice cannot read this .{format} file: {reason}")
        return result.read_bytes()


def _command(soffice: str, source: Path, format: OfficeFormat) -> list[str]:
    """The command that converts a file, with a profile beside it that allows nothing but that."""
    profile = source.parent / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    return [
        *(soffice, f"-env:UserInstallation={profile.as_uri()}"),
        *("--headless", "--nologo", "--nodefault", "--norestore", "--nolockcheck"),
        *(f"--infilter={_FILTERS[format]}", "--convert-to", "docx:MS Word 2007 XML"),
        *("--outdir", str(source.parent / "out"), str(source)),
    ]


def _run(command: list[str], directory: Path, bounds: Bounds) -> None:
    """Run LibreOffice within the bounds, and end its whole process group when the time is over."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    limits = (str(bounds.heavy_memory_mib * 1024), str(bounds.scratch_mib * 2048))  # KiB, and blocks of 512 bytes
    process = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "sh", *limits, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=directory,
        env=environment,
        start_new_session=True,
    )
    try:
        process.wait(bounds.office_seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError(f"LibreOffice needed more than {bounds.office_seconds} seconds for this file") from None
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
