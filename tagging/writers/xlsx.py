"""XLSX: a workbook of sentences, an overview by speech, and the files that could not be read, within Excel's limits."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final

from jianghua.data.extras import require
from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.writers.columns import header, printable, values

SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet, its header included: what Excel takes."""
CELL_LENGTH: Final = 32_767
"""UTF-16 code units of a cell: what Excel takes."""
_CUT: Final = f"……（以下从略：Excel 单元格最多 {CELL_LENGTH} 个字符）"
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as the character U+0041
_MISTAKABLE: Final = re.compile(r"[=+\-@\t\r#]")  # how a text begins that is taken for a formula or an error such as #N/A
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)  # time stamp inside the archive, so that equal results are equal bytes


def write_xlsx(
    path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary, sheet_rows: int = SHEET_ROWS
) -> None:
    """Write `sentences.xlsx`. Rows that a sheet cannot hold go on further ones; a text that a cell cannot hold is cut visibly.

    Args:
        path: the workbook.
        speeches: gives the tagged speeches.
        summary: the run.
        sheet_rows: rows of a sheet, its header included.
    """
    openpyxl = require("openpyxl", extra="report")
    keys = summary.scheme.keys
    book = openpyxl.Workbook(write_only=True)
    sentences = _Table(book, "句子", header(keys), sheet_rows)
    overview = _Table(book, "概览", ["speech", "file", "title", "sentences", *keys, "none"], sheet_rows)
    failures = _Table(book, "未能读取", ["file", "reason"], sheet_rows)
    for tagged in speeches():
        for row in tagged.rows():
            sentences.append(values(row, keys))
        overview.append(_overview(tagged, keys))
    for failure in summary.failures:
        failures.append([failure.path, failure.reason])
    with atomic_write(path) as file, tempfile.TemporaryFile(dir=path.parent) as stamped:
        book.save(stamped)
        _copy_without_times(stamped, file)


class _Table:
    """Rows on a sheet and, when it is full, on further ones behind it, such as 句子, 句子 2 and 句子 3."""

    def __init__(self, book: Any, title: str, columns: Sequence[str], sheet_rows: int) -> None:
        self._book = book
        self._title = title
        self._columns = columns
        self._sheet_rows = sheet_rows
        self._sheets = 0
        self._open(index=len(book.worksheets))

    def append(self, row: Iterable[Any]) -> None:
        """Add a row."""
        if self._rows == self._sheet_rows:
            self._sheet.close()
            self._open(index=self._book.worksheets.index(self._sheet) + 1)
        self._sheet.append([self._cell(value) for value in row])
        self._rows += 1

    def _open(self, index: int) -> None:
        """Begin a sheet at that place of the workbook."""
        self._sheets += 1
        self._sheet = self._book.create_sheet(self._title if self._sheets == 1 else f"{self._title} {self._sheets}", index)
        self._sheet.append(self._columns)
        self._rows = 1

    def _cell(self, value: Any) -> Any:
        """A value as Excel is to take it: a text stays a text, whatever it begins with."""
        if not isinstance(value, str):
            return value
        text = cell_text(value)
        if not _MISTAKABLE.match(text):
            return text
        cell = require("openpyxl.cell", extra="report").WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"
        cell.quotePrefix = True  # it stays a text also when somebody edits the cell
        return cell


def cell_text(value: str) -> str:
    """A text as a cell holds it: what Excel would decode is escaped, and what it cannot hold is cut, visibly."""
    text = printable(value)
    if _length(text) <= CELL_LENGTH:
        return _ESCAPE.sub("_x005F_", text)
    room = CELL_LENGTH - _length(_CUT)
    kept = bisect_right(range(CELL_LENGTH), room, key=lambda characters: _length(text[:characters])) - 1
    return _ESCAPE.sub("_x005F_", text[:kept]) + _CUT


def _length(text: str) -> int:
    """Length of a text in a cell: UTF-16 code units of its escaped form."""
    return len(_ESCAPE.sub("_x005F_", text).encode("utf-16-le")) // 2


def _overview(tagged: TaggedSpeech, keys: Sequence[str]) -> list[Any]:
    """A speech's row of the overview."""
    speech, counts = tagged.speech, tagged.label_counts()
    path = speech.source.path if speech.source else ""
    return [speech.id, path, speech.title, len(tagged.tags), *(counts[key] for key in (*keys, "none"))]


def _copy_without_times(stamped: IO[bytes], file: IO[bytes]) -> None:
    """Copy a workbook without the time of writing, which its archive and its properties hold."""
    with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(file, "w") as target:
        for member in source.infolist():
            plain = zipfile.ZipInfo(member.filename, _EPOCH)
            plain.compress_type = zipfile.ZIP_DEFLATED
            plain.file_size = member.file_size  # tells the archive whether it needs 64-bit sizes
            if member.filename == "docProps/core.xml":
                properties = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", source.read(member))
                target.writestr(plain, properties)
                continue
            with source.open(member) as original, target.open(plain, "w") as copy:
                shutil.copyfileobj(original, copy)
