from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command import jianghua
from tiny import tiny_config

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.data.store import read_jsonl, write_speeches
from jianghua.training.crossval import cross_validate, finetuned_model
from jianghua.training.evaluation import Outcome


def test_every_sentence_is_judged_once_and_by_a_stranger(corpus: list[Speech], scheme: LabelScheme) -> None:
    copy = replace(corpus[0], id="copy")
    blank = corpus[8].with_labels([None] * len(corpus[8].sentences))
    speeches = [*corpus[:8], blank, copy]
    seen: dict[str, set[str]] = {}

    def model(fold: int, train: Sequence[Speech], validation: Sequence[Speech], judged: Sequence[Speech]) -> Outcome:
        rows = []
        for number, speech in enumerate(judged):
            seen[speech.id] = {other.id for other in (*train, *validation)}
            for index, sentence in enumerate(speech.sentences):
                rows.append(([key in (sentence.labels or ()) for key in scheme.keys], number, index))
        gold, numbers, indices = (np.array(column) for column in zip(*rows, strict=True))
        return Outcome(gold.astype(float), gold.astype(int), gold.astype(int), numbers, indices)

    outcome = cross_validate(speeches, scheme, 3, model)
    wanted = [(n, i) for n, speech in enumerate(speeches) if speech.annotated for i in range(len(speech.sentences))]
    assert list(zip(outcome.speeches.tolist(), outcome.indices.tolist(), strict=True)) == wanted
    for row, (number, index) in enumerate(wanted):
        labels = speeches[number].sentences[index].labels or ()
        assert outcome.probabilities[row].tolist() == [float(key in labels) for key in scheme.keys]
    assert set(seen) == {speech.id for speech in speeches} - {blank.id}
    assert all(id not in others for id, others in seen.items())
    assert "copy" not in seen[corpus[0].id]
    assert corpus[0].id not in seen["copy"]
    with pytest.raises(RecordError, match="3 folds or more and as many annotated speeches, got 3 and 2"):
        cross_validate(corpus[:2], scheme, 3, model)


def test_finished_folds_are_taken_up_again(
    corpus: list[Speech], scheme: LabelScheme, tiny_encoder: Path, tmp_path: Path
) -> None:
    config = tiny_config(tiny_encoder, tmp_path, tmp_path, "x", optimisation={"epochs": 0.3, "precision": "fp32"})
    model = finetuned_model(scheme, config, tmp_path / "folds")
    first = cross_validate(corpus[:4], scheme, 3, model)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "folds").rglob("tagger.json")}
    assert len(times) == 3
    again = cross_validate(corpus[:4], scheme, 3, model)
    assert again.probabilities.tolist() == first.probabilities.tolist()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "folds").rglob("tagger.json")} == times


def test_the_audit_command(tiny_run: Path, corpus: list[Speech], tmp_path: Path) -> None:
    result = jianghua("annotate", "audit", tiny_run, "--fast", "-o", tmp_path / "a", "--set", "audit.folds=3")
    rows = [row for _, row in read_jsonl(tmp_path / "a" / "suspects.jsonl")]
    assert rows
    assert f"{len(rows)} of" in result.stderr
    assert [row["score"] for row in rows] == sorted(row["score"] for row in rows)
    by_id = {speech.id: speech for speech in corpus}
    for row in rows:
        sentence = by_id[row["speech"]].sentences[row["index"]]
        assert (row["text"], row["labels"]) == (sentence.text, list(sentence.labels or ()))
        assert row["suggested"] != row["labels"]
    page = (tmp_path / "a" / "audit.html").read_text("utf-8")
    assert page.count("<article") == len(rows)
    assert "http" not in page

    write_speeches(tmp_path / "s.jsonl", corpus[:6])
    jianghua(
        "annotate", "audit", tiny_run, tmp_path / "s.jsonl", "--fast", "-o", tmp_path / "b", "--set", "audit.folds=3", "-n", 5
    )
    assert len(list(read_jsonl(tmp_path / "b" / "suspects.jsonl"))) == 5
    labels = tmp_path / "labels.yaml"
    labels.write_text(json.dumps({"name": "x", "labels": [{"key": "a", "name": "甲"}]}), "utf-8")
    refused = jianghua("annotate", "audit", tiny_run, "--labels", labels, "--fast", "-o", tmp_path / "c", code=1)
    assert "expected the labels of" in refused.stderr
