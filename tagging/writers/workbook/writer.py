"""XLSX: a workbook of an overview, speeches, sentences, what was extracted from them, and failures, within Excel's limits."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, Final

from jianghua.data.extras import require
from jianghua.data.store import atomic_write
from jianghua.tagging.extraction import extract
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.writers.workbook import sheets
from jianghua.tagging.writers.workbook.overview import Overview
from jianghua.tagging.writers.workbook.table import SHEET_ROWS, Column, Table

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
    workbook = _Workbook(summary, sheet_rows)
    for tagged in speeches():
        workbook.add(tagged)
    book = workbook.finish()
    with atomic_write(path) as file, tempfile.TemporaryFile(dir=path.parent) as stamped:
        book.save(stamped)
        _copy_without_times(stamped, file)


class _Workbook:
    """The workbook while it is written. A table of what a label gives is there if the scheme has that label."""

    def __init__(self, summary: RunSummary, sheet_rows: int) -> None:
        scheme = summary.scheme
        self._summary = summary
        self._book = require("openpyxl", extra="report").Workbook(write_only=True)
        self._counts: Counter[str] = Counter()
        self._overview = Overview(self._book)

        def table(title: str, columns: Iterable[Column]) -> Table:
            return Table(self._book, title, list(columns), sheet_rows)

        def table_of(key: str, title: str, columns: Iterable[Column]) -> Table | None:
            return table(title, columns) if key in scheme.keys else None

        self._speeches = table("讲话", sheets.speech_columns(scheme.labels))
        self._sentences = table("句子", sheets.sentence_columns(scheme))
        self._tasks = table_of("directive", "任务", sheets.TASKS)
        self._targets = table_of("target", "目标", sheets.TARGETS)
        self._risks = table_of("risk", "风险", sheets.CONCERNS)
        self._criticisms = table_of("criticism", "批评", sheets.CONCERNS)
        self._failures = table("失败", sheets.FAILURES)

    def add(self, tagged: TaggedSpeech) -> None:
        """Add the rows of a speech."""
        scheme, found = self._summary.scheme, extract(tagged)
        self._counts.update(tagged.label_counts())
        self._speeches.append(sheets.speech_row(tagged, found, scheme.keys))
        for row, colours in sheets.sentence_rows(tagged, scheme):
            self._sentences.append(row, colours)
        for table, rows in (
            (self._tasks, sheets.task_rows(tagged, found)),
            (self._targets, sheets.target_rows(tagged, found)),
            (self._risks, sheets.concern_rows(tagged, found, found.risks, "risk")),
            (self._criticisms, sheets.concern_rows(tagged, found, found.criticisms, "criticism")),
        ):
            if table is not None:  # without the label nothing is extracted either
                for one in rows:
                    table.append(one)

    def finish(self) -> Any:
        """Add what is known only now; returns the workbook, to be saved."""
        for failure in self._summary.failures:
            self._failures.append([failure.path, failure.reason])
        contents = {
            self._speeches: "一篇讲话：日期、讲话人、场合，各类句子的数目",
            self._sentences: "一个句子：类别、每个类别的概率，以及作为依据的分句",
            self._tasks: "一项任务：谁、做什么、何时",
            self._targets: "一个目标：指标、目标值或状态、何时",
            self._risks: "一处风险：领域、涉及谁",
            self._criticisms: "一处批评：领域、涉及谁",
            self._failures: "一个未能读取的文件和原因",
        }
        tables = {table: content for table, content in contents.items() if table is not None}
        for table in tables:
            table.close()
        self._overview.fill(self._summary, self._counts, self._sentences.rows, tables)
        return self._book


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
