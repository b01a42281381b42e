"""neighbours.csv: which lots share a border or face each other across a street."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from instances.csv_rows import csv_records, csv_text
from instances.faults import Fault, InstanceError, fault
from instances.fields import tenths, tenths_text, tenths_value, text
from instances.record import Column, Record, drafts, heading_faults
from instances.zone import Neighbours

COLUMNS = (
    Column("lot_a", "lot_a", text, required=True, stand_in="a"),
    Column("lot_b", "lot_b", text, required=True, stand_in="b"),
    Column("length_m", "length_dm", tenths, required=True, stand_in=0),
    Column("kind", "kind", text, required=True, stand_in="border"),
)
NAMES = tuple(column.name for column in COLUMNS)


def read_neighbours(data: bytes, file: str) -> tuple[list[tuple[Neighbours, Record]], list[Fault]]:
    """The pairs of a CSV file, each with its record, and every fault; a pair given again is a fault."""
    try:
        records, faults = csv_records(data, file, COLUMNS)
    except InstanceError as error:
        return [], list(error.faults)
    absent = frozenset(each.found for each in faults if each.code == "missing_column")
    return _pairs(records, faults, absent)


def neighbours_of_items(items: Sequence[Record]) -> tuple[list[tuple[Neighbours, Record]], list[Fault]]:
    """The pairs of the rows of a JSON document, likewise."""
    faults, absent = heading_faults(items, COLUMNS)
    return _pairs(items, faults, absent)


def _pairs(
    records: Sequence[Record], faults: list[Fault], absent: frozenset[str]
) -> tuple[list[tuple[Neighbours, Record]], list[Fault]]:
    first: dict[str, Record] = {}
    pairs = []
    for draft in drafts(records, COLUMNS, absent):
        pair = draft.build(Neighbours)
        faults += draft.faults
        if pair is None:
            continue
        if pair.key in first:
            faults.append(fault("given_twice", draft.record.place("lot_b"), pair.key, first=first[pair.key].where.key))
            continue
        first[pair.key] = draft.record
        pairs.append((pair, draft.record))
    return pairs, faults


def neighbours_text(pairs: Iterable[Neighbours]) -> str:
    """The pairs as CSV text."""
    return csv_text(NAMES, ((pair.lot_a, pair.lot_b, tenths_text(pair.length_dm), pair.kind) for pair in pairs))


def neighbours_items(pairs: Iterable[Neighbours]) -> list[Mapping[str, Any]]:
    """The pairs as rows of a JSON document."""
    return [
        {"lot_a": pair.lot_a, "lot_b": pair.lot_b, "length_m": tenths_value(pair.length_dm), "kind": pair.kind}
        for pair in pairs
    ]
