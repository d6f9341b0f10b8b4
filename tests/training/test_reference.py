from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from jianghua.data.corpus.dataset import build_dataset, dataset_of_splits
from jianghua.data.errors import SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.drift.profile import Judgement
from jianghua.tagging.drift.reference import FILE, Reference, find_reference, save_reference
from jianghua.tagging.records import Tag
from jianghua.training.reference import build_reference, judgement


def unsure(speech: Speech) -> Judgement:
    shape = (len(speech.sentences), 5)
    return Judgement(np.full(shape, 0.25), np.zeros(shape, dtype=bool), np.linspace(0, 1, shape[0]))


@pytest.fixture(scope="module")
def reference(corpus: list[Speech], scheme: LabelScheme) -> Reference:
    return build_reference(build_dataset(corpus[:40], scheme), unsure, "a" * 64)


def test_a_reference_tells_label_rates_of_the_annotated_sentences(corpus: list[Speech], scheme: LabelScheme) -> None:
    train, held_out = corpus[:3], [corpus[3].with_labels([None, ("risk",), *[()] * (len(corpus[3].sentences) - 2)])]
    reference = build_reference(dataset_of_splits({"train": train, "test": held_out}, scheme, {}), unsure, "")
    label = reference.labels["risk"]
    sentences = [sentence for speech in train for sentence in speech.sentences]
    assert label.training == pytest.approx(np.mean(["risk" in (s.labels or ()) for s in sentences]), abs=1e-4)
    assert label.held_out == pytest.approx(1 / (len(held_out[0].sentences) - 1), abs=1e-4)
    assert (label.model, label.probability) == (0, 0.25)
    assert reference.training_speeches == 3
    assert list(reference.labels) == list(scheme.keys)


def test_held_out_speeches_are_measured_and_short_ones_left_out(corpus: list[Speech], scheme: LabelScheme) -> None:
    short = Speech("short", "", corpus[5].sentences[:8])
    splits = {"train": corpus[:3], "validation": [corpus[3], short], "test": [corpus[4]]}
    seen: list[str] = []

    def track(speeches: list[Speech]) -> list[Speech]:
        seen.extend(speech.id for speech in speeches)
        return speeches

    reference = build_reference(dataset_of_splits(splits, scheme, {}), unsure, "", track)  # type: ignore[arg-type]
    assert seen == [corpus[3].id, "short", corpus[4].id]
    assert len(reference.held_out) == 2
    assert reference.confidence["50"] == pytest.approx(0.5)
    assert all(0 < value < 1 for profile in reference.held_out for value in profile["characters"])


def test_a_reference_comes_back_and_holds_no_sentence(reference: Reference, corpus: list[Speech], tmp_path: Path) -> None:
    save_reference(reference, tmp_path)
    assert find_reference(tmp_path, "a" * 64) == reference
    text = (tmp_path / FILE).read_text("utf-8")
    assert len(text.encode()) < 200_000
    assert not any(sentence in text for speech in corpus[:40] for sentence in speech.texts if len(sentence) > 5)


def test_a_reference_of_another_model_is_none(reference: Reference, tmp_path: Path) -> None:
    assert find_reference(tmp_path, "a" * 64) is None
    save_reference(reference, tmp_path)
    assert find_reference(tmp_path, "b" * 64) is None


def test_a_damaged_reference_is_a_clear_error(reference: Reference, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{", "utf-8")
    with pytest.raises(SettingsError, match=r"reference\.json: expected JSON"):
        find_reference(tmp_path, "a" * 64)
    save_reference(reference, tmp_path)
    values = json.loads((tmp_path / FILE).read_text("utf-8"))
    del values["held_out"][0]["doubt"]
    (tmp_path / FILE).write_text(json.dumps(values), "utf-8")
    with pytest.raises(SettingsError, match="each held-out profile must have characters, bigrams"):
        find_reference(tmp_path, "a" * 64)


def test_tags_become_arrays_with_the_confidence_of_active_learning(scheme: LabelScheme) -> None:
    keys = scheme.keys
    tags = [Tag(("risk",), dict.fromkeys(keys, 0.1) | {"risk": 0.75}), Tag((), dict.fromkeys(keys, 0.4))]
    found = judgement(tags, scheme, dict.fromkeys(keys, 0.5))
    assert found.decided.tolist() == [[False] * 4 + [True], [False] * 5]
    assert found.confidence == pytest.approx([0.5, 0.2])
    assert judgement([], scheme, dict.fromkeys(keys, 0.5)).probabilities.shape == (0, 5)
    single = scheme.model_copy(update={"kind": "single"})
    assert judgement(tags[:1], single, {}).confidence == pytest.approx([0.65])
