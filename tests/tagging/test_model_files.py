from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from damage import MESSAGES, pointer
from safetensors.numpy import load_file, save_file

from jianghua.data.errors import SettingsError
from jianghua.tagging import Tagger
from jianghua.tagging.bundle import MANIFEST


@pytest.fixture
def bundle(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run / "bundle", tmp_path / "bundle"))


def refusal(directory: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        Tagger.load(directory)
    message = str(caught.value)
    assert str(directory) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("damage", MESSAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_file_is_one_clear_line(bundle: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(bundle / name)
    with pytest.raises(SettingsError, match=MESSAGES[damage]) as caught:
        Tagger.load(bundle)
    assert str(caught.value).startswith(str(bundle / name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_one_clear_line(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    assert f"{name}: expected a file of the model, got none" in refusal(bundle)


def test_a_manifest_that_is_a_pointer_says_so(bundle: Path) -> None:
    pointer(bundle / MANIFEST)
    assert "git lfs pull" in refusal(bundle)


def test_a_valid_file_that_no_library_takes_is_one_clear_line(bundle: Path) -> None:
    (bundle / "tokenizer.json").write_text("{}", "utf-8")
    assert "expected a tokenizer, got an error when loading" in refusal(bundle)


def test_missing_weights_are_not_drawn_at_random(bundle: Path) -> None:
    weights = load_file(bundle / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, bundle / "model.safetensors", metadata={"format": "pt"})
    assert "got none for classifier.weight" in refusal(bundle)


def test_files_of_different_bundles_are_refused(bundle: Path) -> None:
    config = json.loads((bundle / "config.json").read_text("utf-8"))
    swapped = config | {"id2label": config["id2label"] | {"0": "directive", "1": "situation"}}
    (bundle / "config.json").write_text(json.dumps(swapped), "utf-8")
    assert "expected the outputs situation, directive" in refusal(bundle)


def test_a_tokenizer_of_another_model_is_refused(bundle: Path) -> None:
    tokenizer = json.loads((bundle / "tokenizer.json").read_text("utf-8"))
    vocabulary = dict(tokenizer["model"]["vocab"])
    size = len(vocabulary)

    def replace(words: dict[str, int]) -> None:
        tokenizer["model"]["vocab"] = words
        (bundle / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")

    replace(vocabulary | {"多余": size})
    assert f"expected a tokenizer for the {size} tokens of config.json, got one with {size + 1}" in refusal(bundle)
    replace({word: id for word, id in vocabulary.items() if id < 4})
    assert "got one with 4: the vocabulary" in refusal(bundle)


def test_special_tokens_that_the_network_lacks_are_refused(bundle: Path) -> None:
    manifest = json.loads((bundle / MANIFEST).read_text("utf-8"))
    manifest["tokens"]["sep"] = 10_000
    (bundle / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    assert "got one whose sep token has the number 10000" in refusal(bundle)
