from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command import jianghua

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import write_speeches
from jianghua.training.evaluation import Outcome, gold_labels
from jianghua.training.slices import measure_slices, slice_fields

TARGET, RISK = ("target",), ("risk",)


def speech(id: str, *sentences: Sentence, **meta: object) -> Speech:
    return Speech(id=id, title=id, sentences=sentences, meta=meta)


SPEECHES = [
    speech("a", Sentence("字" * 20, kind="title", labels=()), Sentence("字" * 21, labels=TARGET), style="vivid"),
    speech("b", Sentence("字" * 40, labels=TARGET), Sentence("字" * 41), Sentence("字" * 81, labels=RISK), style="dense"),
    speech("c", Sentence("字" * 80, kind="heading", labels=RISK)),
]


@pytest.fixture(scope="module")
def outcome(scheme: LabelScheme) -> Outcome:
    """All sentences are given their labels, but for a target that is missed in speech b."""
    gold = gold_labels(SPEECHES, scheme)
    predicted = gold.labels.copy()
    predicted[2] = 0
    return Outcome(predicted * 0.9, predicted, gold.labels, gold.speeches, gold.indices)


def test_each_value_has_its_own_figures(outcome: Outcome, scheme: LabelScheme) -> None:
    slices = measure_slices(outcome, SPEECHES, scheme.keys, "style")
    assert list(slices) == ["dense", "vivid", "–"]
    assert {value: (one["speeches"], one["sentences"]) for value, one in slices.items()} == {
        "dense": (1, 2),
        "vivid": (1, 2),
        "–": (1, 1),
    }
    dense, vivid = slices["dense"], slices["vivid"]
    assert dense["labels"]["target"] == {"f1": 0.0, "support": 1}
    assert dense["labels"]["risk"] == {"f1": 1.0, "support": 1}
    assert dense["macro_f1"] == 0.5
    # What has no example in a slice has no figure there, and does not pull the mean down.
    assert vivid["labels"]["risk"] == {"f1": None, "support": 0}
    assert vivid["macro_f1"] == 1.0


def test_kinds_and_lengths_stand_in_their_order(outcome: Outcome, scheme: LabelScheme) -> None:
    kinds = measure_slices(outcome, SPEECHES, scheme.keys, "kind")
    assert {kind: one["sentences"] for kind, one in kinds.items()} == {"title": 1, "heading": 1, "body": 3}
    assert list(kinds) == ["title", "heading", "body"]
    lengths = measure_slices(outcome, SPEECHES, scheme.keys, "length")
    assert [(name, one["sentences"]) for name, one in lengths.items()] == [("≤20", 1), ("21–40", 2), ("41–80", 1), (">80", 1)]


def test_slices_add_up(corpus: list[Speech], scheme: LabelScheme) -> None:
    speeches = corpus[::20]
    gold = gold_labels(speeches, scheme)
    predicted = np.random.default_rng(0).integers(0, 2, gold.labels.shape)
    outcome = Outcome(predicted * 0.9, predicted, gold.labels, gold.speeches, gold.indices)
    for field in ("style", "kind", "length", "level"):
        slices = measure_slices(outcome, speeches, scheme.keys, field)
        assert len(slices) > 1
        for column, key in enumerate(scheme.keys):
            assert sum(one["labels"][key]["support"] for one in slices.values()) == gold.labels[:, column].sum()
        assert sum(one["sentences"] for one in slices.values()) == len(gold.labels)


def test_the_default_is_style_where_there_is_one() -> None:
    assert slice_fields(SPEECHES, []) == ("style",)
    assert slice_fields(SPEECHES[2:], []) == ()
    assert slice_fields(SPEECHES, ["kind", "length", "kind"]) == ("kind", "length")
    with pytest.raises(RecordError, match=r"field of the speeches \(kind, length, style\), got 'styles'; did you mean 'style'"):
        slice_fields(SPEECHES, ["styles"])


def test_the_command_shows_slices(tiny_run: Path, corpus: list[Speech], tmp_path: Path) -> None:
    styled = [replace(one, meta={"style": style}) for one, style in zip(corpus[:3], ("甲体", "乙体", "乙体"), strict=True)]
    write_speeches(tmp_path / "mixed.jsonl", [styled[0].with_labels([()] * len(styled[0].sentences)), *styled[1:]])
    table = jianghua("evaluate", tiny_run, "--data", tmp_path / "mixed.jsonl").stdout
    assert "F1 by style" in table
    (row,) = (line.split() for line in table.splitlines() if line.startswith(" 甲体"))
    assert row[1:] == [str(len(styled[0].sentences)), "1", *6 * ["–"]]
    metrics = json.loads((tiny_run / "evaluation" / "mixed.json").read_text("utf-8"))
    assert metrics["slices"]["style"]["乙体"]["speeches"] == 2
    page = (tiny_run / "evaluation" / "mixed.html").read_text("utf-8")
    assert "各类别 F1，按 文风" in page
    assert "<td>甲体</td><td>1</td>" in page

    by = jianghua("evaluate", tiny_run, "--by", "kind", "--by", "length", "--json").stdout
    assert list(json.loads(by)["slices"]) == ["kind", "length"]
    assert "got 'lenght'; did you mean 'length'" in jianghua("evaluate", tiny_run, "--by", "lenght", code=1).stderr
