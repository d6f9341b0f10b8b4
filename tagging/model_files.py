"""A model's files on disk: are they all there, whole, and made for one another?

Weights come by Git LFS and by copies that break off, and the libraries that load them then raise whatever their parser stumbles
over, or load something else in silence. So the files are looked at first, and whatever is wrong is one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from jianghua.data.errors import SettingsError
from jianghua.data.extras import require
from jianghua.tagging.passages import SpecialTokens

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"

_LFS_POINTER: Final = b"version https://git-lfs"
_LEAST_VOCABULARY: Final = 0.5
"""Smallest share of the embeddings that a tokenizer must have a token for. Some models pad their embeddings to a round number;
a tokenizer that leaves more than half of them unused has lost its vocabulary."""


def check_model_file(file: Path) -> None:
    """Check that a file is there, is not a Git LFS pointer, and, for JSON and safetensors, is whole.

    Raises:
        SettingsError: it is not; the message names the file.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(len(_LFS_POINTER))
    except OSError as error:
        raise SettingsError(f"{file}: expected a file of the model, got none ({error.strerror})") from error
    if head == _LFS_POINTER:
        raise SettingsError(f"{file}: expected the file itself, got a Git LFS pointer to it: run  git lfs pull")
    if file.suffix == ".json":
        read_json_object(file)
    elif file.suffix == ".safetensors":
        safetensors = require("safetensors", extra="tag")
        with loading(file, "whole safetensors weights"), safetensors.safe_open(file, framework="np"):
            pass  # opening reads the header and compares it with the file's length


def read_json_object(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        SettingsError: the file is damaged, or holds something else; the message names it.
    """
    try:
        value = json.loads(file.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SettingsError(f"{file}: expected a whole JSON file, got {error}") from error
    if not isinstance(value, dict):
        raise SettingsError(f"{file}: expected a JSON object, got {str(value)[:60]!r}")
    return value


@contextmanager
def loading(what: object, expected: str) -> Iterator[None]:
    """Turn whatever a library raises while it loads `what` into a SettingsError of one line.

    Use it around the library's own call only: tokenizers raises bare `Exception`, transformers and safetensors nearly anything.
    """
    try:
        yield
    except Exception as error:
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise SettingsError(f"{what}: expected {expected}, got an error when loading: {reason}") from error


def check_vocabulary(tokenizer: Any, special: SpecialTokens, embeddings: int | None, where: object) -> None:
    """Check that a tokenizer and a network belong together.

    Args:
        tokenizer: a `tokenizers.Tokenizer`.
        special: ids of its special tokens.
        embeddings: how many token embeddings the network has (`vocab_size` of `config.json`); `None` where it does not say.
        where: the model, for the message.

    Raises:
        SettingsError: the tokenizer has more tokens than the network, special tokens that the network lacks, or next to none.
    """
    if embeddings is None:
        return
    size = tokenizer.get_vocab_size(with_added_tokens=False)
    expected = f"{where}: expected a tokenizer for the {embeddings} tokens of {CONFIG}"
    if size > embeddings:
        raise SettingsError(f"{expected}, got one with {size}")
    if size < _LEAST_VOCABULARY * embeddings:
        raise SettingsError(f"{expected}, got one with {size}: the vocabulary ({TOKENIZER} or vocab.txt) is missing or cut")
    for name, id in special:
        if id >= embeddings:
            raise SettingsError(f"{expected}, got one whose {name} token has the number {id}: its settings are missing")
