"""A table of the workbook: a header that stays, a filter, and rows on as many sheets as they need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, Literal

from jianghua.data.extras import require
from jianghua.tagging.writers.colours import tint
from jianghua.tagging.writers.workbook.text import cell_text, is_mistakable

SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet, its header included: what Excel takes."""
_HEADER: Final = "#44546a"
_A4: Final = 9  # Excel's number of the paper
_PRINTED: Final = 300  # width of the columns that are legible on one page
_FORMATS: Final = {"flag": "0;;", "whole": "0", "share": "0%", "day": "yyyy-mm-dd"}
_LINE: Final = 16.5  # points of a line
_TALLEST: Final = 400.0  # points of a row; Excel takes 409


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: what its header says.
        width: in characters of Excel; a Chinese character takes two.
        kind: what it holds: texts, which are wrapped; texts that stay on one line; 1 or 0, which is not shown; whole or other
            numbers; shares of one; days.
        colour: of its header, `#rrggbb`.
    """

    title: str
    width: float
    kind: Literal["text", "line", "flag", "whole", "number", "share", "day"] = "text"
    colour: str = _HEADER


class Table:
    """Rows on a sheet and, when it is full, on further ones behind it, such as 句子, 句子 2 and 句子 3.

    The workbook is written as it goes: no row stays in memory, nor does a cell.

    Attributes:
        title: name of its first sheet.
        rows: how many rows it has, headers aside.
    """

    def __init__(self, book: Any, title: str, columns: Sequence[Column], sheet_rows: int = SHEET_ROWS) -> None:
        """Begin a table at the end of a workbook.

        Args:
            book: a workbook in write-only mode.
            title: name of its first sheet.
            columns: its columns.
            sheet_rows: rows of a sheet, its header included.
        """
        self.title = title
        self.rows = 0
        self._book = book
        self._columns = columns
        self._sheet_rows = sheet_rows
        self._sheets = 0
        self._cells: dict[tuple[int, bool, str | None], Any] = {}
        self._open(index=len(book.worksheets))

    def append(self, row: Iterable[Any], colours: Mapping[int, str] | None = None) -> None:
        """Add a row.

        Args:
            row: a value for each column; `None` leaves a cell empty.
            colours: of the ground of some cells, by the number of their column; they are mixed with white.
        """
        if self._filled == self._sheet_rows:
            self.close()
            self._open(index=self._book.worksheets.index(self._sheet) + 1)
        colours = colours or {}
        cells = list(row)
        self._filled += 1
        self._sheet.row_dimensions[self._filled].height = self._height(cells)
        self._sheet.append(self._cell(number, value, colours.get(number)) for number, value in enumerate(cells))
        del self._sheet.row_dimensions[self._filled]  # it is written: a million of them would fill the memory
        self.rows += 1

    def close(self) -> None:
        """End the sheet that is being written, and put a filter on its columns."""
        letter = require("openpyxl.utils", extra="report").get_column_letter
        printed = sum(width <= _PRINTED for width in accumulate(column.width for column in self._columns))
        self._sheet.print_area = f"A1:{letter(printed)}{self._filled}"
        self._sheet.auto_filter.ref = f"A1:{letter(len(self._columns))}{self._filled}"
        self._sheet.close()

    def _open(self, index: int) -> None:
        """Begin a sheet at that place of the workbook. What stands above its rows has to be set before the first of them."""
        self._sheets += 1
        self._sheet = self._book.create_sheet(self.title if self._sheets == 1 else f"{self.title} {self._sheets}", index)
        letter = require("openpyxl.utils", extra="report").get_column_letter
        for number, column in enumerate(self._columns, start=1):
            self._sheet.column_dimensions[letter(number)].width = column.width
        self._sheet.freeze_panes = "A2"
        self._lay_out_pages()
        self._sheet.row_dimensions[1].height = 2 * _LINE
        self._sheet.append([header_cell(self._sheet, column.title, column.colour) for column in self._columns])
        self._cells.clear()
        self._filled = 1

    def _lay_out_pages(self) -> None:
        """Printed, a sheet lies on its side, as many columns as are legible on one page's width, the header on each page."""
        sheet = self._sheet
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = _A4
        properties = require("openpyxl.worksheet.properties", extra="report")
        sheet.sheet_properties.pageSetUpPr = properties.PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToHeight = 0  # as many pages as it takes
        sheet.print_title_rows = "1:1"

    def _height(self, values: Sequence[Any]) -> float:
        """Points that a row needs for its wrapped texts: not every program works that out when it opens a file."""
        lines = (
            math.ceil(_width(value) / (column.width - 1))
            for value, column in zip(values, self._columns, strict=True)
            if column.kind == "text" and isinstance(value, str)
        )
        return min(_LINE * max(lines, default=1), _TALLEST)

    def _cell(self, number: int, value: Any, colour: str | None) -> Any:
        """A cell with the look of its column. It is written at once, so one cell a look is enough for all rows."""
        if value is None:
            return None
        text = cell_text(value) if isinstance(value, str) else None
        look = (number, text is not None and is_mistakable(text), colour)
        cell = self._cells.get(look)
        if cell is None:
            cell = self._cells[look] = self._styled(self._columns[number], *look[1:])
        cell.value = value if text is None else text
        if text is not None:
            cell.data_type = "s"  # a text stays a text, whatever it begins with
        return cell

    def _styled(self, column: Column, is_quoted: bool, colour: str | None) -> Any:
        styles = require("openpyxl.styles", extra="report")
        cell = require("openpyxl.cell", extra="report").WriteOnlyCell(self._sheet)
        side = None if column.kind in ("text", "line", "number") else "center"
        cell.alignment = styles.Alignment(horizontal=side, vertical="top", wrap_text=column.kind == "text")
        cell.number_format = _FORMATS.get(column.kind, "General")
        if colour is not None:
            cell.fill = ground(tint(colour))
        if is_quoted:
            cell.quotePrefix = True  # it stays a text also when somebody edits the cell
        return cell


def _width(text: str) -> int:
    """Width of a text in characters of Excel: those of Chinese take two."""
    return len(text) + sum(char >= "\u2e80" for char in text)


def header_cell(sheet: Any, title: str, colour: str = _HEADER) -> Any:
    """A cell of a header: white letters on a colour."""
    styles = require("openpyxl.styles", extra="report")
    cell = require("openpyxl.cell", extra="report").WriteOnlyCell(sheet, title)
    cell.font = styles.Font(bold=True, color="FFFFFF")
    cell.fill = ground(colour.removeprefix("#"))
    cell.alignment = styles.Alignment(vertical="center", wrap_text=True)
    return cell


def ground(digits: str) -> Any:
    """A ground of one colour, given as six hexadecimal digits."""
    return require("openpyxl.styles", extra="report").PatternFill("solid", fgColor=digits.upper())
