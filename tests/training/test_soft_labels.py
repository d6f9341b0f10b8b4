from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import jianghua
from tiny import tiny_config

from jianghua.data.corpus.dataset import build_dataset, save_dataset
from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging import Tagger
from jianghua.training.finetune import finetune
from jianghua.training.soft_labels import read_soft_labels, soft_labels, write_soft_labels

DOCUMENTS = [("路要修好。年底前必须通车！", "问题不少。"), ("形势总体平稳。",)]
SENTENCES = ["路要修好。", "年底前必须通车！", "问题不少。"]


@pytest.fixture(scope="module")
def teacher(tiny_run: Path) -> Tagger:
    return Tagger.load(tiny_run)


def test_a_document_is_tagged_as_a_speech(teacher: Tagger) -> None:
    labelled = list(soft_labels([teacher], DOCUMENTS))
    assert [(sentence.document, sentence.text) for sentence in labelled] == [
        *((0, text) for text in SENTENCES),
        (1, "形势总体平稳。"),
    ]
    assert [sentence.probabilities for sentence in labelled[:3]] == [
        tag.probabilities for tag in teacher.tag_sentences(SENTENCES)
    ]


def test_several_teachers_are_averaged(
    teacher: Tagger, tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path, scheme: LabelScheme
) -> None:
    second = finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "second", seed=1))
    assert second is not None
    teachers = [teacher, Tagger.load(second.run.directory)]
    one, two = (next(iter(soft_labels([each], DOCUMENTS))).probabilities for each in teachers)
    both = next(iter(soft_labels(teachers, DOCUMENTS))).probabilities
    assert one != two
    for key in scheme.keys:
        assert both[key] == pytest.approx((one[key] + two[key]) / 2, abs=1e-4)


def test_teachers_of_different_schemes_are_refused(
    teacher: Tagger, tiny_encoder: Path, tmp_path: Path, corpus: list[Speech]
) -> None:
    values = {"name": "other", "kind": "multi", "labels": [{"key": "any", "name": "有"}, {"key": "many", "name": "多"}]}
    scheme = LabelScheme.model_validate(values)
    speeches = [speech.with_labels([("any", "many")[: len(s.labels or ())] for s in speech.sentences]) for speech in corpus[:8]]
    save_dataset(build_dataset(speeches, scheme), tmp_path / "d")
    other = finetune(tiny_config(tiny_encoder, tmp_path / "d", tmp_path, "other"))
    assert other is not None
    with pytest.raises(SettingsError, match=r"expected teachers of one label scheme, got situation, .* and any, many"):
        list(soft_labels([teacher, Tagger.load(other.run.directory)], DOCUMENTS))


def test_the_file_comes_back_as_it_was_written(teacher: Tagger, tmp_path: Path, scheme: LabelScheme) -> None:
    labelled = list(soft_labels([teacher], DOCUMENTS))
    assert write_soft_labels(tmp_path / "soft.jsonl", labelled) == 4
    assert read_soft_labels(tmp_path / "soft.jsonl", scheme.keys) == labelled


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"text": "甲。", "document": 0}, "line 1: expected text, probabilities and document"),
        ({"text": "甲。", "document": 0, "probabilities": {"a": 0.5}}, "line 1: expected probabilities of a, b, got a"),
        ({"text": "甲。", "document": 0, "probabilities": {"a": 0.5, "b": 1.5}}, "line 1: expected probabilities from 0 to 1"),
        ({"text": "甲。", "document": 0, "probabilities": {"a": 0.5, "b": "high"}}, "line 1: expected text, probabilities"),
        ([1], "line 1: expected text, probabilities and document"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, line: object, message: str) -> None:
    (tmp_path / "soft.jsonl").write_text(json.dumps(line), "utf-8")
    with pytest.raises(RecordError, match=message):
        read_soft_labels(tmp_path / "soft.jsonl", ["a", "b"])


def test_command(tiny_run: Path, tmp_path: Path, scheme: LabelScheme) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join("\n".join(document) for document in DOCUMENTS), "utf-8")
    result = jianghua("soft-labels", tiny_run, "--text", tmp_path / "a.txt", "-o", tmp_path / "soft.jsonl")
    assert "4 sentences of 2 documents" in result.stderr
    assert [sentence.text for sentence in read_soft_labels(tmp_path / "soft.jsonl", scheme.keys)][:3] == SENTENCES
