"""Passages: consecutive sentences of a speech packed into one token sequence `[CLS] s1 [SEP] s2 [SEP] … [SEP]`.

By default a passage holds one sentence: context has not paid (docs/quality.md), and without it a tag depends on its sentence
alone. With more sentences a passage, each sees its neighbours. Training and tagging pack with this one piece of code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class PassageLimits(BaseModel):
    """How passages are packed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_tokens: int = Field(default=256, ge=8)
    """Longest passage, in tokens, special tokens included."""
    max_sentences: int = Field(default=1, ge=1)
    """Most sentences in a passage; 1 makes every sentence a passage of its own, without context."""
    overlap: int = Field(default=1, ge=0)
    """Sentences of context that a passage repeats from its neighbours on each side; their logits are not used. Without effect
    where a passage holds one sentence."""


class SpecialTokens(BaseModel):
    """Ids of the special tokens that passages are built with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cls: int
    sep: int
    pad: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One token sequence.

    Attributes:
        token_ids: the tokens, special tokens included.
        slots: for each token the position in `sentences` of the sentence that it belongs to; a sentence owns its tokens and
            the [SEP] that closes it; [CLS] has -1.
        sentences: number in the speech of each sentence of the passage.
        scored: for each sentence whether this passage decides on it, or only shows it as context.
    """

    token_ids: tuple[int, ...]
    slots: tuple[int, ...]
    sentences: tuple[int, ...]
    scored: tuple[bool, ...]


def pack(tokens: Sequence[Sequence[int]], limits: PassageLimits, special: SpecialTokens) -> list[Passage]:
    """Pack the tokenised sentences of one speech into passages.

    Every sentence is scored in exactly one passage, except one that is longer than a passage: its pieces fill passages of
    their own, all scored, and pooling runs over all its tokens.

    Args:
        tokens: token ids of each sentence, without special tokens.
        limits: size of a passage, and overlap.
        special: ids of the special tokens.
    """
    passages: list[Passage] = []
    start = 0
    while start < len(tokens):
        if len(tokens[start]) > limits.max_tokens - 2:
            passages += _pieces(start, tokens[start], limits, special)
            start += 1
            continue
        first = _context_start(tokens, start, limits)
        stop = _fill(tokens, first, limits)
        # The last sentences are context only, unless the speech (or a sentence too long to join) ends the passage anyway.
        joinable = stop < len(tokens) and len(tokens[stop]) <= limits.max_tokens - 2
        decided = max(start + 1, stop - limits.overlap) if joinable else stop
        passages.append(_passage(tokens, first, stop, start, decided, special))
        start = decided
    return passages


def _context_start(tokens: Sequence[Sequence[int]], start: int, limits: PassageLimits) -> int:
    """First sentence of left context: at most the overlap, a quarter of the budget, and what leaves room for `start`."""
    room = min(limits.max_tokens // 4, limits.max_tokens - 2 - len(tokens[start]))
    first = start
    while first > 0 and start - first < min(limits.overlap, limits.max_sentences - 1):
        room -= len(tokens[first - 1]) + 1
        if room < 0:
            break
        first -= 1
    return first


def _fill(tokens: Sequence[Sequence[int]], first: int, limits: PassageLimits) -> int:
    """One past the last sentence that still fits into a passage that begins with sentence `first`."""
    used, stop = 1, first
    while stop < len(tokens) and stop - first < limits.max_sentences:
        used += len(tokens[stop]) + 1
        if used > limits.max_tokens:
            break
        stop += 1
    return stop


def _passage(
    tokens: Sequence[Sequence[int]], first: int, stop: int, start: int, decided: int, special: SpecialTokens
) -> Passage:
    ids, slots = [special.cls], [-1]
    for slot, sentence in enumerate(range(first, stop)):
        ids += [*tokens[sentence], special.sep]
        slots += [slot] * (len(tokens[sentence]) + 1)
    return Passage(tuple(ids), tuple(slots), tuple(range(first, stop)), tuple(start <= n < decided for n in range(first, stop)))


def _pieces(sentence: int, tokens: Sequence[int], limits: PassageLimits, special: SpecialTokens) -> list[Passage]:
    size = limits.max_tokens - 2
    return [
        Passage(
            (special.cls, *tokens[begin : begin + size], special.sep),
            (-1, *[0] * (len(tokens[begin : begin + size]) + 1)),
            (sentence,),
            (True,),
        )
        for begin in range(0, len(tokens), size)
    ]
