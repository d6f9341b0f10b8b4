"""Test splits of whole styles: every speech with a field's value is held out, so that figures are those on what is new.

A test split by speech says how a model does on more of the same. One that holds out a style, an occasion or a writer says how
it does on speeches unlike those it learned from, which is what it meets in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jianghua.data.corpus.dataset import SHARES, SpeechDataset, checked_speeches, dataset_of_splits, label_counts
from jianghua.data.corpus.splits import Groups, near_duplicate_groups, stratified_split
from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.settings import nearest
from jianghua.data.speech import Speech


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value of one of the speeches' own fields, such as `style=dense`."""

    field: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}={self.value}"

    @classmethod
    def parse(cls, text: str) -> FieldValue:
        """Read `field=value`.

        Raises:
            SettingsError: it has no such form.
        """
        field, equals, value = (part.strip() for part in text.partition("="))
        if not (field and equals and value):
            raise SettingsError(f"expected field=value, such as style=dense, got {text!r}")
        return cls(field, value)

    def matches(self, speech: Speech) -> bool:
        """Whether the speech has the field with this value; numbers are compared as they are written."""
        return self.field in speech.meta and str(speech.meta[self.field]) == self.value


def build_held_out_dataset(
    speeches: Sequence[Speech],
    scheme: LabelScheme,
    held_out: Sequence[FieldValue],
    seed: int = 0,
    validation: float = SHARES["validation"],
) -> SpeechDataset:
    """A dataset whose test split is every speech with one of the values, and nothing else.

    The other speeches are split into train and validation as `build_dataset` does it. A near copy of a speech that is held out
    is in no split, unless it has one of the values itself.

    Args:
        speeches: those without annotation are left out.
        scheme: the label scheme.
        held_out: what the test split consists of; several values add up.
        seed: decides among equally good splits of the rest.
        validation: share of the validation split in the rest.

    Raises:
        RecordError: no speech has the field or the value, all are held out, or too few are left; see also `checked_speeches`.
    """
    ordered = checked_speeches(speeches, scheme)
    for one in held_out:
        _check_known(one, ordered)
    test = {index for index, speech in enumerate(ordered) if any(one.matches(speech) for one in held_out)}
    groups = near_duplicate_groups(ordered)
    copies = {index for group in groups if test.intersection(group) for index in group} - test
    rest = [group for group in groups if not test.intersection(group)]
    if not rest:
        named = " ".join(map(str, held_out))
        raise RecordError(f"expected speeches to train on, got all {len(ordered)} held out by {named} or near copies of those")
    shares = {"train": 1 - validation, "validation": validation}
    chosen = _split(ordered, scheme, rest, shares, seed) | {"test": sorted(test)}
    splits = {name: [ordered[index] for index in indices] for name, indices in chosen.items()}
    about = {
        "seed": seed,
        "shares": shares,
        "hold_out": [str(one) for one in held_out],
        "near_duplicates": [[ordered[index].id for index in group] for group in groups if len(group) > 1],
        "left_out_near_copies": [ordered[index].id for index in sorted(copies)],
        "left_out_without_labels": sorted(speech.id for speech in speeches if not speech.annotated),
    }
    return dataset_of_splits(splits, scheme, about)


def _check_known(wanted: FieldValue, speeches: Sequence[Speech]) -> None:
    """Check that a speech has the field, and one of them the value.

    Raises:
        RecordError: none has; the message names those that there are.
    """
    fields = sorted({field for speech in speeches for field in speech.meta})
    if wanted.field not in fields:
        known = ", ".join(fields) or "none"
        raise RecordError(f"expected a field of the speeches ({known}), got {wanted.field!r}{nearest(wanted.field, fields)}")
    values = sorted({str(speech.meta[wanted.field]) for speech in speeches if wanted.field in speech.meta})
    if wanted.value not in values:
        few = ", ".join(values[:10]) + (" …" if len(values) > 10 else "")
        hint = nearest(wanted.value, values)
        raise RecordError(f"expected a value of {wanted.field!r} that a speech has ({few}), got {wanted.value!r}{hint}")


def _split(
    speeches: Sequence[Speech], scheme: LabelScheme, groups: Groups, shares: Mapping[str, float], seed: int
) -> dict[str, list[int]]:
    """Indices of the speeches of these groups in each split; see `stratified_split`."""
    members = sorted(index for group in groups for index in group)
    place = {index: number for number, index in enumerate(members)}
    counts = label_counts([speeches[index] for index in members], scheme)
    chosen = stratified_split(counts, [[place[index] for index in group] for group in groups], shares, seed)
    return {name: [members[number] for number in numbers] for name, numbers in chosen.items()}
