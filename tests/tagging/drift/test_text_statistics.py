from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp

from jianghua.data.speech import Speech
from jianghua.tagging.drift.statistics import FREQUENT_BIGRAMS, TextStatistics, bigrams, visible


def test_texts_are_counted() -> None:
    statistics = TextStatistics.of(["抓抓落实", "抓 好。", ""])
    assert dict(zip(statistics.characters, statistics.counts, strict=True)) == {"抓": 3, "落": 1, "实": 1, "好": 1, "。": 1}
    assert statistics.known_bigrams == {"抓抓", "抓落", "落实", "抓好", "好。"}
    assert statistics.lengths == ((0, 1), (3, 1), (4, 1))
    assert statistics.characters[0] == "抓"


def test_full_width_white_space_and_broken_characters_make_no_difference() -> None:
    assert visible("增长8%,\u3000完成\n任务(一)\ud800") == visible("增长8%,完成任务(一)?")
    assert bigrams("一二三") == ["一二", "二三"]
    assert bigrams("一") == []


def test_the_divergence_is_that_of_jensen_and_shannon() -> None:
    statistics = TextStatistics.of(["一一一二二三"])
    assert statistics.divergence("一一一二二三") == 0
    assert statistics.divergence("四四") == pytest.approx(1)
    expected = jensenshannon([3 / 6, 2 / 6, 1 / 6, 0], [1 / 4, 0, 2 / 4, 1 / 4], base=2) ** 2
    assert statistics.divergence("一三三四") == pytest.approx(expected)


def test_the_length_distance_is_that_of_kolmogorov_and_smirnov() -> None:
    random = np.random.default_rng(0)
    training = random.integers(1, 40, 300)
    statistics = TextStatistics.of(["字" * length for length in training])
    for high in (40, 60):
        mine = random.integers(1, high, 20)
        assert statistics.length_distance(mine) == pytest.approx(ks_2samp(training, mine).statistic)
    assert statistics.length_quartiles() == tuple(np.quantile(training, (0.25, 0.5, 0.75), method="inverted_cdf"))


def test_only_frequent_bigrams_are_known(corpus: list[Speech]) -> None:
    statistics = TextStatistics.of(text for speech in corpus for text in speech.texts)
    assert len(statistics.known_bigrams) == FREQUENT_BIGRAMS
    assert statistics.unknown_bigrams(["工作", "龘靐"]) == 0.5
    again = TextStatistics.of(text for speech in reversed(corpus) for text in speech.texts)
    assert again == statistics  # the order of the speeches does not matter


@pytest.mark.parametrize(
    "changes",
    [{"counts": (1,)}, {"characters": "", "counts": ()}, {"bigrams": "一"}, {"lengths": ()}, {"lengths": ((2, 1), (1, 1))}],
)
def test_damaged_statistics_are_refused(changes: dict[str, object]) -> None:
    whole = {"characters": "一二", "counts": (2, 1), "bigrams": "一二", "lengths": ((1, 1), (2, 1))}
    TextStatistics.model_validate(whole)
    with pytest.raises(ValidationError):
        TextStatistics.model_validate(whole | changes)
