"""Batches of sequences of like length, all those of a run in order: a batch depends only on the seed and its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jianghua.training.pretraining.masking import UNMASKED
from jianghua.training.pretraining.sequences import TokenSequence

Corrupt = Callable[[TokenSequence, np.random.Generator], tuple[NDArray[np.int32], NDArray[np.int64]]]
"""What hides words of a sequence: `jianghua.training.pretraining.masking.Masker`, or `intact`."""


def intact(sequence: TokenSequence, random: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The sequence as it is, with every token as its own target, for objectives that hide nothing."""
    return sequence.ids, np.asarray(sequence.ids, dtype=np.int64)


class Batches:
    """The batches of all epochs, as a data set that the Trainer goes through once, from the first to the last.

    Each epoch composes its batches anew, of sequences of about the same length, so that little is padding, shuffles them and
    hides other words. Since a batch is made from its number alone, a run that resumes goes on with just the batches that it
    would have had.
    """

    def __init__(
        self, sequences: Sequence[TokenSequence], tokens: int, pad: int, corrupt: Corrupt, seed: int, epochs: float = 1.0
    ) -> None:
        """Plan the batches.

        Args:
            sequences: what to learn from.
            tokens: most tokens in a batch, padding included.
            pad: id of the padding token.
            corrupt: hides words.
            seed: decides on order and hidden words.
            epochs: passes over the sequences; a part of a pass is some of its batches.
        """
        self._sequences, self._pad, self._corrupt, self._seed = sequences, pad, corrupt, seed
        self._lengths = np.array([len(sequence.ids) for sequence in sequences])
        self._borders = _borders(np.sort(self._lengths), tokens)
        self._count = max(1, round(epochs * len(self._borders)))
        self._epoch = lru_cache(maxsize=1)(self._compose)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> dict[str, Tensor]:
        """Tensors `input_ids`, `attention_mask`, `labels`, all (batch, tokens); labels are `UNMASKED` where none is asked."""
        if not 0 <= number < self._count:
            raise IndexError(number)
        epoch, place = divmod(number, len(self._borders))
        random = np.random.default_rng([self._seed, epoch, 1 + place])  # 0 would draw as the order does
        rows = [self._corrupt(self._sequences[row], random) for row in self._epoch(epoch)[place]]
        longest = max(len(ids) for ids, _ in rows)
        input_ids = torch.full((len(rows), longest), self._pad)
        attention_mask = torch.zeros((len(rows), longest), dtype=torch.long)
        labels = torch.full((len(rows), longest), UNMASKED)
        for row, (ids, targets) in enumerate(rows):
            input_ids[row, : len(ids)] = torch.from_numpy(ids)
            attention_mask[row, : len(ids)] = 1
            labels[row, : len(ids)] = torch.from_numpy(targets)
        return {"input_ids": input_ids, "attention_mask": attention_mask, "labels": labels}

    def _compose(self, epoch: int) -> list[NDArray[np.int64]]:
        """The numbers of the sequences of each batch of an epoch."""
        random = np.random.default_rng([self._seed, epoch])
        shuffled = random.permutation(len(self._lengths))
        ranked = shuffled[np.argsort(self._lengths[shuffled], kind="stable")]  # equals in another order each epoch
        batches = np.split(ranked, self._borders[:-1])
        return [batches[number] for number in random.permutation(len(batches))]


def _borders(lengths: NDArray[np.int64], tokens: int) -> list[int]:
    """Where batches end when sequences, given by ascending length, fill them up to so many tokens with padding."""
    borders, start = [], 0
    for row, length in enumerate(lengths.tolist()):
        if (row - start + 1) * length > tokens and row > start:
            borders.append(row)
            start = row
    return [*borders, len(lengths)]
