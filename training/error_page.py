"""The error page: what a model gets wrong, in context, with its figures. One self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.data.store import write_text
from jianghua.tagging.records import Tag
from jianghua.training.evaluation import Outcome, worst_errors

_TEMPLATES: Final = Path(__file__).with_name("templates")


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
            tuple(key for key, given in zip(keys, outcome.predicted[row], strict=True) if given),
            dict(zip(keys, outcome.probabilities[row].tolist(), strict=True)),
        )
        gold = tuple(key for key, given in zip(keys, outcome.gold[row], strict=True) if given)
        previous, after = speech.neighbours(index)
        cases.append(
            ErrorCase(speech.sentence_id(index), speech.title, previous, speech.sentences[index].text, after, gold, tag, loss)
        )
    return cases


def write_error_page(
    path: Path, title: str, scheme: LabelScheme, metrics: Mapping[str, Any], cases: Sequence[ErrorCase]
) -> None:
    """Write the page.

    Args:
        path: the file.
        title: what was evaluated on what.
        scheme: the label scheme.
        metrics: figures as `jianghua.training.evaluation.measure` gives them.
        cases: see `error_cases`.
    """
    jinja2 = require("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    names = {label.key: label.name for label in scheme.labels} | {"none": "无"}
    off_diagonal = [n for a, row in metrics["confusion"].items() for b, n in row.items() if a != b]
    page = environment.get_template("errors.html.j2").render(
        title=title, scheme=scheme, metrics=metrics, cases=cases, names=names, most=max(1, *off_diagonal)
    )
    write_text(path, page)
