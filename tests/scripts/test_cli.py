from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from command import jianghua
from tiny import RAW_SENTENCES, tiny_config

from benchmarks.make_samples import SAMPLES
from jianghua.data.paths import SHIPPED
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches, write_speeches


def test_the_whole_loop(tmp_path: Path, corpus: list[Speech], tiny_encoder: Path) -> None:
    write_speeches(tmp_path / "annotated.jsonl", corpus[:12])
    jianghua("dataset", tmp_path / "annotated.jsonl", "-o", tmp_path / "d")
    config = tiny_config(tiny_encoder, tmp_path / "d", tmp_path / "runs", "r")
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")), "utf-8")
    jianghua("train", tmp_path / "c.yaml", "optimisation.epochs=0.5")
    run = tmp_path / "runs" / "r"

    metrics = json.loads(jianghua("evaluate", run, "--json").stdout)
    test_split = json.loads((tmp_path / "d" / "manifest.json").read_text("utf-8"))["splits"]["test"]
    assert metrics["sentences"] == test_split["annotated"]
    assert {key: label["support"] for key, label in metrics["labels"].items()} == {
        key: count for key, count in test_split["labels"].items() if key != "none"
    }
    assert "最严重的错误" in (run / "evaluation" / "test.html").read_text("utf-8")
    table = jianghua("evaluate", run, "--data", tmp_path / "annotated.jsonl").stdout
    assert "macro f1" in table

    (tmp_path / "in").mkdir()
    for file in (SAMPLES / "raw").iterdir():
        (tmp_path / "in" / file.name).write_bytes(file.read_bytes())
    jianghua("tag", tmp_path / "in", "-m", run, "-o", tmp_path / "out", "--format", "jsonl,html")
    (tmp_path / "in" / "坏.pdf").write_bytes(b"%PDF-nonsense")
    result = jianghua("tag", tmp_path / "in", "-m", run, "-o", tmp_path / "out", "--format", "jsonl,html", code=3)
    assert "坏.pdf" in result.stderr
    lines = (tmp_path / "out" / "sentences.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == RAW_SENTENCES
    assert "坏.pdf" in (tmp_path / "out" / "report.html").read_text("utf-8")

    # The dataset was rebuilt from other speeches: its test split is not to be trusted any more.
    write_speeches(tmp_path / "annotated.jsonl", corpus[1:13])
    jianghua("dataset", tmp_path / "annotated.jsonl", "-o", tmp_path / "d")
    assert "its test split may hold training speeches" in jianghua("evaluate", run, code=1).stderr


def test_read(tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    out = tmp_path / "s.jsonl"
    result = jianghua("read", SAMPLES / "raw", tmp_path / "空.txt", "-o", out, "--explain", code=3)
    assert "空.txt: the file is empty" in result.stderr
    assert "navigation" in result.stderr
    speeches = read_speeches(out)
    assert len(speeches) == 8
    assert all(sentence.start is not None for speech in speeches for sentence in speech.sentences)


def test_errors_are_one_line_unless_debugging(tmp_path: Path) -> None:
    result = jianghua("train", "configs/train.yaml", "optimisation.epoch=3", code=1)
    assert result.stderr.startswith("jianghua: configs/train.yaml: unknown key 'optimisation.epoch'; did you mean 'epochs'?")
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" in jianghua("--debug", "tag", tmp_path / "x.txt", "-m", tmp_path, "-o", tmp_path, code=1).stderr


ANNOTATE = ["server", "init", "push", "pull", "agreement", "adjudicate", "audit", "backend", "retrain"]
COMMANDS = [
    "read",
    "dataset",
    "pretrain",
    "soft-labels",
    "train",
    "evaluate",
    "tag",
    "serve",
    "drift",
    "demo",
    *(f"annotate {name}" for name in ANNOTATE),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_nothing_heavy(command: str) -> None:
    code = (
        "import sys; sys.argv = ['jianghua', *sys.argv[1:], '--help']\n"
        "from jianghua.scripts.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "heavy = ('torch', 'transformers', 'datasets', 'sklearn', 'numpy', 'lxml')\n"
        "heavy += ('cleanlab', 'krippendorff', 'jinja2', 'label_studio_sdk')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    called = [sys.executable, "-c", code, *command.split()]
    result = subprocess.run(called, cwd=SHIPPED, capture_output=True, text=True, check=True)
    assert result.stdout.strip().splitlines()[-1] == "[]"


def test_the_baseline_learns(tmp_path: Path, tiny_dataset: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.baseline", str(tiny_dataset), "--json"]
    result = subprocess.run(command, cwd=SHIPPED, capture_output=True, text=True, check=True)
    assert json.loads(result.stdout)["labels"]["directive"]["f1"] > 0.6
