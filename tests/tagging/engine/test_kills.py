"""Runs that are killed, and damaged files among good ones; `python -m benchmarks.kills` does more of both."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.kills import FORMATS, StandIn, kill_runs, run, write_files


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_a_run_that_is_killed_again_and_again_ends_like_a_whole_one(tmp_path: Path) -> None:
    write_files(tmp_path / "in", good=90, damaged=6)
    kills = kill_runs(tmp_path / "in", tmp_path, kills=10)
    assert kills.stages.total() == 10
    assert kills.stages["tagging"] >= 3
    assert (kills.lost, kills.different) == (0, [])


def test_damaged_files_among_good_ones(tmp_path: Path) -> None:
    bad = write_files(tmp_path / "in", good=250, damaged=50)
    run(tmp_path / "in", tmp_path / "out", StandIn(), FORMATS)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    names = [Path(row["file"]).name for row in manifest["files"]]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "in").rglob("*") if path.is_file())
    assert {Path(failure["file"]).name for failure in manifest["failures"]} == bad
    assert len(manifest["failures"]) == 50
    rows = [json.loads(line) for line in (tmp_path / "out" / "sentences.jsonl").read_text("utf-8").splitlines()]
    assert set(Counter(row["id"] for row in rows).values()) == {1}
    sentences = Counter(Path(row["file"]).name for row in rows)
    assert len(sentences) == 250
    assert all(sentences[Path(row["file"]).name] == row["sentences"] for row in manifest["files"] if "speech" in row)
