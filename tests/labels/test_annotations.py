from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from people import answer

from jianghua.data.errors import RecordError
from jianghua.labels.annotations import newest, read_annotations, write_annotations


def test_the_file_keeps_everything(tmp_path: Path) -> None:
    given = [answer(0, "wang", ["risk"], text="<b>𠀀\u2028", note="拿不准\n再看", lead_time=2.5), answer(1, "li", None)]
    assert write_annotations(tmp_path / "a.jsonl", given) == 2
    assert read_annotations(tmp_path / "a.jsonl") == given
    record = json.loads((tmp_path / "a.jsonl").read_text("utf-8").split("\n")[0])
    assert record["labels"] == ["risk"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": "risk"}, "'labels'"),
        ({"labels": [1]}, "'labels.0'"),
        ({"lead_time": "2"}, "'lead_time'"),
        ({"origin": "model"}, "'origin'"),
        ({"skipped": True}, "just where 'skipped'"),
        ({"extra": 1}, "'extra'"),
        ({"uid": None}, "'uid'"),
    ],
)
def test_a_wrong_record_names_line_and_field(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    record = answer(0, "wang", ["risk"]).to_dict() | change
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    with pytest.raises(RecordError, match=rf"a\.jsonl, line 1: .*{message}"):
        read_annotations(tmp_path / "a.jsonl")


def test_the_newest_answer_counts() -> None:
    first = answer(0, "wang", ["risk"], updated_at="2026-01-02T03:05:05Z")
    later = replace(first, labels=(), updated_at="2026-01-02T12:04:05.25+08:00", id="u-8")  # 04:04:05 UTC
    other = replace(first, annotator="li")
    assert newest([later, other, first]) == [later, other]
    with pytest.raises(RecordError, match="ISO 8601, got 'yesterday'"):
        newest([replace(first, updated_at="yesterday"), first])
