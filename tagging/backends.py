"""Backends: what turns token ids into token logits. The only file of this floor that knows torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jianghua.data.errors import SettingsError
from jianghua.data.extras import require
from jianghua.tagging.model_files import loading


class Backend(Protocol):
    """A token classifier."""

    def logits(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Token logits, shape (batch, tokens, labels), of ids and attention mask, both of shape (batch, tokens)."""
        ...


class TorchBackend:
    """A token classifier in torch, fp32, on the GPU when there is one."""

    def __init__(self, directory: Path, device: str | None = None) -> None:
        """Load the weights of a bundle.

        Args:
            directory: the bundle.
            device: torch device; default `cuda` when available, else `cpu`.

        Raises:
            SettingsError: the weights cannot be loaded, or some are missing; or there is no such device.
        """
        torch = require("torch", extra="tag")
        transformers = require("transformers", extra="tag")
        transformers.utils.logging.disable_progress_bar()  # loading takes a moment; a bar for it only flickers
        self._torch = torch
        self._device = _checked_device(torch, device) if device else ("cuda" if torch.cuda.is_available() else "cpu")
        with loading(directory, "a token classifier"):
            model, report = transformers.AutoModelForTokenClassification.from_pretrained(
                directory, dtype=torch.float32, output_loading_info=True
            )
        if report["missing_keys"]:  # transformers would draw them at random and go on
            missing = ", ".join(sorted(report["missing_keys"])[:3])
            raise SettingsError(f"{directory}: expected all weights of a token classifier, got none for {missing}")
        self._model: Any = model.to(self._device).eval()

    def logits(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `Backend.logits`."""
        torch = self._torch
        with torch.inference_mode():
            tensors = (torch.from_numpy(ids).to(self._device), torch.from_numpy(mask).to(self._device))
            output = self._model(input_ids=tensors[0], attention_mask=tensors[1]).logits
        return np.asarray(output.float().cpu().numpy(), dtype=np.float32)


def _checked_device(torch: Any, device: str) -> str:
    """A device, on which something was computed to see that it is there.

    Raises:
        SettingsError: there is no such device.
    """
    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError) as error:  # torch raises either where it was built without CUDA
        reason = str(error).strip().split("\n")[0]
        raise SettingsError(f"expected a device such as cpu, cuda or cuda:1, got {device!r} ({reason:.120})") from error
    return device
