from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score

from jianghua.data.scheme import LabelScheme
from jianghua.tagging.bundle import to_probabilities
from jianghua.training.calibration import best_threshold, calibrate
from jianghua.training.config import LossConfig
from jianghua.training.losses import IGNORE, positive_weights, sentence_loss
from jianghua.training.metrics import AveragePrecision, CalibrationError, LabelScores, bootstrap_intervals, confusion

LOGITS = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
TARGETS = (torch.rand(2, 3, 4, generator=torch.Generator().manual_seed(1)) > 0.6).float()
ONES = torch.ones(4)


def test_focal_and_asymmetric_without_focusing_are_bce() -> None:
    expected = F.binary_cross_entropy_with_logits(LOGITS, TARGETS)
    for config in (
        LossConfig(kind="bce"),
        LossConfig(kind="focal", gamma=0),
        LossConfig(kind="asymmetric", gamma_positive=0, gamma_negative=0, margin=0),
    ):
        assert sentence_loss(LOGITS, TARGETS, config, ONES).item() == pytest.approx(expected.item(), rel=1e-5)


def test_focusing_weighs_hard_examples_more() -> None:
    probability = torch.sigmoid(LOGITS)
    truth = torch.where(TARGETS == 1, probability, 1 - probability)
    expected = -((1 - truth) ** 2 * truth.log()).mean()
    assert sentence_loss(LOGITS, TARGETS, LossConfig(kind="focal", gamma=2), ONES).item() == pytest.approx(
        expected.item(), rel=1e-5
    )


@pytest.mark.parametrize("kind", ["bce", "focal", "asymmetric", "cross_entropy"])
def test_unannotated_sentences_do_not_count(kind: str) -> None:
    config = LossConfig(kind=kind)  # type: ignore[arg-type]
    targets = TARGETS.clone()
    targets[0, 1] = IGNORE
    logits = LOGITS.clone().requires_grad_()
    sentence_loss(logits, targets, config, ONES).backward()
    assert logits.grad is not None
    assert logits.grad[0, 1].abs().sum() == 0
    assert logits.grad[0, 0].abs().sum() > 0
    nothing = sentence_loss(logits, torch.full_like(targets, IGNORE), config, ONES)
    assert nothing.item() == 0


def test_positive_weights() -> None:
    counts = torch.tensor([10.0, 50.0])
    assert positive_weights(counts, 100, LossConfig()).tolist() == [1, 1]
    assert positive_weights(counts, 100, LossConfig(class_weights="inverse")).tolist() == [9, 1]
    assert positive_weights(counts, 100, LossConfig(class_weights="sqrt")).tolist() == [3, 1]


def test_scores_by_hand() -> None:
    predicted = [[1, 0], [1, 1], [0, 0], [0, 1]]
    gold = [[1, 0], [0, 1], [1, 0], [0, 1]]
    scores = LabelScores(["a", "b"]).compute(predictions=predicted, references=gold)
    assert scores["labels"]["a"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert scores["labels"]["b"]["f1"] == 1
    assert scores["macro_f1"] == 0.75
    assert scores["micro_f1"] == pytest.approx(f1_score(gold, predicted, average="micro"))
    assert scores["exact_match"] == 0.5
    table = confusion(np.array(predicted), np.array(gold), ["a", "b"])
    assert table["a"] == {"a": 1, "b": 0, "none": 1}
    assert table["none"]["a"] == 1
    assert table["b"]["b"] == 2


def test_a_label_without_an_example_is_left_out_of_the_macro_f1() -> None:
    predicted, gold = np.array([[1, 0], [1, 1], [0, 0]]), np.array([[1, 0], [1, 0], [1, 0]])
    scores = LabelScores(["a", "b"]).compute(predictions=predicted.tolist(), references=gold.tolist())
    assert scores["labels"]["b"] == {"precision": None, "recall": None, "f1": None, "support": 0}
    assert scores["macro_f1"] == scores["labels"]["a"]["f1"] == pytest.approx(0.8)
    assert scores["micro_f1"] == pytest.approx(4 / 6)  # what was given wrongly still counts
    intervals = bootstrap_intervals(predicted, gold, np.arange(3))
    assert intervals["f1"][1] is None
    assert intervals["macro_f1"] == intervals["f1"][0]


def test_intervals_leave_a_label_out_of_samples_that_lack_it() -> None:
    gold = np.array([[1, 1], [1, 0], [1, 0], [1, 0]])  # three samples in ten lack the second label
    intervals = bootstrap_intervals(gold, gold, np.arange(4))
    assert intervals["f1"] == [[1, 1], [1, 1]]
    assert intervals["macro_f1"] == [1, 1]


def test_average_precision_and_calibration_error() -> None:
    gold = [[1, 0], [0, 0], [1, 0], [0, 0]]
    probabilities = [[0.9, 0.0], [0.8, 0.0], [0.7, 0.0], [0.1, 0.0]]
    ranking = AveragePrecision(["a", "b"]).compute(predictions=probabilities, references=gold)
    assert ranking["labels"]["a"] == pytest.approx((1 + 2 / 3) / 2)
    assert ranking["labels"]["b"] is None
    assert ranking["macro_average_precision"] == ranking["labels"]["a"]
    error = CalibrationError(["a", "b"]).compute(predictions=probabilities, references=gold)
    assert error["labels"]["a"] == pytest.approx((0.1 + 0.8 + 0.3 + 0.1) / 4)
    assert error["labels"]["b"] == 0


def test_bootstrap_intervals_hold_the_figure_and_are_wider_for_fewer_speeches() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 2, (600, 2))
    predicted = np.where(rng.random((600, 2)) < 0.8, gold, 1 - gold)
    many = bootstrap_intervals(predicted, gold, np.arange(600) // 6)
    few = bootstrap_intervals(predicted, gold, np.arange(600) // 100)
    figure = f1_score(gold, predicted, average="macro")
    assert many["macro_f1"][0] < figure < many["macro_f1"][1]
    assert many["macro_f1"][1] - many["macro_f1"][0] < 0.1
    perfect = bootstrap_intervals(gold, gold, np.arange(600) // 6)
    assert perfect["exact_match"] == [1, 1]
    assert few["f1"][0][0] < few["f1"][0][1]


def test_a_known_temperature_is_recovered(scheme: LabelScheme) -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0, 2, (20_000, 5))
    gold = (rng.random(true.shape) < to_probabilities(true, "multi")).astype(np.int64)
    calibration = calibrate(true * 3, gold, scheme)
    for temperature in calibration.temperatures.values():
        assert temperature == pytest.approx(3, rel=0.1)


def test_the_threshold_has_the_best_f1() -> None:
    rng = np.random.default_rng(0)
    gold = (rng.random(4000) < 0.2).astype(np.int64)
    probabilities = np.round(np.clip(gold * 0.3 + rng.random(4000) * 0.6, 0, 1), 4)
    threshold = best_threshold(probabilities, gold)
    best = max(f1_score(gold, probabilities >= t) for t in np.linspace(0, 1, 201))
    assert f1_score(gold, probabilities >= threshold) > best - 0.01
    for low in range(1000, 9000, 7):
        neighbours = np.array([low, low + 1]) / 10_000  # rounding the cut must not let the lower one in
        assert (neighbours >= best_threshold(np.repeat(neighbours, 50), np.repeat([0, 1], 50))).tolist() == [False, True]
    assert best_threshold(probabilities, np.zeros(4000, dtype=np.int64)) == 0.5
