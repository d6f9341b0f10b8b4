from __future__ import annotations

from pathlib import Path

import pytest

from jianghua.data.corpus.gold import read_gold
from jianghua.data.errors import RecordError, SettingsError
from jianghua.data.paths import LABELS, SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.settings import load_settings
from jianghua.data.speech import Speech
from jianghua.data.store import atomic_write, read_speeches, write_speeches, write_text
from jianghua.training.config import TrainConfig


def test_speeches_survive_writing_and_reading(tmp_path: Path, corpus: list[Speech]) -> None:
    write_speeches(tmp_path / "s.jsonl", corpus[:5])
    assert read_speeches(tmp_path / "s.jsonl") == [Speech.from_dict(speech.to_dict()) for speech in corpus[:5]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: expected one JSON object"),
        ('{"id": "a"}', "'sentences' is missing"),
        ('{"id": 3, "sentences": []}', "'id' must be str, got 3"),
        ('{"id": "a", "sentences": [{"text": "x", "labels": "risk"}]}', "sentence 0: 'labels' must be a list"),
        ('{"id": "a", "sentences": [{"text": "x", "kind": "poem"}]}', "'kind' must be one of title"),
    ],
)
def test_wrong_records_say_where_and_what(tmp_path: Path, line: str, message: str) -> None:
    write_text(tmp_path / "s.jsonl", line + "\n")
    with pytest.raises(RecordError, match=message):
        read_speeches(tmp_path / "s.jsonl")


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
        scheme.check([], "x")
    with pytest.raises(RecordError, match="unknown label 'b'"):
        scheme.check(["b"], "x")
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


def test_gold_is_read_in_both_forms(tmp_path: Path, corpus: list[Speech]) -> None:
    write_speeches(tmp_path / "s.jsonl", corpus[:2])
    assert [speech.id for speech in read_gold(tmp_path / "s.jsonl")] == [speech.id for speech in corpus[:2]]
    write_text(
        tmp_path / "one.jsonl", '{"text": "题目", "kind": "title", "labels": []}\n{"text": "要快。", "labels": ["directive"]}\n'
    )
    (speech,) = read_gold(tmp_path / "one.jsonl")
    assert (speech.id, speech.title, speech.texts) == ("one", "题目", ["题目", "要快。"])
