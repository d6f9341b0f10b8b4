from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from damage import MESSAGES
from safetensors.numpy import load_file, save_file
from tiny import tiny_config

from jianghua.data.corpus.dataset import dataset_of_splits, save_dataset
from jianghua.data.errors import SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.training.encoder import load_encoder
from jianghua.training.finetune import finetune


@pytest.fixture
def encoder(tiny_encoder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_encoder, tmp_path / "encoder"))


@pytest.mark.parametrize("damage", MESSAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"])
def test_a_damaged_file_is_one_clear_line(
    encoder: Path, scheme: LabelScheme, name: str, damage: Callable[[Path], None]
) -> None:
    damage(encoder / name)
    with pytest.raises(SettingsError, match=MESSAGES[damage]) as caught:
        load_encoder(str(encoder), scheme)
    assert str(caught.value).startswith(str(encoder / name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("config.json", "config.json"), ("model.safetensors", "expected weights"), ("tokenizer.json", "expected a tokenizer")],
)
def test_a_missing_file_is_one_clear_line(encoder: Path, scheme: LabelScheme, name: str, expected: str) -> None:
    (encoder / name).unlink()
    with pytest.raises(SettingsError, match=f"{expected}.*got none") as caught:
        load_encoder(str(encoder), scheme)
    assert str(encoder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_tokenizer_without_a_vocabulary_is_refused(encoder: Path, scheme: LabelScheme) -> None:
    (encoder / "tokenizer.json").unlink()
    (encoder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}', "utf-8")
    (encoder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n", "utf-8")
    with pytest.raises(SettingsError, match=r"expected a tokenizer for the \d+ tokens of config.json, got one with 5: "):
        load_encoder(str(encoder), scheme)


def test_special_tokens_must_be_those_of_the_network(encoder: Path, scheme: LabelScheme) -> None:
    config = json.loads((encoder / "config.json").read_text("utf-8"))
    (encoder / "config.json").write_text(json.dumps(config | {"pad_token_id": 3}), "utf-8")
    with pytest.raises(SettingsError, match=r"whose pad token has the number 3 of config.json, got 0"):
        load_encoder(str(encoder), scheme)


def test_missing_weights_are_not_drawn_at_random(encoder: Path, scheme: LabelScheme) -> None:
    weights = load_file(encoder / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, encoder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SettingsError, match=r"got none for bert.encoder.layer.1.output.dense.weight"):
        load_encoder(str(encoder), scheme)


def foreign(speeches: list[Speech], share: int) -> list[Speech]:
    """The speeches with every `share`-th character one that the tiny encoder does not know."""
    return [
        Speech(
            id=speech.id,
            title=speech.title,
            sentences=tuple(
                Sentence(
                    "".join("ж" if n % share == 0 else char for n, char in enumerate(sentence.text)), labels=sentence.labels
                )
                for sentence in speech.sentences
            ),
        )
        for speech in speeches
    ]


def test_unknown_tokens_are_told_or_refused(
    tiny_encoder: Path, corpus: list[Speech], scheme: LabelScheme, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def train(share: int) -> None:
        name = f"every-{share}"
        speeches = foreign(corpus[:3], share)
        splits = {"train": speeches[:1], "validation": speeches[1:2], "test": speeches[2:]}
        save_dataset(dataset_of_splits(splits, scheme, {}), tmp_path / name)
        short = {"epochs": 0.2, "precision": "fp32"}
        finetune(tiny_config(tiny_encoder, tmp_path / name, tmp_path / "runs", name, optimisation=short))

    with pytest.raises(SettingsError, match=r"expected a tokenizer that knows the training texts, got one to which 100%"):
        train(1)
    assert not (tmp_path / "runs").exists()
    with caplog.at_level(logging.WARNING, "jianghua"):
        train(40)
        assert "unknown" not in caplog.text
        train(5)
    assert re.search(r"2\d\.\d% of the tokens of the training texts are unknown", caplog.text)
