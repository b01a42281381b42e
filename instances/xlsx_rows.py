"""Rows of an Excel workbook: every value with its sheet and cell, and no formula taken for a number."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from instances.bundle import checked_archive, entry_data
from instances.csv_rows import LARGEST_CELL, header_faults
from instances.faults import Fault, InstanceError, Place, fault
from instances.record import MOST_COLUMNS, MOST_FAULTS, UNREADABLE, Column, Record
from instances.text import looks_like

MOST_CELLS = 5_000_000
FIRST_DAY = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was: earlier days are written as text."""
CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^<>]*>(?:\s*<(?:\w+:)?(f)[\s/>])?")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
        sheet, cells = _sheet_xml(archive, where)
        faults = _cell_faults(cells, sheet, where)
    if any(each.code == "sheet_too_large" for each in faults):
        raise InstanceError(faults)
    return _records(_values(data, sheet, where), sheet, where, columns, faults)


def xlsx_cells(data: bytes, file: str) -> list[list[Any]]:
    """Every row of the sheet that `xlsx_records` reads, the first row of the sheet first.  Raises InstanceError."""
    where = Place(file)
    with checked_archive(data, where) as archive:
        sheet, cells = _sheet_xml(archive, where)
    too_large = [each for each in _cell_faults(cells, sheet, where) if each.code == "sheet_too_large"]
    if too_large:
        raise InstanceError(too_large)
    return _values(data, sheet, where)


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


def _sheet_xml(archive: zipfile.ZipFile, where: Place) -> tuple[str, bytes]:
    """The name of the sheet to read, and its XML."""
    try:
        book = ElementTree.fromstring(entry_data(archive, archive.getinfo("xl/workbook.xml"), where))
        links = ElementTree.fromstring(entry_data(archive, archive.getinfo("xl/_rels/workbook.xml.rels"), where))
        sheets = {each.get("name", ""): each.get(RELATION) for each in book.iter() if each.tag.endswith("}sheet")}
        targets = {each.get("Id"): each.get("Target", "") for each in links}
        name = "applicants" if "applicants" in sheets else next(iter(sheets))
        target = targets[sheets[name]]
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        return name, entry_data(archive, archive.getinfo(path), where)
    except (KeyError, StopIteration, ElementTree.ParseError) as error:
        raise InstanceError([fault("unreadable_file", where, f"{type(error).__name__}: {error}")]) from None


def _cell_faults(xml: bytes, sheet: str, where: Place) -> list[Fault]:
    faults: list[Fault] = []
    widest = tallest = 0
    for cell in CELL.finditer(xml):
        column, row = _number(cell[1]), int(cell[2])
        widest, tallest = max(widest, column), max(tallest, row)
        at = Place(where.file, "cell", f"{sheet}!{cell[1].decode()}{row}")
        if len(faults) > MOST_FAULTS:
            continue
        if cell[3]:
            faults.append(fault("formula_cell", at))
        elif b't="e"' in cell[0]:
            faults.append(fault("excel_error", at, _shown_error(xml, cell.end())))
    if widest * tallest > MOST_CELLS:
        return [fault("sheet_too_large", where, f"{tallest} × {widest}", most=MOST_CELLS)]
    if len(faults) > MOST_FAULTS:
        faults.append(fault("too_many_faults", where, most=MOST_FAULTS))
    return faults


def _shown_error(xml: bytes, start: int) -> str:
    value = re.search(rb"<(?:\w+:)?v>([^<]*)<", xml[start : start + 200])
    return value[1].decode("utf-8", "replace") if value else "#"


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


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
