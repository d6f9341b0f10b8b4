from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jianghua.tagging.passages import PassageLimits, SpecialTokens, pack

SPECIAL = SpecialTokens(cls=0, sep=2, pad=1)
SPEECHES = st.lists(st.integers(0, 60), max_size=40)
LIMITS = st.builds(PassageLimits, max_tokens=st.integers(8, 64), max_sentences=st.integers(1, 8), overlap=st.integers(0, 3))


def tokens_of(lengths: list[int]) -> list[list[int]]:
    counter = iter(range(10, 100_000))
    return [[next(counter) for _ in range(length)] for length in lengths]


@given(SPEECHES, LIMITS)
def test_every_token_is_scored_exactly_once_in_order(lengths: list[int], limits: PassageLimits) -> None:
    tokens = tokens_of(lengths)
    passages = pack(tokens, limits, SPECIAL)
    scored: list[int] = []
    for passage in passages:
        assert len(passage.token_ids) == len(passage.slots) <= limits.max_tokens
        assert len(passage.sentences) <= limits.max_sentences
        assert passage.token_ids[0] == SPECIAL.cls
        assert passage.token_ids[-1] == SPECIAL.sep
        assert passage.scored.count(False) <= 2 * limits.overlap
        scored += [
            token
            for token, slot in zip(passage.token_ids, passage.slots, strict=True)
            if slot >= 0 and passage.scored[slot] and token != SPECIAL.sep
        ]
    assert scored == [token for sentence in tokens for token in sentence]
    decided = [n for p in passages for n, s in zip(p.sentences, p.scored, strict=True) if s]
    assert sorted(set(decided)) == list(range(len(tokens)))


def test_neighbours_are_context_and_are_not_scored_twice() -> None:
    passages = pack(tokens_of([4] * 7), PassageLimits(max_tokens=64, max_sentences=4, overlap=1), SPECIAL)
    assert [p.sentences for p in passages] == [(0, 1, 2, 3), (2, 3, 4, 5), (4, 5, 6)]
    assert [p.scored for p in passages] == [
        (True, True, True, False),
        (False, True, True, False),
        (False, True, True),
    ]
