from __future__ import annotations

import numpy as np
import pytest

from jianghua.data.errors import SettingsError
from jianghua.data.speech import Speech
from jianghua.labels.selection import character_features, confidence, margins, select


def test_margins_compare_labels_of_low_and_high_thresholds() -> None:
    thresholds = np.array([0.2, 0.8])
    probabilities = np.array([[0.2, 0.8], [0.1, 0.4], [0.6, 0.9], [1.0, 0.0]])
    assert margins(probabilities, thresholds) == pytest.approx(np.array([[0, 0], [0.5, 0.5], [0.5, 0.5], [1, 1]]))
    assert margins(np.array([[1.0], [0.5]]), np.array([1.0])) == pytest.approx(np.array([[1.0], [0.5]]))


def test_margins_of_a_single_label_scheme_are_the_leads_of_the_best_labels() -> None:
    found = margins(np.array([[0.5, 0.3, 0.2], [0.1, 0.45, 0.45]]), None)
    assert found == pytest.approx(np.array([[0.2, 1, 1], [1, 0, 1]]))
    assert confidence(found) == pytest.approx([0.2, 0])
    assert margins(np.array([[1.0]]), None) == pytest.approx(np.array([[1.0]]))


def test_uncertainty_takes_from_each_label_in_turn() -> None:
    margin = np.ones((100, 2))
    margin[:50, 0] = np.linspace(0.0, 0.1, 50)  # label 0 is uncertain about all of these, label 1 about two others, less so
    margin[[70, 80], 1] = [0.4, 0.3]
    chosen = select("uncertainty", 4, ["x"] * 100, margin)
    assert chosen.tolist() == [0, 1, 70, 80]
    assert set(select("uncertainty", 100, ["x"] * 100, margin).tolist()) == set(range(100))


def test_uncertainty_ties_do_not_favour_the_beginning_and_seeds_repeat() -> None:
    margin = np.ones((1000, 3))
    first = select("uncertainty", 20, ["x"] * 1000, margin, seed=1)
    assert first.max() > 100
    assert (first == select("uncertainty", 20, ["x"] * 1000, margin, seed=1)).all()
    assert (first != select("uncertainty", 20, ["x"] * 1000, margin, seed=2)).any()


def test_diverse_leaves_no_sentence_far_from_a_chosen_one(corpus: list[Speech]) -> None:
    texts = [text for speech in corpus[:12] for text in speech.texts]
    features = character_features(texts)

    def gap(method: str, seed: int) -> float:
        """Mean squared distance of a sentence to the nearest chosen one."""
        chosen = select(method, 100, texts, seed=seed)  # type: ignore[arg-type]
        return float((2 - 2 * (features @ features[chosen].T).max(axis=1)).mean())

    for seed in range(3):
        assert gap("diverse", seed) < 0.95 * gap("random", seed)


def test_diverse_never_takes_a_copy_while_something_new_is_left() -> None:
    texts = ["同志们:"] * 50 + ["一", "二", "三"]
    for seed in range(5):
        assert {texts[number] for number in select("diverse", 4, texts, seed=seed)} == {"同志们:", "一", "二", "三"}
    assert len(select("diverse", 10, texts)) == 10
    assert len(select("diverse", 2, ["", "", ""])) == 2


def test_diverse_with_a_model_prefers_what_it_is_unsure_about() -> None:
    texts = [chr(0x4E00 + number) * 5 for number in range(200)]  # all equally far apart
    margin = np.ones((200, 1))
    margin[:50] = 0.0
    assert (select("diverse", 40, texts, margin) < 50).mean() > 0.9


@pytest.mark.parametrize("method", ["random", "diverse", "uncertainty"])
def test_a_choice_is_ascending_distinct_and_repeatable(method: str) -> None:
    texts = [f"第{number}句话{'长' * (number % 7)}" for number in range(120)]
    margin = np.random.default_rng(0).random((120, 3))
    first = select(method, 30, texts, margin, seed=5)  # type: ignore[arg-type]
    assert first.tolist() == sorted(set(first.tolist()))
    assert len(first) == 30
    assert (first == select(method, 30, texts, margin, seed=5)).all()  # type: ignore[arg-type]


def test_all_and_too_many_take_everything() -> None:
    assert select("all", 3, ["a"] * 5).tolist() == [0, 1, 2, 3, 4]
    assert select("random", 99, ["a"] * 5).tolist() == [0, 1, 2, 3, 4]
    assert select("random", 3, []).tolist() == []


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(SettingsError, match="--model"):
        select("uncertainty", 3, ["a"] * 5)
    with pytest.raises(SettingsError, match="at least one"):
        select("random", 0, ["a"] * 5)


def test_character_features_need_no_words() -> None:
    features = character_features(["防汛", "防汛工作", "财政"])
    products = features @ features.T
    assert products[0, 1] > products[0, 2] + 0.2
    assert np.linalg.norm(features, axis=1) == pytest.approx(1)
    assert character_features(["", ""]).tolist() == [[0], [0]]
