from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import evidence
from jianghua.data.speech import Speech
from jianghua.data.store import write_jsonl
from jianghua.tagging import Tagger
from jianghua.tagging.clauses import clauses


def test_each_label_loses_its_clause_and_once_another_one(tiny_run: Path, corpus: list[Speech]) -> None:
    tagger, texts = Tagger.load(tiny_run), corpus[0].texts
    found = list(evidence.erasures(tagger, texts))
    tags = {text: tag for text in texts for tag in tagger.tag_sentences([text])}
    assert len(found) == sum(len(tag.evidence) for tag in tags.values()) > 0
    for one in found:
        left = [one.text[:start] + one.text[end:] for start, end in clauses(one.text)]
        start, end = tags[one.text].evidence[one.label]
        assert one.without == one.text[:start] + one.text[end:]
        assert one.otherwise in left
        assert one.otherwise != one.without or left.count(one.without) > 1
    assert found == list(evidence.erasures(tagger, texts))


def test_the_table_counts_every_tag_once(
    tiny_run: Path, corpus: list[Speech], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_jsonl(tmp_path / "s.jsonl", [corpus[0].to_dict()])
    monkeypatch.setattr("sys.argv", ["evidence", str(tiny_run), str(tmp_path / "s.jsonl")])
    evidence.main()
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    *labels, whole = rows
    assert whole[0] == "all"
    assert int(whole[1]) == sum(int(row[1]) for row in labels)
    assert all(0 <= float(row[2]) <= 1 for row in rows)
