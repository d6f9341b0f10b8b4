"""Slices of an evaluation: the same figures for each style, kind of sentence, length or other field by itself.

A mean over all sentences hides that a model knows one style and not another.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import RecordError
from jianghua.data.settings import nearest
from jianghua.data.speech import Kind, Sentence, Speech
from jianghua.training.evaluation import Outcome
from jianghua.training.metrics import LabelScores

Slices: TypeAlias = dict[str, dict[str, Any]]
"""Figures by value of a field; see `measure_slices`."""

DEFAULT_FIELD: Final = "style"
"""The field that an evaluation is sliced by where nothing is said and the speeches have it."""
MISSING: Final = "–"
"""Slice of the speeches that lack the field."""
LENGTHS: Final = (20, 40, 80)
"""Longest sentences, in characters, of all bins of `length` but the last."""

_LENGTH_NAMES: Final = (f"≤{LENGTHS[0]}", *(f"{low + 1}–{high}" for low, high in pairwise(LENGTHS)), f">{LENGTHS[-1]}")


def slice_fields(speeches: Sequence[Speech], asked: Sequence[str]) -> tuple[str, ...]:
    """The fields to slice by: those asked for, each once, or `style` where nothing is asked and a speech has it.

    `kind` (what a sentence is in the layout) and `length` (in characters) are fields of sentences, all others of speeches.

    Raises:
        RecordError: no speech has a field that is asked for; the message names those that there are.
    """
    known = {"kind", "length"} | {field for speech in speeches for field in speech.meta}
    for field in asked:
        if field not in known:
            raise RecordError(
                f"expected a field of the speeches ({', '.join(sorted(known))}), got {field!r}{nearest(field, known)}"
            )
    default = (DEFAULT_FIELD,) if DEFAULT_FIELD in known else ()
    return tuple(dict.fromkeys(asked)) or default


def measure_slices(outcome: Outcome, speeches: Sequence[Speech], keys: Sequence[str], field: str) -> Slices:
    """Figures by value of a field, as JSON: sentences, speeches, macro F1, and F1 and support of each label.

    Kinds are in the order of a speech, lengths ascending, other values sorted, speeches without the field last. A label without
    an example in a slice has no F1 there: it is `None` and left out of the slice's macro F1.

    Args:
        outcome: what the tagger made of annotated sentences.
        speeches: those that `outcome.speeches` numbers.
        keys: the labels, in the order of the outcome's columns.
        field: see `slice_fields`.
    """
    values = _values(outcome, speeches, field)
    return {value: _figures(outcome, values == value, keys) for value in _order(field, set(values.tolist()))}


def _values(outcome: Outcome, speeches: Sequence[Speech], field: str) -> NDArray[np.str_]:
    """The field's value at each sentence, shape (sentences,)."""
    pairs = zip(outcome.speeches.tolist(), outcome.indices.tolist(), strict=True)
    return np.array([_value(speeches[number], speeches[number].sentences[index], field) for number, index in pairs])


def _value(speech: Speech, sentence: Sentence, field: str) -> str:
    if field == "kind":
        return sentence.kind
    if field == "length":
        return _LENGTH_NAMES[int(np.searchsorted(LENGTHS, len(sentence.text)))]
    return str(speech.meta.get(field, MISSING))


def _order(field: str, found: set[str]) -> list[str]:
    """The values that occur, in the order in which they are shown."""
    fixed = {"kind": get_args(Kind), "length": _LENGTH_NAMES}.get(field)
    if fixed is not None:
        return [value for value in fixed if value in found]
    return sorted(found, key=lambda value: (value == MISSING, value))


def _figures(outcome: Outcome, rows: NDArray[np.bool_], keys: Sequence[str]) -> dict[str, Any]:
    """Figures of the sentences that `rows`, shape (sentences,), selects."""
    predicted, gold = outcome.predicted[rows].tolist(), outcome.gold[rows].tolist()
    scores = LabelScores(keys).compute(predictions=predicted, references=gold)
    return {
        "sentences": int(rows.sum()),
        "speeches": len(set(outcome.speeches[rows].tolist())),
        "macro_f1": scores["macro_f1"],
        "labels": {key: {"f1": label["f1"], "support": label["support"]} for key, label in scores["labels"].items()},
    }
