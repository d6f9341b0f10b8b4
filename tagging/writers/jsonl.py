"""JSON Lines: one sentence a line, in speech order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from jianghua.data.store import write_jsonl
from jianghua.tagging.records import RunSummary, TaggedSpeech


def write_sentences(path: Path, speeches: Callable[[], Iterable[TaggedSpeech]], summary: RunSummary) -> None:
    """Write `sentences.jsonl`; see `TaggedSpeech.rows` for the fields."""
    write_jsonl(path, (row for tagged in speeches() for row in tagged.rows()))
