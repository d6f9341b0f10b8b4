"""Training of the network that marks notices; it runs on a processor in some ten minutes."""

from __future__ import annotations

import sys
import time
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from benchmarks.notices.counts import FEWEST, Arrays
from benchmarks.notices.insertion import WINDOW, Generator, Labelled
from jianghua.data.cleaning.ngrams import FIRST_KNOWN, UNKNOWN, Features, Ngrams, fold

_CHAR_SIZE: Final = 32
_PAIR_SIZE: Final = 16
_CHANNELS: Final = 48
_DILATIONS: Final = (1, 2, 4, 8, 16)
_HIDDEN_CHARS: Final = 0.08  # share of the characters that the network is not shown
_HIDDEN_PAIRS: Final = 0.3
_BATCH: Final = 32
_RATE: Final = 3e-3


class TrainableNetwork(nn.Module):
    """What `jianghua.data.cleaning.network` computes, to be trained."""

    def __init__(self, chars: int, pairs: int) -> None:
        """Make a network for so many characters and pairs."""
        super().__init__()
        self.chars = nn.Embedding(chars + FIRST_KNOWN, _CHAR_SIZE)
        self.pairs = nn.Embedding(pairs + 1, _PAIR_SIZE)
        nn.init.zeros_(self.pairs.weight)  # a pair that was never seen says nothing
        nn.init.normal_(self.chars.weight, std=0.3)
        sizes = [_CHAR_SIZE + _PAIR_SIZE + 2] + [_CHANNELS] * len(_DILATIONS)
        self.first = nn.Conv1d(sizes[0], _CHANNELS, 3, padding=1)
        self.blocks = nn.ModuleList(nn.Conv1d(_CHANNELS, _CHANNELS, 3, padding=d, dilation=d) for d in _DILATIONS)
        self.head = nn.Conv1d(_CHANNELS, 3, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, chars: torch.Tensor, pairs: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Logits of (batch, characters, 3)."""
        if self.training:  # what a notice says must not be learned by heart
            chars = chars.masked_fill(torch.rand(chars.shape) < _HIDDEN_CHARS, UNKNOWN)
            pairs = pairs.masked_fill(torch.rand(pairs.shape) < _HIDDEN_PAIRS, 0)
        rows = torch.cat([self.drop(self.chars(chars)), self.drop(self.pairs(pairs)), scores], dim=-1).transpose(1, 2)
        hidden = torch.relu(self.first(rows))
        for block in self.blocks:
            hidden = hidden + torch.relu(block(hidden))
        logits: torch.Tensor = self.head(self.drop(hidden)).transpose(1, 2)
        return logits

    def load(self, arrays: Arrays) -> None:
        """Take the weights of a model."""
        layers = [self.first, *self.blocks, self.head]
        with torch.no_grad():
            self.chars.weight.copy_(torch.from_numpy(arrays["char_vectors"]))
            self.pairs.weight.copy_(torch.from_numpy(arrays["pair_vectors"]))
            for number, layer in enumerate(layers):
                layer.weight.copy_(torch.from_numpy(arrays[f"kernel_{number}"].transpose(2, 1, 0).copy()))
                layer.bias.copy_(torch.from_numpy(arrays[f"bias_{number}"]))

    def arrays(self) -> Arrays:
        """The weights as `Network` takes them."""
        layers = [self.first, *self.blocks, self.head]
        half = np.float16
        found: Arrays = {
            "char_vectors": self.chars.weight.detach().numpy().astype(half),
            "pair_vectors": self.pairs.weight.detach().numpy().astype(half),
        }
        for number, layer in enumerate(layers):
            found[f"kernel_{number}"] = layer.weight.detach().numpy().transpose(2, 1, 0).astype(half)
            found[f"bias_{number}"] = layer.bias.detach().numpy().astype(half)
        return found


def train(generator: Generator, known: Arrays, steps: int, seed: int = 0) -> Arrays:
    """All arrays of a model: what is known of n-grams, and the weights.

    Args:
        generator: where windows come from.
        known: the n-grams; with weights, where training goes on from a model.
        steps: batches.
        seed: of the first weights.
    """
    torch.manual_seed(seed)
    ngrams = Ngrams(known)
    network = TrainableNetwork(len(known["chars"]), len(known["pairs"]))
    if "char_vectors" in known:
        network.load(known)
    optimizer = torch.optim.Adam(network.parameters(), lr=_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps, pct_start=0.1)
    total, began = 0.0, time.time()
    for step in range(1, steps + 1):
        inputs, targets, weights = _batch([generator.window(WINDOW) for _ in range(_BATCH)], ngrams)
        logits = network(*inputs)
        losses = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        loss = (losses * weights[..., None]).sum() / weights.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % 100 == 0:
            print(f"{step} of {steps} steps, loss {total / 100:.4f}, {time.time() - began:.0f} s", file=sys.stderr, flush=True)
            total = 0.0
    network.eval()
    return {**known, **network.arrays()}


def _batch(windows: list[Labelled], ngrams: Ngrams) -> tuple[tuple[torch.Tensor, ...], torch.Tensor, torch.Tensor]:
    """Features, targets (inside, begins, ends) and weights: 0 for the padding."""
    shape = (len(windows), WINDOW)
    chars, pairs = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    scores, targets, weights = np.zeros((*shape, 2), np.float32), np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
    for row, window in enumerate(windows):
        found: Features = ngrams.features(fold(window.text))
        size = len(window.text)
        chars[row, :size], pairs[row, :size], scores[row, :size] = _without_own(found, window.weight)
        targets[row, :size] = labels(window.added)
        weights[row, :size] = 1
    return tuple(map(torch.from_numpy, (chars, pairs, scores))), torch.from_numpy(targets), torch.from_numpy(weights)


def _without_own(features: Features, weight: int) -> Features:
    """Features as they would be had the window's own document not been counted: so are those of texts that are new."""
    counts = np.exp(2 * features.scores) - weight  # the scores are half the logarithms of the counts
    scores = np.where(counts < FEWEST, 0, np.log(np.maximum(counts, 1)) / 2).astype(np.float32)
    return Features(features.chars, np.where(counts[:, 0] < FEWEST, 0, features.pairs), scores)


def labels(added: bytes) -> npt.NDArray[np.float32]:
    """Whether each character was put in, begins something that was, and ends it."""
    inside = np.frombuffer(added, np.uint8).astype(np.float32)
    before, after = np.append(0, inside[:-1]), np.append(inside[1:], 0)
    return np.stack([inside, inside * (1 - before), inside * (1 - after)], axis=1)
