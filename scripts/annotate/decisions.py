"""From several annotators' answers to decisions, as the `adjudication` section of `annotate.yaml` wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jianghua.data.scheme import LabelScheme
    from jianghua.data.speech import Speech
    from jianghua.labels.adjudication import Decision
    from jianghua.labels.annotations import Annotation
    from jianghua.labels.config import AdjudicationConfig
    from jianghua.labels.quality import Quality

_FOLDS = 5


def decide(
    answers: Mapping[str, Sequence[Annotation]],
    rulings: Mapping[str, Sequence[Annotation]],
    speeches: Sequence[Speech],
    scheme: LabelScheme,
    rules: AdjudicationConfig,
) -> tuple[list[Decision], Quality | None]:
    """Decide every sentence that somebody answered; under `weighted` with the estimated quality of the annotators.

    Args:
        answers: the annotators' answers by sentence, see `jianghua.labels.adjudication.answers_by_sentence`.
        rulings: a referee's answers, in the same form; they win.
        speeches: the speeches that were annotated.
        scheme: the label scheme.
        rules: who decides.

    Raises:
        SettingsError: a referee is none of the annotators.
    """
    from jianghua.labels.adjudication import adjudicate
    from jianghua.labels.choices import Policy

    _check_referees(rules, answers)
    quality = estimate(speeches, answers, scheme, rules) if rules.policy == Policy.WEIGHTED else None
    return adjudicate(answers, rulings, scheme, rules, quality), quality


def provenance(scheme: LabelScheme, rules: AdjudicationConfig) -> dict[str, str | None]:
    """What the provenance of decided labels begins with."""
    return {"policy": rules.policy.value, "guideline_version": scheme.guideline_version}


def estimate(
    speeches: Sequence[Speech], answers: Mapping[str, Sequence[Annotation]], scheme: LabelScheme, rules: AdjudicationConfig
) -> Quality:
    """Estimate annotator quality; a model that has not seen the sentences weighs in.

    That is the model of the settings, or else TF-IDF and logistic regression, cross-validated on the majority's labels.
    """
    from jianghua.labels.quality import estimate_quality
    from jianghua.scripts.console import console

    voters = {uid: [a for a in group if a.annotator not in rules.referees] for uid, group in answers.items()}
    voters = {uid: group for uid, group in voters.items() if group}
    if rules.model is not None:
        return estimate_quality(voters, scheme, _tagged(rules.model, speeches))
    with console.status("cross-validating a baseline on the majority's labels"):
        return estimate_quality(voters, scheme, _cross_validated(speeches, voters, scheme))


def _check_referees(rules: AdjudicationConfig, answers: Mapping[str, Sequence[Annotation]]) -> None:
    from jianghua.data.errors import SettingsError
    from jianghua.data.settings import nearest

    names = sorted({answer.annotator for group in answers.values() for answer in group})
    for name in sorted(rules.referees.difference(names)):
        raise SettingsError(
            f"adjudication.referees: expected annotators ({', '.join(names)}), got {name!r}{nearest(name, names)}"
        )


def _tagged(model: Path, speeches: Sequence[Speech]) -> dict[str, dict[str, float]]:
    """The model's probability of each label of each sentence."""
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
    """The baseline's probabilities; `None` where there is too little to train it on."""
    from jianghua.data.errors import MissingExtraError, RecordError
    from jianghua.labels.adjudication import adjudicate, annotated_speeches
    from jianghua.labels.choices import Policy, Tie
    from jianghua.labels.config import AdjudicationConfig
    from jianghua.scripts.console import console
    from jianghua.training.crossval import cross_validate, tfidf_model

    rules = AdjudicationConfig(policy=Policy.MAJORITY, tie=Tie.ABSENT)
    majority = annotated_speeches(speeches, adjudicate(answers, {}, scheme, rules), {})
    try:
        outcome = cross_validate(majority, scheme, _FOLDS, tfidf_model(scheme))
    except (RecordError, MissingExtraError) as error:
        console.print(f"no model weighs in: {error}", markup=False)
        return None
    rows = zip(outcome.speeches, outcome.indices, outcome.probabilities.tolist(), strict=True)
    return {majority[number].sentence_id(int(index)): dict(zip(scheme.keys, row, strict=True)) for number, index, row in rows}
