"""Parquet: one sentence a row, labels as a list, probabilities as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from jianghua.data.extras import require
from jianghua.data.store import atomic_write
from jianghua.tagging.records import RunSummary, TaggedSpeech


def write_parquet(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `sentences.parquet`, one row group a speech."""
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
        for tagged in speeches():
            rows = [row | {f"p_{key}": row["probabilities"][key] for key in keys} for row in tagged.rows()]
            if rows:
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
