"""The error page: what a model gets wrong, in context, with its figures. One self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jianghua.data.pages.environment import write_page
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.tagging.records import Tag
from jianghua.training.evaluation import Outcome, worst_errors


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """A sentence with a wrong label set, with its neighbours.

    Attributes:
        id: the sentence's id.
        title: title of its speech.
        previous: text of the sentence before, or nothing.
        text: the sentence.
        next: text of the sentence after, or nothing.
        gold: the annotators' labels.
        tag: what the model made of it.
        loss: cross-entropy of the gold labels, in nats.
    """

    id: str
    title: str
    previous: str
    text: str
    next: str
    gold: tuple[str, ...]
    tag: Tag
    loss: float

    @property
    def missed(self) -> tuple[str, ...]:
        """Labels that the annotators gave and the model did not."""
        return tuple(key for key in self.gold if key not in self.tag.labels)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Labels that the model gave and the annotators did not."""
        return tuple(key for key in self.tag.labels if key not in self.gold)


def error_cases(outcome: Outcome, speeches: Sequence[Speech], keys: Sequence[str]) -> list[ErrorCase]:
    """The worst errors of an evaluation, the least likely gold labels first."""
    cases = []
    for row, loss in worst_errors(outcome):
        speech, index = speeches[outcome.speeches[row]], int(outcome.indices[row])
        tag = Tag(
            tuple(key for key, applies in zip(keys, outcome.predicted[row], strict=True) if applies),
            dict(zip(keys, outcome.probabilities[row].tolist(), strict=True)),
        )
        gold = tuple(key for key, applies in zip(keys, outcome.gold[row], strict=True) if applies)
        previous, after = speech.neighbours(index)
        text = speech.sentences[index].text
        cases.append(ErrorCase(speech.sentence_id(index), speech.title, previous, text, after, gold, tag, loss))
    return cases


def write_error_page(
    path: Path, title: str, scheme: LabelScheme, metrics: Mapping[str, Any], cases: Sequence[ErrorCase]
) -> None:
    """Write the page.

    Args:
        path: the file.
        title: what was evaluated on what.
        scheme: the label scheme.
        metrics: figures as `jianghua.training.evaluation.measure` gives them, and under `slices`, by field, those of
            `jianghua.training.slices.measure_slices`.
        cases: see `error_cases`.
    """
    names = {label.key: label.name for label in scheme.labels} | {"none": "无"}
    off_diagonal = [n for a, row in metrics["confusion"].items() for b, n in row.items() if a != b]
    write_page(
        path,
        "training/templates/errors.html.j2",
        title=title,
        scheme=scheme,
        metrics=metrics,
        cases=cases,
        names=names,
        largest=max(1, *off_diagonal),
    )
