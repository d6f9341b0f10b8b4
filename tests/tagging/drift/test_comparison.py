from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from jianghua.data.corpus.dataset import dataset_of_splits
from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging.drift.comparison import compare
from jianghua.tagging.drift.profile import Judgement
from jianghua.tagging.drift.reference import Reference
from jianghua.tagging.drift.sampling import sample_sentences
from jianghua.training.reference import build_reference

Judge = Callable[[Speech], Judgement]


@dataclass(frozen=True)
class Home:
    """The reference of ordinary speeches, and further ones that it knows nothing of."""

    reference: Reference
    unseen: list[Speech]


@pytest.fixture(scope="module")
def judge(scheme: LabelScheme) -> Judge:
    """A model that knows the right labels and is wrong in a twentieth of the decisions, as often as it thinks."""

    def judge(speech: Speech) -> Judgement:
        random = np.random.default_rng(len("".join(speech.texts)))
        gold = np.array([[key in (sentence.labels or ()) for key in scheme.keys] for sentence in speech.sentences], dtype=bool)
        decided = gold ^ (random.random(gold.shape) < 0.05)
        sure = random.uniform(0.5, 0.9, len(gold))
        return Judgement(np.where(decided, 0.95, 0.05), decided, sure)

    return judge


@pytest.fixture(scope="module")
def home(corpus: list[Speech], scheme: LabelScheme, judge: Judge) -> Home:
    order = np.random.default_rng(1).permutation([n for n, speech in enumerate(corpus) if speech.meta["style"] == "ordinary"])
    speeches = [corpus[number] for number in order]
    splits = {"train": speeches[:60], "validation": speeches[60:80], "test": speeches[80:90]}
    reference = build_reference(dataset_of_splits(splits, scheme, {}), judge, "a" * 64)
    return Home(reference, speeches[90:])


@pytest.fixture(scope="module")
def vivid(corpus: list[Speech]) -> list[Speech]:
    return [speech for speech in corpus if speech.meta["style"] == "vivid"][:20]


@pytest.fixture(scope="module")
def formulaic(corpus: list[Speech]) -> list[Speech]:
    return [speech for speech in corpus if speech.meta["style"] == "formulaic"][:20]


def test_speeches_of_the_same_kind_are_not_called_shifted(home: Home, judge: Judge) -> None:
    assert compare(home.reference, home.unseen, None).verdict.kind == "same"
    drift = compare(home.reference, home.unseen, [judge(speech) for speech in home.unseen])
    assert drift.verdict.kind == "same"
    assert drift.verdict.measured == len(home.unseen) == 22
    assert drift.held_out == 30


def test_speeches_of_another_kind_are_called_shifted(home: Home, formulaic: list[Speech]) -> None:
    drift = compare(home.reference, formulaic, None)
    assert drift.verdict.kind == "annotate"
    assert "length" in drift.verdict.shifted
    assert drift.lengths.here[1] > drift.lengths.training[1]


def test_what_is_no_speech_at_all_is_foreign(home: Home) -> None:
    clause = "The parties shall, subject to Clause {0}, indemnify and hold harmless each other from any loss."
    contract = Speech("c", "", tuple(Sentence(clause.format(number)) for number in range(60)))
    verdict = compare(home.reference, [contract], None).verdict
    assert verdict.kind == "foreign"


def test_lost_confidence_alone_is_drift(home: Home, judge: Judge) -> None:
    judgements = [judge(speech) for speech in home.unseen]
    unsure = [replace(judgement, confidence=judgement.confidence - 0.3) for judgement in judgements]
    drift = compare(home.reference, home.unseen, unsure)
    assert drift.verdict.kind in ("annotate", "foreign")
    assert drift.speeches[0].farthest == "doubt"
    assert drift.confidence is not None
    assert drift.confidence.unsure > 0.5
    assert drift.confidence.here < drift.confidence.held_out


def test_other_label_rates_alone_are_drift(home: Home, judge: Judge) -> None:
    def all_risks(judgement: Judgement) -> Judgement:
        decided = judgement.decided.copy()
        decided[:, -1] = True
        return replace(judgement, decided=decided)

    drift = compare(home.reference, home.unseen, [all_risks(judge(speech)) for speech in home.unseen])
    assert drift.verdict.kind in ("annotate", "foreign")
    assert drift.speeches[0].farthest == "labels"
    assert drift.labels is not None
    assert drift.labels["risk"].here == 1


def test_the_estimated_rate_is_nearer_than_the_count(home: Home, vivid: list[Speech], judge: Judge) -> None:
    drift = compare(home.reference, vivid, [judge(speech) for speech in vivid])
    assert drift.labels is not None
    sentences = [sentence for speech in vivid for sentence in speech.sentences]
    for key in ("criticism", "risk", "target"):
        true = float(np.mean([key in (sentence.labels or ()) for sentence in sentences]))
        label = drift.labels[key]
        assert label.estimated is not None
        assert abs(label.estimated - true) < abs(label.training - true)


def test_texts_alone_have_no_labels_and_no_confidence(home: Home) -> None:
    drift = compare(home.reference, home.unseen[:2], None)
    assert drift.labels is None
    assert drift.confidence is None
    assert list(drift.measures) == ["characters", "bigrams", "length"]
    assert json.loads(json.dumps(drift.to_dict()))["speeches"][0]["values"]["doubt"] is None


def test_unknown_words_are_named(home: Home) -> None:
    speech = Speech("u", "", tuple(Sentence(f"第{number}艘艨艟驶入龘湾。") for number in range(80)))
    words = compare(home.reference, [speech], None).words
    assert {"艨", "艟", "龘"} <= set(words.characters)
    assert {"艨艟", "龘湾"} <= set(words.bigrams)
    assert 0.2 < words.unknown_characters < 0.4


def test_short_speeches_are_not_measured(home: Home) -> None:
    short = Speech("short", "", (Sentence("路要修好。"),))
    drift = compare(home.reference, [short, home.unseen[0]], None)
    assert [(speech.id, speech.distance is None) for speech in drift.speeches] == [(home.unseen[0].id, False), ("short", True)]
    assert drift.verdict.measured == 1
    alone = compare(home.reference, [short], None)
    assert alone.verdict.kind == "unknown"
    assert alone.measures == {}


def test_a_run_without_long_held_out_speeches_cannot_tell(home: Home) -> None:
    reference = home.reference.model_copy(update={"held_out": ()})
    drift = compare(reference, home.unseen, None)
    assert drift.verdict.kind == "unknown"
    assert all(speech.distance is None for speech in drift.speeches)


def test_without_text_there_is_nothing_to_compare(home: Home) -> None:
    for speeches in ([], [Speech("e", "", ())], [Speech("w", "", (Sentence(" "),))]):
        with pytest.raises(RecordError, match="expected speeches with text, got none"):
            compare(home.reference, speeches, None)


def test_a_speech_without_sentences_beside_others_is_tagged_with_nothing(home: Home, judge: Judge) -> None:
    empty = Speech("e", "", ())
    nothing = Judgement(np.zeros((0, 5)), np.zeros((0, 5), dtype=bool), np.zeros(0))
    drift = compare(home.reference, [empty, home.unseen[0]], [nothing, judge(home.unseen[0])])
    assert drift.verdict.measured == 1


def test_the_sample_holds_the_least_sure_sentences_of_speeches_outside(home: Home, vivid: list[Speech], judge: Judge) -> None:
    speeches = [*home.unseen[:3], *vivid]
    judgements = [judge(speech) for speech in speeches]
    outside = [replace(one, confidence=one.confidence - 0.3 * (n >= 3)) for n, one in enumerate(judgements)]
    drift = compare(home.reference, speeches, outside)
    assert {speech.id for speech in vivid} <= set(drift.verdict.first)
    chosen = sample_sentences(drift, speeches, outside, 30)
    picked = {(speech.id, index) for speech in chosen for index in speech.meta["annotate"]}
    confidences = {(s.id, i): sure for s, one in zip(speeches, outside, strict=True) for i, sure in enumerate(one.confidence)}
    candidates = {place: sure for place, sure in confidences.items() if place[0] in drift.verdict.first}
    assert picked == set(sorted(candidates, key=lambda place: candidates[place])[:30])
    assert all(speech.meta["annotate"] == sorted(speech.meta["annotate"]) for speech in chosen)
    same = [judge(speech) for speech in home.unseen]
    assert sample_sentences(compare(home.reference, home.unseen, same), home.unseen, same, 5) == []
