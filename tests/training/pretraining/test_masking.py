from __future__ import annotations

import numpy as np
import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from jianghua.data.errors import SettingsError
from jianghua.data.paths import SHIPPED
from jianghua.training.pretrain_config import MaskingConfig
from jianghua.training.pretraining.masking import UNMASKED, Masker
from jianghua.training.pretraining.sequences import OUTSIDE, TokenSequence

TEN_WORDS_OF_FIVE = TokenSequence(
    np.arange(100, 152, dtype=np.int32),
    np.array([OUTSIDE, *np.repeat(np.arange(10), 5), OUTSIDE], dtype=np.int32),
)


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(SHIPPED / "training" / "base_encoder")


def test_words_are_hidden_whole_and_special_tokens_never(tokenizer: PreTrainedTokenizerBase) -> None:
    mask = Masker(MaskingConfig(share=0.2, mask=1.0, random=0.0), tokenizer)
    seen = set()
    for seed in range(40):
        ids, labels = mask(TEN_WORDS_OF_FIVE, np.random.default_rng(seed))
        asked = labels != UNMASKED
        assert asked.sum() == 10
        hidden = set(TEN_WORDS_OF_FIVE.words[asked].tolist())
        assert len(hidden) == 2
        assert OUTSIDE not in hidden
        assert (ids[asked] == tokenizer.mask_token_id).all()
        assert (ids[~asked] == TEN_WORDS_OF_FIVE.ids[~asked]).all()
        assert (labels[asked] == TEN_WORDS_OF_FIVE.ids[asked]).all()
        seen |= hidden
    assert seen == set(range(10))


def test_single_tokens_are_hidden_on_demand(tokenizer: PreTrainedTokenizerBase) -> None:
    mask = Masker(MaskingConfig(share=0.1, whole_words=False), tokenizer)
    asked = np.zeros(52)
    for seed in range(200):
        _, labels = mask(TEN_WORDS_OF_FIVE, np.random.default_rng(seed))
        assert (labels != UNMASKED).sum() == 5
        asked += labels != UNMASKED
    assert asked[0] == asked[-1] == 0
    assert asked[1:-1].min() > 0


def test_hidden_words_become_masks_random_tokens_or_stay(tokenizer: PreTrainedTokenizerBase) -> None:
    mask = Masker(MaskingConfig(share=0.2, mask=0.5, random=0.3), tokenizer)
    fates = np.zeros(3)
    for seed in range(1000):
        ids, labels = mask(TEN_WORDS_OF_FIVE, np.random.default_rng(seed))
        for word in np.unique(TEN_WORDS_OF_FIVE.words[labels != UNMASKED]):
            place = TEN_WORDS_OF_FIVE.words == word
            masked, same = (ids[place] == tokenizer.mask_token_id), (ids[place] == TEN_WORDS_OF_FIVE.ids[place])
            assert masked.all() or not masked.any()  # one fate for the whole word
            fates += [masked.all(), not masked.any() and not same.all(), same.all()]
            assert not set(ids[place].tolist()) & (set(tokenizer.all_special_ids) - {tokenizer.mask_token_id})
    assert fates / fates.sum() == pytest.approx([0.5, 0.3, 0.2], abs=0.04)


def test_at_least_one_word_is_hidden(tokenizer: PreTrainedTokenizerBase) -> None:
    _, labels = Masker(MaskingConfig(share=0.01), tokenizer)(TEN_WORDS_OF_FIVE, np.random.default_rng(0))
    assert (labels != UNMASKED).sum() == 5


def test_a_tokenizer_without_a_mask_token_is_refused() -> None:
    plain = AutoTokenizer.from_pretrained(SHIPPED / "training" / "base_encoder", mask_token=None)
    with pytest.raises(SettingsError, match="expected a tokenizer with a mask token for objective=masked"):
        Masker(MaskingConfig(), plain)
