"""Reading an instance from a folder, a zip or one JSON document: all of it, or every reason why not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from instances.bundle import Bundle, Source, checked_archive, checked_size, folder_bundle, read_file, zip_bundle
from instances.consistency import Known, faults_between
from instances.faults import Fault, InstanceError, Place, fault
from instances.instance import Instance
from instances.neighbours_table import neighbours_of_items, read_neighbours
from instances.policy import Policy
from instances.policy_file import PolicyReader
from instances.record import MOST_FAULTS, Record, unknown
from instances.tables import ApplicantTable, applicants_of_items, item_records, read_applicants
from instances.text import json_value, toml_table
from instances.zone import Neighbours
from instances.zone_features import ZonePart, read_collection, read_features

DOCUMENT = ("zone", "neighbours", "applicants", "policy")

Pairs = list[tuple[Neighbours, Record]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: the instance, or None when a fault is an error; every fault, warnings too.

    neighbours_computed: the neighbours were not given but computed from the polygons, for a person to approve.
    """

    instance: Instance | None
    faults: tuple[Fault, ...]
    neighbours_computed: bool = False


@dataclass(slots=True)
class _Parts:
    """The parts of an instance as far as they could be read."""

    faults: list[Fault] = field(default_factory=list)
    zone: ZonePart = field(default_factory=ZonePart)
    pairs: Pairs | None = None
    table: ApplicantTable = field(default_factory=lambda: ApplicantTable((), (), {}, True))
    policy: Policy | None = None
    policy_where: Place = field(default_factory=lambda: Place("policy.toml", "key"))
    sector_ids: frozenset[str] | None = None
    has_lots: bool = True
    zone_file: str = "zone.geojson"
    applicants_file: str = "applicants.csv"


def read_instance(source: Path | str | bytes | Mapping[str, Any], name: str = "") -> Instance:
    """The instance in a folder, a .zip or a .json document.  Raises InstanceError with every fault in it at once."""
    reading = inspect(source, name)
    if reading.instance is None:
        raise InstanceError(reading.faults)
    return reading.instance


def inspect(source: Path | str | bytes | Mapping[str, Any], name: str = "") -> Reading:
    """Read an instance and say everything that is wrong or doubtful in it; raises nothing for bad content.

    source: path of a folder, a .zip or a .json file; or the bytes of a zip or of a JSON document; or such a document
    already parsed.  name: how faults call a source that is not a path.
    """
    try:
        parts = _gather(source, name)
    except InstanceError as error:
        return Reading(None, error.faults)
    except RecursionError:
        return Reading(None, (fault("too_deep", Place(name)),))
    return _assemble(parts)


def _gather(source: Path | str | bytes | Mapping[str, Any], name: str) -> _Parts:
    if isinstance(source, Mapping):
        return _of_document(source, name or "instance.json")
    if isinstance(source, bytes):
        data, name = source, name or "instance"
    else:
        path = Path(source)
        if path.is_dir():
            return _of_bundle(folder_bundle(path))
        data, name = read_file(path), path.name
    if data.startswith(b"PK") or name.lower().endswith(".zip"):
        return _of_bundle(zip_bundle(data, name))
    value, twins = json_value(data, Place(name))
    parts = _of_document(value, name)
    parts.faults[:0] = twins
    return parts


def _of_bundle(bundle: Bundle) -> _Parts:
    parts = _Parts(faults=list(bundle.faults))
    sources = bundle.sources
    if "zone" in sources:
        parts.zone_file = sources["zone"].name
        parts.zone = _zone_of(sources["zone"])
        parts.has_lots = bool(parts.zone.lots or parts.zone.faults)
    try:
        if "neighbours" in sources:
            parts.pairs = []
            source = sources["neighbours"]
            parts.pairs, wrong = read_neighbours(source.data(), source.name)
            parts.faults += wrong
    except InstanceError as error:
        parts.faults += error.faults
    try:
        if "applicants" in sources:
            source = sources["applicants"]
            parts.applicants_file = source.name
            parts.table = read_applicants(source.data(), source.name)
    except InstanceError as error:
        parts.faults += error.faults
    try:
        if "policy" in sources:
            _take_policy(parts, toml_table(sources["policy"].data(), Place("policy.toml")), parts.policy_where)
    except InstanceError as error:
        parts.faults += error.faults
    return parts


def _of_document(value: object, name: str) -> _Parts:
    where = Place(name, "item")
    if not isinstance(value, Mapping):
        raise InstanceError([fault("wrong_type", where, value, wanted="object")])
    parts = _Parts(zone_file=name, applicants_file=name)
    parts.faults += [unknown(key, DOCUMENT, Place(name, "key", "", key)) for key in value if key not in DOCUMENT]
    missing = [key for key in ("zone", "applicants", "policy") if key not in value]
    parts.faults += [fault("missing_value", Place(name, "key", "", key)) for key in missing]
    if "zone" in value:
        parts.zone = read_collection(value["zone"], Place(name))
        parts.has_lots = bool(parts.zone.lots or parts.zone.faults)
    if value.get("neighbours") is not None:
        records, wrong = item_records(value["neighbours"], Place(name, "item", "/neighbours"))
        parts.pairs, more = neighbours_of_items(records)
        parts.faults += wrong + more
    if "applicants" in value:
        parts.table = applicants_of_items(item_records(value["applicants"], Place(name, "item", "/applicants")))
    if "policy" in value:
        _take_policy(parts, value["policy"], Place(name, "item", "/policy"))
    return parts


def _take_policy(parts: _Parts, table: object, where: Place) -> None:
    reader = PolicyReader(where)
    parts.policy = reader.read(table)
    parts.policy_where, parts.sector_ids = where, reader.sector_ids
    parts.faults += reader.faults


def _zone_of(source: Source) -> ZonePart:
    where = Place(source.name)
    try:
        if source.name.endswith(".geojson"):
            value, twins = json_value(source.data(), where)
            part = read_collection(value, where)
            part.faults[:0] = twins
            return part
        if source.name.endswith(".zip"):
            checked_archive(source.data(), where).close()
        from instances.layers import read_layer

        with _on_disk(source) as path:
            return read_features(read_layer(path), where)
    except InstanceError as error:
        return ZonePart(faults=[each if each.where.file else each.at(file=source.name) for each in error.faults])


@contextmanager
def _on_disk(source: Source) -> Iterator[Path]:
    if source.path is not None:
        checked_size(source.path)
        yield source.path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.name
        path.write_bytes(source.data())
        yield path


def _assemble(parts: _Parts) -> Reading:
    faults = [*parts.zone.faults, *parts.table.faults, *parts.faults]
    computed = parts.pairs is None
    pairs = [pair for pair, _ in parts.pairs or ()]
    if computed and parts.policy is not None and parts.zone.lots:
        from instances.geometry import neighbours_of

        pairs = list(neighbours_of(parts.zone.lots, parts.policy))
    if not parts.has_lots:
        faults.append(fault("no_lots", Place(parts.zone_file)))
    if not parts.table.has_rows:
        faults.append(fault("no_applicants", Place(parts.applicants_file)))
    lots, applicants = parts.zone.lots, parts.table.applicants
    if parts.policy is not None and all(each.is_warning for each in faults):
        try:
            instance = Instance(lots, tuple(pairs), applicants, parts.policy)
            return Reading(instance, tuple(faults), computed)
        except InstanceError as error:
            between = list(error.faults)
    else:
        known = Known(parts.zone.lot_ids, parts.zone.zones, parts.sector_ids)
        between = list(islice(faults_between(lots, pairs, applicants, parts.policy, known), MOST_FAULTS))
    records = {pair.key: record for pair, record in parts.pairs or ()}
    return Reading(None, (*faults, *(_located(each, parts, records) for each in between)), computed)


def _located(each: Fault, parts: _Parts, pairs: Mapping[str, Record]) -> Fault:
    """The fault between parts, at the row, item or lot of a file where it was read."""
    part, key = each.where.part, each.where.key
    record: Record | None = None
    if part == "applicant":
        record = parts.table.records.get(key)
    elif part == "neighbours":
        record = pairs.get(key)
    elif part == "lot":
        return each.at(file=parts.zone_file)
    elif part == "key":
        where = parts.policy_where
        return each.at(file=where.file, part=where.part, key=where.key)
    return each if record is None else Fault(each.code, record.place(each.where.field), each.found, each.values)
