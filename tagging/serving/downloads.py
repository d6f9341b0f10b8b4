"""Downloads: results in the formats of the writers, as one file."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from jianghua.data.errors import JianghuaError
from jianghua.tagging.records import RunSummary
from jianghua.tagging.serving.job import Result
from jianghua.tagging.serving.upload import clean_name
from jianghua.tagging.writers import WRITERS, check_formats, write

_NAMES = {
    "docx": "Word 文档",
    "xlsx": "Excel 表格",
    "html": "网页报告",
    "csv": "CSV 表格",
    "jsonl": "JSONL 数据",
    "parquet": "Parquet 数据",
}
"""What people read on the buttons, in this order; a format that is not here stands last, under its own name."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file to send."""

    name: str
    content: bytes


def formats() -> dict[str, str]:
    """The formats that can be written here, and what people call them."""
    known = [*(name for name in _NAMES if name in WRITERS), *(name for name in WRITERS if name not in _NAMES)]
    return {name: _NAMES.get(name, name) for name in known if _available(name)}


def make_download(format: str, results: Sequence[Result], summary: RunSummary, folder: Path) -> Download:
    """Write results in a format; several files become an archive.

    Args:
        format: name of the format.
        results: what to write; a speech that is in several is written once.
        summary: what the tags were made with.
        folder: a directory to write in; nothing stays there.

    Raises:
        SettingsError: the format is unknown.
        MissingExtraError: a package that it needs is not installed.
    """
    speeches = {tagged.speech.id: tagged for result in results for tagged in result.speeches}
    failures = tuple(failure for result in results for failure in result.failures)
    stem = _stem([tagged.speech.title or tagged.speech.id for tagged in speeches.values()])
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        out = Path(directory)
        write([format], speeches.values, replace(summary, failures=failures), out)
        written = sorted(path for path in out.rglob("*") if path.is_file())
        if len(written) == 1:
            return Download(stem + written[0].suffix, written[0].read_bytes())
        return Download(f"{stem}.{format}.zip", _packed(written, out))


def _available(format: str) -> bool:
    try:
        check_formats([format])
    except JianghuaError:
        return False
    return True


def _stem(titles: Sequence[str]) -> str:
    """Name of the file without its suffix; none of the characters that Windows does not allow in one."""
    title = clean_name("".join("_" if char in '<>:"/\\|?*' else char for char in titles[0]))[:60] or "讲话"
    return title if len(titles) == 1 else f"{title}等{len(titles)}篇"


def _packed(paths: Sequence[Path], root: Path) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in paths:
            file.write(path, path.relative_to(root).as_posix())
    return archive.getvalue()
