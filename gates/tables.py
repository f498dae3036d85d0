"""Tables out: CSV and XLSX, row by row, in which no cell starts a formula.

A spreadsheet runs a cell that begins with =, +, - or @, and some do so after a space or a tab. In CSV
such a text gets an apostrophe in front; in XLSX every text is written as text, so nothing is added.
Numbers, dates and instants keep their type.
"""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

Cell = str | int | float | date | datetime | None
"""What a cell may hold."""

CELL_LIMIT: Final = 32_767  # characters in a cell of Excel
_BLOCK: Final = 200  # rows sent at once
# A sign that begins a formula, behind whatever cannot be seen; or a tab or line break, which some programs drop.
_RISKY: Final = re.compile(
    r"[\t\r\n]|[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0]*[=+\-@|%＝＋－＠]"
)
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class _Echo:
    """csv wants a file; what it writes is the line."""

    def write(self, text: str) -> str:
        return text


def safe_text(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet could take it for a formula.

    Control characters that no table can carry are left out.
    """
    if text[:1].isalnum() and text.isprintable():
        return text  # nearly every cell
    clean = _UNWRITABLE.sub("", text)
    return f"'{clean}" if _RISKY.match(clean) else clean


def csv_parts(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV file in pieces: UTF-8 with a mark, since Excel reads it right only so; commas, CRLF.

    The first row comes alone, so that the first byte does not wait for the others.
    """
    write = csv.writer(_Echo()).writerow
    yield "\ufeff".encode()
    held: list[str] = []
    limit = 1
    for row in rows:
        held.append(write([safe_text(cell) if isinstance(cell, str) else _plain(cell) for cell in row]))
        if len(held) >= limit:
            yield "".join(held).encode()
            held, limit = [], _BLOCK
    if held:
        yield "".join(held).encode()


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell  # type: ignore[return-value]


def xlsx_parts(
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    columns: Sequence[str] = (),
    widths: Sequence[int] = (),
    notes: Sequence[Sequence[Cell]] = (),
    notes_title: str = "",
) -> Iterator[bytes]:
    """An XLSX file in pieces, made on disk one row at a time, so that memory stays flat.

    `columns`: names in the first row, which stays in view; with the rows below it they are a table of Excel,
    which sorts and filters. `notes`: the rows of a second sheet.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    for position, width in enumerate(widths):
        sheet.column_dimensions[get_column_letter(position + 1)].width = width
    if columns:
        sheet.freeze_panes = "A2"
        sheet.append([_xlsx_cell(sheet, name, is_head=True) for name in columns])
    count = 0
    for row in rows:
        count += 1
        sheet.append([_xlsx_cell(sheet, cell, is_head=False) for cell in row])
    if columns:
        _make_filterable(sheet, columns, count)
    if notes:
        about = book.create_sheet(_sheet_name(notes_title))
        about.column_dimensions["A"].width, about.column_dimensions["B"].width = 28, 60
        for note in notes:
            about.append([_xlsx_cell(about, cell, is_head=not place) for place, cell in enumerate(note)])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(1 << 16):
            yield part


def _make_filterable(sheet: Any, columns: Sequence[str], count: int) -> None:
    """A table over the columns and so many rows; Excel takes a table without a row for damaged."""
    area = f"A1:{get_column_letter(len(columns))}{count + 1}"
    if not count:
        sheet.auto_filter.ref = area
        return
    table = Table(displayName="Report", ref=area, tableStyleInfo=TableStyleInfo(name="TableStyleLight1"))
    # By itself openpyxl would read the first row again, which is written already.
    table._initialise_columns()  # type: ignore[attr-defined]  # the stubs forget it
    for column, name in zip(table.tableColumns, columns, strict=True):
        column.name = name
    sheet._tables.add(table)  # add_table warns that columns are missing, which are not


def _xlsx_cell(sheet: Any, value: Any, *, is_head: bool) -> Any:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)  # XLSX knows no zones; the head of the file names it
    if not isinstance(value, str):
        if isinstance(value, date):
            cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # the stubs forget the date
            # not for people: a format of Excel
            cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
            return cell
        return value
    cell = WriteOnlyCell(sheet, _UNWRITABLE.sub("", value)[:CELL_LIMIT])
    cell.data_type = "s"  # openpyxl makes a formula of what begins with =
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "Table"
