"""A batch: applicants that come after the zone, read from a table and held against zone, policy and earlier ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from instances.applicant import Applicant
from instances.consistency import Known, faults_between
from instances.faults import Fault, Place, fault
from instances.instance import Instance
from instances.record import MOST_FAULTS
from instances.tables import ApplicantTable, read_applicants


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of reading a batch: its applicants when no fault is an error, else none; every fault, warnings too."""

    applicants: tuple[Applicant, ...]
    faults: tuple[Fault, ...]


def read_batch(
    source: Path | bytes | Sequence[Any],
    name: str,
    instance: Instance,
    earlier: Collection[str] = (),
    pinned: Sequence[Applicant] = (),
) -> Batch:
    """Read a batch for an instance's zone and policy; raises nothing for bad content.

    source: as `read_applicants` takes it.  earlier: ids of applicants that are there already and may not come again;
    pinned: those of them that hold pins, with which new pins must not clash.
    """
    table = read_applicants(source, name)
    faults = [*table.faults, *_repeated(table, earlier), *_against(table, instance, pinned)]
    if not table.has_rows and not table.faults:
        faults.append(fault("no_applicants", Place(name)))
    is_refused = any(not each.is_warning for each in faults)
    return Batch(() if is_refused else table.applicants, tuple(faults))


def _repeated(table: ApplicantTable, earlier: Collection[str]) -> list[Fault]:
    return [
        fault("already_in_roster", record.place("applicant_id"), applicant_id)
        for applicant_id, record in table.records.items()
        if applicant_id in earlier
    ]


def _against(table: ApplicantTable, instance: Instance, pinned: Sequence[Applicant]) -> list[Fault]:
    """Faults between the batch and the rest, at the row where the applicant stands; what was there has none."""
    known = Known.of(instance.lots, instance.policy)
    # Ids given twice are told by the table itself, with both rows.
    once = {each.applicant_id: each for each in (*pinned, *table.applicants)}
    between = faults_between(instance.lots, instance.neighbours, tuple(once.values()), instance.policy, known)
    placed = []
    for each in islice(between, MOST_FAULTS):
        record = table.records.get(each.where.key) if each.where.part == "applicant" else None
        where = each.where if record is None else record.place(each.where.field)
        placed.append(Fault(each.code, where, each.found, each.values))
    return placed
