from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from people import KEYS, answer, crowd
from sklearn.metrics import cohen_kappa_score, f1_score

from jianghua.data.scheme import LabelScheme
from jianghua.labels.agreement.coefficients import SAMPLES, kappa, masi, table
from jianghua.labels.agreement.measure import measure_agreement


def test_kappa_of_a_pair_is_sklearns(scheme: LabelScheme) -> None:
    annotations = crowd()
    figures = measure_agreement(annotations, scheme)
    assert [pair["annotators"] for pair in figures["pairs"]] == [["a", "b"], ["a", "c"], ["b", "c"]]
    given = {(item.uid, item.annotator): item.labels or () for item in annotations}
    for pair in figures["pairs"]:
        a, b = pair["annotators"]
        uids = [uid for uid, name in given if name == a and (uid, b) in given]
        assert pair["sentences"] == len(uids)
        assert pair["exact"] == pytest.approx(np.mean([given[uid, a] == given[uid, b] for uid in uids]))
        for key in KEYS:
            first, second = ([key in given[uid, name] for uid in uids] for name in (a, b))
            assert pair["labels"][key]["kappa"] == pytest.approx(cohen_kappa_score(first, second))
            assert pair["labels"][key]["positive_agreement"] == pytest.approx(f1_score(first, second))
            low, high = pair["labels"][key]["kappa_interval"]
            assert low < pair["labels"][key]["kappa"] < high


def test_pooled_figures_are_averages_over_pairs(scheme: LabelScheme) -> None:
    figures = measure_agreement(crowd(), scheme)
    for key in KEYS:
        tables = np.array([list(pair["labels"][key]["table"].values()) for pair in figures["pairs"]], dtype=float)
        both, first, second, neither = tables.T
        n = tables.sum(axis=1)
        chance = ((both + first) * (both + second) + (neither + first) * (neither + second)) / n**2
        observed = np.average((both + neither) / n, weights=n)
        expected = np.average(chance, weights=n)
        assert figures["labels"][key]["kappa"] == pytest.approx((observed - expected) / (1 - expected))
        assert figures["labels"][key]["positive_agreement"] == pytest.approx(2 * both.sum() / (2 * both + first + second).sum())


def test_our_alpha_is_the_packages(scheme: LabelScheme) -> None:
    import krippendorff

    from jianghua.labels.agreement import coefficients

    rng = np.random.default_rng(1)
    counts = rng.integers(0, 3, size=(50, 4)).astype(float)
    counts = counts[counts.sum(axis=1) > 1]
    distance = coefficients.distances([frozenset(), frozenset("a"), frozenset("ab"), frozenset("bc")])
    mine = coefficients.alpha(coefficients.disagreement(counts, distance).sum()[None], counts.sum(axis=0)[None], distance)
    package = krippendorff.alpha(
        value_counts=counts, level_of_measurement=lambda v1, v2, i1, i2, n_v, dtype=np.float64: distance[i1, i2].astype(dtype)
    )
    assert mine[0] == pytest.approx(package)
    nominal = 1 - np.eye(4)
    mine = coefficients.alpha(coefficients.disagreement(counts, nominal).sum()[None], counts.sum(axis=0)[None], nominal)
    assert mine[0] == pytest.approx(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def test_by_hand(scheme: LabelScheme) -> None:
    # risk: both 4, a only 1, b only 1, neither 4: observed 0.8, expected 0.5, κ 0.6; α = 1 - 19 · 2 / (10 · 10) = 0.62
    rows = [(True, True)] * 4 + [(True, False), (False, True)] + [(False, False)] * 4
    annotations = [
        answer(index, name, ["risk"] if given else [])
        for index, row in enumerate(rows)
        for name, given in zip("ab", row, strict=True)
    ]
    figures = measure_agreement(annotations, scheme)
    risk = figures["labels"]["risk"]
    assert risk["kappa"] == pytest.approx(0.6)
    assert risk["alpha"] == pytest.approx(0.62)
    assert risk["positive_agreement"] == pytest.approx(0.8)
    assert risk["negative_agreement"] == pytest.approx(0.8)
    assert risk["prevalence"] == pytest.approx(0.5)
    assert figures["sets"]["alpha_masi"] == pytest.approx(0.62)  # {} and {risk} are 1 apart
    assert figures["sets"]["exact"] == pytest.approx(0.8)
    assert figures["bootstrap"] == {"unit": "sentence", "units": 10, "samples": SAMPLES, "seed": 0}
    assert [case["uid"] for case in figures["disputed"]] == ["s#0004", "s#0005"]
    # A label that nobody used: nothing to agree on but its absence.
    unused = figures["labels"]["target"]
    assert (unused["kappa"], unused["kappa_interval"], unused["alpha"], unused["positive_agreement"]) == (None,) * 4
    assert unused["negative_agreement"] == 1.0
    assert unused["prevalence"] == 0.0


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [("", "", 0), ("ab", "ab", 0), ("", "a", 1), ("a", "b", 1), ("a", "ab", 1 - 1 / 2 * 2 / 3), ("ab", "bc", 1 - 1 / 3 / 3)],
)
def test_masi(first: str, second: str, distance: float) -> None:
    assert masi(frozenset(first), frozenset(second)) == pytest.approx(distance)
    assert masi(frozenset(second), frozenset(first)) == pytest.approx(distance)


def test_one_annotator_and_no_overlap(scheme: LabelScheme) -> None:
    for given in ([], [answer(0, "a", ["risk"])], [answer(0, "a", ["risk"]), answer(1, "b", ["risk"])]):
        figures = measure_agreement(given, scheme)
        assert figures["double"] == 0
        assert figures["pairs"] == figures["disputed"] == []
        assert figures["labels"]["risk"]["kappa"] is None
        assert figures["labels"]["risk"]["alpha"] is None
        assert figures["sets"] == dict.fromkeys(("alpha_masi", "alpha_masi_interval", "exact", "exact_interval"))
        assert len(figures["annotators"]) == len(given)


def test_skips_are_no_answers_and_the_newest_answer_counts(scheme: LabelScheme) -> None:
    annotations = [
        answer(0, "a", ["risk"], updated_at="2026-01-01T01:00:00Z"),
        answer(0, "a", [], updated_at="2026-01-01T00:30:00Z"),
        answer(0, "b", ["risk"], unsure=True),
        answer(1, "a", None),
        answer(1, "b", ["risk"]),
    ]
    figures = measure_agreement(annotations, scheme)
    assert (figures["annotations"], figures["answers"], figures["skipped"], figures["repeated"]) == (5, 3, 1, 1)
    assert figures["double"] == 1
    assert figures["pairs"][0]["exact"] == 1.0
    assert figures["annotators"]["a"] | {"prevalence": None} == {
        "answers": 1,
        "skipped": 1,
        "unsure": 0,
        "lead_time_median": None,
        "prevalence": None,
    }
    assert figures["annotators"]["b"]["unsure"] == 1


def test_speeches_are_resampled_where_there_are_enough(scheme: LabelScheme) -> None:
    figures = measure_agreement(crowd(), scheme)
    assert figures["bootstrap"]["unit"] == "speech"
    assert figures["bootstrap"]["units"] == 12
    assert figures == measure_agreement(crowd(), scheme)
    assert figures["labels"] != measure_agreement(crowd(), scheme, seed=1)["labels"]
    for label in figures["labels"].values():
        for name in ("kappa", "alpha", "positive_agreement", "negative_agreement"):
            low, high = label[f"{name}_interval"]
            assert low < label[name] < high
    assert {name: person["lead_time_median"] for name, person in figures["annotators"].items()} == {"a": 1, "b": 2, "c": 3}


def test_an_interval_covers_the_truth(scheme: LabelScheme) -> None:
    """Of 40 samples of one population about 95 % of the intervals should hold its κ; 80 % leaves room for chance."""
    population = measure_agreement(crowd(speeches=1500, names=("a", "b")), scheme, samples=1)["labels"]["risk"]["kappa"]
    covered = 0
    for seed in range(1, 41):
        figures = measure_agreement(crowd(speeches=15, names=("a", "b"), seed=seed), scheme, samples=200)
        low, high = figures["labels"]["risk"]["kappa_interval"]
        covered += low <= population <= high
    assert covered >= 32


def test_anchoring(scheme: LabelScheme) -> None:
    shown: Mapping[str, object] = {"predicted": ["risk"], "model_version": "m"}
    annotations = [
        answer(0, "a", ["risk"], origin="prediction", **shown),
        answer(0, "b", ["risk"]),
        answer(1, "a", ["risk"], origin="prediction", **shown),
        answer(1, "b", ["target"]),
        answer(1, "c", ["target"]),
        answer(2, "a", [], origin="changed", **shown),
        answer(2, "b", []),
        answer(3, "a", ["risk", "target"], origin="manual", **shown),  # shown and done anew: not blind
        answer(3, "b", ["risk"], origin="prediction", **shown),
    ]
    anchoring = measure_agreement(annotations, scheme)["anchoring"]
    assert anchoring["shown"] == 5
    assert anchoring["origins"] == {"manual": 1, "prediction": 3, "changed": 1, "accepted": 0.6, "same_labels": 0.6}
    assert anchoring["by_annotator"]["a"]["accepted"] == 0.5
    assert anchoring["labels"]["risk"] == {"ticked": 5, "kept": 0.8, "unticked": 0, "added": None}
    assert anchoring["labels"]["target"] == {"ticked": 0, "kept": None, "unticked": 5, "added": 0.2}
    # Sentence 1: the model says risk, b and c say target; a saw the model's label and sides with it twice over (once against
    # each), b and c side with each other. Sentence 2: b says nothing, a took risk away. Sentence 3 has nobody blind.
    assert anchoring["pull"]["shown"] == {"decisions": 5, "with_model": 0.8}
    assert anchoring["pull"]["blind"] == {"decisions": 4, "with_model": 0.0}
    accepted = anchoring["accepted_against_manual"]
    assert (accepted["pairs"], accepted["exact"]) == (3, pytest.approx(1 / 3))
    assert anchoring["changed_against_manual"]["exact"] == 1.0
    assert (anchoring["manual_against_manual"]["pairs"], anchoring["manual_against_manual"]["exact"]) == (1, 1.0)


def test_the_kappa_of_no_sentences_is_not_defined() -> None:
    empty = np.zeros(0, dtype=bool)
    assert np.isnan(kappa(table(empty, empty).sum(axis=0)[None]))
