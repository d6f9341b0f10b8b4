"""Annotated speeches for evaluation: files of speeches, or of one speech with a sentence a line."""

from __future__ import annotations

import json
from pathlib import Path

from jianghua.data.errors import RecordError
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import parse_speeches, read_lines


def read_gold(path: Path) -> list[Speech]:
    """Read annotated speeches.

    A file whose first record has `text` and no `sentences` is one speech, a sentence a line.

    Raises:
        RecordError: a record does not have the form of the first; the message names file and line.
    """
    lines = list(read_lines(path))
    if not lines:
        raise RecordError(f"{path}: expected annotated speeches, got an empty file")
    if not _is_sentence(lines[0][1]):
        return parse_speeches(path, lines)
    sentences = tuple(Sentence.from_json(line, f"{path}, line {number}") for number, line in lines)
    title = next((sentence.text for sentence in sentences if sentence.kind == "title"), path.stem)
    return [Speech(id=path.stem, title=title, sentences=sentences)]


def _is_sentence(line: str) -> bool:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False  # who reads it as a speech will say what is wrong
    return isinstance(record, dict) and "text" in record and "sentences" not in record
