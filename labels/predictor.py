"""What the annotators' side asks of a model: labels for sentences, and how sure it is of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says about a sentence.

    Attributes:
        labels: keys of the labels that apply.
        confidence: how sure the model is, from 0 to 1: its smallest margin.
        margins: how far each label is from its decision threshold, from 0 to 1, in the order of `Predictor.keys` (see
            `jianghua.labels.selection.margins`); empty where nobody selects by them.
    """

    labels: tuple[str, ...]
    confidence: float
    margins: tuple[float, ...] = ()


class Predictor(Protocol):
    """A model that predicts the labels of sentences. Several threads may call it at once."""

    @property
    def version(self) -> str:
        """Name under which Label Studio stores its predictions."""
        ...

    @property
    def keys(self) -> Sequence[str]:
        """The labels that it knows."""
        ...

    def predict(self, tasks: Sequence[Mapping[str, Any]]) -> list[Prediction | None]:
        """A prediction for each task.

        Args:
            tasks: their data, as `jianghua.labels.studio.tasks.build_tasks` makes it.

        Returns:
            One a task; `None` for a task without a text that can be judged.
        """
        ...
