"""The first sheet of the workbook: what the run was, how often each label applies, and what the other sheets hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from jianghua.data.extras import require
from jianghua.tagging.records import RunSummary
from jianghua.tagging.writers.colours import tint
from jianghua.tagging.writers.workbook.table import Table, ground, header_cell

_WIDTHS: Final = (18, 18, 10, 10, 100)
_TITLE_HEIGHT: Final = 28  # points
_NONE: Final = "#8b929c"


class Overview:
    """The sheet 概览. It is the first one and is filled last, when the counts are known."""

    def __init__(self, book: Any) -> None:
        self._sheet = book.create_sheet("概览")
        for letter, width in zip("ABCDE", _WIDTHS, strict=True):
            self._sheet.column_dimensions[letter].width = width
        self._sheet.page_setup.orientation = "landscape"
        properties = require("openpyxl.worksheet.properties", extra="report")
        self._sheet.sheet_properties.pageSetUpPr = properties.PageSetupProperties(fitToPage=True)

    def fill(self, summary: RunSummary, counts: Counter[str], sentences: int, tables: Mapping[Table, str]) -> None:
        """Write the sheet.

        Args:
            summary: the run.
            counts: sentences with each label, and those with `none`.
            sentences: how many there are.
            tables: the other tables, and what a row of each is.
        """
        self._sheet.row_dimensions[1].height = _TITLE_HEIGHT
        self._row(self._cell("讲话句子标注结果", bold=True, size=16))
        self._facts(summary)
        self._row()
        self._labels(summary, counts, sentences)
        self._row()
        self._contents(tables)

    def _facts(self, summary: RunSummary) -> None:
        version = summary.scheme.guideline_version
        for name, value in (
            ("模型", summary.model),
            ("模型校验", summary.model_sha256[:12]),
            ("标注体系", summary.scheme.name),
            *((("标注规范", f"v{version}"),) if version else ()),
        ):
            self._row(self._cell(name, bold=True), self._cell(value))

    def _labels(self, summary: RunSummary, counts: Counter[str], sentences: int) -> None:
        self._header("类别", "句数", "占比", "阈值", "说明")
        rows = [(label.key, label.name, label.colour, label.definition) for label in summary.scheme.labels]
        for key, name, colour, definition in [*rows, ("none", "无类别", _NONE, summary.scheme.none)]:
            self._row(
                self._cell(name, colour=colour),
                self._cell(counts[key], form="#,##0"),
                self._cell(counts[key] / sentences if sentences else None, form="0.0%"),
                self._cell(summary.thresholds.get(key), form="0.00"),
                self._cell(definition, wrap=True),
            )
        multiple = "一句可有多个类别，各类句数之和可大于总句数。" if summary.scheme.kind == "multi" else ""
        self._row(
            self._cell("全部", bold=True), self._cell(sentences, bold=True, form="#,##0"), None, None, self._cell(multiple)
        )

    def _contents(self, tables: Mapping[Table, str]) -> None:
        self._header("工作表", "行数", "", "", "每行")
        for table, content in tables.items():
            self._row(self._cell(table.title), self._cell(table.rows, form="#,##0"), None, None, self._cell(content))

    def _header(self, *titles: str) -> None:
        self._row(*(header_cell(self._sheet, title) for title in titles))

    def _row(self, *cells: Any) -> None:
        self._sheet.append(cells)

    def _cell(
        self,
        value: str | float | None,
        form: str = "General",
        bold: bool = False,
        size: int = 11,
        wrap: bool = False,
        colour: str | None = None,
    ) -> Any:
        styles = require("openpyxl.styles", extra="report")
        cell = require("openpyxl.cell", extra="report").WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        cell.font = styles.Font(bold=bold, size=size)
        side = "left" if isinstance(value, str) else "center"
        cell.alignment = styles.Alignment(horizontal=side, vertical="top", wrap_text=wrap)
        cell.number_format = form
        if colour is not None:
            cell.fill = ground(tint(colour))
        return cell
