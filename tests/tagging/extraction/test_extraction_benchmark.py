from __future__ import annotations

import pytest

from benchmarks.extraction.__main__ import exact, found_by_rules, overlapping, score
from benchmarks.extraction.gold import locate, read_annotated
from benchmarks.extraction.sheet import CORPUS, PARTS, SHEET, draw
from jianghua.data.errors import RecordError
from jianghua.data.store import read_jsonl, read_speeches


def test_the_sheet_is_what_the_hash_draws() -> None:
    assert [row for _, row in read_jsonl(SHEET)] == list(draw(read_speeches(CORPUS)))


def test_a_speech_belongs_to_one_part() -> None:
    parts: dict[str, set[str]] = {}
    for _, row in read_jsonl(SHEET):
        parts.setdefault(row["id"].split("#")[0], set()).add(row["part"])
    assert {len(found) for found in parts.values()} == {1}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("field", "goal"), [("when", 0.9), ("value", 0.9), ("who", 0.8), ("what", 0.8)])
def test_the_goals_are_met(part: str, field: str, goal: float) -> None:
    pairs = [(one, found_by_rules(one)) for one in read_annotated() if one.row["part"] == part]
    assert float(score(pairs, field, exact).split(" | ")[2]) >= goal


def test_a_span_is_shortened_by_an_arrow() -> None:
    text = "各地要抓紧整改，要抓紧报送。"
    assert locate(text, "抓紧→", "a") == (3, 13)
    assert locate(text, "抓紧→整改", "a") == (3, 7)
    assert locate(text, "抓紧#2", "a") == (9, 11)
    with pytest.raises(RecordError, match="expected words of the sentence, got '督办'"):
        locate(text, "督办", "a")


def test_a_span_answers_for_one_of_the_other_side() -> None:
    assert exact({(0, 5), (6, 9)}, {(0, 5), (7, 9)}) == (1, 1)
    assert overlapping({(0, 5), (6, 9)}, {(0, 9)}) == (1, 1)
