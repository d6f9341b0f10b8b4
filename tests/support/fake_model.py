"""A model for the ML backend, and what starts a backend with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from http_client import Client

from jianghua.labels.backend.protocol import Backend
from jianghua.labels.predictor import Prediction

KEYS = ("situation", "directive", "criticism", "target", "risk")

Start = Callable[..., tuple[Client, Backend]]


@dataclass
class FakeModel:
    """A model that says of every text what its version is."""

    version: str = "m1"
    keys: Sequence[str] = KEYS
    wait: Callable[[], None] = lambda: None

    def predict(self, tasks: Sequence[Mapping[str, Any]]) -> list[Prediction | None]:
        self.wait()
        if any(task.get("text") == "炸" for task in tasks):
            raise ValueError("secret inside")
        return [Prediction(("risk",), 0.75) if task.get("text") else None for task in tasks]
