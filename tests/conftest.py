"""Shared fixtures: the sample corpus, and a tiny model that trains in seconds and needs no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tiny import tiny_config

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from jianghua.data.corpus.dataset import build_dataset, save_dataset
from jianghua.data.paths import LABELS, SHIPPED
from jianghua.data.scheme import LabelScheme, load_scheme
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches

if TYPE_CHECKING:
    from jianghua.labels.studio.server import Server


@pytest.fixture(scope="session")
def scheme() -> LabelScheme:
    return load_scheme(LABELS)


@pytest.fixture(scope="session")
def corpus() -> list[Speech]:
    return read_speeches(SHIPPED / "data" / "samples" / "speeches.jsonl")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory, corpus: list[Speech]) -> Path:
    """A random two-layer BERT with a character vocabulary."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    directory = tmp_path_factory.mktemp("encoder")
    characters = sorted({char for speech in corpus for text in speech.texts for char in text})
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {token: number for number, token in enumerate([*specials, *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(directory)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(directory)
    return directory


@pytest.fixture(scope="session")
def tiny_dataset(tmp_path_factory: pytest.TempPathFactory, corpus: list[Speech], scheme: LabelScheme) -> Path:
    """Ten speeches of the corpus as a dataset."""
    directory = tmp_path_factory.mktemp("dataset")
    save_dataset(build_dataset(corpus[:10], scheme), directory)
    return directory


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path, tiny_dataset: Path) -> Path:
    """A finished run of the tiny model."""
    from jianghua.training.finetune import finetune

    runs = tmp_path_factory.mktemp("runs")
    trained = finetune(tiny_config(tiny_encoder, tiny_dataset, runs, "tiny"))
    assert trained is not None
    return trained.run.directory


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Label Studio with an empty database; skips where it is not installed."""
    from studio_server import fresh_data, start

    server = start(fresh_data(tmp_path_factory.mktemp("studio") / "data"))
    yield server
    server.stop()
