"""`jianghua annotate adjudicate`: several annotators' answers to one labelled file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels, Overrides

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.adjudication import Decision
    from jianghua.labels.annotations import Annotation
    from jianghua.labels.config import AnnotateConfig
    from jianghua.labels.quality import Quality
    from jianghua.scripts.annotate.second_project import SecondProject

_SUFFIX = "裁决"


def adjudicate(
    annotations: Annotated[Path, typer.Argument(help="Annotations, as `annotate pull` writes them.")],
    speeches: Annotated[Path, typer.Argument(help="The speeches that were annotated, as `jianghua read` writes them.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Annotated speeches to write.")] = Path("annotated.jsonl"),
    rulings: Annotated[
        list[Path] | None,
        typer.Option("--rulings", help="A referee's annotations, pulled from the second project; repeatable."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep labels that the speeches have where nobody answered.")] = False,
    push: Annotated[
        bool, typer.Option("--push", help="Fetch the referee's answers from the second project, and send it what is disputed.")
    ] = False,
    overrides: Overrides = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Decide each sentence, with the provenance of every label, and write the file that `jianghua dataset` takes.

    Who decides stands in the section `adjudication` of the settings. Sentences that stay disputed have no labels in the result;
    they stand in <output>.disputed.jsonl, with --push also in a second project where a referee sees all answers. The referee's
    answers settle them when the same command is given again.
    """
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches, write_speeches
    from jianghua.labels.adjudication import annotated_speeches, answers_by_sentence
    from jianghua.labels.annotations import write_annotations
    from jianghua.labels.config import load_config
    from jianghua.labels.review import disputed_items
    from jianghua.scripts.annotate.decisions import decide, provenance
    from jianghua.scripts.annotate.files import load_annotations

    scheme = load_scheme(labels)
    settings = load_config(config, overrides or [])
    answers = answers_by_sentence(load_annotations([annotations], scheme))
    refereed = load_annotations(rulings or [], scheme)
    read = read_speeches(speeches)
    second = _second_project(settings, labels, scheme) if push else None
    if second:
        refereed += second.pull(output.with_suffix(".rulings.part"))
        write_annotations(output.with_suffix(".rulings.jsonl"), refereed)
    _check_speeches(read, answers)

    decisions, quality = decide(answers, answers_by_sentence(refereed), read, scheme, settings.adjudication)
    write_speeches(output, annotated_speeches(read, decisions, provenance(scheme, settings.adjudication), keep))
    disputed = [decision for decision in decisions if decision.reason == "disputed"]
    _write_disputed(output.with_suffix(".disputed.jsonl"), disputed, read)
    _print_quality(quality, scheme)
    _print(decisions, output)
    if second:
        second.push(disputed_items(disputed, scheme), read)


def _second_project(settings: AnnotateConfig, labels: Path, scheme: LabelScheme) -> SecondProject:
    """The referee's project."""
    from jianghua.labels.review import review_title
    from jianghua.scripts.annotate.second_project import SecondProject

    title = settings.adjudication.project or review_title(settings.project, _SUFFIX)
    return SecondProject(settings, title, labels, scheme)


def _check_speeches(speeches: Sequence[Speech], answers: Mapping[str, Sequence[Annotation]]) -> None:
    """Say when annotations are about sentences of other speeches.

    Raises:
        RecordError: all of them are.
    """
    from jianghua.data.errors import RecordError
    from jianghua.labels.adjudication import unknown_sentences
    from jianghua.scripts.console import console

    unknown = unknown_sentences(speeches, list(answers))
    if unknown and len(unknown) == len(answers):
        raise RecordError(f"no annotation is about a sentence of these speeches (the first is about {unknown[0]!r})")
    if unknown:
        console.print(f"{len(unknown)} annotated sentences are not of these speeches, left out ({unknown[0]} …)", markup=False)


def _write_disputed(path: Path, disputed: Sequence[Decision], speeches: Sequence[Speech]) -> None:
    """The disputed sentences with their neighbours and everybody's answers, one a line."""
    from jianghua.data.store import write_jsonl
    from jianghua.labels.studio.tasks import build_tasks

    tasks = {task.uid: dict(task.data) for task in build_tasks(speeches)}
    rows = ({**tasks[item.uid], "disputed": list(item.disputed), **item.to_dict()} for item in disputed if item.uid in tasks)
    write_jsonl(path, rows)


def _print_quality(quality: Quality | None, scheme: LabelScheme) -> None:
    from rich.table import Table

    from jianghua.scripts.console import console

    if quality is None or not quality.annotators:
        return
    table = Table("estimated quality", *scheme.keys, box=None)
    for name, values in quality.annotators.items():
        table.add_row(name, *("–" if values[key] is None else f"{values[key]:.3f}" for key in scheme.keys))
    console.print(table)


def _print(decisions: Sequence[Decision], output: Path) -> None:
    from jianghua.scripts.console import console

    counts = Counter(decision.reason or "decided" for decision in decisions)
    ways = Counter(
        verdict.by for decision in decisions if decision.labels is not None for verdict in decision.verdicts.values()
    )
    listed = ", ".join(f"{count} {way}" for way, count in ways.most_common()) or "none"
    console.print(f"labels of the decided sentences by how they were decided: {listed}", markup=False)
    console.print(
        f"wrote {output}: {counts['decided']} sentences decided, {counts['disputed']} disputed "
        f"({output.with_suffix('.disputed.jsonl')}), {counts['too few answers']} with too few answers",
        soft_wrap=True,
        markup=False,
    )
