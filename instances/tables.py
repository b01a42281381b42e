"""Applicant tables in and out: CSV, Excel, JSON and DataFrame, every fault in one pass and at its row or cell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from instances.applicant import Applicant
from instances.bundle import read_file
from instances.csv_rows import csv_records, csv_text
from instances.faults import Fault, InstanceError, Place, fault
from instances.fields import day, ids, tenths, tenths_text, tenths_value, text, whole
from instances.record import Column, Record, drafts, heading_faults
from instances.text import json_value
from instances.xlsx_rows import write_xlsx, xlsx_records

if TYPE_CHECKING:
    import pandas

COLUMNS = (
    Column("applicant_id", "applicant_id", text, required=True, stand_in="?"),
    Column("name", "name", text),
    Column("sector", "sector", text, required=True, stand_in="?"),
    Column("area_min_m2", "area_min_m2", whole, required=True, stand_in=0),
    Column("area_max_m2", "area_max_m2", whole, required=True, stand_in=2**53 - 1),
    Column("max_lots", "max_lots", whole, required=True, stand_in=1),
    Column("jobs_direct", "jobs_direct", whole, required=True, stand_in=0),
    Column("jobs_indirect", "jobs_indirect", whole, required=True, stand_in=0),
    Column("investment_kmad", "investment_kmad", whole, stand_in=0),
    Column("power_kw", "power_kw", whole, required=True, stand_in=0),
    Column("water_m3_day", "water_hl_day", tenths, required=True, stand_in=0),
    Column("score", "score", whole, required=True, stand_in=0),
    Column("group", "group", text),
    Column("zones", "zones", ids, stand_in=()),
    Column("preferred_lots", "preferred_lots", ids, stand_in=()),
    Column("beside_lots", "beside_lots", ids, stand_in=()),
    Column("filed_on", "filed_on", day, stand_in=None),
    Column("pinned_lots", "pinned_lots", ids, stand_in=()),
    Column("earlier_lots", "earlier_lots", ids, stand_in=()),
    Column("rounds_waited", "rounds_waited", whole, stand_in=0),
)
SELDOM = ("earlier_lots", "rounds_waited")
"""Columns that are written only where an applicant has something in them."""
NAMES = tuple(column.name for column in COLUMNS if column.name not in SELDOM)
LISTS = frozenset(column.name for column in COLUMNS if column.read is ids)


@dataclass(frozen=True, slots=True)
class ApplicantTable:
    """What a table held: the applicants without fault, the record of each, every fault, and whether rows were there."""

    applicants: tuple[Applicant, ...]
    faults: tuple[Fault, ...]
    records: dict[str, Record]
    has_rows: bool = True


def read_applicants(source: Path | str | bytes | Sequence[Any] | pandas.DataFrame, name: str = "") -> ApplicantTable:
    """The applicants of a table and every fault in it, each at its row, cell or item; raises nothing for bad content.

    source: path of a .csv, .xlsx or .json file; bytes of one, told apart by `name` or by their beginning; a list of
    rows, each a mapping; or a DataFrame.  name: how faults call the source.
    """
    if isinstance(source, str):
        source = Path(source)
    try:
        if isinstance(source, Path):
            return _of_bytes(read_file(source), source.name)
        if isinstance(source, bytes):
            return _of_bytes(source, name or "applicants.csv")
        if isinstance(source, Sequence):
            return applicants_of_items(item_records(source, Place(name or "applicants.json", "item")))
        return applicants_of_items(_frame_records(source, name or "DataFrame"))
    except InstanceError as error:
        return ApplicantTable((), error.faults, {})


def applicants_of_items(items: tuple[list[Record], list[Fault]]) -> ApplicantTable:
    """The applicants of records that are not under one header, as in JSON."""
    records, faults = items
    heading, absent = heading_faults(records, COLUMNS)
    return _table(records, faults + heading, absent)


def item_records(items: object, where: Place) -> tuple[list[Record], list[Fault]]:
    """One record for each object of a JSON list; anything else in it is a fault.  Keys are JSON pointers."""
    if not isinstance(items, (list, tuple)):
        return [], [fault("wrong_type", where, items, wanted="list")]
    records, faults = [], []
    for number, item in enumerate(items):
        at = Place(where.file, "item", f"{where.key}/{number}")
        if isinstance(item, dict):
            records.append(Record(at, item))
        else:
            faults.append(fault("wrong_type", at, item, wanted="object"))
    return records, faults


def _of_bytes(data: bytes, name: str) -> ApplicantTable:
    kind = Path(name).suffix.lower()
    if kind == ".json":
        value, twins = json_value(data, Place(name))
        records, faults = item_records(value, Place(name, "item"))
        return applicants_of_items((records, twins + faults))
    if kind in (".xlsx", ".xls", ".xlsm"):
        records, faults = xlsx_records(data, name, COLUMNS)
    else:
        records, faults = csv_records(data, name, COLUMNS)
    return _table(records, faults, frozenset(each.found for each in faults if each.code == "missing_column"))


def _table(records: Sequence[Record], faults: list[Fault], absent: frozenset[str]) -> ApplicantTable:
    first: dict[str, Record] = {}
    applicants = []
    # A row out of shape is a row all the same: the table is not empty, only wrong.
    has_rows = any(not each.is_warning for each in faults)
    for draft in drafts(records, COLUMNS, absent):
        has_rows = True
        applicant_id = draft.attributes.get("applicant_id", "")
        if applicant_id in first:
            at = draft.record.place("applicant_id")
            draft.faults.append(fault("given_twice", at, applicant_id, first=first[applicant_id].where.key))
        elif applicant_id:
            first[applicant_id] = draft.record
        applicant = draft.build(Applicant)
        faults += draft.faults
        if applicant is not None:
            applicants.append(applicant)
    return ApplicantTable(tuple(applicants), tuple(faults), first, has_rows)


def _frame_records(frame: pandas.DataFrame, name: str) -> tuple[list[Record], list[Fault]]:
    names = [str(column) for column in frame.columns]
    faults = [fault("column_twice", Place(name), each) for each in sorted({n for n in names if names.count(n) > 1})]
    columns = []
    for position in range(len(names)):
        column = frame.iloc[:, position].astype(object)
        columns.append(column.where(column.notna(), None).tolist())
    labels = [str(label) for label in frame.index]
    rows = zip(labels, *columns, strict=True)
    records = [Record(Place(name, "row", label), dict(zip(names, row, strict=True))) for label, *row in rows]
    return records, faults


def applicants_items(applicants: Iterable[Applicant]) -> list[dict[str, Any]]:
    """The applicants as rows of a JSON document; lists as lists, fields that say nothing left out."""
    return [{name: value for name, value in _item(each).items() if value not in ("", [])} for each in applicants]


def _item(applicant: Applicant) -> dict[str, Any]:
    values: dict[str, Any] = {column.name: getattr(applicant, column.attribute) for column in COLUMNS}
    values |= {name: list(values[name]) for name in LISTS}
    filed_on: date | None = applicant.filed_on
    return values | {
        "water_m3_day": tenths_value(applicant.water_hl_day),
        "filed_on": filed_on.isoformat() if filed_on else "",
        "rounds_waited": applicant.rounds_waited or "",
    }


def _row(applicant: Applicant) -> dict[str, Any]:
    item = _item(applicant)
    return item | {name: "|".join(item[name]) for name in LISTS}


def applicants_text(applicants: Iterable[Applicant]) -> str:
    """The applicants as CSV text, every column, water with one decimal."""
    rows = [_row(each) | {"water_m3_day": tenths_text(each.water_hl_day)} for each in applicants]
    names = _names(rows)
    return csv_text(names, ([row[name] for name in names] for row in rows))


def write_applicants(applicants: Iterable[Applicant], path: Path | str) -> None:
    """Write a .csv, .xlsx or .json file that `read_applicants` reads back to equal values.

    Raises ValueError for another suffix, OSError when the file cannot be written.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        path.write_text(applicants_text(applicants), encoding="utf-8", newline="")
    elif kind == ".xlsx":
        path.write_bytes(applicants_xlsx(applicants))
    elif kind == ".json":
        path.write_text(json.dumps(applicants_items(applicants), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        raise ValueError(f"applicants are written as .csv, .xlsx or .json, not as {kind or 'a file without suffix'}")


def applicants_xlsx(applicants: Iterable[Applicant]) -> bytes:
    """The applicants as an Excel workbook with one sheet, "applicants"; no cell is a formula."""
    rows = [_row(each) | {"filed_on": each.filed_on or ""} for each in applicants]
    names = _names(rows)
    return write_xlsx("applicants", names, ([row[name] for name in names] for row in rows))


def applicants_frame(applicants: Iterable[Applicant]) -> pandas.DataFrame:
    """A DataFrame with the columns of applicants.csv, lists joined by `|`, dates as ISO text."""
    import pandas

    rows = [_row(each) for each in applicants]
    return pandas.DataFrame(rows, columns=list(_names(rows)))


def _names(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return (*NAMES, *(name for name in SELDOM if any(row[name] for row in rows)))
