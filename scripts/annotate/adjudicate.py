"""`jianghua annotate adjudicate`: several annotators' answers to one labelled file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from jianghua.scripts.annotate.options import ANNOTATE, LABELS, Config, Labels

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.adjudication import Decision, Policy, Rules, Tie
    from jianghua.labels.annotations import Annotation
    from jianghua.labels.quality import Quality

_FOLDS = 5
_SUFFIX = "裁决"


def adjudicate(
    annotations: Annotated[Path, typer.Argument(help="Annotations, as `annotate pull` writes them.")],
    speeches: Annotated[Path, typer.Argument(help="The speeches that were annotated, as `jianghua read` writes them.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Annotated speeches to write.")] = Path("annotated.jsonl"),
    policy: Annotated[
        str, typer.Option("--policy", help="unanimous, majority, weighted (by annotator quality) or referee.")
    ] = "unanimous",
    referee: Annotated[list[str] | None, typer.Option("--referee", help="Annotator whose answer wins; repeatable.")] = None,
    rulings: Annotated[
        list[Path] | None,
        typer.Option("--rulings", help="A referee's annotations, pulled from the second project; repeatable."),
    ] = None,
    tie: Annotated[
        str, typer.Option("--tie", help="What `majority` makes of a tie on a label: dispute, absent or present.")
    ] = "dispute",
    confidence: Annotated[
        float, typer.Option("--confidence", min=0.5, max=1.0, help="Weighted answers less sure than this stay disputed.")
    ] = 0.6,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="Sentences with fewer answers stay without labels.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Keep labels that the speeches have where nobody answered.")] = False,
    model: Annotated[
        Path | None, typer.Option("--model", help="A run that weighs in under `weighted`; trained on other sentences.")
    ] = None,
    push: Annotated[
        bool, typer.Option("--push", help="Fetch the referee's answers from the second project, and send it what is disputed.")
    ] = False,
    project: Annotated[
        str | None, typer.Option("--project", help="Title of the second project; default the project's with 裁决.")
    ] = None,
    labels: Labels = LABELS,
    config: Config = ANNOTATE,
) -> None:
    """Decide each sentence, with the provenance of every label, and write the file that `jianghua dataset` takes.

    Sentences that stay disputed have no labels there; they stand in <output>.disputed.jsonl, with --push also in a second
    project where a referee sees all answers. The referee's answers settle them when the same command is given again.
    """
    from jianghua.data.scheme import load_scheme
    from jianghua.data.store import read_speeches, write_speeches
    from jianghua.labels.adjudication import adjudicate as decide
    from jianghua.labels.adjudication import annotated_speeches, answers_by_sentence
    from jianghua.labels.annotations import write_annotations
    from jianghua.scripts.annotate.files import load_annotations

    scheme = load_scheme(labels)
    answers = answers_by_sentence(load_annotations([annotations], scheme))
    ruled = load_annotations(rulings or [], scheme)
    read = read_speeches(speeches)
    second = _Second(config, project, labels, scheme) if push else None
    if second:
        ruled += second.pull(output.with_suffix(".rulings.part"))
        write_annotations(output.with_suffix(".rulings.jsonl"), ruled)
    rules = _rules(policy, tie, confidence, at_least, referee or [], answers)
    _warn_of_strangers(read, answers)
    quality = estimate(read, answers, scheme, rules, model) if rules.policy == "weighted" else None
    decisions = decide(answers, answers_by_sentence(ruled), scheme, rules, quality)
    about = {"policy": rules.policy, "guideline_version": scheme.guideline_version}
    write_speeches(output, annotated_speeches(read, decisions, about, keep))
    disputed = [decision for decision in decisions if decision.reason == "disputed"]
    _write_disputed(output.with_suffix(".disputed.jsonl"), disputed, read)
    _print(decisions, quality, scheme, output)
    if second:
        second.push(disputed, read)


def _rules(
    policy: str,
    tie: str,
    confidence: float,
    at_least: int,
    referees: Sequence[str],
    answers: Mapping[str, Sequence[Annotation]],
) -> Rules:
    """Check the options that have names as values."""
    from jianghua.data.errors import SettingsError
    from jianghua.data.settings import nearest
    from jianghua.labels.adjudication import POLICIES, TIES, Rules

    for option, value, known in (("policy", policy, POLICIES), ("tie", tie, TIES)):
        if value not in known:
            raise SettingsError(f"--{option} {value}: expected one of {', '.join(known)}{nearest(value, known)}")
    names = sorted({answer.annotator for group in answers.values() for answer in group})
    for name in referees:
        if name not in names:
            raise SettingsError(f"--referee {name}: expected one of the annotators {', '.join(names)}{nearest(name, names)}")
    return Rules(cast("Policy", policy), cast("Tie", tie), confidence, at_least, frozenset(referees))


def _warn_of_strangers(speeches: Sequence[Speech], answers: Mapping[str, Sequence[Annotation]]) -> None:
    """Say when annotations are about sentences of other speeches.

    Raises:
        RecordError: all of them are.
    """
    from jianghua.data.errors import RecordError
    from jianghua.labels.adjudication import unknown_sentences
    from jianghua.scripts.console import console

    unknown = unknown_sentences(speeches, list(answers))
    if answers and len(unknown) == len(answers):
        raise RecordError(f"no annotation is about a sentence of these speeches (the first is about {unknown[0]!r})")
    if unknown:
        console.print(f"{len(unknown)} annotated sentences are not of these speeches, left out ({unknown[0]} …)", markup=False)


def estimate(
    speeches: Sequence[Speech],
    answers: Mapping[str, Sequence[Annotation]],
    scheme: LabelScheme,
    rules: Rules,
    model: Path | None = None,
) -> Quality:
    """Estimate annotator quality; a model that has not seen the sentences weighs in.

    That is `model`, or else TF-IDF and logistic regression, cross-validated on the majority's labels.
    """
    from jianghua.labels.quality import estimate_quality
    from jianghua.scripts.console import console

    voters = {uid: [a for a in group if a.annotator not in rules.referees] for uid, group in answers.items()}
    voters = {uid: group for uid, group in voters.items() if group}
    if model is not None:
        return estimate_quality(voters, scheme, _tagged(model, speeches))
    with console.status("cross-validating a baseline on the majority's labels"):
        return estimate_quality(voters, scheme, _cross_validated(speeches, voters, scheme))


def _tagged(model: Path, speeches: Sequence[Speech]) -> dict[str, dict[str, float]]:
    from jianghua.tagging.tagger import Tagger

    tagger = Tagger.load(model)
    return {
        speech.sentence_id(index): dict(tag.probabilities)
        for speech in speeches
        for index, tag in enumerate(tagger.tag_speech(speech).tags)
    }


def _cross_validated(
    speeches: Sequence[Speech], answers: Mapping[str, Sequence[Annotation]], scheme: LabelScheme
) -> dict[str, dict[str, float]] | None:
    from jianghua.data.errors import MissingExtraError, RecordError
    from jianghua.labels.adjudication import Rules, adjudicate, annotated_speeches
    from jianghua.scripts.console import console
    from jianghua.training.crossval import cross_validate, tfidf_model

    majority = annotated_speeches(speeches, adjudicate(answers, {}, scheme, Rules("majority", tie="absent")), {})
    try:
        outcome = cross_validate(majority, scheme, _FOLDS, tfidf_model(scheme))
    except (RecordError, MissingExtraError) as error:
        console.print(f"no model weighs in: {error}", markup=False)
        return None
    rows = zip(outcome.speeches, outcome.indices, outcome.probabilities.tolist(), strict=True)
    return {majority[number].sentence_id(int(index)): dict(zip(scheme.keys, row, strict=True)) for number, index, row in rows}


def _write_disputed(path: Path, disputed: Sequence[Decision], speeches: Sequence[Speech]) -> None:
    """The disputed sentences with their neighbours and everybody's answers, one a line."""
    from jianghua.data.store import write_jsonl
    from jianghua.labels.studio.tasks import build_tasks

    tasks = {task.uid: dict(task.data) for task in build_tasks(speeches)}
    rows = ({**tasks[item.uid], "disputed": list(item.disputed), **item.to_dict()} for item in disputed if item.uid in tasks)
    write_jsonl(path, rows)


def _print(decisions: Sequence[Decision], quality: Quality | None, scheme: LabelScheme, output: Path) -> None:
    from rich.table import Table

    from jianghua.scripts.console import console

    if quality is not None and quality.annotators:
        table = Table("estimated quality", *scheme.keys, box=None)
        for name, values in quality.annotators.items():
            table.add_row(name, *("–" if values[key] is None else f"{values[key]:.3f}" for key in scheme.keys))
        console.print(table)
    counts = Counter(decision.reason or "decided" for decision in decisions)
    ways = Counter(
        verdict.by for decision in decisions if decision.labels is not None for verdict in decision.verdicts.values()
    )
    shown = ", ".join(f"{count} {way}" for way, count in ways.most_common()) or "none"
    console.print(f"labels of the decided sentences by how they were decided: {shown}", markup=False)
    console.print(
        f"wrote {output}: {counts['decided']} sentences decided, {counts['disputed']} disputed "
        f"({output.with_suffix('.disputed.jsonl')}), {counts['too few answers']} with too few answers",
        soft_wrap=True,
        markup=False,
    )


class _Second:
    """The referee's project on the server."""

    def __init__(self, config: Path, title: str | None, labels: Path, scheme: LabelScheme) -> None:
        from jianghua.labels.review import review_title
        from jianghua.labels.studio.config import load_config
        from jianghua.labels.studio.connection import connect

        settings = load_config(config)
        self._config = settings.model_copy(update={"project": title or review_title(settings.project, _SUFFIX)})
        self._studio, self._project = connect(self._config)
        self._labels = labels
        self._scheme = scheme

    def pull(self, spool: Path) -> list[Annotation]:
        """The referee's answers so far."""
        from jianghua.labels.annotations import parse_export
        from jianghua.labels.studio.pull import clear, pull_tasks

        if self._project is None:
            return []
        tasks = pull_tasks(self._studio, self._project, spool, lambda done, total: None)
        found = list(parse_export(tasks, self._scheme, self._studio.users()))
        clear(spool)
        return found

    def push(self, disputed: Sequence[Decision], speeches: Sequence[Speech]) -> None:
        """Send what is disputed and not there yet."""
        from jianghua.labels.review import disputed_items, push_review
        from jianghua.scripts.annotate.files import guideline_text
        from jianghua.scripts.console import console

        guideline = guideline_text(self._labels, self._scheme)
        items = disputed_items(disputed, self._scheme)
        project, new = push_review(self._studio, self._scheme, self._config, guideline, speeches, items)
        console.print(
            f"{new} disputed sentences are new in the project {project.title!r}: {self._studio.url}/projects/{project.id}",
            soft_wrap=True,
            markup=False,
        )
