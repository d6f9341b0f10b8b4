"""Tables for spreadsheets: CSV and XLSX, one sentence a row, one column a label and one for its probability."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech

_PLACE: Final = ("id", "speech", "file", "title", "sentence", "paragraph", "kind", "page", "start", "end", "text")
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_CELL: Final = 32_767  # characters; what Excel takes
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)  # time stamp inside the archive, so that equal results are equal bytes


def write_csv(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write CSV in UTF-8 with a byte order mark, without which Excel shows Chinese as garbage."""
    keys = summary.scheme.keys
    with atomic_write(path) as binary:
        file = io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
        writer = csv.writer(file)
        writer.writerow([*_PLACE, "labels", *keys, *(f"p_{key}" for key in keys)])
        for tagged in speeches():
            for row in tagged.rows():
                writer.writerow([_cell(value) for value in _row(row, keys)])
        file.detach()


def write_xlsx(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write a workbook: sentences, an overview by speech, and the files that could not be read."""
    openpyxl = require("openpyxl", extra="report")
    keys = summary.scheme.keys
    book = openpyxl.Workbook(write_only=True)
    sentences, overview, failures = (book.create_sheet(name) for name in ("句子", "概览", "未能读取"))
    sentences.append([*_PLACE, "labels", *keys, *(f"p_{key}" for key in keys)])
    overview.append(["speech", "file", "title", "sentences", *keys, "none"])
    failures.append(["file", "reason"])
    for tagged in speeches():
        for row in tagged.rows():
            sentences.append([_cell(value) for value in _row(row, keys)])
        counts = tagged.label_counts()
        source = tagged.speech.source
        about = [tagged.speech.id, source.path if source else "", tagged.speech.title, len(tagged.tags)]
        overview.append([_cell(value) for value in [*about, *(counts[key] for key in (*keys, "none"))]])
    for failure in summary.failures:
        failures.append([_cell(failure.path), _cell(failure.reason)])
    buffer = io.BytesIO()
    book.save(buffer)
    with atomic_write(path) as file, zipfile.ZipFile(buffer) as source_zip, zipfile.ZipFile(file, "w") as target:
        for name in source_zip.namelist():
            content = source_zip.read(name)
            if name == "docProps/core.xml":  # holds the time of writing
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)


def _row(row: dict[str, Any], keys: Sequence[str]) -> list[Any]:
    labels, probabilities = row["labels"], row["probabilities"]
    return [
        *(row[name] for name in _PLACE),
        ";".join(labels),
        *(int(key in labels) for key in keys),
        *(probabilities[key] for key in keys),
    ]


def _cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula, and that XML can carry."""
    if not isinstance(value, str):
        return value
    clean = _CONTROL.sub("", value)[:_LONGEST_CELL]
    return f"'{clean}" if _FORMULA.match(clean) else clean
