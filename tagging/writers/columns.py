"""The columns of a table of sentences: one row a sentence, one column a label and one for its probability."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

_SENTENCE: Final = ("id", "speech", "file", "title", "sentence", "paragraph", "kind", "page", "start", "end", "text")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def header(keys: Sequence[str]) -> list[str]:
    """Names of the columns.

    Args:
        keys: the labels, in the scheme's order.
    """
    return [*_SENTENCE, "labels", *keys, *(f"p_{key}" for key in keys)]


def values(row: dict[str, Any], keys: Sequence[str]) -> list[Any]:
    """The values of a row of `TaggedSpeech.rows`, in the order of `header`."""
    labels, probabilities = row["labels"], row["probabilities"]
    return [
        *(row[name] for name in _SENTENCE),
        ";".join(labels),
        *(int(key in labels) for key in keys),
        *(probabilities[key] for key in keys),
    ]


def printable(text: str) -> str:
    """A text without control characters and lone surrogates, which neither XML nor a spreadsheet can carry."""
    return _NOT_XML.sub("", text)
