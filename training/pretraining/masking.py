"""Masking: which words of a sequence the model has to tell, and what it sees in their place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from jianghua.data.errors import SettingsError
from jianghua.training.pretrain_config import MaskingConfig
from jianghua.training.pretraining.sequences import OUTSIDE, TokenSequence

UNMASKED = -100
"""Target of a token that the model has not to tell."""


class Masker:
    """Hides whole words; see `MaskingConfig`."""

    def __init__(self, config: MaskingConfig, tokenizer: PreTrainedTokenizerBase) -> None:
        """Learn the tokens that masking puts in.

        Raises:
            SettingsError: the tokenizer has no mask token.
        """
        if tokenizer.mask_token_id is None:
            raise SettingsError("model: expected a tokenizer with a mask token for objective=masked, got one without")
        self._config = config
        self._mask = tokenizer.mask_token_id
        self._ordinary = np.setdiff1d(np.arange(len(tokenizer)), tokenizer.all_special_ids)

    def __call__(self, sequence: TokenSequence, random: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """What the model sees, and the token that it has to tell at each place or `UNMASKED`; both of shape (tokens,)."""
        words = sequence.words
        if not self._config.whole_words:
            words = np.where(words == OUTSIDE, OUTSIDE, np.arange(len(words)) - 1)  # the first token is [CLS]
        chosen = np.append(self._choose(words, random), False)[words]  # the last entry is that of words numbered -1
        fate = random.random(words.max() + 1)[words]
        ids = np.where(chosen & (fate < self._config.mask), self._mask, sequence.ids)
        drawn = random.choice(self._ordinary, len(ids))
        replaced = chosen & (fate >= self._config.mask) & (fate < self._config.mask + self._config.random)
        return np.where(replaced, drawn, ids).astype(np.int32), np.where(chosen, sequence.ids, UNMASKED).astype(np.int64)

    def _choose(self, words: NDArray[np.int32], random: np.random.Generator) -> NDArray[np.bool_]:
        """Draw words until the share of tokens is reached, at least one; shape (words,)."""
        sizes = np.bincount(words[words != OUTSIDE])
        order = random.permutation(len(sizes))
        wanted = round(self._config.share * sizes.sum())
        number = max(1, int((sizes[order].cumsum() <= wanted).sum()))
        chosen = np.zeros(len(sizes), dtype=bool)
        chosen[order[:number]] = True
        return chosen
