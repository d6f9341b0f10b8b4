from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from jianghua.data.paths import SHIPPED
from jianghua.training.pretraining.sequences import OUTSIDE, sequences, word_numbers


@pytest.fixture(scope="module")
def bundled() -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(SHIPPED / "training" / "base_encoder")


def words(tokenizer: Tokenizer, text: str) -> list[list[str]]:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    numbers = word_numbers(text, encoding.offsets)
    return [[encoding.tokens[place] for place in np.flatnonzero(numbers == word)] for word in range(numbers.max() + 1)]


def test_words_of_a_unigram_vocabulary(bundled: PreTrainedTokenizerBase) -> None:
    assert words(bundled.backend_tokenizer, "同志们，2023年坚持全面深化改革，用Machine learning。") == [
        *(["▁", "同志"], ["们"], [","], ["20", "23"], ["年"], ["坚持"], ["全面深化改革"], [","], ["用"]),
        *(["M", "ach", "ine"], ["▁le", "ar", "ning"], ["。"]),
    ]


def test_words_of_berts_vocabulary() -> None:
    pieces = ["[UNK]", "坚", "持", "20", "##23", "年", "gd", "##p", "is", "the", ","]
    tokenizer = Tokenizer(models.WordPiece({piece: id for id, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    assert words(tokenizer, "2023年坚持GDP, is the") == [
        *(["20", "##23"], ["年"], ["坚"], ["持"], ["gd", "##p"], [","], ["is"], ["the"]),
    ]


def test_pieces_of_one_character_go_together() -> None:
    tokenizer = Tokenizer(models.BPE({char: id for id, char in enumerate(pre_tokenizers.ByteLevel.alphabet())}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    assert [len(word) for word in words(tokenizer, "犇，骉")] == [3, 3, 3]


def test_no_tokens_no_words() -> None:
    assert word_numbers("", []).tolist() == []


def test_a_paragraph_is_a_sequence_and_long_ones_end_with_a_sentence(bundled: PreTrainedTokenizerBase) -> None:
    short, long = "要抓好落实。", "要坚持稳中求进工作总基调。" * 7 + "第二句没有句号" * 9
    made = sequences([(short,), (long,)], bundled, max_tokens=32)
    assert all(len(sequence.ids) <= 32 for sequence in made)
    assert {(sequence.ids[0], sequence.ids[-1]) for sequence in made} == {(bundled.cls_token_id, bundled.sep_token_id)}
    texts = [bundled.decode(sequence.ids, skip_special_tokens=True) for sequence in made]
    assert texts[0] == short
    assert "".join(texts[1:]) == long
    assert all(text.endswith("。") for text in texts[1:4])
    for sequence in made:
        assert sequence.words[0] == sequence.words[-1] == OUTSIDE
        assert sequence.words[1] == 0
        assert set(np.diff(sequence.words[1:-1])) <= {0, 1}
