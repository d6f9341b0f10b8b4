"""The annotated sentences: `sheet.jsonl` with what an annotator wrote, every field as spans of the text."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.extraction.sheet import SHEET
from jianghua.data.errors import RecordError
from jianghua.data.speech import Span
from jianghua.data.store import read_lines

GOLD: Final = Path(__file__).with_name("gold.jsonl")
SPANS: Final = ("who", "what", "when", "indicator", "value", "state", "comparison", "risk_who", "criticism_who")
AREAS: Final = ("risk_area", "criticism_area")
_NTH: Final = re.compile(r"(.+)#(\d)")


@dataclass(frozen=True, slots=True)
class Annotated:
    """One sentence and what was annotated in it.

    Attributes:
        row: its line of `sheet.jsonl`.
        spans: half-open offsets of each field of `SPANS`.
        areas: the area of each field of `AREAS` that applies.
    """

    row: Mapping[str, Any]
    spans: Mapping[str, frozenset[Span]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


def read_annotated(path: Path = GOLD) -> list[Annotated]:
    """Read a pass of annotation.

    Raises:
        RecordError: words that a sentence does not have, or sentences other than those of the sheet.
    """
    rows = [json.loads(line) for _, line in read_lines(SHEET)]
    records = [json.loads(line) for _, line in read_lines(path)]
    if [row["id"] for row in rows] != [record["id"] for record in records]:
        raise RecordError(f"{path}: expected the sentences of {SHEET.name} in their order, got others")
    return [_annotated(row, record) for row, record in zip(rows, records, strict=True)]


def _annotated(row: Mapping[str, Any], record: Mapping[str, Any]) -> Annotated:
    spans: dict[str, set[Span]] = defaultdict(set)
    for name, words in _words(record):
        spans[name].add(locate(row["text"], words, row["id"]))
    areas = {f"{label}_area": record[label]["area"] for label in ("risk", "criticism") if label in record}
    return Annotated(row, {name: frozenset(found) for name, found in spans.items()}, areas)


def _words(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for task in record.get("tasks", []):
        yield "what", task["what"]
        yield from (("who", words) for words in task.get("who", []))
        yield from (("when", words) for words in task.get("when", []))
    for target in record.get("targets", []):
        yield from ((name, target[name]) for name in ("indicator", "value", "state") if name in target)
        yield from (("comparison", words) for words in target.get("comparison", []))
        yield from (("when", words) for words in target.get("when", []))
    for label in ("risk", "criticism"):
        yield from ((f"{label}_who", words) for words in record.get(label, {}).get("who", []))


def locate(text: str, words: str, where: str) -> Span:
    """Where words of the annotation stand: as they are, `from→to`, `from→` (to the end), with `#2` for the second place.

    Raises:
        RecordError: the text does not have them.
    """
    if "→" in words:
        opening, closing = words.split("→")
        start = _find(text, opening, where, 0)[0]
        end = _find(text, closing, where, start)[1] if closing else len(text.rstrip("。！!？?…； ;，"))
        return start, end
    return _find(text, words, where, 0)


def _find(text: str, words: str, where: str, start: int) -> Span:
    nth = _NTH.fullmatch(words)
    words, count = (nth[1], int(nth[2])) if nth else (words, 1)
    position = start - 1
    for _ in range(count):
        position = text.find(words, position + 1)
        if position < 0:
            raise RecordError(f"{where}: expected words of the sentence, got {words!r}")
    return position, position + len(words)
