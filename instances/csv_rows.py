"""Rows of a CSV file: exact row numbers, comma, semicolon or tab, and cells that a spreadsheet must not run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from instances.faults import Fault, Place, fault
from instances.record import MOST_COLUMNS, MOST_FAULTS, MOST_ROWS, Column, Record, nearest
from instances.text import decoded

DELIMITERS = (",", ";", "\t")
LARGEST_CELL = 100_000
RISKY = ("=", "+", "-", "@", "\t", "\r", "'")


def csv_records(data: bytes, file: str, columns: Sequence[Column]) -> tuple[list[Record], list[Fault]]:
    """The records of a CSV file whose first row names its columns, and the faults of its form.

    Rows are counted as a spreadsheet does, the header being row 1; rows without any value are passed over.  A cell
    that begins with an apostrophe before one of = + - @ ' is read without that apostrophe.
    Raises InstanceError when the file is not CSV text at all.
    """
    known = {column.name for column in columns}
    rows, faults = csv_cells(data, file, columns)
    header: list[str] | None = None
    records: list[Record] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        where = Place(file, "row", str(number))
        if header is None:
            header = [_name(cell) for cell in row]
            faults += header_faults(header, columns, where)
            if len(header) > MOST_COLUMNS:
                return [], faults
        elif len(faults) > MOST_FAULTS:
            return records, [*faults, fault("too_many_faults", where, most=MOST_FAULTS)]
        elif len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
            faults.append(fault("ragged_row", where, len(row), expected=len(header)))
        else:
            values = {name: _unmasked(cell) for name, cell in zip(header, row, strict=False) if name in known}
            records.append(Record(where, values))
    return records, faults


def csv_cells(data: bytes, file: str, columns: Sequence[Column]) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Every row as it stands, with its number, and where reading had to end.  Raises InstanceError for what is no text.

    columns: those that the header is expected to name, by which comma, semicolon and tab are told apart.
    """
    text = decoded(data, Place(file))
    header_line = text.lstrip("\r\n").partition("\n")[0]
    known = {column.name for column in columns}
    delimiter = max(DELIMITERS, key=lambda mark: len(known & {_name(cell) for cell in header_line.split(mark)}))
    return _rows(text, delimiter, file)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV text; a text cell that a spreadsheet would run as a formula gets a leading apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([masked(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return buffer.getvalue()


def masked(cell: str) -> str:
    """The cell with an apostrophe before it when it begins with a mark that spreadsheets obey, or an apostrophe."""
    return "'" + cell if cell.startswith(RISKY) else cell


def header_faults(header: Sequence[str], columns: Sequence[Column], where: Place) -> list[Fault]:
    """Unknown, repeated and missing columns of a table's header."""
    known = [column.name for column in columns]
    if len(header) > MOST_COLUMNS:
        return [fault("too_many_columns", where, len(header), most=MOST_COLUMNS)]
    faults = []
    for position, name in enumerate(header):
        at = Place(where.file, where.part, where.key, name)
        if not name:
            faults.append(fault("column_without_name", at, position + 1))
        elif name not in known:
            faults.append(fault("unknown_field", at, name, nearest=nearest(name, known)))
        elif name in header[:position]:
            faults.append(fault("column_twice", at, name))
    missing = [column.name for column in columns if column.required and column.name not in header]
    faults += [fault("missing_column", where, name) for name in missing]
    return faults


def _rows(text: str, delimiter: str, file: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """All rows with their numbers; a row that is not CSV ends the reading, for nothing after it can be trusted."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for number, row in enumerate(reader, start=1):
            start = reader.line_num + 1
            if any(len(cell) > LARGEST_CELL for cell in row):
                longest = max(row, key=len)
                return rows, [fault("cell_too_long", Place(file, "row", str(number)), longest, most=LARGEST_CELL)]
            rows.append((number, row))
            if number > MOST_ROWS:
                return rows, [fault("too_many_rows", Place(file), f"> {MOST_ROWS}", most=MOST_ROWS)]
    except csv.Error as error:
        where = Place(file, "line", str(start))
        if "field larger" in str(error):
            return rows, [fault("cell_too_long", where, most=LARGEST_CELL)]
        code = "quote_not_closed" if "unexpected end" in str(error) else "invalid_csv"
        return rows, [fault(code, where, "" if code == "quote_not_closed" else str(error))]
    return rows, []


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip()


def _unmasked(cell: str) -> str:
    plain = cell.strip()
    return plain[1:] if plain[:1] == "'" and plain[1:2] in RISKY and len(plain) > 1 else plain
