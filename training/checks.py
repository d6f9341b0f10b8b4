"""Checks before training: settings, dataset and encoder must fit one another, and what will go badly is said in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from jianghua.data.corpus.dataset import label_counts
from jianghua.data.errors import SettingsError

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase

    from jianghua.data.corpus.dataset import SpeechDataset
    from jianghua.data.scheme import LabelScheme
    from jianghua.training.config import TrainConfig

_UNKNOWN_HIGH: Final = 0.05
"""Share of unknown tokens from which on a tokenizer is called a poor fit; Chinese encoders stay under 0.1 %."""
_UNKNOWN_ABSURD: Final = 0.5
"""Share of unknown tokens from which on there is nothing to learn from."""


def check_loss(config: TrainConfig, scheme: LabelScheme) -> None:
    """Check that the loss is one for the scheme.

    Raises:
        SettingsError: it is not.
    """
    single = config.loss.kind == "cross_entropy"
    if single != (scheme.kind == "single"):
        wanted = "cross_entropy" if scheme.kind == "single" else "bce, focal or asymmetric"
        raise SettingsError(f"loss.kind: a {scheme.kind}-label scheme wants {wanted}, got {config.loss.kind}")


def check_passage_length(config: TrainConfig, encoder: nn.Module) -> None:
    """Check that the encoder has a position for every token of the longest passage.

    Raises:
        SettingsError: it has not.
    """
    limit = getattr(encoder.config, "max_position_embeddings", None)
    if isinstance(limit, int) and config.passages.max_tokens > limit:
        raise SettingsError(f"passages.max_tokens: at most {limit} for {config.model}, got {config.passages.max_tokens}")


def unknown_share(examples: Sequence[Mapping[str, Any]], tokenizer: PreTrainedTokenizerBase) -> float:
    """Share of the training tokens, special ones left out, that the tokenizer does not know.

    Args:
        examples: passages as `jianghua.training.model.features` gives them.
        tokenizer: the encoder's.
    """
    special = {tokenizer.cls_token_id, tokenizer.sep_token_id}
    tokens = [id for id in chain.from_iterable(example["input_ids"] for example in examples) if id not in special]
    return tokens.count(tokenizer.unk_token_id) / max(1, len(tokens))


def unknown_warning(share: float, model: str) -> str | None:
    """A line on a share of unknown tokens that is high, or nothing.

    Raises:
        SettingsError: so little of the texts is known that there is nothing to learn from.
    """
    if share > _UNKNOWN_ABSURD:
        raise SettingsError(
            f"model {model!r}: expected a tokenizer that knows the training texts, got one to which {share:.0%} of the tokens "
            "are unknown; a Chinese encoder is expected"
        )
    if share > _UNKNOWN_HIGH:
        return f"model {model!r}: {share:.1%} of the tokens of the training texts are unknown to its tokenizer"
    return None


def absent_labels_warning(dataset: SpeechDataset) -> str | None:
    """A line that names the labels without an example in a split, or nothing where every split has all of them."""
    absent = {}
    for name, speeches in dataset.splits.items():
        counts = label_counts(speeches, dataset.scheme).sum(axis=0)
        absent[name] = [key for key, count in zip(dataset.scheme.keys, counts, strict=False) if not count]
    named = "; ".join(f"{name}: {', '.join(keys)}" for name, keys in absent.items() if keys)
    if not named:
        return None
    return f"labels without an example ({named}); without one in train they are not learned, in the others not measured"
