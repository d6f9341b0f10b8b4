from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers

from jianghua.data.speech import Speech
from jianghua.tagging import Tagger
from jianghua.tagging.classifier import Architecture, SentenceClassifier, encode
from jianghua.tagging.clauses import clauses
from jianghua.tagging.evidence import Evidence, find_evidence
from jianghua.tagging.lexical import LexicalModel, features
from jianghua.tagging.passages import PassageLimits, SpecialTokens
from jianghua.tagging.pooling import PooledSentence, Pooling
from jianghua.training.config import LexicalConfig
from jianghua.training.lexical import fit_lexical

CHARACTERS = "路桥修好学校县里投入，。、一𠮷"
VOCABULARY = {token: number for number, token in enumerate(["[PAD]", "[CLS]", "[SEP]", "[UNK]", *CHARACTERS])}
SPECIAL = SpecialTokens(pad=0, cls=1, sep=2)
POOLINGS: list[Pooling] = ["mean", "attention"]
BITS = 12


class Keywords:
    """A network of two labels: 路 speaks for the first, 校 for the second, and [SEP] for both, louder than either."""

    def __init__(self, pooling: Pooling, zero: float = 0.0) -> None:
        self.pooling = pooling
        self.zero = zero
        self.calls = 0

    def logits(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        self.calls += 1
        words = np.stack([ids == VOCABULARY["路"], ids == VOCABULARY["校"]], axis=-1)
        closers = (ids == SPECIAL.sep)[..., None]
        values = self.zero + 4.0 * words + 9.0 * closers
        scores = 3.0 * words + 1.0 * closers
        return (values if self.pooling == "mean" else np.concatenate([values, scores], axis=-1)).astype(np.float32)


def classifier(
    network: Keywords, limits: PassageLimits | None = None, lexical: LexicalModel | None = None, share: float = 0.0
) -> SentenceClassifier:
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    architecture = Architecture(limits or PassageLimits(), SPECIAL, network.pooling, share)
    return SentenceClassifier(network, tokenizer, architecture, lexical)


def carried(text: str, evidence: Evidence) -> list[str]:
    return [text[start:end] for start, end in evidence.carriers(("road", "school"), ("road", "school")).values()]


@pytest.mark.parametrize("zero", [0.0, -20.0, 20.0])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_clause_that_speaks_for_a_label_carries_it(pooling: Pooling, zero: float) -> None:
    """Wherever the values have their zero: a logit below it changes nothing."""
    texts = ["县里投入县里投入，修好𠮷路，\ud800修好学校。", "学校学校修好，县里投入，县里修路县里投入。"]
    network = Keywords(pooling, zero)
    model = classifier(network)
    logits, evidence = model.explain(texts)
    assert network.calls == 1
    assert (logits == model.logits(texts)).all()
    assert [carried(*pair) for pair in zip(texts, evidence, strict=True)] == [
        ["修好𠮷路，", "\ud800修好学校。"],
        ["县里修路县里投入。", "学校学校修好，"],
    ]


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("limits", [PassageLimits(max_tokens=8), PassageLimits(max_tokens=64, max_sentences=4)])
def test_evidence_is_found_in_pieces_and_in_context(pooling: Pooling, limits: PassageLimits) -> None:
    texts = ["学校学校。", "县里投入县里投入，修好一路修好一路，县里投入。", "县里修路，县里投入。"]
    _, evidence = classifier(Keywords(pooling), limits).explain(texts)
    assert carried(texts[1], evidence[1])[0] == "修好一路修好一路，"
    assert carried(texts[2], evidence[2])[0] == "县里修路，"


def test_a_contribution_is_what_the_logit_falls_without_the_clause() -> None:
    text = "县里投入，修好路桥，修好学校。"
    random = np.random.default_rng(0)
    weights, values = random.random((len(text), 2)), random.normal(size=(len(text), 2)).astype(np.float32)
    weights *= np.array([0.5, 0.9]) / weights.sum(axis=0)  # the rest is of the [SEP]
    pooled = PooledSentence(np.zeros(2), weights, values)
    evidence = find_evidence(text, [(place, place + 1) for place in range(len(text))], pooled, None, 0.0)
    assert list(evidence.clauses) == clauses(text)
    whole = np.average(values, axis=0, weights=weights)
    for (start, end), contribution in zip(evidence.clauses, evidence.contributions, strict=True):
        rest = np.r_[:start, end : len(text)]
        shorter = np.average(values[rest], axis=0, weights=weights[rest])
        np.testing.assert_allclose(contribution, np.array([0.5, 0.9]) * (whole - shorter), rtol=1e-6)


@pytest.mark.parametrize("place", [0, 14])
def test_a_token_with_all_the_weight_is_no_division_by_zero(place: int) -> None:
    text = "县里投入，修好路桥，修好学校。"
    weights, values = np.zeros((len(text), 1)), np.zeros((len(text), 1), dtype=np.float32)
    for weight in (0.0, 1.0):  # of the [SEP] alone, or of one token alone
        weights[place], values[place] = weight, 5.0
        pooled = PooledSentence(np.zeros(1), weights, values)
        evidence = find_evidence(text, [(at, at + 1) for at in range(len(text))], pooled, None, 0.0)
        assert np.isfinite(evidence.contributions).all()


def test_a_sentence_of_one_clause_has_no_evidence() -> None:
    _, evidence = classifier(Keywords("attention")).explain(["一、修路", "", "修好学校。"])
    assert [one.carriers(("a", "b"), ("a",)) for one in evidence] == [{}, {}, {}]
    assert classifier(Keywords("mean")).explain([])[1] == []


def test_words_speak_for_the_clause_that_they_stand_in() -> None:
    weights = np.zeros((1 << BITS, 2), dtype=np.float16)
    weights[features("修桥", BITS).buckets, 0] = 1.0
    lexical = LexicalModel(np.ones(1 << BITS, dtype=np.float16), weights, np.array([5, -5], dtype=np.float32))
    text = "县里投入学校，我们去修桥，县里修好一路。"
    for share, expected in ((0.0, "县里修好一路。"), (1.0, "我们去修桥，")):
        _, (evidence,) = classifier(Keywords("mean"), None, lexical, share).explain([text])
        assert carried(text, evidence)[0] == expected


def test_every_word_of_one_clause_is_counted_once(corpus: list[Speech]) -> None:
    """With the whole sentence as its only clause nothing is left out, however characters are normalised."""
    texts = [*corpus[0].texts[:20], "１㎡、…㈠", "e\u0301，\u0301=\u0338要", "\ud800，😀", "要，要，要，要"]
    targets = np.arange(2 * len(texts)).reshape(-1, 2) // 3 % 2
    model = fit_lexical(texts, targets, LexicalConfig(bits=14))
    for text, logits in zip(texts, model.logits(texts), strict=True):
        (contribution,) = model.contributions(text, [(0, len(text))])
        np.testing.assert_allclose(contribution + model.bias, logits, rtol=1e-4, atol=1e-5)
        halves = [(0, len(text) // 2), (len(text) // 2, len(text))]
        assert np.isfinite(model.contributions(text, halves)).all()


def test_a_tag_names_the_clause_of_each_of_its_labels(tiny_run: Path, corpus: list[Speech]) -> None:
    tagger = Tagger.load(tiny_run)
    seen = 0
    for text, tag in zip(corpus[0].texts, tagger.tag_sentences(corpus[0].texts), strict=True):
        spans = clauses(text)
        assert list(tag.evidence) == (list(tag.labels) if len(spans) > 1 else [])
        assert set(tag.evidence.values()) <= set(spans)
        seen += len(tag.evidence)
    assert seen > 10


def test_radicals_and_vertical_stops_are_tokenised_as_the_usual_characters() -> None:
    vocabulary = {"[UNK]": 0, "工": 1, "人": 2, "。": 3}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    (usual,), (other,) = encode(tokenizer, ["工人。"]), encode(tokenizer, ["⼯⼈︒"])
    assert other.ids == usual.ids == [1, 2, 3]
    assert other.offsets == usual.offsets == [(0, 1), (1, 2), (2, 3)]
    assert clauses("⼀⼈⼀户︐⼀⼾⼀策︒") == clauses("一人一户，一户一策。") == [(0, 5), (5, 10)]
    assert features("⻓期⼯作", 12).grams.tolist() == features("长期工作", 12).grams.tolist()
