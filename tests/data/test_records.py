from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jianghua.data.corpus.gold import read_gold
from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.paths import LABELS, SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.settings import load_settings
from jianghua.data.speech import Deletion, Sentence, Source, Speech
from jianghua.data.store import atomic_write, dump_json, read_jsonl, read_speeches, write_speeches, write_text
from jianghua.training.config import TrainConfig


def test_speeches_survive_writing_and_reading(tmp_path: Path, corpus: list[Speech]) -> None:
    write_speeches(tmp_path / "s.jsonl", corpus[:5])
    assert read_speeches(tmp_path / "s.jsonl") == [Speech.from_dict(speech.to_dict()) for speech in corpus[:5]]


SENTENCES = '{"id": "a", "sentences": [{"text": "好。"}, %s]}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"expected JSON \(EOF while parsing an object at column 1\), got '{'"),
        ("[]", r"input should be an object, got \[\]"),
        ('{"id": "a"}', "sentences: required, but missing"),
        ('{"id": 3, "sentences": []}', "id: input should be a valid string, got 3"),
        ('{"id": "a", "sentences": {}}', "sentences: input should be a valid array"),
        ('{"id": "a", "sentences": [], "deletions": [[1, 2]]}', "deletions.0.2: required, but missing"),
        ('{"id": "a", "sentences": [], "deletions": 5}', "deletions: input should be a valid array, got 5"),
        ('{"id": "a", "sentences": [], "source": {"path": 3}}', "source.path: input should be a valid string, got 3"),
        (SENTENCES % "3", "sentences.1: input should be an object, got 3"),
        (SENTENCES % '{"text": null}', "sentences.1.text: input should be a valid string, got None"),
        (SENTENCES % '{"text": "x", "labels": "risk"}', "sentences.1.labels: input should be a valid array, got 'risk'"),
        (SENTENCES % '{"text": "x", "labels": ["risk", 3]}', "sentences.1.labels.1: input should be a valid string, got 3"),
        (SENTENCES % '{"text": "x", "kind": "poem"}', "sentences.1.kind: input should be 'title', .* or 'closing', got 'poem'"),
        (SENTENCES % '{"text": "x", "spans": 5}', "sentences.1.spans: input should be a valid array, got 5"),
        (SENTENCES % '{"text": "x", "spans": [[1, "2"]]}', "sentences.1.spans.0.1: input should be a valid integer, got '2'"),
        (SENTENCES % '{"text": "x", "spans": [[2, 2]]}', r"sentences.1: expected spans .* 0 <= start < end, got \[2, 2\]$"),
        (SENTENCES % '{"text": "x", "page": true}', "sentences.1.page: input should be a valid integer, got True"),
        (SENTENCES % '{"text": "x", "truncated": 1}', "sentences.1.truncated: input should be a valid boolean, got 1"),
        (SENTENCES % r'{"text": "\ud800"}', "expected JSON"),
        ('{"id": "a", "sentences": [], "x": ' + "[" * 5000, "expected JSON .recursion limit"),
        ('{"id": "a", "sentences": [], "x": ' + "1" * 5000 + "}", "expected JSON .number out of range"),
    ],
)
def test_wrong_records_say_where_and_what(tmp_path: Path, line: str, message: str) -> None:
    write_text(tmp_path / "s.jsonl", f'\n{{"id": "first", "sentences": []}}\n{line}\n')
    with pytest.raises(RecordError, match=rf"s\.jsonl, line 3: {message}"):
        read_speeches(tmp_path / "s.jsonl")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (3, "here: input should be an object, got 3"),
        ({"text": "x", "spans": 5}, "here: spans: input should be a valid array, got 5"),
        ({"text": "x", "spans": [5]}, r"here: spans.0: input should be a valid array, got 5"),
        ({"text": {"x"}}, r"here: expected what JSON can hold, got \{'text': \{'x'\}\}"),
        ({"text": "\ud800"}, "here: input should be a valid string"),
    ],
)
def test_a_sentence_with_wrong_types_is_a_record_error(record: Any, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        Sentence.from_dict(record, "here")


def test_unknown_fields_of_a_speech_are_its_metadata(tmp_path: Path) -> None:
    known = {"id": "a", "title": "题", "sentences": [{"id": "a#0000", "text": "好。", "more": 1}]}
    meta = {"speaker": "市长", "meta": {"x": [1.5, None]}, "self": 1, "speech": "2", "__class__": "3"}
    speech = Speech.from_dict(known | meta)
    assert speech.meta == meta
    assert speech.sentences == (Sentence("好。"),)
    assert Speech.from_dict(speech.to_dict()) == speech


def test_a_speech_from_a_document_survives() -> None:
    source = Source("a.zip!b.pdf", "pdf", "0" * 64, 9, "utf-8")
    sentence = Sentence("好的。", 2, "heading", ("risk",), ((0, 2), (4, 5)), 3, 1, True)
    speech = Speech("a", "题", (sentence, Sentence("好。", labels=())), source, (Deletion(2, 4, "page number"),), {"x": 1})
    assert Speech.from_dict(speech.to_dict()) == Speech.from_json(dump_json(speech.to_dict()).encode("utf-8")) == speech


def test_several_files_are_read_one_after_the_other(tmp_path: Path, corpus: list[Speech]) -> None:
    write_speeches(tmp_path / "a.jsonl", corpus[:2])
    write_speeches(tmp_path / "b.jsonl", corpus[1:3])
    ids = [speech.id for speech in read_speeches(tmp_path / "a.jsonl", tmp_path / "b.jsonl")]
    assert ids == [corpus[number].id for number in (0, 1, 1, 2)]
    write_speeches(tmp_path / "b.jsonl", [corpus[0], corpus[0]])
    with pytest.raises(RecordError, match=rf"b\.jsonl, line 2: the speech id '{corpus[0].id}' occurs twice"):
        read_speeches(tmp_path / "a.jsonl", tmp_path / "b.jsonl")


def test_lines_that_are_no_json_say_where(tmp_path: Path) -> None:
    for line in ("{", "[" * 100_000, "1" * 5000):
        write_text(tmp_path / "x.jsonl", f"1\n{line}\n")
        with pytest.raises(RecordError, match=r"x\.jsonl, line 2: expected JSON \(.*\), got '"):
            list(read_jsonl(tmp_path / "x.jsonl"))
    with pytest.raises(RecordError, match="No such file"):
        list(read_jsonl(tmp_path / "nothing.jsonl"))


def test_neighbours() -> None:
    speech = Speech("s", "", tuple(Sentence(text) for text in "甲乙丙"))
    assert [speech.neighbours(index) for index in range(3)] == [("", "乙"), ("甲", "丙"), ("乙", "")]
    assert Speech("s", "", (Sentence("甲"),)).neighbours(0) == ("", "")


def test_the_process_that_parses_files_has_no_use_for_pydantic() -> None:
    code = "import jianghua.data.speech, sys; raise SystemExit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "x", "old")
    with pytest.raises(TypeError), atomic_write(tmp_path / "x") as file:
        file.writelines([b"half", "not bytes"])  # type: ignore[list-item]
    assert (tmp_path / "x").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_the_shipped_scheme_quotes_the_guideline() -> None:
    scheme = load_scheme(LABELS)
    guideline = (SHIPPED / "labels" / "guidelines.zh.md").read_text("utf-8").replace("**", "")
    assert scheme.guideline_version == "1.2"
    for label in scheme.labels:
        assert f"| `{label.key}` | {label.name} | {label.definition} |" in guideline


def test_schemes_are_checked() -> None:
    scheme = LabelScheme.model_validate({"name": "s", "kind": "single", "labels": [{"key": "a", "name": "甲"}]})
    with pytest.raises(RecordError, match="exactly one label"):
        scheme.check_labels([], "x")
    with pytest.raises(RecordError, match="unknown label 'b'"):
        scheme.check_labels(["b"], "x")
    with pytest.raises(RecordError, match="s#0001: unknown label 'b'"):
        scheme.check(Speech("s", "", (Sentence("x"), Sentence("x", labels=("b",)))))
    scheme.check(Speech("s", "", (Sentence("x"), Sentence("x", labels=("a",)))))
    with pytest.raises(ValueError, match="occurs twice"):
        LabelScheme.model_validate({"name": "s", "labels": [{"key": "a", "name": "甲"}, {"key": "a", "name": "乙"}]})


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("optimisation.learning_rte=1", "unknown key 'optimisation.learning_rte'; did you mean 'learning_rate'"),
        ("optimisation.epochs=many", "optimisation.epochs: .*got 'many'"),
        ("optimisation.epochs=-1", "greater than 0, got -1"),
        ("loss.kind=hinge", "loss.kind: .*'bce'.*got 'hinge'"),
        ("nonsense", "expected key=value"),
    ],
)
def test_settings_errors_name_key_expectation_and_value(override: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_settings(TrainConfig, SHIPPED / "configs" / "train.yaml", [override])


@pytest.mark.parametrize("name", ["train.yaml", "train-gpu.yaml"])
def test_shipped_settings_load_and_open_with_their_command(name: str) -> None:
    path = SHIPPED / "configs" / name
    assert load_settings(TrainConfig, path).optimisation.epochs > 0
    assert path.read_text("utf-8").startswith(f"# jianghua train configs/{name}\n")


def test_a_label_vector_has_the_order_of_the_scheme(scheme: LabelScheme) -> None:
    first, *_, last = scheme.keys
    assert scheme.vector((last, first)) == [True, *[False] * (len(scheme.keys) - 2), True]
    assert not any(scheme.vector(()))


def test_gold_is_read_in_both_forms(tmp_path: Path, corpus: list[Speech]) -> None:
    write_speeches(tmp_path / "s.jsonl", corpus[:2])
    assert [speech.id for speech in read_gold(tmp_path / "s.jsonl")] == [speech.id for speech in corpus[:2]]
    write_text(
        tmp_path / "one.jsonl", '{"text": "题目", "kind": "title", "labels": []}\n{"text": "要快。", "labels": ["directive"]}\n'
    )
    (speech,) = read_gold(tmp_path / "one.jsonl")
    assert (speech.id, speech.title, speech.texts) == ("one", "题目", ["题目", "要快。"])
    write_text(tmp_path / "one.jsonl", '{"text": "要快。"}\n{"id": "a", "sentences": []}\n')
    with pytest.raises(RecordError, match=r"one\.jsonl, line 2: text: required, but missing"):
        read_gold(tmp_path / "one.jsonl")
    write_text(tmp_path / "one.jsonl", "\n")
    with pytest.raises(RecordError, match="got an empty file"):
        read_gold(tmp_path / "one.jsonl")
