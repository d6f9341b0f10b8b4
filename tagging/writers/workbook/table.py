"""A table of the workbook: a header that stays, a filter, and rows on as many sheets as they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from jianghua.data.extras import require
from jianghua.tagging.writers.colours import tint
from jianghua.tagging.writers.workbook.text import cell_text, is_mistakable

SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet, its header included: what Excel takes."""
_HEADER: Final = "#44546a"
_FORMATS: Final = {"text": "General", "whole": "0", "number": "General", "share": "0%", "day": "yyyy-mm-dd"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: what its header says.
        width: in characters of Excel; a Chinese character takes two.
        kind: what it holds, which decides how numbers are shown.
        colour: of its header, `#rrggbb`.
    """

    title: str
    width: float
    kind: Literal["text", "whole", "number", "share", "day"] = "text"
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
        self._sheet.append(self._cell(number, value, colours.get(number)) for number, value in enumerate(row))
        self._filled += 1
        self.rows += 1

    def close(self) -> None:
        """End the sheet that is being written, and put a filter on its columns."""
        last = require("openpyxl.utils", extra="report").get_column_letter(len(self._columns))
        self._sheet.auto_filter.ref = f"A1:{last}{self._filled}"
        self._sheet.close()

    def _open(self, index: int) -> None:
        """Begin a sheet at that place of the workbook. What stands above its rows has to be set before the first of them."""
        self._sheets += 1
        self._sheet = self._book.create_sheet(self.title if self._sheets == 1 else f"{self.title} {self._sheets}", index)
        letter = require("openpyxl.utils", extra="report").get_column_letter
        for number, column in enumerate(self._columns, start=1):
            self._sheet.column_dimensions[letter(number)].width = column.width
        self._sheet.freeze_panes = "A2"
        self._sheet.append([header_cell(self._sheet, column.title, column.colour) for column in self._columns])
        self._cells.clear()
        self._filled = 1

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
        cell.alignment = styles.Alignment(vertical="top", wrap_text=column.kind == "text")
        cell.number_format = _FORMATS[column.kind]
        if colour is not None:
            cell.fill = ground(tint(colour))
        if is_quoted:
            cell.quotePrefix = True  # it stays a text also when somebody edits the cell
        return cell


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
