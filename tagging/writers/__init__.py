"""Writers of tagging results: one file a format, or one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from jianghua.data.errors import SettingsError
from jianghua.data.extras import require_all
from jianghua.data.settings import nearest
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.writers.csv import write_csv
from jianghua.tagging.writers.html import write_html
from jianghua.tagging.writers.jsonl import write_sentences
from jianghua.tagging.writers.parquet import write_parquet
from jianghua.tagging.writers.word.writer import write_docx
from jianghua.tagging.writers.workbook.writer import write_xlsx

Speeches: TypeAlias = Callable[[], Iterable[TaggedSpeech]]
"""Gives the tagged speeches afresh each time it is called, so that no writer has to hold them all."""

WRITERS: Final[Mapping[str, tuple[str, Callable[[Path, Speeches, RunSummary], Sequence[Path] | None]]]] = {
    "jsonl": ("sentences.jsonl", write_sentences),
    "csv": ("sentences.csv", write_csv),
    "xlsx": ("sentences.xlsx", write_xlsx),
    "parquet": ("sentences.parquet", write_parquet),
    "html": ("report.html", write_html),
    "docx": ("docx", write_docx),
}
"""Name and writer of each format. A writer that fills a folder of that name returns the files in it."""

_MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "xlsx": ("openpyxl",),
    "parquet": ("pyarrow", "pyarrow.parquet"),
    "docx": ("docx", "lxml.etree"),
}
"""What formats need of the extra `report`."""


def check_formats(formats: Sequence[str]) -> None:
    """Check the names of formats, and that what they need is installed, before the work begins.

    Raises:
        SettingsError: a name is unknown, or there is none.
        MissingExtraError: a package that a format needs is not installed.
    """
    if not formats:
        raise SettingsError(f"expected at least one format of {', '.join(WRITERS)}, got none")
    for name in formats:
        if name not in WRITERS:
            raise SettingsError(f"unknown format {name!r}: expected {', '.join(WRITERS)}{nearest(name, WRITERS)}")
        require_all(*_MODULES.get(name, ()), extra="report")


def write(formats: Sequence[str], speeches: Speeches, summary: RunSummary, out: Path) -> list[Path]:
    """Write the results in each format; returns the files written.

    Raises:
        SettingsError: a format is unknown.
        MissingExtraError: a package that a format needs is not installed.
    """
    check_formats(formats)
    paths: list[Path] = []
    for name in dict.fromkeys(formats):
        file, writer = WRITERS[name]
        written = writer(out / file, speeches, summary)
        paths += [out / file] if written is None else written
    return paths
