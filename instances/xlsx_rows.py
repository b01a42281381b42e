"""Rows of an Excel workbook: every value with its sheet and cell, and no formula taken for a number."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from instances.bundle import checked_archive
from instances.csv_rows import LARGEST_CELL, header_faults
from instances.faults import Fault, InstanceError, Place, fault
from instances.record import MOST_COLUMNS, UNREADABLE, Column, Record
from instances.text import looks_like
from instances.xlsx_sheet import alone, cell_faults, sheet_of

FIRST_DAY = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was: earlier days are written as text."""


def xlsx_records(data: bytes, file: str, columns: Sequence[Column]) -> tuple[list[Record], list[Fault]]:
    """The records of a workbook's sheet "applicants", or else of its first sheet, and the faults of its form.

    Formulas and error cells are faults: a formula's last value may be stale or was never computed.
    Raises InstanceError when the file is not a readable workbook.
    """
    where = Place(file)
    if not data:
        raise InstanceError([fault("empty_file", where)])
    if not data.startswith(b"PK"):
        raise InstanceError([fault("wrong_format", where, looks_like(data) or "text")])
    with checked_archive(data, where) as archive:
        sheet = sheet_of(archive, where)
        faults = cell_faults(sheet, where)
        if any(each.code == "sheet_too_large" for each in faults):
            raise InstanceError(faults)
        rows = _values(alone(archive, sheet, where), sheet.name, where)
    return _records(rows, sheet.name, where, columns, faults)


def xlsx_cells(data: bytes, file: str) -> list[list[Any]]:
    """Every row of the sheet that `xlsx_records` reads, the first row of the sheet first.  Raises InstanceError."""
    where = Place(file)
    with checked_archive(data, where) as archive:
        sheet = sheet_of(archive, where)
        too_large = [each for each in cell_faults(sheet, where) if each.code == "sheet_too_large"]
        if too_large:
            raise InstanceError(too_large)
        return _values(alone(archive, sheet, where), sheet.name, where)


def _records(
    rows: list[list[Any]], sheet: str, where: Place, columns: Sequence[Column], faults: list[Fault]
) -> tuple[list[Record], list[Fault]]:
    spoilt = {each.where.key for each in faults}
    known = {column.name for column in columns}
    header: list[str] | None = None
    records = []
    for number, row in enumerate(rows, start=1):
        if all(value == "" for value in row):
            continue
        at = Place(where.file, "row", f"{sheet}!{number}")
        if header is None:
            header = [str(value).strip() for value in row]
            while header and not header[-1]:
                header.pop()
            faults += header_faults(header, columns, at)
            if len(header) > MOST_COLUMNS:
                return [], faults
            continue
        if any(value != "" for value in row[len(header) :]):
            faults.append(fault("ragged_row", at, len(row), expected=len(header)))
            continue
        names = {name: f"{sheet}!{_letters(position)}{number}" for position, name in enumerate(header)}
        if any(isinstance(value, str) and len(value) > LARGEST_CELL for value in row):
            faults.append(fault("cell_too_long", at, most=LARGEST_CELL))
            continue
        values = {name: value for name, value in zip(header, row, strict=False) if name in known}
        # The cell of a formula or an error has been reported: it is neither read nor called missing.
        values |= {name: UNREADABLE for name, cell in names.items() if name in known and cell in spoilt}
        records.append(Record(at, values, names))
    if header is None and not faults:
        raise InstanceError([fault("empty_file", where, sheet)])
    return records, faults


def _values(data: bytes, sheet: str, where: Place) -> list[list[Any]]:
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise InstanceError([fault("unreadable_file", where, str(error))]) from None


def _letters(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def write_xlsx(sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook with one sheet: whole numbers and fractions as numbers, dates as dates, text always as text."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(sheet)
        bold, iso = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, header, bold)
        page.freeze_panes(1, 1)
        for number, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                if isinstance(value, date) and value >= FIRST_DAY:
                    page.write_datetime(number, position, value, iso)
                elif isinstance(value, (int, float)):
                    page.write_number(number, position, value)
                elif value != "":
                    page.write_string(number, position, str(value))
    return buffer.getvalue()
