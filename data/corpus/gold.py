"""Annotated speeches for evaluation: files of speeches, or of one speech with a sentence a line."""

from __future__ import annotations

from pathlib import Path

from jianghua.data.errors import RecordError
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import parse_speeches, read_jsonl


def read_gold(path: Path) -> list[Speech]:
    """Read annotated speeches.

    A file whose records have `text` and no `sentences` is one speech, a sentence a line.

    Raises:
        RecordError: a record does not have either form; the message names file and line.
    """
    rows = list(read_jsonl(path))
    if not rows:
        raise RecordError(f"{path}: expected annotated speeches, got an empty file")
    if not all(isinstance(record, dict) and "text" in record and "sentences" not in record for _, record in rows):
        return parse_speeches(path, rows)
    sentences = tuple(Sentence.from_dict(record, f"{path}, line {number}") for number, record in rows)
    title = next((sentence.text for sentence in sentences if sentence.kind == "title"), path.stem)
    return [Speech(id=path.stem, title=title, sentences=sentences)]
