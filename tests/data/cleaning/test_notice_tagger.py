"""The tagger of notices: what is trained is what runs, wherever the network's batches end."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from benchmarks.notices.counts import count
from benchmarks.notices.insertion import PLACES, Generator, Group, Written, insert, offsets
from benchmarks.notices.training import TrainableNetwork, labels
from jianghua.data.cleaning import notice_tagger
from jianghua.data.cleaning.network import Network
from jianghua.data.cleaning.ngrams import Ngrams, fold
from jianghua.data.cleaning.notice_tagger import MODEL, NoticeTagger

TEXT = (
    "在全县春灌工作会上的讲话\n同志们：\n今年春灌任务很重。各镇要把渠道清淤抓在前头。\n水到不了田头的，镇长自己到田头来找我说。"
)
NOTICES = [Written("a", "inline", "【石桥文库】"), Written("b", "line", "扫码看原件")]


@pytest.fixture(scope="module")
def shipped() -> NoticeTagger:
    with np.load(MODEL, allow_pickle=False) as arrays:
        return NoticeTagger(dict(arrays))


def test_the_network_computes_what_was_trained() -> None:
    known = count([(TEXT, 5)], ["文库"])
    torch.manual_seed(0)
    trained = TrainableNetwork(len(known["chars"]), len(known["pairs"])).eval()
    torch.nn.init.normal_(trained.pairs.weight)
    features = Ngrams(known).features(fold(TEXT))
    with torch.no_grad():
        expected = trained(*(torch.from_numpy(column)[None] for column in features))[0].numpy()
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(Network(trained.arrays()).logits(features), expected, atol=0.02)


def test_batches_of_the_network_leave_no_seam(shipped: NoticeTagger, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shipped.logits(TEXT * 3)
    monkeypatch.setattr(notice_tagger, "_BATCH", 17)
    np.testing.assert_allclose(shipped.logits(TEXT * 3), whole, atol=1e-4)


@pytest.mark.parametrize("text", ["", "讲", "讲话", "\n", "\ud800讲话", "🚀" * 40])
def test_short_and_strange_texts_are_tagged_within_their_bounds(text: str, shipped: NoticeTagger) -> None:
    assert shipped.logits(text).shape == (len(text), 3)
    assert all(0 <= start < end <= len(text) for start, end in shipped.notices(text))


def test_digits_capitals_and_widths_are_not_told_apart() -> None:
    assert fold("Ａ７！").tolist() == fold("a0!").tolist() == fold("A3！").tolist()
    assert fold("。") != fold(".")


@pytest.mark.parametrize("place", PLACES)
def test_a_notice_is_labelled_where_it_was_put(place: str) -> None:
    at = offsets(TEXT, place)[0]
    one = insert(TEXT, "【石桥文库】", at, place)
    marked = "".join(char for char, added in zip(one.text, one.added, strict=True) if added)
    rest = "".join(char for char, added in zip(one.text, one.added, strict=True) if not added)
    assert marked == "【石桥文库】"
    assert rest.replace("\n", "") == TEXT.replace("\n", "")


def test_windows_are_labelled_character_by_character_and_differ() -> None:
    generator = Generator([Group([TEXT], 1)], NOTICES, ["要把公众号办好。"], seed=1)
    windows = [generator.window(60) for _ in range(40)]
    assert all(len(one.text) == len(one.added) <= 60 for one in windows)
    assert len({one.text for one in windows}) > 30
    assert any(any(one.added) for one in windows)
    assert not all(any(one.added) for one in windows)


def test_labels_say_where_a_notice_begins_and_ends() -> None:
    assert labels(bytes([0, 1, 1, 1, 0])).tolist() == [[0, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 1], [0, 0, 0]]
    assert labels(bytes([0, 1, 0])).tolist() == [[0, 0, 0], [1, 1, 1], [0, 0, 0]]


def test_the_best_segments_are_found() -> None:
    chance = random.Random(0)
    for _ in range(50):
        rows = np.array([[chance.uniform(-3, 3) for _ in range(3)] for _ in range(7)], np.float32)
        found = notice_tagger.best_segments(rows)
        assert _score(rows, found) == pytest.approx(max(_score(rows, spans) for spans in _all_spans(0, len(rows))), abs=1e-4)


def _score(rows: np.ndarray, spans: list[tuple[int, int]]) -> float:
    return float(sum(rows[start:end, 0].sum() + rows[start, 1] + rows[end - 1, 2] for start, end in spans))


def _all_spans(first: int, end: int) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = [[]]
    for start in range(first, end):
        for stop in range(start + 1, end + 1):
            found += [[(start, stop), *rest] for rest in _all_spans(stop, end)]
    return found
