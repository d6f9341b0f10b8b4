"""Parquet: one sentence a row, labels as a list, probabilities and clauses as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech
from jianghua.tagging.writers.columns import NUMBERS, TEXTS, header, records

_GROUP: Final = 16_384
"""Rows from which on a group is full. A reader has to know all groups of a file, so they should not be small."""


def write_parquet(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `sentences.parquet`, in row groups of whole speeches."""
    arrow = require("pyarrow", extra="report")
    parquet = require("pyarrow.parquet", extra="report")
    keys = summary.scheme.keys
    types = _types(arrow, keys)
    schema = arrow.schema([(name, types[name]) for name in header(keys)])
    with atomic_write(path) as file, parquet.ParquetWriter(file, schema) as writer:
        for group in _groups(speeches(), keys):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))


def _types(arrow: Any, keys: Sequence[str]) -> dict[str, Any]:
    """The type of each column, by name."""
    return (
        dict.fromkeys(TEXTS, arrow.string())
        | dict.fromkeys(NUMBERS, arrow.int32())
        | {"labels": arrow.list_(arrow.string())}
        | {f"p_{key}": arrow.float64() for key in keys}
        | {f"e_{key}": arrow.string() for key in keys}
        | dict.fromkeys(keys, arrow.int8())
    )


def _groups(speeches: Iterable[TaggedSpeech], keys: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """The records of speeches, in groups."""
    group: list[dict[str, Any]] = []
    for tagged in speeches:
        group += records(tagged, keys)
        if len(group) >= _GROUP:
            yield group
            group = []
    if group:
        yield group
