from __future__ import annotations

import numpy as np
import pytest

from jianghua.tagging.drift.profile import PIECE_CHARACTERS, PIECE_SENTENCES, Judgement, mean_values, profile
from jianghua.tagging.drift.statistics import TextStatistics

STATISTICS = TextStatistics.of(["一二三四五六七八九十"] * 30)
RATES = np.array([0.5, 0.0])


def judgement(sentences: int, decided: tuple[bool, bool] = (True, False), sure: float = 0.75) -> Judgement:
    return Judgement(np.full((sentences, 2), 0.5), np.tile(decided, (sentences, 1)), np.full(sentences, sure))


def test_a_speech_is_measured_piece_by_piece() -> None:
    texts = ["一二三四五六七八九十"] * 20 + ["甲乙丙丁戊己庚辛壬癸"] * 35
    found = profile(texts, STATISTICS, judgement(55), RATES)
    assert len(found["characters"]) == 55 * 10 // PIECE_CHARACTERS == 1
    assert len(found["bigrams"]) == 55 * 9 // PIECE_CHARACTERS == 0
    assert len(found["length"]) == 55 // PIECE_SENTENCES == 2
    assert found["length"] == (0, 0)
    assert found["labels"] == (0.5, 0.5)
    assert found["doubt"] == (0.25, 0.25)
    assert profile(texts[:49], STATISTICS, None, RATES)["characters"] == ()


def test_without_a_model_only_texts_are_measured() -> None:
    found = profile(["一二三四五六七八九十"] * 60, STATISTICS, None, RATES)
    assert [measure for measure, values in found.items() if values] == ["characters", "bigrams", "length"]


def test_a_short_speech_is_compared_with_the_beginnings_of_others() -> None:
    texts = ["一二三四五六七八九十"] * 20 + ["甲"] * 20
    long = profile(texts, STATISTICS, judgement(40), RATES)
    short = profile(texts[:20], STATISTICS, None, RATES)
    assert long["length"] == (0, 1)
    (whole,) = mean_values([long], like=long)
    (beginning,) = mean_values([long], like=short)
    assert whole.tolist() == pytest.approx([np.nan, np.nan, 0.5, 0.5, 0.25], nan_ok=True)
    assert beginning.tolist() == pytest.approx([np.nan, np.nan, 0, np.nan, np.nan], nan_ok=True)


def test_longer_speeches_are_no_nearer_by_their_length_alone() -> None:
    random = np.random.default_rng(0)

    def texts(sentences: int) -> list[str]:
        return ["".join(random.choice(list("一二三四五六七八九十"), random.integers(5, 60))) for _ in range(sentences)]

    statistics = TextStatistics.of(texts(2000))
    means = [np.mean(profile(texts(sentences), statistics, None, RATES)["characters"]) for sentences in (40, 400)]
    assert means[0] == pytest.approx(means[1], rel=0.3)
    whole = ["".join(texts(sentences)) for sentences in (40, 400)]
    assert statistics.divergence(whole[0]) > 3 * statistics.divergence(whole[1])  # which is why there are pieces
