from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from tiny import tiny_config

from benchmarks import shift
from benchmarks.shift import values_of, with_writers
from benchmarks.shift_scores import compare, speech_counts
from jianghua.data.errors import RecordError
from jianghua.data.speech import Speech
from jianghua.data.store import write_speeches
from jianghua.training.evaluation import Outcome
from jianghua.training.metrics import LabelScores


def test_each_value_is_left_out_once_and_finished_runs_are_skipped(
    tmp_path: Path,
    corpus: list[Speech],
    tiny_encoder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    styles = [[speech for speech in corpus if speech.meta["style"] == style] for style in ("vivid", "formulaic")]
    write_speeches(tmp_path / "speeches.jsonl", [*styles[0][:4], *styles[1][:4]])
    write_speeches(tmp_path / "other.jsonl", [speech for speech in corpus if speech.id in {"da-01", "da-02", "da-03"}])
    config = tiny_config(tiny_encoder, tmp_path / "none", tmp_path, "x")
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")), "utf-8")
    command = ["--speeches", str(tmp_path / "speeches.jsonl"), "--data", str(tmp_path / "other.jsonl"), "--seeds", "2"]
    command = [str(tmp_path / "c.yaml"), "-o", str(tmp_path / "out"), *command, "optimisation.epochs=0.3"]
    shift.main(command)
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in (tmp_path / "out" / "runs.jsonl").read_text("utf-8").splitlines()]
    assert [(line["held_out"], line["seed"]) for line in lines] == [
        ("style=formulaic", 0),
        ("style=formulaic", 1),
        ("style=vivid", 0),
        ("style=vivid", 1),
    ]
    gold = np.array(lines[0]["sets"][0]["tagger"])[:, 2]
    wanted = [[sum(key in (s.labels or ()) for s in one.sentences) for key in lines[0]["labels"]] for one in styles[1][:4]]
    assert gold.tolist() == wanted
    assert [[one["name"] for one in line["sets"]] for line in lines[1:3]] == [
        ["style=formulaic", "other"],
        ["style=vivid", "other"],
    ]
    rows = [row.split()[:3] for row in printed.splitlines() if row.startswith(" style=")]
    assert rows[:2] == [["style=formulaic", "style=formulaic", "4"], ["style=formulaic", "other", "3"]]
    assert len(rows) == 4
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["runs.jsonl"]

    def never(*_: object) -> None:
        raise AssertionError("a finished run was trained again")

    monkeypatch.setattr(shift, "finetune", never)
    shift.main(command)
    assert capsys.readouterr().out == printed
    with pytest.raises(AssertionError, match="trained again"):
        shift.main([*command, "optimisation.learning_rate=1e-4"])


def test_writers_are_those_of_the_ordinary_style(corpus: list[Speech]) -> None:
    named = with_writers(corpus)
    assert [str(one) for one in values_of(named, "writer")] == ["writer=a", "writer=b", "writer=c", "writer=d"]
    assert {speech.meta["style"] for speech in named if "writer" in speech.meta} == {"ordinary"}
    assert [str(one) for one in values_of(named, "style")] == [
        "style=dense",
        "style=formulaic",
        "style=ordinary",
        "style=varied",
        "style=vivid",
    ]


def test_a_corpus_without_the_field_is_refused(corpus: list[Speech]) -> None:
    with pytest.raises(RecordError, match="expected speeches with a field 'writer' to leave out its values, got none in 8"):
        values_of(corpus[:8], "writer")


def _outcome(rng: np.random.Generator, gold: np.ndarray, errors: float) -> Outcome:  # type: ignore[type-arg]
    predicted = gold ^ (rng.random(gold.shape) < errors)
    speeches = np.repeat(np.arange(10), len(gold) // 10)
    return Outcome(predicted * 0.9, predicted.astype(np.int64), gold.astype(np.int64), speeches, np.arange(len(gold)))


def test_the_interval_holds_the_mean_and_a_clear_lead_is_clear() -> None:
    rng = np.random.default_rng(0)
    gold = rng.random((500, 3)) < 0.3
    good, poor = ([_outcome(rng, gold, errors) for _ in range(3)] for errors in (0.05, 0.2))
    result = compare(*(np.stack([speech_counts(one) for one in runs]) for runs in (good, poor)))
    keys = ("a", "b", "c")
    f1 = [
        LabelScores(keys).compute(predictions=one.predicted.tolist(), references=one.gold.tolist())["macro_f1"] for one in good
    ]
    assert result.tagger.mean == pytest.approx(np.mean(f1))
    assert result.tagger.low < result.tagger.mean < result.tagger.high
    assert result.lead.mean == pytest.approx(result.tagger.mean - result.baseline.mean)
    assert result.lead.low > 0
    same = compare(*2 * [np.stack([speech_counts(one) for one in good])])
    assert (same.lead.low, same.lead.mean, same.lead.high) == (0, 0, 0)


def test_the_interval_grows_with_what_seeds_disagree_on() -> None:
    rng = np.random.default_rng(0)
    gold = rng.random((500, 3)) < 0.3
    alike, unlike = ([_outcome(rng, gold, errors) for errors in rates] for rates in ((0.1, 0.1, 0.1), (0.02, 0.1, 0.3)))
    widths = []
    for runs in (alike, unlike):
        counts = np.stack([speech_counts(one) for one in runs])
        estimate = compare(counts, counts).tagger
        widths.append(estimate.high - estimate.low)
    assert widths[1] > 2 * widths[0]
