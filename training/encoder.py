"""The pretrained encoder that is fine-tuned: loaded with a fresh head, and checked against its tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn
from transformers import AutoModelForTokenClassification, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

from jianghua.data.errors import SettingsError
from jianghua.data.scheme import LabelScheme
from jianghua.tagging.bundle import output_names
from jianghua.tagging.model_files import CONFIG, TOKENIZER, WEIGHTS, check_model_file, check_vocabulary, loading
from jianghua.tagging.passages import SpecialTokens
from jianghua.tagging.pooling import Pooling
from jianghua.training.config import BASE_ENCODER

_BUNDLED: Final = Path(__file__).parent / "base_encoder"
_VOCABULARIES: Final = (TOKENIZER, "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model")
_TOKENIZER_SETTINGS: Final = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")


def load_encoder(model: str, scheme: LabelScheme, pooling: Pooling = "mean") -> tuple[nn.Module, PreTrainedTokenizerBase]:
    """Load a pretrained encoder with a fresh classification head, and its tokenizer.

    Args:
        model: a hub name, a local directory, or `base_encoder`.
        scheme: decides, with the pooling, the size of the head and the names of its outputs.
        pooling: see `jianghua.tagging.pooling.Pooling`.

    Raises:
        SettingsError: the model cannot be loaded, is not complete, or its tokenizer is another model's; the message tells what
            was tried.
    """
    names = output_names(scheme, pooling)
    with loading_model(model) as path:
        tokenizer = AutoTokenizer.from_pretrained(path, use_fast=True)
        token_classifier, report = AutoModelForTokenClassification.from_pretrained(
            path,
            dtype=torch.float32,
            num_labels=len(names),
            id2label=dict(enumerate(names)),
            label2id={name: index for index, name in enumerate(names)},
            attn_implementation=None if torch.cuda.is_available() else "eager",
            output_loading_info=True,
        )
    check_weights(model, token_classifier, report["missing_keys"])
    check_tokenizer(model, tokenizer, token_classifier)
    return token_classifier, tokenizer


@contextmanager
def loading_model(model: str) -> Iterator[str]:
    """What to give to `from_pretrained` for a model; inside, transformers is silent, and its errors become ours.

    Raises:
        SettingsError: the model cannot be loaded or is not complete; the message tells what was tried.
    """
    directory = local_model(model)
    if directory:
        _check_files(directory)
    expected = f"a hub name that can be reached, a local directory or {BASE_ENCODER!r}"
    with quiet(), loading(f"model {model!r}", expected):
        yield str(directory or model)


def local_model(model: str) -> Path | None:
    """The directory of a local model, or of the one in the package; None for a hub name."""
    if Path(model).is_dir():
        return Path(model)
    return _BUNDLED if model == BASE_ENCODER else None


def special_tokens(tokenizer: PreTrainedTokenizerBase) -> SpecialTokens:
    """Ids of the tokenizer's special tokens.

    Raises:
        SettingsError: the tokenizer lacks one that passages are built with.
    """
    ids = {"cls": tokenizer.cls_token_id, "sep": tokenizer.sep_token_id, "pad": tokenizer.pad_token_id}
    for name, id in ids.items():
        if id is None:
            raise SettingsError(f"model: its tokenizer has no {name} token; a BERT-like encoder is expected")
    return SpecialTokens.model_validate(ids)


def _check_files(directory: Path) -> None:
    """Look at the files of a local model before the libraries do."""
    weights = [*directory.glob(WEIGHTS), *directory.glob("model-*-of-*.safetensors")]
    weights = weights or list(directory.glob("pytorch_model*.bin"))
    if not weights:
        raise SettingsError(f"model {str(directory)!r}: expected weights ({WEIGHTS} or pytorch_model.bin), got none")
    vocabularies = [directory / name for name in _VOCABULARIES if (directory / name).exists()]
    if not vocabularies:  # transformers may make up an empty one, to which every word is unknown
        raise SettingsError(f"model {str(directory)!r}: expected a tokenizer ({TOKENIZER} or vocab.txt), got none")
    settings = (directory / name for name in _TOKENIZER_SETTINGS if (directory / name).exists())
    for file in (directory / CONFIG, *sorted(weights), *vocabularies, *settings):
        check_model_file(file)


def check_weights(model: str, network: PreTrainedModel, missing: Sequence[str]) -> None:
    """Check that only weights of the head were drawn at random: transformers draws any others too, and goes on.

    Args:
        model: its name, for the message.
        network: encoder and head.
        missing: names of the weights that were not in the model's files.

    Raises:
        SettingsError: some of the encoder's are among them.
    """
    lacking = sorted(key for key in missing if key.startswith(f"{network.base_model_prefix}."))
    if lacking:
        raise SettingsError(f"model {model!r}: expected all weights of the encoder, got none for {', '.join(lacking[:3])}")


def check_tokenizer(model: str, tokenizer: PreTrainedTokenizerBase, network: Any) -> None:
    """Compare a tokenizer with the network that it came with.

    Raises:
        SettingsError: it is a slow one, or another network's.
    """
    if not tokenizer.is_fast:
        raise SettingsError(f"model {model!r}: expected a fast tokenizer ({TOKENIZER}), got a slow one")
    special = special_tokens(tokenizer)
    embeddings = network.get_input_embeddings().num_embeddings
    check_vocabulary(tokenizer.backend_tokenizer, special, embeddings, f"model {model!r}")
    for name, id in special:
        stated = getattr(network.config, f"{name}_token_id", None)
        if isinstance(stated, int) and stated != id:
            raise SettingsError(
                f"model {model!r}: expected a tokenizer whose {name} token has the number {stated} of {CONFIG}, got {id}: "
                "the tokenizer is another model's, or its settings are missing"
            )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers silent: a fresh head is what we want, the warning about it only frightens, and bars flicker."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()  # type: ignore[no-untyped-call]
