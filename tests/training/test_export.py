from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import tiny_config

from jianghua.data.corpus.dataset import load_dataset
from jianghua.data.store import dump_json
from jianghua.tagging import Tagger
from jianghua.tagging.backends import TorchBackend
from jianghua.training import export
from jianghua.training.calibration import calibrate
from jianghua.training.evaluation import Outcome, gold_labels, measure, run_tagger
from jianghua.training.finetune import finetune


def test_the_figures_are_those_of_the_tagger(tiny_run: Path, tiny_dataset: Path) -> None:
    tagger, validation = Tagger.load(tiny_run), load_dataset(tiny_dataset).splits["validation"]
    keys, thresholds = tagger.scheme.keys, tagger.bundle.calibration.thresholds
    tags = [tag for speech in validation for tag in tagger.tag_sentences(speech.texts)]
    gold = gold_labels(validation, tagger.scheme)
    assert len(tags) == len(gold.labels)
    tagged = Outcome(
        probabilities=np.array([list(tag.probabilities.values()) for tag in tags]),
        predicted=np.array([[key in tag.labels for key in keys] for tag in tags], dtype=np.int64),
        gold=gold.labels,
        speeches=gold.speeches,
        indices=gold.indices,
    )
    written = json.loads((tiny_run / "metrics.json").read_text("utf-8"))["validation"]
    assert json.loads(dump_json(measure(tagged, keys, thresholds))) == written
    assert json.loads(dump_json(measure(run_tagger(tagger, validation), keys, thresholds))) == written
    assert tagger.bundle.metrics["macro_f1"] == written["macro_f1"]
    logits = np.concatenate([tagger.classifier.logits(speech.texts) for speech in validation])
    assert calibrate(logits, gold.labels, tagger.scheme) == tagger.bundle.calibration


def test_the_network_is_loaded_once_and_sees_every_passage_once(
    tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backends, passages = [], []
    load, logits = TorchBackend.__init__, TorchBackend.logits

    def counted_load(self: TorchBackend, *arguments: Any) -> None:
        backends.append(self)
        load(self, *arguments)

    def counted_logits(self: TorchBackend, ids: Any, mask: Any) -> Any:
        passages.extend(row[kept > 0].tolist() for row, kept in zip(ids, mask, strict=True))
        return logits(self, ids, mask)

    monkeypatch.setattr(TorchBackend, "__init__", counted_load)
    monkeypatch.setattr(TorchBackend, "logits", counted_logits)
    short = {"epochs": 0.2, "precision": "fp32"}
    trained = finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "counted", optimisation=short))
    assert trained is not None
    assert len(backends) == 1
    exported, passages[:] = list(passages), []
    tagger = Tagger.load(trained.run.directory)
    splits = load_dataset(tiny_dataset).splits
    for speech in (*splits["validation"], *splits["test"]):  # calibration, and what drift is held against
        tagger.tag_speech(speech)
    assert exported == passages


def test_an_export_that_fails_leaves_no_bundle_and_is_made_up_for(
    tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(tiny_encoder, tiny_dataset, tmp_path, "torn", optimisation={"epochs": 0.2, "precision": "fp32"})

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(export, "write_card", full)
        with pytest.raises(OSError, match="no space left"):
            finetune(config)
    assert not (config.directory / "bundle").exists()
    assert finetune(config) is not None
    assert Tagger.load(config.directory).tag_sentences(["路要修好。"])
