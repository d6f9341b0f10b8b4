"""Sampling: batches of examples of like length, in random order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import torch
from torch.utils.data import Sampler

_POOL: Final = 50
"""Batches whose examples are sorted together: enough that little of a batch is padding, few enough that batches differ from
epoch to epoch."""


class LengthBatchSampler(Sampler[int]):
    """Indices of examples of which each run of `batch` holds examples of like length.

    Transformers' own `group_by_length` gives the batches of a pool from the longest to the shortest. Short sentences are titles
    and salutations, long ones are demands and findings, so the labels then drift back and forth with a period of 50 steps, and
    the loss falls far more slowly. Here the batches are shuffled, too.
    """

    def __init__(self, lengths: Sequence[int], batch: int, seed: int) -> None:
        self._lengths = lengths
        self._batch = batch
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order of an epoch; the same epoch always has the same one, so that a resumed run goes on with it."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed + self._epoch)
        order = torch.randperm(len(self._lengths), generator=generator).tolist()
        size = _POOL * self._batch
        pools = (sorted(order[start : start + size], key=self._lengths.__getitem__) for start in range(0, len(order), size))
        batches = [pool[start : start + self._batch] for pool in pools for start in range(0, len(pool), self._batch)]
        short = [batch for batch in batches if len(batch) < self._batch]  # one in the middle would shift all that follow
        full = [batch for batch in batches if len(batch) == self._batch]
        for number in torch.randperm(len(full), generator=generator).tolist():
            yield from full[number]
        for batch in short:
            yield from batch
