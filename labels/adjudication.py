"""Adjudication: from several annotators' answers to one, with its provenance; what stays disputed goes to a referee."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.annotations import Annotation, newest
from jianghua.labels.choices import Policy, Tie
from jianghua.labels.config import AdjudicationConfig
from jianghua.labels.quality import Quality
from jianghua.labels.studio.tasks import storable

PROVENANCE: Final = "provenance"
"""Key of a speech's metadata under which the provenance of its labels stands."""
_OF_TIE: Final[Mapping[Tie, bool | None]] = {Tie.DISPUTE: None, Tie.ABSENT: False, Tie.PRESENT: True}
"""What is decided about a label that just half of the annotators gave."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one label of one sentence.

    Attributes:
        given: whether the label applies; `None` when that stays disputed.
        by: `unanimous`, `majority`, `weighted`, `tie`, or `referee <name>`.
        yes: annotators who gave the label.
        no: annotators who answered without it.
        confidence: of a weighted decision.
    """

    given: bool | None
    by: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    confidence: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON."""
        record = {"given": self.given, "by": self.by, "yes": list(self.yes), "no": list(self.no)}
        return record if self.confidence is None else record | {"confidence": round(self.confidence, 4)}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one sentence.

    Attributes:
        uid: the sentence.
        text: its text.
        labels: what applies, in the scheme's order; `None` when nothing was decided.
        verdicts: by label; labels that nobody gave are left out.
        answers: what everybody answered, referees last.
        reason: why nothing was decided: `disputed` or `too few answers`; empty otherwise.
    """

    uid: str
    text: str
    labels: tuple[str, ...] | None
    verdicts: Mapping[str, Verdict]
    answers: tuple[Annotation, ...]
    reason: str = ""

    @property
    def disputed(self) -> tuple[str, ...]:
        """The labels that keep it from being decided."""
        return tuple(key for key, verdict in self.verdicts.items() if verdict.given is None)

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON: who answered what, and how each label was decided."""
        return {
            "labels": None if self.labels is None else list(self.labels),
            **({"reason": self.reason} if self.reason else {}),
            "decided": {key: verdict.to_dict() for key, verdict in self.verdicts.items()},
            "answers": [
                {
                    "annotator": answer.annotator,
                    "labels": list(answer.labels or ()),
                    **({"unsure": True} if answer.unsure else {}),
                    **({"note": answer.note} if answer.note else {}),
                    "origin": answer.origin,
                    "id": answer.id,
                }
                for answer in self.answers
            ],
        }


def answers_by_sentence(annotations: Iterable[Annotation]) -> dict[str, list[Annotation]]:
    """The newest answer of each annotator to each sentence, by sentence; skips are no answers."""
    answers: dict[str, list[Annotation]] = {}
    for annotation in newest(annotations):
        if annotation.labels is not None:
            answers.setdefault(annotation.uid, []).append(annotation)
    return {uid: sorted(group, key=lambda answer: answer.annotator) for uid, group in answers.items()}


def adjudicate(
    answers: Mapping[str, Sequence[Annotation]],
    rulings: Mapping[str, Sequence[Annotation]],
    scheme: LabelScheme,
    rules: AdjudicationConfig,
    quality: Quality | None = None,
) -> list[Decision]:
    """Decide every sentence that somebody answered.

    Args:
        answers: see `answers_by_sentence`.
        rulings: answers of referees, in the same form; everybody's in it wins. Of several the newest counts.
        scheme: the label scheme.
        rules: policy, ties, referees and what else decides.
        quality: for the policy `weighted`.

    Raises:
        RecordError: the policy is `weighted` and there are no estimates.
    """
    if rules.policy == Policy.WEIGHTED and quality is None:
        raise RecordError("the policy 'weighted' needs estimates of annotator quality")
    decisions = []
    for uid in dict.fromkeys([*answers, *rulings]):
        group = list(answers.get(uid, ()))
        refereed = [*(answer for answer in group if answer.annotator in rules.referees), *rulings.get(uid, ())]
        voters = [answer for answer in group if answer.annotator not in rules.referees]
        decisions.append(_decide(uid, voters, sorted(refereed, key=lambda ruling: ruling.when), scheme, rules, quality))
    return decisions


def _decide(
    uid: str,
    voters: Sequence[Annotation],
    rulings: Sequence[Annotation],
    scheme: LabelScheme,
    rules: AdjudicationConfig,
    quality: Quality | None,
) -> Decision:
    everybody = (*voters, *rulings)
    verdicts = {
        key: _verdict(key, uid, voters, rulings[-1] if rulings else None, rules, quality)
        for key in scheme.keys
        if any(key in (answer.labels or ()) for answer in everybody)
    }
    labels = tuple(key for key, verdict in verdicts.items() if verdict.given)
    reason = ""
    if not rulings and len(voters) < rules.min_answers:
        reason = "too few answers"
    elif any(verdict.given is None for verdict in verdicts.values()):
        reason = "disputed"
    elif scheme.kind == "single" and len(labels) != 1:
        reason = "disputed"
        verdicts = {key: replace(verdict, given=None) for key, verdict in verdicts.items()}
    return Decision(uid, everybody[0].text, None if reason else labels, verdicts, everybody, reason)


def _verdict(
    key: str,
    uid: str,
    voters: Sequence[Annotation],
    ruling: Annotation | None,
    rules: AdjudicationConfig,
    quality: Quality | None,
) -> Verdict:
    """Decide one label."""
    yes = tuple(answer.annotator for answer in voters if key in (answer.labels or ()))
    no = tuple(answer.annotator for answer in voters if key not in (answer.labels or ()))
    if ruling is not None:
        return Verdict(key in (ruling.labels or ()), f"referee {ruling.annotator}", yes, no)
    if not yes or not no:
        return Verdict(bool(yes), "unanimous", yes, no)
    if rules.policy == Policy.MAJORITY:
        if len(yes) != len(no):
            return Verdict(len(yes) > len(no), "majority", yes, no)
        return Verdict(_OF_TIE[rules.tie], "tie", yes, no)
    if rules.policy == Policy.WEIGHTED and quality is not None and (uid, key) in quality.posterior:
        probability = quality.posterior[uid, key]
        confidence = max(probability, 1 - probability)
        return Verdict(probability > 0.5 if confidence >= rules.confidence else None, "weighted", yes, no, confidence)
    return Verdict(None, rules.policy.value, yes, no)


def annotated_speeches(
    speeches: Sequence[Speech], decisions: Iterable[Decision], header: Mapping[str, Any], keep: bool = False
) -> list[Speech]:
    """The speeches with the decided labels, and under `provenance` of their metadata how each came about.

    Args:
        speeches: the speeches that were annotated.
        decisions: what was decided; those on sentences of other speeches change nothing.
        header: what the provenance begins with, such as the policy.
        keep: keep the labels that the speeches have already where nobody answered; else they become `None`.

    Raises:
        RecordError: the text that was annotated is not the speech's.
    """
    by_uid = {decision.uid: decision for decision in decisions}
    annotated = []
    for speech in speeches:
        labels: list[tuple[str, ...] | None] = []
        provenance = {}
        for index, sentence in enumerate(speech.sentences):
            decision = by_uid.get(speech.sentence_id(index))
            labels.append(decision.labels if decision else sentence.labels if keep else None)
            if decision is None:
                continue
            if decision.text != storable(sentence.text)[0]:
                raise RecordError(
                    f"{decision.uid}: expected the annotated text {decision.text!r:.60}, got {sentence.text!r:.60}; "
                    "were the speeches read anew?"
                )
            provenance[str(index)] = decision.to_dict()
        meta = {name: value for name, value in speech.meta.items() if keep or name != PROVENANCE}
        if provenance:
            before = speech.meta.get(PROVENANCE, {}).get("sentences", {}) if keep else {}
            meta[PROVENANCE] = {**header, "sentences": {**before, **provenance}}
        annotated.append(replace(speech.with_labels(labels), meta=meta))
    return annotated


def unknown_sentences(speeches: Sequence[Speech], uids: Collection[str]) -> list[str]:
    """Those of the sentences that are not of these speeches."""
    known = {speech.sentence_id(index) for speech in speeches for index in range(len(speech.sentences))}
    return [uid for uid in uids if uid not in known]
