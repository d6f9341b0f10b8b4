from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from command import jianghua
from tiny import tiny_config

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.data.store import write_speeches
from jianghua.training.evaluation import Outcome, gold_labels, measure


def without(speeches: list[Speech], *absent: str) -> list[Speech]:
    """The speeches without some labels."""
    return [
        speech.with_labels([tuple(key for key in sentence.labels or () if key not in absent) for sentence in speech.sentences])
        for speech in speeches
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, corpus: list[Speech]) -> Path:
    """A directory with six speeches none of which has a risk."""
    directory = tmp_path_factory.mktemp("absent")
    write_speeches(directory / "speeches.jsonl", without(corpus[:6], "risk"))
    return directory


def test_the_commands_name_labels_without_an_example(project: Path, tiny_encoder: Path) -> None:
    made = jianghua("dataset", project / "speeches.jsonl", "-o", project / "dataset")
    line = "labels without an example (train: risk; validation: risk; test: risk)"
    assert made.stderr.count(line) == 1
    header, *rows = (row.split() for row in made.stderr.splitlines()[:4])
    assert [row[header.index("risk")] for row in rows] == ["–", "–", "–"]

    config = tiny_config(tiny_encoder, project / "dataset", project, "run", optimisation={"epochs": 0.5, "precision": "fp32"})
    (project / "c.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")), "utf-8")
    trained = jianghua("train", project / "c.yaml")
    assert trained.stderr.count(line) == 1
    assert "risk         F1 –      average precision –" in trained.stderr
    card = (project / "run" / "bundle" / "README.md").read_text("utf-8")
    assert "| `risk` | – | – | – | – | – | 0.5 |" in card
    assert "Labels without a sentence in the split (–) are left out of the macro F1." in card

    evaluated = jianghua("evaluate", project / "run")
    (row,) = (row.split() for row in evaluated.stdout.splitlines() if row.startswith(" risk"))
    assert row == ["risk", *6 * ["–"]]
    assert evaluated.stdout.count("labels without an example (risk) are left out of the macro F1") == 1
    metrics = json.loads((project / "run" / "evaluation" / "test.json").read_text("utf-8"))
    f1 = [label["f1"] for key, label in metrics["labels"].items() if key != "risk"]
    assert metrics["macro_f1"] == pytest.approx(sum(f1) / 4)
    assert "宏平均" in (project / "run" / "evaluation" / "test.html").read_text("utf-8")


def test_a_split_without_any_label_has_no_macro_f1(corpus: list[Speech], scheme: LabelScheme) -> None:
    gold = gold_labels(without(corpus[:2], *scheme.keys), scheme)
    outcome = Outcome(gold.labels * 0.1, gold.labels, gold.labels, gold.speeches, gold.indices)
    metrics = measure(outcome, scheme.keys, {})
    assert metrics["macro_f1"] is None
    assert metrics["macro_f1_interval"] is None
    assert metrics["macro_average_precision"] is None
    assert metrics["exact_match"] == 1


def test_a_complete_dataset_says_nothing(tmp_path: Path, corpus: list[Speech]) -> None:
    write_speeches(tmp_path / "s.jsonl", corpus[:10])
    assert "without an example" not in jianghua("dataset", tmp_path / "s.jsonl", "-o", tmp_path / "d").stderr
