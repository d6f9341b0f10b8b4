from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jianghua.data.errors import SettingsError
from jianghua.data.speech import Speech
from jianghua.tagging.lexical import FILE, LexicalModel, features, load_lexical, save_lexical
from jianghua.training.config import LexicalConfig
from jianghua.training.lexical import fit_lexical

BUCKETS = [
    17884,
    78801,
    111305,
    111516,
    180032,
    181623,
    190251,
    231258,
    244448,
    263102,
    285376,
    292298,
    304994,
    305602,
    339480,
    403716,
    424414,
    459991,
]
KEYS = ("situation", "directive", "criticism", "target", "risk")


@pytest.fixture(scope="module")
def sentences(corpus: list[Speech]) -> tuple[list[str], np.ndarray]:
    found = [sentence for speech in corpus[:30] for sentence in speech.sentences]
    return [one.text for one in found], np.array([[key in (one.labels or ()) for key in KEYS] for one in found], dtype=int)


@pytest.fixture(scope="module")
def model(sentences: tuple[list[str], np.ndarray]) -> LexicalModel:
    texts, targets = sentences
    return fit_lexical(texts[:1200], targets[:1200], LexicalConfig(bits=16))


def test_hashes_stay_what_they_are() -> None:
    """A saved model is worthless under other hashes: these numbers must never change."""
    assert features("抓好落实", 19).buckets.tolist() == BUCKETS


def test_full_width_forms_are_their_half_width_ones() -> None:
    full, half = features("增长８．５％，完成！", 18), features("增长8.5%,完成!", 18)
    assert full.buckets.tolist() == half.buckets.tolist()


def test_repetition_counts_by_its_logarithm() -> None:
    once, thrice = features("要", 16), features("要要要", 16)
    shared = np.isin(thrice.buckets, once.buckets)
    assert thrice.counts[shared].max() == pytest.approx(1 + np.log(3))


def test_it_learns_what_words_tell(model: LexicalModel, sentences: tuple[list[str], np.ndarray]) -> None:
    texts, targets = sentences
    predicted = model.logits(texts[1200:]) > 0
    assert (predicted == targets[1200:]).mean() > 0.85


def test_a_sentences_logits_depend_on_it_alone(model: LexicalModel, sentences: tuple[list[str], np.ndarray]) -> None:
    texts = [*sentences[0][:20], "", "\ud800", "😀"]
    together = model.logits(texts)
    assert np.isfinite(together).all()
    for number, text in enumerate(texts):
        assert (model.logits([text])[0] == together[number]).all()
    assert model.logits([]).shape == (0, 5)


def test_a_label_that_all_or_none_have_needs_no_words() -> None:
    targets = np.array([[0, 1], [0, 1]])
    model = fit_lexical(["一", "二"], targets, LexicalConfig(bits=10))
    assert model.logits(["三"])[0].tolist() == [-10.0, 10.0]


def test_it_is_saved_as_plain_arrays(model: LexicalModel, tmp_path: Path, sentences: tuple[list[str], np.ndarray]) -> None:
    save_lexical(model, tmp_path)
    assert (load_lexical(tmp_path).logits(sentences[0][:9]) == model.logits(sentences[0][:9])).all()
    whole = (tmp_path / FILE).read_bytes()
    for damage in (b"", whole[: len(whole) // 2], b"version https://git-lfs.github.com/spec/v1\n"):
        (tmp_path / FILE).write_bytes(damage)
        with pytest.raises(SettingsError, match=FILE):
            load_lexical(tmp_path)
