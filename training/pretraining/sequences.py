"""Token sequences to pre-train on: a paragraph each, long ones cut between sentences, with the words that tokens belong to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from jianghua.data.corpus.text import Document
from jianghua.data.sentences import split
from jianghua.tagging.classifier import encode
from jianghua.training.encoder import special_tokens

_AT_ONCE: Final = 1024  # paragraphs in the tokenizer's hands: offsets take some hundred bytes a token, so not all the text

OUTSIDE: Final = -1
"""Word of a special token."""


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """One input of the model.

    Attributes:
        ids: token ids, special tokens included; shape (tokens,).
        words: number of the word that each token belongs to, from 0, or `OUTSIDE`; same shape.
    """

    ids: NDArray[np.int32]
    words: NDArray[np.int32]


def sequences(documents: Iterable[Document], tokenizer: PreTrainedTokenizerBase, max_tokens: int) -> list[TokenSequence]:
    """The paragraphs of documents as sequences of at most `max_tokens` tokens, `[CLS]` and `[SEP]` included."""
    special = special_tokens(tokenizer)
    paragraphs = itertools.chain.from_iterable(documents)
    made = []
    while chunk := list(itertools.islice(paragraphs, _AT_ONCE)):
        for text, encoding in zip(chunk, encode(tokenizer.backend_tokenizer, chunk), strict=True):
            ids, words = np.array(encoding.ids, dtype=np.int32), word_numbers(text, encoding.offsets)
            for start, stop in _cuts(text, encoding.offsets, max_tokens - 2):
                inner, numbers = ids[start:stop], words[start:stop] - words[start]
                made.append(
                    TokenSequence(
                        np.concatenate([[special.cls], inner, [special.sep]], dtype=np.int32),
                        np.concatenate([[OUTSIDE], numbers, [OUTSIDE]], dtype=np.int32),
                    )
                )
    return made


def word_numbers(text: str, offsets: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    """Number of the word that each token belongs to, shape (tokens,), ascending from 0.

    Chinese is written without spaces, so gaps between tokens, which collators for English go by, part no words there: a whole
    clause would be one. The pieces of a unigram vocabulary (坚持, 全面深化改革) are Chinese words already, and the characters
    of BERT's vocabulary are each taken for a word. What tokenizers do cut to pieces, with any kind of mark for the start or
    the rest of a word, are strings of letters or digits (▁le·ar·ning, gd·##p, 20·23) and, by bytes, rare characters: a token
    goes with the one before it when letters or digits stand on both sides of the cut, or when both share a character.

    Args:
        text: what was tokenised.
        offsets: half-open code-point offsets of the tokens, ascending.
    """
    begins = [not _same_word(text, before[1], after[0]) for before, after in itertools.pairwise(offsets)]
    return np.cumsum([0, *begins], dtype=np.int32)[: len(offsets)]


def _same_word(text: str, end: int, start: int) -> bool:
    """Whether a token that ends at `end` and the next one, which starts at `start`, are pieces of one word."""
    return start < end or (start == end and _spelled(text[end - 1 : end]) and _spelled(text[start : start + 1]))


def _spelled(character: str) -> bool:
    """Whether words are strings of such characters: digits, and letters of scripts with capitals."""
    return character.isdecimal() or character.islower() or character.isupper()


def _cuts(text: str, offsets: Sequence[tuple[int, int]], limit: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of at most `limit` tokens that end where a sentence does, if one does within the limit."""
    start, count, borders = 0, len(offsets), list[int]()
    if count > limit:
        beginnings: Any = [begin for begin, _ in offsets]
        borders = np.searchsorted(beginnings, [begin for begin, _ in split(text)]).tolist()
    while count - start > limit:
        stop = max((border for border in borders if start < border <= start + limit), default=start + limit)
        yield start, stop
        start = stop
    if start < count:
        yield start, count
