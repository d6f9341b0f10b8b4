from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from jianghua.data.errors import SettingsError
from jianghua.data.speech import Speech
from jianghua.tagging import Tagger
from jianghua.tagging.bundle import MANIFEST, bundle_sha256, load_bundle, to_probabilities
from jianghua.training.evaluation import run_tagger


@pytest.fixture(scope="module")
def tagger(tiny_run: Path) -> Tagger:
    return Tagger.load(tiny_run)


def test_all_ways_of_tagging_give_the_same_tags(tagger: Tagger, corpus: list[Speech]) -> None:
    speech = corpus[0]
    tags = tagger.tag_sentences(speech.texts)
    assert list(tagger.tag_speech(speech).tags) == tags
    text = "\n".join(sentence.text for sentence in speech.sentences)
    assert [tag.labels for tag in tagger.tag_text(text).tags] == [tag.labels for tag in tags]
    outcome = run_tagger(tagger, [corpus[1], speech])
    mine = outcome.speeches == 1
    assert outcome.probabilities[mine].tolist() == [list(tag.probabilities.values()) for tag in tags]


def test_a_tag_explains_itself(tagger: Tagger, corpus: list[Speech]) -> None:
    thresholds = tagger.bundle.calibration.thresholds
    for tag in tagger.tag_sentences(corpus[2].texts):
        assert tag.labels == tuple(key for key, p in tag.probabilities.items() if p >= thresholds[key])


def test_odd_sentences(tagger: Tagger) -> None:
    assert tagger.tag_sentences([]) == []
    odd = ["要" * 10_000, "", " ", "\ud800", "𠀀😀", "a" * 3000, "好。"]
    tags = tagger.tag_sentences(odd)
    assert len(tags) == len(odd)
    assert all(0 <= p <= 1 for tag in tags for p in tag.probabilities.values())


def test_a_missing_or_damaged_bundle_is_a_clear_error(tmp_path: Path, tiny_run: Path) -> None:
    with pytest.raises(SettingsError, match="expected a trained model"):
        Tagger.load(tmp_path)
    values = json.loads((tiny_run / "bundle" / MANIFEST).read_text("utf-8"))
    del values["calibration"]["thresholds"]["risk"]
    (tmp_path / MANIFEST).write_text(json.dumps(values), "utf-8")
    with pytest.raises(SettingsError, match="thresholds must be given"):
        load_bundle(tmp_path)


def test_the_bundles_hash_covers_what_decides(tmp_path: Path, tiny_run: Path) -> None:
    import shutil

    shutil.copytree(tiny_run / "bundle", tmp_path / "b")
    before = bundle_sha256(tmp_path / "b")
    (tmp_path / "b" / "README.md").write_text("other", "utf-8")
    assert bundle_sha256(tmp_path / "b") == before
    manifest = tmp_path / "b" / MANIFEST
    manifest.write_text(manifest.read_text("utf-8").replace('"attention"', '"attention" '), "utf-8")
    assert bundle_sha256(tmp_path / "b") != before


def test_the_bundle_is_a_plain_token_classifier(tiny_run: Path) -> None:
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    model = AutoModelForTokenClassification.from_pretrained(tiny_run / "bundle")
    keys = ["situation", "directive", "criticism", "target", "risk"]
    assert list(model.config.id2label.values()) == [*keys, *(f"{key}.score" for key in keys)]
    assert AutoTokenizer.from_pretrained(tiny_run / "bundle").is_fast


def test_probabilities_do_not_overflow() -> None:
    logits = np.array([[1e4, -1e4], [0.0, 0.0]])
    assert to_probabilities(logits, "multi").tolist() == [[1.0, 0.0], [0.5, 0.5]]
    assert to_probabilities(logits, "single").tolist() == [[1.0, 0.0], [0.5, 0.5]]
