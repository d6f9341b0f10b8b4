"""Tables of sentences for spreadsheets: what a person sees in a cell is the text, whatever the text is."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging.records import Failure, RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.csv import write_csv
from jianghua.tagging.writers.xlsx import CELL_LENGTH, SHEET_ROWS, cell_text, write_xlsx

Tables = Callable[[Sequence[str]], Path]
FORMULAS = ["=1+1", "-5.2%", "+86 10", "@all", "\t=1", "#N/A", "#REF!", "=", "'"]


def speech_of(texts: Sequence[str], scheme: LabelScheme) -> TaggedSpeech:
    tag = Tag((), dict.fromkeys(scheme.keys, 0.25))
    return TaggedSpeech(Speech("s", "题", tuple(map(Sentence, texts))), (tag,) * len(texts))


@pytest.fixture
def tables(tmp_path: Path, scheme: LabelScheme) -> Tables:
    """Writes sentences of these texts as CSV and XLSX; returns the directory."""

    def write(texts: Sequence[str]) -> Path:
        summary = RunSummary("m", "0" * 64, scheme, {})
        write_csv(tmp_path / "t.csv", lambda: [speech_of(texts, scheme)], summary)
        write_xlsx(tmp_path / "t.xlsx", lambda: [speech_of(texts, scheme)], summary)
        return tmp_path

    return write


def csv_texts(path: Path) -> list[str]:
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def xlsx_cells(path: Path, sheet: str = "句子") -> list[Any]:
    return [row[10] for row in list(openpyxl.load_workbook(path)[sheet].iter_rows())[1:]]


def test_a_workbook_shows_texts_as_they_are_and_a_csv_guards_them(tables: Tables) -> None:
    directory = tables(FORMULAS)
    cells = xlsx_cells(directory / "t.xlsx")
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in FORMULAS]
    assert [cell.quotePrefix for cell in cells] == [True] * 8 + [False]
    sheet = zipfile.ZipFile(directory / "t.xlsx").read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    guarded = [f"'{text}" if text[0] in "=+-@\t" else text for text in FORMULAS]
    assert csv_texts(directory / "t.csv") == guarded


def test_what_excel_would_decode_is_escaped(tables: Tables) -> None:
    directory = tables(["_x0041_", "a_x00e9__xFFFF_", "_x041_ _X0041_ x0041_"])
    sheet = zipfile.ZipFile(directory / "t.xlsx").read("xl/worksheets/sheet1.xml").decode()
    for text in ("_x005F_x0041_", "a_x005F_x00e9__x005F_xFFFF_", "_x041_ _X0041_ x0041_"):
        assert f"<t>{text}</t>" in sheet
    assert csv_texts(directory / "t.csv")[0] == "_x0041_"


@pytest.mark.parametrize("character", ["路", "𠮷", "_x0041_"])
def test_a_text_that_a_cell_cannot_hold_is_cut_visibly_and_only_there(tables: Tables, character: str) -> None:
    text = character * 40_000
    directory = tables([text, "短句。"])
    long, short = (cell.value for cell in xlsx_cells(directory / "t.xlsx"))
    assert short == "短句。"
    assert CELL_LENGTH - 20 < len(long.encode("utf-16-le")) // 2 <= CELL_LENGTH
    kept, note = long.split("……")
    assert text.startswith(kept.replace("_x005F_", "_"))
    assert note == "（以下从略：Excel 单元格最多 32767 个字符）"
    assert csv_texts(directory / "t.csv") == [text, "短句。"]


@given(st.lists(st.sampled_from(["_x0041_", "_x005F_", "_", "x005F_", "x00e9", "路"])).map("".join))
def test_excel_reads_back_the_text(text: str) -> None:
    decoded = re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), cell_text(text))
    assert decoded == text


def test_the_longest_text_that_fits_is_not_cut() -> None:
    whole = "𠮷" * (CELL_LENGTH // 2) + "。"
    assert cell_text(whole) == whole
    assert cell_text(whole + "。").endswith("个字符）")


def test_rows_go_on_further_sheets(tmp_path: Path, scheme: LabelScheme) -> None:
    assert SHEET_ROWS == 2**20
    texts = [f"第{number}句。" for number in range(8)]
    speeches = [speech_of(texts[:3], scheme), speech_of(texts[3:7], scheme), speech_of(texts[7:], scheme)]
    failures = tuple(Failure(f"{number}.pdf", "empty") for number in range(4))
    summary = RunSummary("m", "0" * 64, scheme, {}, failures)
    for file in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / file, lambda: speeches, summary, sheet_rows=4)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["句子", "句子 2", "句子 3", "概览", "未能读取", "未能读取 2"]
    found = []
    for name in book.sheetnames[:3]:
        rows = list(book[name].values)
        assert rows[0][:2] == ("id", "speech")
        assert len(rows) <= 4
        found += [row[10] for row in rows[1:]]
    assert found == texts
    assert [row[0] for row in list(book["未能读取"].values)[1:] + list(book["未能读取 2"].values)[1:]] == [
        failure.path for failure in failures
    ]
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
