"""The network that marks what a site added to a text: convolutions over characters and their pairs, in plain NumPy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from jianghua.data.cleaning.ngrams import Features, Floats


class Network:
    """Embeddings, a row of dilated convolutions with residuals, and three logits a character.

    The logits say whether a character is part of a notice, whether a notice begins with it, and whether one ends with it.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the weights: `char_vectors`, `pair_vectors`, and for each layer `kernel_N` (taps, in, out) and `bias_N`."""

        def floats(name: str) -> Floats:
            return np.ascontiguousarray(arrays[name], dtype=np.float32)

        self._chars, self._pairs = floats("char_vectors"), floats("pair_vectors")
        layers = sum(name.startswith("kernel_") for name in arrays)
        self._layers = [(floats(f"kernel_{number}"), floats(f"bias_{number}")) for number in range(layers)]
        self.reach = 1 + sum(2**number for number in range(layers - 2))
        """Characters on each side that a logit depends on."""

    def logits(self, features: Features) -> Floats:
        """Three logits for each character, one row a character."""
        hidden = np.concatenate([self._chars[features.chars], self._pairs[features.pairs], features.scores], axis=1)
        (kernel, bias), *blocks, (head, head_bias) = self._layers
        hidden = np.maximum(_convolved(hidden, kernel, 1) + bias, 0)
        for number, (kernel, bias) in enumerate(blocks):
            hidden += np.maximum(_convolved(hidden, kernel, 2**number) + bias, 0)
        return hidden @ head[0] + head_bias


def _convolved(rows: Floats, kernel: Floats, dilation: int) -> Floats:
    """A convolution of three taps, with zeros beyond the ends."""
    before, here, after = kernel
    result = rows @ here
    result[dilation:] += rows[:-dilation] @ before
    result[:-dilation] += rows[dilation:] @ after
    return result
