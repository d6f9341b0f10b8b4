from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from safetensors.numpy import load_file
from tiny import tiny_config

from jianghua.data.corpus.dataset import build_dataset, save_dataset
from jianghua.data.errors import SettingsError
from jianghua.data.paths import SHIPPED
from jianghua.data.scheme import LabelScheme
from jianghua.data.settings import load_settings
from jianghua.data.speech import Speech
from jianghua.tagging import Tagger
from jianghua.training.config import TrainConfig
from jianghua.training.finetune import finetune

THREE_EPOCHS = {"epochs": 3, "learning_rate": 1e-3, "passages_per_step": 8, "precision": "fp32"}


def losses(run: Path) -> list[float]:
    history = json.loads((run / "metrics.json").read_text("utf-8"))["history"]
    return [row["loss"] for row in history if "loss" in row]


def weights(run: Path) -> dict[str, bytes]:
    return {name: tensor.tobytes() for name, tensor in load_file(run / "bundle" / "model.safetensors").items()}


def test_a_run_is_complete(tiny_run: Path) -> None:
    for name in ("config.yaml", "metrics.json", "curves.png", "bundle/tagger.json", "bundle/README.md"):
        assert (tiny_run / name).stat().st_size > 0
    again = load_settings(TrainConfig, tiny_run / "config.yaml")
    assert again.directory == tiny_run
    card = (tiny_run / "bundle" / "README.md").read_text("utf-8")
    assert "形势研判" in card
    assert again.sha256 == json.loads((tiny_run / "bundle" / "tagger.json").read_text("utf-8"))["config_sha256"]


def test_the_same_settings_give_the_same_model(tiny_run: Path, tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path) -> None:
    finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "twin"))
    assert losses(tmp_path / "twin") == losses(tiny_run)
    assert weights(tmp_path / "twin") == weights(tiny_run)


def test_finished_and_changed_runs_are_refused(tiny_run: Path, tiny_encoder: Path, tiny_dataset: Path) -> None:
    with pytest.raises(SettingsError, match="this run is finished"):
        finetune(tiny_config(tiny_encoder, tiny_dataset, tiny_run.parent, tiny_run.name))


def test_wrong_settings_are_refused(tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a multi-label scheme wants bce, focal or asymmetric"):
        finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "x", loss={"kind": "cross_entropy"}))
    with pytest.raises(SettingsError, match="at most 256"):
        finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "x", passages={"max_tokens": 512}))
    with pytest.raises(SettingsError, match="expected a hub name that can be reached"):
        finetune(tiny_config(tmp_path / "nowhere", tiny_dataset, tmp_path, "x"))


def test_a_killed_run_resumes_and_ends_the_same(tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path) -> None:
    finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "whole", optimisation=THREE_EPOCHS))
    config = tiny_config(tiny_encoder, tiny_dataset, tmp_path, "killed", optimisation=THREE_EPOCHS)
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")), "utf-8")
    command = [sys.executable, "-m", "jianghua.scripts.cli", "train", str(tmp_path / "c.yaml")]
    process = subprocess.Popen(command, cwd=SHIPPED, stderr=subprocess.DEVNULL)
    checkpoints = tmp_path / "killed" / "checkpoints"
    while process.poll() is None and not list(checkpoints.glob("checkpoint-*/trainer_state.json")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "killed" / "bundle").exists()
    with pytest.raises(SettingsError, match=r"begun with other settings.*seed: 9"):
        finetune(config.model_copy(update={"seed": 9}))
    finetune(config)
    # The mean loss logged first after resuming is over fewer steps than in the whole run; all later ones are the same.
    assert losses(tmp_path / "killed")[-5:] == losses(tmp_path / "whole")[-5:]
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")


def test_two_processes_train_together(tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path) -> None:
    config = tiny_config(tiny_encoder, tiny_dataset, tmp_path, "two")
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")), "utf-8")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    result = subprocess.run(
        [*launcher, "-m", "jianghua.scripts.cli", "train", str(tmp_path / "c.yaml")],
        cwd=SHIPPED,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    state = json.loads(next((tmp_path / "two" / "checkpoints").glob("*/trainer_state.json")).read_text("utf-8"))
    alone = tiny_config(tiny_encoder, tiny_dataset, tmp_path, "one")
    finetune(alone)
    one = json.loads(next((tmp_path / "one" / "checkpoints").glob("*/trainer_state.json")).read_text("utf-8"))
    assert state["max_steps"] == pytest.approx(one["max_steps"] / 2, abs=1)
    assert Tagger.load(tmp_path / "two").tag_sentences(["路要修好。"])


def test_a_single_label_scheme_needs_no_code(tiny_encoder: Path, tmp_path: Path, corpus: list[Speech]) -> None:
    labels = [{"key": "has", "name": "有类别"}, {"key": "none", "name": "无类别"}]
    scheme = LabelScheme.model_validate({"name": "single", "kind": "single", "labels": labels})
    speeches = [
        speech.with_labels([("has",) if sentence.labels else ("none",) for sentence in speech.sentences])
        for speech in corpus[:8]
    ]
    save_dataset(build_dataset(speeches, scheme), tmp_path / "d")
    trained = finetune(tiny_config(tiny_encoder, tmp_path / "d", tmp_path, "s", loss={"kind": "cross_entropy"}))
    assert trained is not None
    for tag in Tagger.load(trained.run.directory).tag_sentences(corpus[9].texts):
        assert len(tag.labels) == 1
        assert sum(tag.probabilities.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": {"kind": "focal", "class_weights": "sqrt"}},
        {"loss": {"kind": "asymmetric"}, "passages": {"max_tokens": 64, "max_sentences": 1}},
        {"optimisation": {"epochs": 1, "gradient_accumulation": 2, "gradient_checkpointing": True, "precision": "bf16"}},
        {"selection": {"evaluations_per_epoch": 2, "metric": "loss", "patience": 1}, "report_to": ("tensorboard",)},
    ],
)
def test_other_settings_train(tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path, changes: dict[str, object]) -> None:
    trained = finetune(tiny_config(tiny_encoder, tiny_dataset, tmp_path, "other", **changes))
    assert trained is not None
    assert 0 <= trained.metrics["macro_f1"] <= 1
    assert all(loss > 0 for loss in losses(tmp_path / "other"))
    if "report_to" in changes:
        assert list((tmp_path / "other" / "tensorboard").iterdir())
