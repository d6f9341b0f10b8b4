from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml
from command import jianghua
from safetensors.numpy import load_file, save_file
from tiny import tiny_config
from transformers import AutoModel, AutoTokenizer, BertModel

from jianghua.data.errors import SettingsError
from jianghua.data.paths import SHIPPED
from jianghua.data.settings import load_settings
from jianghua.data.speech import Speech
from jianghua.data.store import write_speeches
from jianghua.tagging import Tagger
from jianghua.training.finetune import finetune
from jianghua.training.pretrain import Pretrained, hold_out, pretrain
from jianghua.training.pretrain_config import PretrainConfig


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    """The tiny encoder with a mask token and a licence."""
    directory = tmp_path_factory.mktemp("masked") / "encoder"
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    tokenizer.add_special_tokens({"mask_token": "[MASK]"})
    tokenizer.save_pretrained(directory)
    model = BertModel.from_pretrained(tiny_encoder, add_pooling_layer=False)
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    model.save_pretrained(directory)
    (directory / "LICENSE").write_text("MIT", "utf-8")
    return directory


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory, corpus: list[Speech]) -> Path:
    path = tmp_path_factory.mktemp("text") / "speeches.jsonl"
    write_speeches(path, corpus[:16])
    return path


def config(encoder: Path, text: Path, runs: Path, name: str, **changes: object) -> PretrainConfig:
    """Settings of a run that takes seconds."""
    optimisation = {"epochs": 1.5, "learning_rate": 3e-3, "tokens_per_step": 1024, "precision": "fp32"}
    values = {"name": name, "model": str(encoder), "text": [text], "runs": runs, "report_to": (), "device": "cpu"}
    settings = {"max_tokens": 128, "validation": 0.1, "evaluations": 3, "weights": "fp32", "optimisation": optimisation}
    return PretrainConfig.model_validate(values | settings | changes)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, encoder: Path, text: Path) -> Pretrained:
    result = pretrain(config(encoder, text, tmp_path_factory.mktemp("runs"), "tiny"))
    assert result is not None
    return result


def weights(encoder: Path) -> dict[str, bytes]:
    return {name: tensor.tobytes() for name, tensor in load_file(encoder / "model.safetensors").items()}


def history(run: Path) -> list[dict[str, float]]:
    return json.loads((run / "metrics.json").read_text("utf-8"))["history"]


def test_masked_loss_falls_on_text_that_was_held_out(trained: Pretrained) -> None:
    before, after = trained.metrics["before"], trained.metrics["after"]
    assert after["loss"] < before["loss"] - 1
    assert after["accuracy"] > before["accuracy"] + 0.02
    measured = [row["eval_loss"] for row in history(trained.run.directory) if "eval_loss" in row]
    assert len(measured) == 4  # the start, and the three evaluations of the settings
    assert measured[0] == before["loss"]
    assert measured[-1] == after["loss"]


def test_only_encoder_weights_come_out(trained: Pretrained, encoder: Path) -> None:
    before, after = load_file(encoder / "model.safetensors"), load_file(trained.run.encoder / "model.safetensors")
    assert {name: tensor.shape for name, tensor in after.items()} == {name: tensor.shape for name, tensor in before.items()}
    assert not any(
        np.array_equal(before[name], after[name]) for name in before if "weight" in name and "token_type" not in name
    )


def test_decoder_and_embeddings_stay_tied(trained: Pretrained) -> None:
    checkpoint = trained.run.last_checkpoint
    assert checkpoint is not None
    state = load_file(checkpoint / "model.safetensors")
    assert [name for name in state if "decoder" in name] == []
    embeddings = load_file(trained.run.encoder / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert np.array_equal(state["model.bert.embeddings.word_embeddings.weight"], embeddings)


def test_the_card_tells_what_it_was_made_of(trained: Pretrained, encoder: Path, text: Path) -> None:
    card = (trained.run.encoder / "README.md").read_text("utf-8")
    steps = json.loads((trained.run.directory / "metrics.json").read_text("utf-8"))["steps"]
    assert f"base_model: {encoder}" in card
    assert f"{steps} steps of at most 1024 tokens" in card
    digest = subprocess.run(["sha256sum", text], capture_output=True, text=True, check=True).stdout.split()[0]
    assert f"| `speeches.jsonl` | `{digest}` |" in card
    assert f"| after | {trained.metrics['after']['loss']:.4f} |" in card
    assert (trained.run.encoder / "LICENSE").read_text("utf-8") == "MIT"


def test_what_comes_out_can_be_fine_tuned(trained: Pretrained, tiny_dataset: Path, tmp_path: Path) -> None:
    tuned = finetune(tiny_config(trained.run.encoder, tiny_dataset, tmp_path, "tuned"))
    assert tuned is not None
    assert Tagger.load(tuned.run.directory).tag_sentences(["路要修好。"])


def test_a_killed_run_resumes_and_ends_the_same(trained: Pretrained, encoder: Path, text: Path, tmp_path: Path) -> None:
    settings = config(encoder, text, tmp_path, "killed")
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(settings.model_dump(mode="json")), "utf-8")
    command = [sys.executable, "-m", "jianghua.scripts.cli", "pretrain", str(tmp_path / "c.yaml")]
    process = subprocess.Popen(command, cwd=SHIPPED, stderr=subprocess.DEVNULL)
    checkpoints = tmp_path / "killed" / "checkpoints"
    while process.poll() is None and not list(checkpoints.glob("checkpoint-*/trainer_state.json")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "killed" / "encoder").exists()
    with pytest.raises(SettingsError, match=r"begun with other settings.*max_tokens: 64"):
        pretrain(settings.model_copy(update={"max_tokens": 64}))
    resumed = pretrain(settings)
    assert resumed is not None
    assert resumed.metrics == trained.metrics
    assert weights(resumed.run.encoder) == weights(trained.run.encoder)


def test_a_finished_run_is_refused_and_its_settings_can_be_used_again(trained: Pretrained) -> None:
    again = load_settings(PretrainConfig, trained.run.directory / "config.yaml")
    assert again.directory == trained.run.directory
    assert trained.run.config.read_text("utf-8").startswith("# jianghua pretrain ")
    with pytest.raises(SettingsError, match="this run is finished"):
        pretrain(again)


def test_distillation_brings_a_student_nearer_to_its_teacher(trained: Pretrained, text: Path, tmp_path: Path) -> None:
    teacher = trained.run.encoder
    result = pretrain(config(teacher, text, tmp_path, "student", objective="distil", layers=[1], weights="fp16"))
    assert result is not None
    assert result.metrics["after"]["loss"] < 0.7 * result.metrics["before"]["loss"]
    assert result.metrics["after"]["cosine"] > result.metrics["before"]["cosine"]
    student = AutoModel.from_pretrained(result.run.encoder, add_pooling_layer=False)
    assert student.config.num_hidden_layers == 1
    assert student.config.source_layers == [1]
    stored = load_file(result.run.encoder / "model.safetensors")
    assert {tensor.dtype for tensor in stored.values()} == {np.dtype(np.float16)}
    assert set(stored) == set(student.state_dict())
    assert "numbered from 0) 1 were kept" in (result.run.encoder / "README.md").read_text("utf-8")


def test_other_settings_train(encoder: Path, text: Path, tmp_path: Path) -> None:
    optimisation = {"epochs": 0.3, "gradient_accumulation": 2, "gradient_checkpointing": True, "precision": "bf16"}
    changes = {"layers": [0], "masking": {"whole_words": False}, "report_to": ("tensorboard",), "optimisation": optimisation}
    result = pretrain(config(encoder, text, tmp_path, "other", **changes))
    assert result is not None
    assert result.metrics["after"]["loss"] < result.metrics["before"]["loss"]
    assert list((tmp_path / "other" / "tensorboard").iterdir())


def test_two_processes_train_together(encoder: Path, text: Path, tmp_path: Path) -> None:
    settings = config(encoder, text, tmp_path, "two")
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(settings.model_dump(mode="json")), "utf-8")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    result = subprocess.run(
        [*launcher, "-m", "jianghua.scripts.cli", "pretrain", str(tmp_path / "c.yaml")],
        cwd=SHIPPED,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    metrics = json.loads((tmp_path / "two" / "metrics.json").read_text("utf-8"))
    assert metrics["after"]["loss"] < metrics["before"]["loss"] - 1


def test_wrong_settings_are_refused(encoder: Path, tiny_encoder: Path, text: Path, tmp_path: Path) -> None:
    def refused(match: str, model: Path = encoder, source: Path = text, **changes: object) -> None:
        with pytest.raises(SettingsError, match=match):
            pretrain(config(model, source, tmp_path, "x", **changes))

    refused("expected a tokenizer with a mask token", tiny_encoder)
    refused("expected a hub name that can be reached", tmp_path / "nowhere")
    refused(r"max_tokens: at most 256 for .*, got 300", max_tokens=300)
    refused("tokens_per_step: at least 128, the longest sequence", optimisation={"tokens_per_step": 64})
    refused("layers: expected numbers from 0 to 1 for a model of 2 layers, got 2", layers=[0, 2])
    refused("objective=distil needs layers", objective="distil")
    (tmp_path / "one.txt").write_text("只有一段。", "utf-8")
    refused("expected two documents or more", source=tmp_path / "one.txt")


def test_weights_that_are_not_there_are_refused(encoder: Path, text: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(encoder, tmp_path / "broken")
    state = {name: tensor for name, tensor in load_file(broken / "model.safetensors").items() if "layer.1." not in name}
    save_file(state, broken / "model.safetensors", {"format": "pt"})
    with pytest.raises(SettingsError, match=r"expected all weights of the encoder, got none for bert\.encoder\.layer\.1\."):
        pretrain(config(broken, text, tmp_path, "x"))


def test_a_head_of_its_own_is_refused(encoder: Path, text: Path, tmp_path: Path) -> None:
    untied = shutil.copytree(encoder, tmp_path / "untied")
    settings = json.loads((untied / "config.json").read_text("utf-8"))
    (untied / "config.json").write_text(json.dumps(settings | {"tie_word_embeddings": False}), "utf-8")
    with pytest.raises(SettingsError, match="expected one whose masked-language head is tied to its embeddings"):
        pretrain(config(untied, text, tmp_path, "x"))


def test_settings_name_what_is_wrong(tmp_path: Path) -> None:
    file = SHIPPED / "configs" / "pretrain.yaml"
    wrong = {
        "text=[a.txt] layers=[2,0]": "layers: expected different numbers, ascending, such as \\[0, 2, 4\\], got",
        "text=[]": "text: ",
        "text=[a.txt] masking.mask=0.95": "masking: expected mask and random that are at most 1 together",
        "text=[a.txt] masking.shares=0.2": "unknown key 'masking.shares'; did you mean 'share'",
    }
    for overrides, message in wrong.items():
        with pytest.raises(SettingsError, match=message):
            load_settings(PretrainConfig, file, overrides.split())


def test_whole_documents_are_held_out() -> None:
    documents = [(str(number) * 10,) for number in range(10)]
    learned, held_out = hold_out(documents, 0.3, seed=0)
    assert len(held_out) == 3
    assert sorted(learned + held_out) == documents
    assert hold_out(documents, 0.3, seed=0) == (learned, held_out)
    assert hold_out(documents, 0.3, seed=1) != (learned, held_out)
    assert hold_out([("长" * 90,), ("短" * 9,), ("中" * 30,)], 0.01, seed=0)[1] == [("短" * 9,)]
    assert len(hold_out(documents[:2], 0.99, seed=0)[1]) == 1


def test_command(encoder: Path, text: Path, tmp_path: Path) -> None:
    overrides = [
        f"text=[{text}]",
        f"model={encoder}",
        f"runs={tmp_path}",
        "name=cli",
        "optimisation.epochs=0.2",
        "report_to=[]",
    ]
    result = jianghua("pretrain", "configs/pretrain.yaml", *overrides)
    assert "after  loss" in result.stderr
    assert f"model={tmp_path / 'cli' / 'encoder'}" in result.stderr
