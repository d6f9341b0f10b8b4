from __future__ import annotations

import numpy as np
import pytest
from people import KEYS

from jianghua.data.errors import RecordError
from jianghua.data.scheme import LabelScheme
from jianghua.labels.audit import find_suspects
from jianghua.labels.review import suspect_items


def judged(sentences: int = 600, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a good model, and the truth."""
    rng = np.random.default_rng(seed)
    truth = (rng.random((sentences, len(KEYS))) < 0.25).astype(np.int64)
    probabilities = np.clip(np.where(truth == 1, 0.85, 0.1) + rng.normal(0, 0.08, truth.shape), 0.01, 0.99)
    return probabilities, truth


def test_planted_errors_are_found_and_named(scheme: LabelScheme) -> None:
    probabilities, truth = judged()
    gold = truth.copy()
    planted = dict(zip(range(0, 600, 15), [0, 1, 2, 3, 4] * 8, strict=True))
    for row, column in planted.items():
        gold[row, column] = 1 - gold[row, column]
    suspects = find_suspects(probabilities, gold, KEYS)
    rows = {suspect.row for suspect in suspects}
    assert rows <= set(planted)
    assert len(rows) >= 32
    assert [suspect.score for suspect in suspects] == sorted(suspect.score for suspect in suspects)
    for suspect in suspects:
        column = planted[suspect.row]
        was = bool(gold[suspect.row, column])
        assert set(suspect.extra if was else suspect.missing) == {KEYS[column]}
        assert not (suspect.missing if was else suspect.extra)
        assert set(suspect.suggested) == {key for key, on in zip(KEYS, truth[suspect.row], strict=True) if on}
        assert suspect.to_dict()["labels"] == list(suspect.labels)


def test_nothing_to_find() -> None:
    probabilities, truth = judged()
    assert find_suspects(probabilities, truth, KEYS) == []
    assert find_suspects(np.zeros((0, 5)), np.zeros((0, 5), dtype=np.int64), KEYS) == []
    unused = np.zeros_like(truth)
    assert find_suspects(probabilities, unused, KEYS) == []  # a label that nobody has cannot be searched
    with pytest.raises(RecordError, match=r"of shape \(sentences, 2\)"):
        find_suspects(probabilities, truth, KEYS[:2])


def test_a_label_of_one_sentence_breaks_nothing() -> None:
    probabilities, truth = judged()
    truth[:, 3] = 0
    truth[9, 3] = 1
    rows = {suspect.row for suspect in find_suspects(probabilities, truth, KEYS)}
    assert rows <= set(range(len(truth)))


def test_single_label_schemes(scheme: LabelScheme) -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 5, 400)
    probabilities = np.full((400, 5), 0.05)
    probabilities[np.arange(400), truth] = 0.8
    gold = np.eye(5, dtype=np.int64)[truth]
    gold[5] = np.roll(gold[5], 1)
    (suspect,) = find_suspects(probabilities, gold, KEYS, single=True)
    assert suspect.row == 5
    assert (len(suspect.labels), len(suspect.suggested)) == (1, 1)
    assert suspect.suggested == (KEYS[truth[5]],)
    (item,) = suspect_items([("s#0005", suspect)], scheme)
    assert item.answers.startswith("现有标注：")
    assert "可能缺：" in item.answers
    assert "可能多：" in item.answers
    assert item.prediction is not None
    assert item.prediction.labels == suspect.suggested
