from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jianghua.data.corpus.dataset import build_dataset, load_dataset, save_dataset
from jianghua.data.corpus.folds import assign_folds, extend_dataset
from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech


def test_folds_part_the_speeches_and_keep_near_copies_together(corpus: list[Speech], scheme: LabelScheme) -> None:
    copy = replace(corpus[0], id="copy")
    speeches = [*corpus[:12], copy]
    folds = assign_folds(speeches, scheme, 4)
    assert sorted(index for fold in folds for index in fold) == list(range(13))
    assert all(folds)
    assert any({0, 12} <= set(fold) for fold in folds)
    assert folds == assign_folds(speeches, scheme, 4)
    with pytest.raises(RecordError, match="two folds or more, got 1"):
        assign_folds(speeches, scheme, 1)


def test_a_growing_dataset_keeps_what_is_held_out(corpus: list[Speech], scheme: LabelScheme, tmp_path: Path) -> None:
    old = build_dataset(corpus[:12], scheme)
    held = old.splits["validation"][0]
    relabelled = held.with_labels([()] * len(held.sentences))
    partly = old.splits["train"][0]
    partly = partly.with_labels([("risk",), *[None] * (len(partly.sentences) - 1)])
    copy_of_test = replace(old.splits["test"][0], id="copy")
    unannotated = corpus[14].with_labels([None] * len(corpus[14].sentences))
    new = extend_dataset(old, [relabelled, copy_of_test, partly, corpus[13], unannotated], scheme)
    assert {speech.id for speech in new.splits["validation"]} == {speech.id for speech in old.splits["validation"]}
    assert relabelled in new.splits["validation"]
    assert {speech.id for speech in new.splits["test"]} == {"copy", *(speech.id for speech in old.splits["test"])}
    assert {speech.id for speech in new.splits["train"]} == {corpus[13].id, *(speech.id for speech in old.splits["train"])}
    (merged,) = (speech for speech in new.splits["train"] if speech.id == partly.id)
    assert [sentence.labels for sentence in merged.sentences] == [
        ("risk",),
        *(sentence.labels for sentence in old.splits["train"][0].sentences[1:]),
    ]
    save_dataset(new, tmp_path / "d")
    assert load_dataset(tmp_path / "d").sha256 == new.sha256 != old.sha256
    assert new.manifest["extends"] == old.sha256
    other = scheme.model_copy(update={"labels": scheme.labels[:3]})
    with pytest.raises(RecordError, match="expected the labels that the dataset has"):
        extend_dataset(old, [], other)
