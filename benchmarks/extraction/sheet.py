"""`python -m benchmarks.extraction.sheet`: draw the sentences that are annotated, by hash, into `sheet.jsonl`.

From every style of the sample corpus and every label that has rules, equally many sentences for development and for the test; a
speech belongs to one part. A sentence that was drawn for one label is annotated for all that it has.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches, write_jsonl

CORPUS: Final = Path("data/samples/speeches.jsonl")
SHEET: Final = Path(__file__).with_name("sheet.jsonl")
PARTS: Final = ("development", "test")
LABELS: Final = ("directive", "target", "risk", "criticism")
STYLES: Final = ("vivid", "formulaic", "ordinary", "dense")
_DRAWN: Final = 10  # of each part, style and label


def main() -> None:
    """Write `sheet.jsonl`."""
    write_jsonl(SHEET, draw(read_speeches(CORPUS)))


def draw(speeches: Sequence[Speech]) -> Iterator[dict[str, Any]]:
    """The sentences to be annotated, in the order in which they are read: by part, then by hash."""
    for part in PARTS:
        drawn: dict[str, dict[str, Any]] = {}
        for style, label in itertools.product(STYLES, LABELS):
            candidates = (row for row in _rows(speeches, part, style) if label in row["labels"] and row["id"] not in drawn)
            drawn |= {row["id"]: row for row in sorted(candidates, key=lambda row: _hash(row["id"]))[:_DRAWN]}
        yield from sorted(drawn.values(), key=lambda row: _hash(row["id"]))


def _rows(speeches: Sequence[Speech], part: str, style: str) -> Iterator[dict[str, Any]]:
    for speech in speeches:
        if speech.meta["style"] != style or PARTS[int(_hash(speech.id), 16) % 2] != part:
            continue
        for index, sentence in enumerate(speech.sentences):
            labels = [label for label in sentence.labels or () if label in LABELS]
            yield {
                "id": speech.sentence_id(index),
                "part": part,
                "style": style,
                "speech": speech.title,
                "labels": labels,
                "text": sentence.text,
            }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
