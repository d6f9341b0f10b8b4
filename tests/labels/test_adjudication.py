from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from people import answer

from jianghua.data.corpus.dataset import build_dataset
from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import read_speeches, write_speeches
from jianghua.labels.adjudication import (
    Decision,
    adjudicate,
    annotated_speeches,
    answers_by_sentence,
    unknown_sentences,
)
from jianghua.labels.annotations import Annotation
from jianghua.labels.config import AdjudicationConfig
from jianghua.labels.quality import estimate_quality
from jianghua.labels.review import disputed_items, review_config, review_title

WEIGHTED = AdjudicationConfig(policy="weighted")


def decide(
    scheme: LabelScheme, policy: str, annotations: list[Annotation], rulings: list[Annotation] | None = None, **rules: Any
) -> dict[str, Decision]:
    ruled = answers_by_sentence(rulings or [])
    decisions = adjudicate(answers_by_sentence(annotations), ruled, scheme, AdjudicationConfig(policy=policy, **rules))
    return {decision.uid: decision for decision in decisions}


def test_unanimous(scheme: LabelScheme) -> None:
    found = decide(
        scheme,
        "unanimous",
        [
            *(answer(0, name, ["risk", "directive"]) for name in "ab"),
            answer(1, "a", ["risk"]),
            answer(1, "b", ["risk", "target"]),
            *(answer(2, name, []) for name in "ab"),
            answer(3, "a", None),
        ],
    )
    assert found["s#0000"].labels == ("directive", "risk")
    assert found["s#0001"].labels is None
    assert found["s#0001"].disputed == ("target",)
    assert found["s#0001"].verdicts["risk"].given is True
    assert found["s#0002"].labels == ()
    assert "s#0003" not in found  # skipped by everybody: nothing to decide


@pytest.mark.parametrize(("tie", "labels"), [("dispute", None), ("absent", ("risk",)), ("present", ("target", "risk"))])
def test_majority_and_its_ties(scheme: LabelScheme, tie: str, labels: tuple[str, ...] | None) -> None:
    votes = [answer(0, "a", ["risk", "target"]), answer(0, "b", ["risk", "target"]), answer(0, "c", ["risk"])]
    assert decide(scheme, "majority", votes)["s#0000"].labels == ("target", "risk")
    found = decide(scheme, "majority", [*votes, answer(0, "d", ["situation"])], tie=tie)["s#0000"]
    assert found.labels == labels
    assert found.verdicts["risk"].by == "majority"
    assert (found.verdicts["risk"].yes, found.verdicts["risk"].no) == (("a", "b", "c"), ("d",))
    assert found.verdicts["target"].by == "tie"


@pytest.mark.parametrize("policy", ["unanimous", "majority", "referee"])
def test_a_referee_wins(scheme: LabelScheme, policy: str) -> None:
    votes = [
        answer(0, "a", ["risk"]),
        answer(0, "b", ["risk"]),
        answer(0, "boss", []),
        answer(1, "a", []),
        answer(1, "b", ["risk"]),
    ]
    found = decide(scheme, policy, votes, referees=frozenset({"boss"}))
    assert found["s#0000"].labels == ()
    assert found["s#0000"].verdicts["risk"].by == "referee boss"
    assert found["s#0000"].verdicts["risk"].yes == ("a", "b")
    assert found["s#0001"].reason == "disputed"
    ruled = [
        answer(1, "chief", ["target"], updated_at="2026-02-02T00:00:00Z"),
        answer(1, "old", ["risk"]),
        answer(0, "a", None),
    ]
    found = decide(scheme, policy, votes, ruled, referees=frozenset({"boss"}))
    assert found["s#0001"].labels == ("target",)  # the newest ruling
    assert found["s#0001"].verdicts["target"].by == "referee chief"
    assert found["s#0001"].verdicts["risk"].given is False


def test_too_few_answers(scheme: LabelScheme) -> None:
    votes = [answer(0, "a", ["risk"]), answer(1, "a", ["risk"]), answer(1, "b", ["risk"])]
    found = decide(scheme, "majority", votes, min_answers=2)
    assert (found["s#0000"].labels, found["s#0000"].reason) == (None, "too few answers")
    assert found["s#0001"].labels == ("risk",)
    assert decide(scheme, "majority", votes, [answer(0, "x", [])], min_answers=2)["s#0000"].labels == ()


def test_a_single_label_scheme_stays_single(scheme: LabelScheme) -> None:
    single = scheme.model_copy(update={"kind": "single"})
    votes = [answer(0, "a", ["risk"]), answer(0, "b", ["target"]), answer(0, "c", ["situation"])]
    found = decide(single, "majority", votes)["s#0000"]
    assert (found.labels, found.reason) == (None, "disputed")
    assert set(found.disputed) == {"risk", "target", "situation"}
    assert decide(single, "majority", [*votes, answer(0, "d", ["risk"]), answer(0, "e", ["risk"])])["s#0000"].labels == (
        "risk",
    )


def simulated(errors: list[float], sentences: int = 400, seed: int = 0) -> tuple[list[Annotation], dict[str, bool]]:
    """Annotators who err on `risk` at these rates; each leaves out a fifth of the sentences."""
    rng = np.random.default_rng(seed)
    truth, found = {}, []
    for index in range(sentences):
        risk = bool(rng.random() < 0.4)
        truth[f"s#{index:04d}"] = risk
        for number, rate in enumerate(errors):
            if rng.random() < 0.8:
                found.append(answer(index, f"p{number}", ["risk"] if risk ^ (rng.random() < rate) else []))
    return found, truth


def test_weighing_beats_counting(scheme: LabelScheme) -> None:
    annotations, truth = simulated([0.03, 0.03, 0.3, 0.3])
    answers = answers_by_sentence(annotations)
    quality = estimate_quality(answers, scheme)
    values = {name: labels["risk"] for name, labels in quality.annotators.items()}
    assert min(values["p0"], values["p1"]) > max(values["p2"], values["p3"]) + 0.05  # type: ignore[type-var, operator]
    assert quality.annotators["p0"]["target"] is None  # nobody used it: nothing to tell from

    def right(policy: str) -> float:
        decisions = adjudicate(answers, {}, scheme, AdjudicationConfig(policy=policy, tie="absent", confidence=0.5), quality)
        return float(np.mean([("risk" in (item.labels or ())) == truth[item.uid] for item in decisions]))

    assert right("weighted") > right("majority") + 0.02
    for decision in adjudicate(answers, {}, scheme, WEIGHTED, quality):
        if not any(verdict.by == "weighted" for verdict in decision.verdicts.values()):
            assert decision.labels is not None  # where all agree, nothing is weighed


def test_two_equals_against_each_other_stay_disputed_unless_a_model_weighs_in(scheme: LabelScheme) -> None:
    annotations, truth = simulated([0.1, 0.1])
    answers = answers_by_sentence(annotations)
    split = {uid for uid, group in answers.items() if len({item.labels for item in group}) > 1}
    assert split
    alone = adjudicate(answers, {}, scheme, WEIGHTED, estimate_quality(answers, scheme))
    assert {decision.uid for decision in alone if decision.labels is None} == split
    model = {uid: {"risk": 0.95 if risk else 0.05} for uid, risk in truth.items()}
    helped = adjudicate(answers, {}, scheme, WEIGHTED, estimate_quality(answers, scheme, model))
    decided = [decision for decision in helped if decision.uid in split and decision.labels is not None]
    assert len(decided) > len(split) / 2
    assert all(("risk" in (decision.labels or ())) == truth[decision.uid] for decision in decided)


@pytest.mark.parametrize("errors", [[0.1], []])
def test_quality_of_too_few_annotators_is_not_guessed(scheme: LabelScheme, errors: list[float]) -> None:
    annotations, _ = simulated(errors, sentences=20)
    answers = answers_by_sentence(annotations)
    quality = estimate_quality(answers, scheme)
    assert quality.posterior == {}
    assert all(value is None for labels in quality.annotators.values() for value in labels.values())
    assert all(decision.labels is not None for decision in adjudicate(answers, {}, scheme, WEIGHTED, quality))
    with pytest.raises(RecordError, match="estimates of annotator quality"):
        adjudicate(answers, {}, scheme, WEIGHTED)


def speech(texts: list[str], **changes: Any) -> Speech:
    return Speech(id="s", title="讲话", sentences=tuple(Sentence(text) for text in texts), **changes)


def test_speeches_get_labels_and_their_provenance(scheme: LabelScheme, corpus: list[Speech], tmp_path: Path) -> None:
    spoken = speech(["第0句。", "第1句。", "第2\0句。", "第3句。"], meta={"topic": "财政"})
    annotations = [
        answer(0, "a", ["risk"], note="想清楚了"),
        answer(0, "b", ["risk", "target"], unsure=True),
        answer(0, "c", ["risk"]),
        answer(1, "a", ["risk"]),
        answer(1, "b", []),
        answer(2, "a", [], text="第2␀句。"),
    ]
    decisions = list(decide(scheme, "majority", annotations).values())
    (labelled,) = annotated_speeches([spoken], decisions, {"policy": "majority", "guideline_version": "1.2"})
    assert [sentence.labels for sentence in labelled.sentences] == [("risk",), None, (), None]
    write_speeches(tmp_path / "a.jsonl", [labelled, *corpus[:5]])
    back = read_speeches(tmp_path / "a.jsonl")
    assert back[0] == labelled
    provenance = back[0].meta["provenance"]
    assert (provenance["policy"], back[0].meta["topic"]) == ("majority", "财政")
    first = provenance["sentences"]["0"]
    assert first["decided"]["target"] == {"given": False, "by": "majority", "yes": ["b"], "no": ["a", "c"]}
    assert first["answers"][0] == {"annotator": "a", "labels": ["risk"], "note": "想清楚了", "origin": "manual", "id": "a-s-0"}
    assert first["answers"][1]["unsure"] is True
    assert provenance["sentences"]["1"]["reason"] == "disputed"
    assert "3" not in provenance["sentences"]
    built = build_dataset(back, scheme)
    assert any(part.id == "s" for split in built.splits.values() for part in split)


def test_a_second_round_can_keep_the_first(scheme: LabelScheme) -> None:
    first = annotated_speeches(
        [speech(["第0句。", "第1句。"])],
        decide(scheme, "majority", [answer(0, "a", ["risk"])]).values(),
        {"policy": "majority"},
    )
    again = list(decide(scheme, "unanimous", [answer(1, "b", [])]).values())
    (kept,) = annotated_speeches(first, again, {"policy": "unanimous"}, keep=True)
    assert [sentence.labels for sentence in kept.sentences] == [("risk",), ()]
    assert set(kept.meta["provenance"]["sentences"]) == {"0", "1"}
    (fresh,) = annotated_speeches(first, again, {"policy": "unanimous"})
    assert [sentence.labels for sentence in fresh.sentences] == [None, ()]
    assert set(fresh.meta["provenance"]["sentences"]) == {"1"}


def test_other_speeches_are_found_out(scheme: LabelScheme) -> None:
    decisions = decide(scheme, "majority", [answer(0, "a", ["risk"]), answer(0, "a", [], speech="t")])
    assert unknown_sentences([speech(["第0句。"])], list(decisions)) == ["t#0000"]
    with pytest.raises(RecordError, match=r"s#0000: expected the annotated text '第0句。', got '另一句。'"):
        annotated_speeches([speech(["另一句。"])], decisions.values(), {})


def test_the_referee_sees_all_answers_without_names(scheme: LabelScheme) -> None:
    votes = [
        answer(0, "zhang", ["risk", "target"], note="<b>两类</b>", unsure=True),
        answer(0, "wang", []),
        *(answer(1, name, []) for name in "ab"),
    ]
    (item,) = disputed_items(decide(scheme, "unanimous", votes).values(), scheme)
    assert item.uid == "s#0000"
    assert item.answers == "甲：无类别\n乙：目标任务、风险警示（拿不准：<b>两类</b>）"
    screen = review_config(scheme)
    assert '<Text name="answers" value="$answers"/>' in screen
    from jianghua.labels.studio.client import ScreenCheck

    assert ScreenCheck(screen).problems({"uid": "x"}) != []  # it wants the answers
    assert "answers" in ScreenCheck(screen).fields
    assert len(review_title("长" * 50, "裁决")) == 50
