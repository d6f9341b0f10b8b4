from __future__ import annotations

from pathlib import Path

import torch
from tiny import tiny_config
from torch import Tensor
from transformers import Trainer

from jianghua.data.corpus.dataset import load_dataset
from jianghua.training.config import ProbingConfig
from jianghua.training.encoder import load_encoder, special_tokens
from jianghua.training.model import features
from jianghua.training.probing import probe
from jianghua.training.run import open_run
from jianghua.training.trainer import build_trainer


def prepared(encoder: Path, dataset: Path, runs: Path) -> tuple[Trainer, list[dict[str, object]]]:
    config = tiny_config(encoder, dataset, runs, "probed", passages={"max_tokens": 64, "max_sentences": 1})
    data = load_dataset(dataset)
    torch.manual_seed(0)
    network, tokenizer = load_encoder(config.model, data.scheme, config.pooling)
    examples = {
        split: features(data.splits[split], tokenizer, config.passages, data.scheme) for split in ("train", "validation")
    }
    trainer = build_trainer(config, data.scheme, examples, network, special_tokens(tokenizer).pad, open_run(config, True))
    return trainer, examples["train"]


def state(trainer: Trainer) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in trainer.model.state_dict().items()}


def test_only_the_head_learns(tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path) -> None:
    trainer, examples = prepared(tiny_encoder, tiny_dataset, tmp_path)
    before, loss = state(trainer), trainer.evaluate()["eval_loss"]
    probe(trainer, examples, ProbingConfig(epochs=2))
    changed = {name for name, value in state(trainer).items() if not torch.equal(value, before[name])}
    assert changed == {"token_classifier.classifier.weight", "token_classifier.classifier.bias"}
    assert trainer.evaluate()["eval_loss"] < loss
    assert all(parameter.requires_grad for parameter in trainer.model.parameters())


def test_without_a_pass_nothing_changes(tiny_encoder: Path, tiny_dataset: Path, tmp_path: Path) -> None:
    trainer, examples = prepared(tiny_encoder, tiny_dataset, tmp_path)
    before = state(trainer)
    probe(trainer, examples, ProbingConfig(epochs=0))
    assert all(torch.equal(value, before[name]) for name, value in state(trainer).items())
