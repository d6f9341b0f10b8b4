"""Parquet: one sentence a row, labels as a list, probabilities as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech

_GROUP: Final = 16_384
"""Rows from which on a group is full. A reader has to know all groups of a file, so they should not be small."""


def write_parquet(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `sentences.parquet`, in row groups of whole speeches."""
    arrow = require("pyarrow", extra="report")
    parquet = require("pyarrow.parquet", extra="report")
    keys = summary.scheme.keys
    texts = ("id", "speech", "file", "title", "kind", "text")
    numbers = ("sentence", "paragraph", "page", "start", "end")
    schema = arrow.schema(
        [(name, arrow.string()) for name in texts]
        + [(name, arrow.int32()) for name in numbers]
        + [("labels", arrow.list_(arrow.string()))]
        + [(f"p_{key}", arrow.float64()) for key in keys]
    )
    with atomic_write(path) as file, parquet.ParquetWriter(file, schema) as writer:
        for rows in _groups(speeches()):
            records = [row | {f"p_{key}": row["probabilities"][key] for key in keys} for row in rows]
            writer.write_table(arrow.Table.from_pylist(records, schema=schema))


def _groups(speeches: Iterable[TaggedSpeech]) -> Iterator[list[dict[str, Any]]]:
    """The rows of speeches, in groups."""
    group: list[dict[str, Any]] = []
    for tagged in speeches:
        group += tagged.rows()
        if len(group) >= _GROUP:
            yield group
            group = []
    if group:
        yield group
