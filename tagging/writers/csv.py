"""CSV: one sentence a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.writers.columns import header, printable, records, values

_FORMULA: Final = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
"""How a text begins that a spreadsheet takes for a formula; one set to Chinese takes the full-width signs as well."""


def write_csv(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `sentences.csv` in UTF-8 with a byte order mark, without which Excel shows Chinese as garbage.

    Texts are written whole, however long; a spreadsheet that opens the file may cut them to its own limit.
    """
    keys = summary.scheme.keys
    with atomic_write(path) as binary:
        file = io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
        writer = csv.writer(file)
        writer.writerow(header(keys))
        for tagged in speeches():
            writer.writerows(map(_guarded, values(record, keys)) for record in records(tagged, keys))
        file.detach()


def _guarded(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula. CSV knows no types, so an apostrophe has to say that it is text."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if _FORMULA.match(text) else text
