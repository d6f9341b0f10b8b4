"""The columns of a table of sentences: one row a sentence, one column a label, one for its probability, one for its clause.

All tables of sentences have them in this order. Files for programs call them by their names and hold what a record holds; the
workbook is for people: its headers are Chinese, labels and kinds have their names, and it counts from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jianghua.tagging.records import TaggedSpeech

TEXTS: Final = ("id", "speech", "file", "title", "kind", "text")
"""The columns of text."""
NUMBERS: Final = ("sentence", "paragraph", "page", "start", "end")
"""The columns of whole numbers, some of which may be empty."""
_BEFORE_LABELS: Final = ("file", "title", "paragraph", "sentence", "page", "kind", "text")
_LAST: Final = ("id", "speech", "start", "end")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def header(keys: Sequence[str]) -> list[str]:
    """Names of the columns: `KEY` is 1 where the label applies, `p_KEY` its probability, `e_KEY` the clause that carried it.

    Args:
        keys: the labels, in the scheme's order.
    """
    by_label = (f"{prefix}{key}" for prefix in ("", "p_", "e_") for key in keys)
    return [*_BEFORE_LABELS, "labels", *by_label, *_LAST]


def records(tagged: TaggedSpeech, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The sentences of a speech, each with a value for every column of `header`; `labels` is a list."""
    for row in tagged.rows():
        text, evidence = row["text"], row["evidence"]
        by_label: dict[str, Any] = {}
        for key in keys:
            start, end = evidence.get(key, (0, 0))
            by_label |= {key: int(key in row["labels"]), f"p_{key}": row["probabilities"][key], f"e_{key}": text[start:end]}
        yield {**{name: row[name] for name in (*_BEFORE_LABELS, "labels", *_LAST)}, **by_label}


def values(record: Mapping[str, Any], keys: Sequence[str]) -> list[Any]:
    """The values of a record in the order of `header`, its labels in one text."""
    return [";".join(record[name]) if name == "labels" else record[name] for name in header(keys)]


def printable(text: str) -> str:
    """A text without control characters and lone surrogates, which neither XML nor a spreadsheet can carry."""
    return _NOT_XML.sub("", text)
