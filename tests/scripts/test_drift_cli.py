from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command import jianghua

from benchmarks.make_samples import SAMPLES
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches, write_speeches
from jianghua.labels.studio.tasks import build_tasks
from jianghua.tagging.drift.reference import FILE


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    """A copy of the finished run, to be changed."""
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_training_leaves_a_reference_in_the_bundle(tiny_run: Path) -> None:
    figures = json.loads((tiny_run / "bundle" / FILE).read_text("utf-8"))
    assert len(figures["held_out"]) == 4
    assert figures["training_speeches"] == 6


def test_from_raw_files_to_sentences_to_annotate(tiny_run: Path, tmp_path: Path) -> None:
    jianghua("tag", SAMPLES / "raw", "--model", tiny_run, "-o", tmp_path / "out", "--format", "jsonl")
    tagged = tmp_path / "out" / "sentences.jsonl"
    sample = tmp_path / "sample.jsonl"
    result = jianghua("drift", tiny_run, tagged, "--sample", 7, "-o", sample)
    assert "held-out median" in result.stdout
    assert "here, estimated" in result.stdout
    assert f"wrote {sample}: 7 sentences" in result.stderr
    tasks = list(build_tasks(read_speeches(sample), chosen=True))
    assert len(tasks) == 7
    rows = {row["id"]: row["text"] for row in map(json.loads, tagged.read_text("utf-8").splitlines())}
    assert all(rows[task.uid] == task.data["text"] for task in tasks)

    jianghua("read", SAMPLES / "raw", "-o", tmp_path / "speeches.jsonl")
    read, both = (
        json.loads(jianghua("drift", tiny_run, file, "--json").stdout) for file in (tmp_path / "speeches.jsonl", tagged)
    )
    assert read == both  # tagged on the way, or before
    assert len(read["speeches"]) == 8
    assert result.stdout.strip().splitlines()[-1] == read["verdict"]["line"]
    assert {task.data["speech"] for task in tasks} <= set(read["verdict"]["first"])


def test_a_run_without_a_reference_gets_one_and_keeps_it(run: Path, tmp_path: Path, corpus: list[Speech]) -> None:
    before = json.loads((run / "bundle" / FILE).read_text("utf-8"))
    (run / "bundle" / FILE).unlink()
    write_speeches(tmp_path / "s.jsonl", corpus[200:203])
    alone = jianghua("drift", run / "bundle", tmp_path / "s.jsonl", "--text-only", code=1)
    assert f"expected a {FILE} of this model there, or a run with its dataset" in alone.stderr
    result = jianghua("drift", run, tmp_path / "s.jsonl", "--text-only", "--json")
    assert FILE in result.stderr
    assert json.loads(result.stdout)["labels"] is None
    assert json.loads((run / "bundle" / FILE).read_text("utf-8")) == before


def test_errors_are_clear(tiny_run: Path, tmp_path: Path, corpus: list[Speech]) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    empty = jianghua("drift", tiny_run, tmp_path / "empty.jsonl", code=1)
    assert empty.stderr.strip() == "jianghua: expected speeches with text, got none in 0 speeches"
    write_speeches(tmp_path / "s.jsonl", corpus[:1])
    twice = jianghua("drift", tiny_run, tmp_path / "s.jsonl", tmp_path / "s.jsonl", "--text-only", code=1)
    assert f"the speech '{corpus[0].id}' is in another file too" in twice.stderr
    blind = jianghua("drift", tiny_run, tmp_path / "s.jsonl", "--text-only", "--sample", 3, code=1)
    assert "--sample goes by the model's confidence" in blind.stderr
