"""The table of follow-up, one row for each grant: CSV, Excel or JSON in, CSV out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from instances.bundle import read_file
from instances.csv_rows import csv_records, csv_text
from instances.faults import Fault, Place, fault, refuse
from instances.fields import day, text, whole
from instances.follow_up import FollowUp
from instances.record import Column, Record, drafts, heading_faults
from instances.tables import item_records
from instances.text import json_value
from instances.xlsx_rows import xlsx_records

COLUMNS = (
    Column("applicant_id", "applicant_id", text, required=True, stand_in="?"),
    Column("granted_on", "granted_on", day, required=True),
    Column("works_due_on", "works_due_on", day, required=True),
    Column("production_due_on", "production_due_on", day, required=True),
    Column("works_started_on", "works_started_on", day, stand_in=None),
    Column("production_started_on", "production_started_on", day, stand_in=None),
    Column("jobs_delivered", "jobs_delivered", whole, stand_in=None),
    Column("returned_on", "returned_on", day, stand_in=None),
)


def read_follow_up(path: Path, granted: Collection[str]) -> dict[str, FollowUp]:
    """The follow-up of each grant, by applicant.

    granted: the applicants that hold lots; each needs one row, and nobody else may have one.
    Raises InstanceError with every fault found, OSError when the file cannot be read.
    """
    records, faults = _records(path)
    absent = frozenset(each.found for each in faults if each.code == "missing_column")
    found: dict[str, FollowUp] = {}
    first: dict[str, Record] = {}
    for draft in drafts(records, COLUMNS, absent):
        applicant_id = draft.attributes.get("applicant_id", "")
        at = draft.record.place("applicant_id")
        if applicant_id in first:
            draft.faults.append(fault("given_twice", at, applicant_id, first=first[applicant_id].where.key))
        elif applicant_id:
            first[applicant_id] = draft.record
            if applicant_id not in granted:
                draft.faults.append(fault("follows_no_grant", at, applicant_id))
        # Days stand for one another badly: a row in which one cannot be read is not built at all.
        row = None if draft.wrong else draft.build(FollowUp)
        faults += draft.faults
        if row is not None:
            found[applicant_id] = row
    if not absent:
        faults += [fault("grant_not_followed", Place(path.name), each) for each in sorted(set(granted) - first.keys())]
    refuse(faults)
    return found


def follow_up_text(rows: Iterable[FollowUp]) -> str:
    """The table as CSV text, in the order of the applicants' ids."""
    ordered = sorted(rows, key=lambda each: each.applicant_id)
    cells = ([_cell(getattr(each, column.attribute)) for column in COLUMNS] for each in ordered)
    return csv_text([column.name for column in COLUMNS], cells)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _records(path: Path) -> tuple[list[Record], list[Fault]]:
    data, kind = read_file(path), path.suffix.lower()
    if kind == ".json":
        value, twins = json_value(data, Place(path.name))
        records, faults = item_records(value, Place(path.name, "item"))
        heading, _ = heading_faults(records, COLUMNS)
        return records, twins + faults + heading
    return xlsx_records(data, path.name, COLUMNS) if kind == ".xlsx" else csv_records(data, path.name, COLUMNS)
