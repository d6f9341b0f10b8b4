"""Tables of sentences for spreadsheets: what a person sees in a cell is the text, whatever the text is."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.data.scheme import LabelScheme
from jianghua.data.speech import Sentence, Speech
from jianghua.tagging.records import Failure, RunSummary, Tag, TaggedSpeech
from jianghua.tagging.writers.colours import tint
from jianghua.tagging.writers.csv import write_csv
from jianghua.tagging.writers.parquet import write_parquet
from jianghua.tagging.writers.workbook.table import SHEET_ROWS
from jianghua.tagging.writers.workbook.text import CELL_LENGTH, cell_text
from jianghua.tagging.writers.workbook.writer import write_xlsx

Tables = Callable[[Sequence[str]], Path]
FORMULAS = ["=1+1", "-5.2%", "+86 10", "@all", "\t=1", "＝1+1", "＋1", "－1", "＠a", "#N/A", "#REF!", "=", "'"]


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


def xlsx_cells(path: Path, sheet: str = "句子", column: str = "句子") -> list[Any]:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    place = [cell.value for cell in header].index(column)
    return [row[place] for row in rows]


def sheet_xml(path: Path, name: str = "句子") -> str:
    number = openpyxl.load_workbook(path).sheetnames.index(name) + 1
    return zipfile.ZipFile(path).read(f"xl/worksheets/sheet{number}.xml").decode()


def test_a_workbook_shows_texts_as_they_are_and_a_csv_guards_them(tables: Tables) -> None:
    directory = tables(FORMULAS)
    cells = xlsx_cells(directory / "t.xlsx")
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in FORMULAS]
    assert [cell.quotePrefix for cell in cells] == [True] * 12 + [False]
    assert "<f>" not in sheet_xml(directory / "t.xlsx")
    guarded = [f"'{text}" if text[0] in "=+-@＝＋－＠\t" else text for text in FORMULAS]
    assert csv_texts(directory / "t.csv") == guarded


def test_what_excel_would_decode_is_escaped(tables: Tables) -> None:
    directory = tables(["_x0041_", "a_x00e9__xFFFF_", "_x041_ _X0041_ x0041_"])
    sheet = sheet_xml(directory / "t.xlsx")
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
    assert book.sheetnames == [*("概览", "讲话", "句子", "句子 2", "句子 3", "任务", "目标", "风险", "批评", "失败", "失败 2")]
    found = []
    for name in book.sheetnames[2:5]:
        rows = list(book[name].values)
        assert rows[0][:2] == ("文件", "标题")
        assert len(rows) <= 4
        assert (book[name].freeze_panes, book[name].auto_filter.ref) == ("A2", f"A1:AA{len(rows)}")
        found += [row[6] for row in rows[1:]]
    assert found == texts
    assert [row[0] for row in list(book["失败"].values)[1:] + list(book["失败 2"].values)[1:]] == [
        failure.path for failure in failures
    ]
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


DIRECTIVE = "各县区要在2026年6月底前完成整改，住建局要每月通报进展。"


@pytest.fixture
def directive(scheme: LabelScheme) -> tuple[TaggedSpeech, RunSummary]:
    probabilities = dict.fromkeys(scheme.keys, 0.1) | {"directive": 0.934}
    speech = Speech(
        "s", "讲话", (Sentence("同志们：", 0, "salutation"), Sentence(DIRECTIVE, 1, page=3)), meta={"date": "2026-03-05"}
    )
    end = DIRECTIVE.index("，")
    tags = (Tag((), dict.fromkeys(scheme.keys, 0.1)), Tag(("directive",), probabilities, {"directive": (0, end)}))
    return TaggedSpeech(speech, tags), RunSummary("m", "0" * 64, scheme, {"directive": 0.5})


def test_a_workbook_holds_names_numbers_and_dates(
    tmp_path: Path, scheme: LabelScheme, directive: tuple[TaggedSpeech, RunSummary]
) -> None:
    path = tmp_path / "t.xlsx"
    write_xlsx(path, lambda: [directive[0]], directive[1])
    name = scheme["directive"].name
    assert [cell.value for cell in xlsx_cells(path, column="类别")] == [None, name]
    assert [cell.value for cell in xlsx_cells(path, column=name)] == [0, 1]
    assert [cell.value for cell in xlsx_cells(path, column="段")] == [1, 2]
    assert [cell.value for cell in xlsx_cells(path, column=f"{name} 依据")] == [None, DIRECTIVE.split("，")[0]]
    (_, probability) = xlsx_cells(path, column=f"{name} 概率")
    assert (probability.value, probability.number_format) == (0.934, "0%")
    (filled,) = {cell.fill.fgColor.rgb for cell in xlsx_cells(path, column="类别") if cell.value}
    assert filled == f"00{tint(scheme['directive'].colour)}"
    tasks = [cell.value for cell in xlsx_cells(path, "任务", "谁")]
    assert tasks[0] == "各县区"
    due = xlsx_cells(path, "任务", "止")[0]
    assert (due.value, due.is_date) == (datetime(2026, 6, 30), True)
    assert [cell.value for cell in xlsx_cells(path, "讲话", "日期")] == [datetime(2026, 3, 5)]
    overview = {row[0]: row[1] for row in openpyxl.load_workbook(path)["概览"].values}
    assert (overview[name], overview["无类别"], overview["全部"], overview["任务"]) == (1, 1, 2, len(tasks))


def test_all_tables_of_sentences_have_the_same_columns(
    tmp_path: Path, scheme: LabelScheme, directive: tuple[TaggedSpeech, RunSummary]
) -> None:
    for write in (write_csv, write_xlsx, write_parquet):
        write(tmp_path / write.__name__, lambda: [directive[0]], directive[1])
    with (tmp_path / "write_csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "write_parquet")
    assert table.column_names == list(rows[0])
    with (tmp_path / "write_xlsx").open("rb") as file:
        assert openpyxl.load_workbook(file)["句子"].max_column == len(rows[0])
    assert [row["e_directive"] for row in rows] == table["e_directive"].to_pylist() == ["", DIRECTIVE.split("，")[0]]
    assert [row["directive"] for row in rows] == ["0", "1"]
    assert table["directive"].to_pylist() == [0, 1]


def test_sheets_of_labels_that_a_scheme_has_not_are_left_out(tmp_path: Path, scheme: LabelScheme) -> None:
    other = scheme.model_copy(update={"labels": (scheme["risk"],)})
    write_xlsx(tmp_path / "t.xlsx", lambda: [speech_of(["路要修。"], other)], RunSummary("m", "0" * 64, other, {}))
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["概览", "讲话", "句子", "风险", "失败"]
