from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from jianghua.data.corpus.text import read_documents
from jianghua.data.errors import RecordError
from jianghua.data.speech import Sentence, Speech
from jianghua.data.store import write_speeches


def test_blank_lines_part_documents(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("　第一段。\n第二段。\n\n \n第三段。\n", "utf-8")
    assert read_documents([tmp_path / "a.txt"]) == [("第一段。", "第二段。"), ("第三段。",)]


def test_without_blank_lines_every_line_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n第一段。\n第二段。\n\n", "utf-8")
    assert read_documents([tmp_path / "a.txt"]) == [("第一段。",), ("第二段。",)]


def test_compressed_text_in_another_encoding(tmp_path: Path) -> None:
    text = "各单位要把安全生产摆在更加突出的位置。\n\n今年的目标是新建农村公路一千公里。"
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(text.encode("gb18030")))
    assert read_documents([tmp_path / "a.txt.xz"]) == [(line,) for line in text.split("\n\n")]


def test_speeches_give_their_paragraphs(tmp_path: Path) -> None:
    sentences = (Sentence("标题", 0, "title"), Sentence("甲。", 1), Sentence("乙。", 1), Sentence(" ", 2), Sentence("丙。", 3))
    write_speeches(tmp_path / "s.jsonl", [Speech("s", "标题", sentences)])
    assert read_documents([tmp_path / "s.jsonl"]) == [("标题", "甲。乙。", "丙。")]


def test_text_that_was_there_before_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("通知\n甲。\n通知\n\n通知\n乙。\n", "utf-8")
    (tmp_path / "b.txt").write_text("甲。\n\n乙。\n丙。\n\n通知\n", "utf-8")
    assert read_documents([tmp_path / "a.txt", tmp_path / "b.txt"]) == [("通知", "甲。"), ("乙。",), ("丙。",)]


def test_errors_say_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"nowhere\.txt: No such file"):
        read_documents([tmp_path / "nowhere.txt"])
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(RecordError, match=r"expected a file of text \(\.txt, \.txt\.xz, \.jsonl\), got \.docx"):
        read_documents([tmp_path / "a.docx"])
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress("甲。".encode() * 99)[:40])
    with pytest.raises(RecordError, match=r"a\.txt\.xz: Compressed data ended"):
        read_documents([tmp_path / "a.txt.xz"])
    (tmp_path / "b.txt").write_text(" \n\n", "utf-8")
    with pytest.raises(RecordError, match=r"expected text, got none in .*b\.txt"):
        read_documents([tmp_path / "b.txt"])
