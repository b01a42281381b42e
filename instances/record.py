"""A record: one row, feature or item as it was read, before it becomes a value; and the columns it may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeVar

from instances.faults import Fault, InstanceError, Place, fault
from instances.fields import Misread, is_blank

T = TypeVar("T")

MOST_ROWS = 200_000
"""More rows, features or items than this in one part are not read."""
MOST_COLUMNS = 200
MOST_FAULTS = 20_000
"""So many faults of one part are listed; after that only their excess is said, for memory must stay bounded."""
UNREADABLE: Any = object()
"""Stands in a record for a value that was reported already and is neither read nor called missing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a file: its name there, the attribute it fills, how its raw value is read, whether it must be given.

    stand_in: a harmless value used only to go on checking the other fields of a record in which this one is wrong.
    """

    name: str
    attribute: str
    read: Callable[[object], Any]
    required: bool = False
    stand_in: Any = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Raw values by field, and the place they came from; `cells` names the sheet cell of each field."""

    where: Place
    values: Mapping[str, Any]
    cells: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> Place:
        """The place of one field."""
        if name in self.cells:
            return Place(self.where.file, "cell", self.cells[name], name)
        return Place(self.where.file, self.where.part, self.where.key, name)


@dataclass(slots=True)
class Draft:
    """The attributes read from a record so far, those that are wrong, and why."""

    record: Record
    columns: Sequence[Column]
    attributes: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def build(self, make: Callable[..., T]) -> T | None:
        """The value, or None when anything is wrong; every fault is then in `faults`, at its place in the file."""
        names = {column.attribute: column.name for column in self.columns}
        value: T | None = None
        try:
            value = make(**{**self.wrong, **self.attributes})
        except InstanceError as error:
            for each in error.faults:
                if each.where.field not in self.wrong:
                    at = self.record.place(names.get(each.where.field, each.where.field))
                    self.faults.append(Fault(each.code, at, each.found, each.values))
        return None if self.wrong or any(not each.is_warning for each in self.faults) else value


def drafts(records: Sequence[Record], columns: Sequence[Column], absent: frozenset[str] = frozenset()) -> list[Draft]:
    """The records read field by field, as long as their faults can be listed.

    absent: required columns whose absence was already reported.
    """
    made: list[Draft] = []
    count = 0
    for record in records[:MOST_ROWS]:
        made.append(_draft(record, columns, absent))
        count += len(made[-1].faults)
        if count > MOST_FAULTS:
            made[-1].faults.append(fault("too_many_faults", record.where, most=MOST_FAULTS))
            return made
    if len(records) > MOST_ROWS:
        made[-1].faults.append(fault("too_many_rows", Place(records[0].where.file), len(records), most=MOST_ROWS))
    return made


def _draft(record: Record, columns: Sequence[Column], absent: frozenset[str]) -> Draft:
    draft = Draft(record, columns)
    for column in columns:
        raw = record.values.get(column.name)
        if raw is UNREADABLE:
            draft.wrong[column.attribute] = column.stand_in
            continue
        if is_blank(raw):
            if column.required:
                draft.wrong[column.attribute] = column.stand_in
                if column.name not in absent:
                    draft.faults.append(fault("missing_value", record.place(column.name)))
            continue
        try:
            draft.attributes[column.attribute] = column.read(raw)
        except Misread as error:
            draft.wrong[column.attribute] = column.stand_in
            draft.faults.append(fault(error.code, record.place(column.name), error.found, **error.values))
    return draft


def heading_faults(records: Sequence[Record], columns: Sequence[Column]) -> tuple[list[Fault], frozenset[str]]:
    """Unknown fields (once each, at the first record that has them) and required fields that no record has.

    Also returns the names of those required fields, so that they are not reported again for every record.
    """
    known = {column.name for column in columns}
    seen: dict[str, Record] = {}
    for record in records:
        for name in record.values:
            if name not in seen:
                seen[name] = record
    strangers = [name for name in seen if name not in known]
    faults = [unknown(name, known, seen[name].place(name)) for name in strangers[:MOST_COLUMNS]]
    if len(strangers) > MOST_COLUMNS:
        faults.append(fault("too_many_columns", Place(records[0].where.file), len(seen), most=MOST_COLUMNS))
    absent = [column.name for column in columns if column.required and column.name not in seen] if records else []
    faults += [fault("missing_column", Place(records[0].where.file), name) for name in absent]
    return faults, frozenset(absent)


def unknown(name: str, known: Iterable[str], where: Place) -> Fault:
    """The fault of an unknown name, with the nearest known one."""
    return fault("unknown_field", where, name, nearest=nearest(name, known))


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like a name, whatever the distance."""
    short = name[:100].lower()
    return max(sorted(known), key=lambda each: SequenceMatcher(None, short, each.lower()).ratio())
