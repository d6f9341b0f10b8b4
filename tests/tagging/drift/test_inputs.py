from __future__ import annotations

import json
from pathlib import Path

import pytest

from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.data.store import write_json, write_jsonl, write_speeches
from jianghua.tagging.drift.inputs import check_model, read_inputs
from jianghua.tagging.records import Tag, TaggedSpeech


def tagged(speech: Speech, scheme: LabelScheme) -> TaggedSpeech:
    tags = [Tag(scheme.keys[:1], {key: 0.9 - n / 10 for n, key in enumerate(scheme.keys)}) for _ in speech.sentences]
    return TaggedSpeech(speech, tuple(tags))


def test_speeches_are_read_as_they_are(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    write_speeches(tmp_path / "s.jsonl", corpus[:2])
    assert read_inputs(tmp_path / "s.jsonl", scheme.keys) == [(speech, None) for speech in corpus[:2]]
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert read_inputs(tmp_path / "empty.jsonl", scheme.keys) == []


def test_tagged_sentences_become_speeches_again(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    whole = [tagged(speech, scheme) for speech in corpus[:2]]
    write_jsonl(tmp_path / "sentences.jsonl", [row for one in whole for row in one.rows()])
    found = read_inputs(tmp_path / "sentences.jsonl", scheme.keys)
    for (speech, again), one in zip(found, whole, strict=True):
        assert again is not None
        assert again.tags == one.tags
        assert (speech.id, speech.title, speech.texts) == (one.speech.id, one.speech.title, one.speech.texts)
        assert not speech.annotated  # the labels are the model's


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": ["other"]}, "expected labels of situation"),
        ({"labels": None}, "expected labels of situation"),
        ({"probabilities": {"situation": 0.5}}, "expected probabilities of situation"),
        ({"probabilities": dict.fromkeys(("situation", "directive", "criticism", "target", "risk"), 1.5)}, "from 0 to 1"),
        ({"speech": None}, "rows of one speech after another, got 'speech' None"),
    ],
)
def test_wrong_rows_are_named(
    tmp_path: Path, corpus: list[Speech], scheme: LabelScheme, changes: dict[str, object], message: str
) -> None:
    rows = tagged(corpus[0], scheme).rows()
    rows[3] |= changes
    write_jsonl(tmp_path / "sentences.jsonl", rows)
    with pytest.raises(RecordError, match=rf"line 4: .*{message}"):
        read_inputs(tmp_path / "sentences.jsonl", scheme.keys)


def test_mixed_up_speeches_are_refused(tmp_path: Path, corpus: list[Speech], scheme: LabelScheme) -> None:
    rows = [row for speech in corpus[:2] for row in tagged(speech, scheme).rows()]
    write_jsonl(tmp_path / "sentences.jsonl", [*rows, rows[0]])
    with pytest.raises(RecordError, match=f"rows of one speech after another, got 'speech' '{corpus[0].id}'"):
        read_inputs(tmp_path / "sentences.jsonl", scheme.keys)


def test_tags_of_another_model_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "sentences.jsonl"
    check_model(file, "a" * 64)  # nothing says whose tags they are
    write_json(tmp_path / "manifest.json", {"model_sha256": "b" * 64})
    check_model(file, "b" * 64)
    check_model(tmp_path / "speeches.jsonl", "a" * 64)
    with pytest.raises(SettingsError, match="expected tags of the model aaaaaaaaaaaa, got those of bbbbbbbbbbbb: tag it again"):
        check_model(file, "a" * 64)
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8"))
