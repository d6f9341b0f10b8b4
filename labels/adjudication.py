"""Adjudication: from several annotators' answers to one, with its provenance; what stays disputed goes to a referee."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Speech
from jianghua.labels.annotations import Annotation, newest
from jianghua.labels.quality import Quality
from jianghua.labels.studio.tasks import storable

Policy: TypeAlias = Literal["unanimous", "majority", "weighted", "referee"]
POLICIES: Final[tuple[str, ...]] = get_args(Policy)
Tie: TypeAlias = Literal["dispute", "absent", "present"]
TIES: Final[tuple[str, ...]] = get_args(Tie)
CONFIDENCE: Final = 0.6
"""Weighted answers that are less sure than this stay disputed; two equal annotators against each other reach 0.5."""
PROVENANCE: Final = "provenance"
"""Key of a speech's metadata under which the provenance of its labels stands."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to decide.

    Attributes:
        policy: `unanimous`: all must agree. `majority`: more than half, label by label. `weighted`: by annotator quality where
            they disagree. `referee`: as `unanimous`; what is disputed only a referee decides. Under every policy a referee's
            answer wins.
        tie: what `majority` makes of a label that just half of the annotators gave.
        confidence: see `CONFIDENCE`.
        at_least: sentences with fewer answers stay undecided, unless a referee answered.
        referees: annotators whose answers win.
    """

    policy: Policy
    tie: Tie = "dispute"
    confidence: float = CONFIDENCE
    at_least: int = 1
    referees: frozenset[str] = frozenset()


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
        answers: what was said, referees last.
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
        """The decision as JSON: who said what, and how each label was decided."""
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
    rules: Rules,
    quality: Quality | None = None,
) -> list[Decision]:
    """Decide every sentence that somebody answered.

    Args:
        answers: see `answers_by_sentence`.
        rulings: answers of referees, in the same form; everybody's in it wins. Of several the newest counts.
        scheme: the label scheme.
        rules: see `Rules`.
        quality: for the policy `weighted`.

    Raises:
        RecordError: the policy is `weighted` and there are no estimates.
    """
    if rules.policy == "weighted" and quality is None:
        raise RecordError("the policy 'weighted' needs estimates of annotator quality")
    decisions = []
    for uid in dict.fromkeys([*answers, *rulings]):
        group = list(answers.get(uid, ()))
        ruled = [*(answer for answer in group if answer.annotator in rules.referees), *rulings.get(uid, ())]
        voters = [answer for answer in group if answer.annotator not in rules.referees]
        decisions.append(_decide(uid, voters, sorted(ruled, key=lambda ruling: ruling.when), scheme, rules, quality))
    return decisions


def _decide(
    uid: str,
    voters: Sequence[Annotation],
    ruled: Sequence[Annotation],
    scheme: LabelScheme,
    rules: Rules,
    quality: Quality | None,
) -> Decision:
    everybody = (*voters, *ruled)
    verdicts = {
        key: _verdict(key, uid, voters, ruled[-1] if ruled else None, rules, quality)
        for key in scheme.keys
        if any(key in (answer.labels or ()) for answer in everybody)
    }
    labels = tuple(key for key, verdict in verdicts.items() if verdict.given)
    reason = ""
    if not ruled and len(voters) < rules.at_least:
        reason = "too few answers"
    elif any(verdict.given is None for verdict in verdicts.values()):
        reason = "disputed"
    elif scheme.kind == "single" and len(labels) != 1:
        reason = "disputed"
        verdicts = {key: replace(verdict, given=None) for key, verdict in verdicts.items()}
    return Decision(uid, everybody[0].text, None if reason else labels, verdicts, everybody, reason)


def _verdict(
    key: str, uid: str, voters: Sequence[Annotation], ruling: Annotation | None, rules: Rules, quality: Quality | None
) -> Verdict:
    """Decide one label."""
    yes = tuple(answer.annotator for answer in voters if key in (answer.labels or ()))
    no = tuple(answer.annotator for answer in voters if key not in (answer.labels or ()))
    if ruling is not None:
        return Verdict(key in (ruling.labels or ()), f"referee {ruling.annotator}", yes, no)
    if not yes or not no:
        return Verdict(bool(yes), "unanimous", yes, no)
    if rules.policy == "majority":
        if len(yes) != len(no):
            return Verdict(len(yes) > len(no), "majority", yes, no)
        return Verdict({"dispute": None, "absent": False, "present": True}[rules.tie], "tie", yes, no)
    if rules.policy == "weighted" and quality is not None and (uid, key) in quality.given:
        chance = quality.given[uid, key]
        sure = max(chance, 1 - chance)
        return Verdict(chance > 0.5 if sure >= rules.confidence else None, "weighted", yes, no, sure)
    return Verdict(None, rules.policy, yes, no)


def annotated_speeches(
    speeches: Sequence[Speech], decisions: Iterable[Decision], about: Mapping[str, Any], keep: bool = False
) -> list[Speech]:
    """The speeches with the decided labels, and under `provenance` of their metadata how each came about.

    Args:
        speeches: the speeches that were annotated.
        decisions: what was decided; about sentences of other speeches nothing is done.
        about: what the provenance begins with, such as the policy.
        keep: keep the labels that the speeches have already where nobody answered; else they become `None`.

    Raises:
        RecordError: the text that was annotated is not the speech's.
    """
    by_uid = {decision.uid: decision for decision in decisions}
    found = []
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
            meta[PROVENANCE] = {**about, "sentences": {**before, **provenance}}
        found.append(replace(speech.with_labels(labels), meta=meta))
    return found


def unknown_sentences(speeches: Sequence[Speech], uids: Collection[str]) -> list[str]:
    """Those of the sentences that are not of these speeches."""
    known = {speech.sentence_id(index) for speech in speeches for index in range(len(speech.sentences))}
    return [uid for uid in uids if uid not in known]
