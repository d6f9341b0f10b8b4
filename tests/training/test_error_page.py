from __future__ import annotations

from pathlib import Path

import pytest

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging import Tag
from jianghua.training.error_page import error_cases, write_error_page
from jianghua.training.evaluation import compare, gold_labels, measure

TEXT = "县里投入不足，修路进展太慢；大家要抓紧整改。"


@pytest.fixture
def page(tmp_path: Path, scheme: LabelScheme) -> str:
    right, wrong = Sentence("没有说什么。", labels=()), Sentence(TEXT, labels=("criticism", "situation"))
    speech = Speech("s", "题", (right, Sentence("没有标注。"), wrong))
    probabilities = dict.fromkeys(scheme.keys, 0.25)
    evidence = {"directive": (14, 22), "criticism": (7, 14)}
    tags = [[], [Tag((), probabilities), Tag((), probabilities), Tag(("directive", "criticism"), probabilities, evidence)]]
    speeches = [Speech("t", "题", (Sentence("没有标注。"),)), speech]
    outcome = compare(tags, gold_labels(speeches, scheme), scheme)
    assert outcome.predicted.tolist() == [scheme.vector(()), scheme.vector(("directive", "criticism"))]
    cases = error_cases(outcome, speeches, tags, scheme.keys)
    assert [(case.id, case.previous, case.missed, case.wrong) for case in cases] == [
        ("s#0002", "没有标注。", ("situation",), ("directive",))
    ]
    metrics = measure(outcome, scheme.keys, {}) | {"slices": {}}
    write_error_page(tmp_path / "e.html", "错", scheme, metrics, cases)
    return (tmp_path / "e.html").read_text("utf-8")


def test_the_clause_behind_a_wrong_label_is_underlined_and_no_other(page: str) -> None:
    assert f'{TEXT[:14]}<u class="clause l-directive">{TEXT[14:]}</u>' in page
    assert page.count("<u ") == 1
