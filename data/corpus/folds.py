"""Folds and growing datasets: splits of speeches beside those of `build_dataset`."""

from __future__ import annotations

from collections.abc import Sequence

from jianghua.data.corpus.dataset import SpeechDataset, dataset_of_splits, label_counts
from jianghua.data.corpus.splits import near_duplicate_groups, stratified_split
from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech


def assign_folds(speeches: Sequence[Speech], scheme: LabelScheme, folds: int, seed: int = 0) -> list[list[int]]:
    """Indices of the speeches of each fold: whole speeches, near copies together, labels spread as evenly as it can be.

    Raises:
        RecordError: fewer than two folds are asked for, or there are fewer groups of speeches than folds.
    """
    if folds < 2:
        raise RecordError(f"expected two folds or more, got {folds}")
    shares = {str(number): 1 / folds for number in range(folds)}
    split = stratified_split(label_counts(speeches, scheme), near_duplicate_groups(speeches), shares, seed)
    return list(split.values())


def extend_dataset(dataset: SpeechDataset, speeches: Sequence[Speech], scheme: LabelScheme) -> SpeechDataset:
    """A dataset with newer labels and more speeches whose validation and test speeches stay what they are.

    So two models, trained before and after, can be compared on the same validation speeches, none of which either has seen.
    A speech that was held out stays so; a new speech goes to the training split, unless it is a near copy of one that is held
    out: then it joins that one's split. Speeches of the old dataset that are not given again stay as they are; in those that
    are, new labels take the place of old ones, sentence by sentence.

    Raises:
        RecordError: the scheme's labels are not the dataset's, or a label is not in the scheme.
    """
    if scheme.keys != dataset.scheme.keys or scheme.kind != dataset.scheme.kind:
        raise RecordError(
            f"expected the labels that the dataset has ({dataset.scheme.kind}: {', '.join(dataset.scheme.keys)}), "
            f"got {scheme.kind}: {', '.join(scheme.keys)}"
        )
    place = {speech.id: name for name, part in dataset.splits.items() for speech in part}
    merged = {speech.id: speech for part in dataset.splits.values() for speech in part}
    for speech in speeches:
        scheme.check(speech)
        if speech.annotated:
            merged[speech.id] = _merge_labels(merged.get(speech.id), speech)
    ordered = sorted(merged.values(), key=lambda speech: speech.id)
    held_out = [name for name in dataset.splits if name != "train"]
    for group in near_duplicate_groups(ordered):
        ids = [ordered[index].id for index in group]
        found = [name for name in held_out if name in {place.get(id) for id in ids}]
        for id in ids:
            place.setdefault(id, found[0] if found else "train")
    splits = {name: [speech for speech in ordered if place[speech.id] == name] for name in dataset.splits}
    return dataset_of_splits(splits, scheme, {"extends": dataset.sha256})


def _merge_labels(old: Speech | None, new: Speech) -> Speech:
    """The new speech, with the old one's labels where the new one has none; another text makes the old labels void."""
    if old is None or old.texts != new.texts:
        return new
    pairs = zip(old.sentences, new.sentences, strict=True)
    return new.with_labels([before.labels if after.labels is None else after.labels for before, after in pairs])
