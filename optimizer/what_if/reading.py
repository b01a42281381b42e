"""Changes as they are written in JSON, read with every fault in one pass, each at its place in the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from instances.batch import read_batch
from instances.faults import Fault, InstanceError, Place, fault
from instances.fields import Misread, ids, text, whole
from instances.instance import Instance
from instances.record import nearest
from optimizer.what_if.change import POINTS, AddBatch, Change, Forbid, Pin, SetPoints, SetQuota, Withdraw

Reader = Callable[[object], Any]
FILE = "changes"
FIELDS: Mapping[str, Mapping[str, Reader]] = {
    "forbid": {"applicant_id": text, "lot_id": text, "sector": text},
    "pin": {"applicant_id": text, "lots": ids},
    "withdraw": {"applicant_id": text},
    "points": {"name": text, "points": whole},
    "quota": {
        "name": text, "group": text, "sector": text, "min_lot_share_percent": whole, "max_lot_share_percent": whole,
    },
    "batch": {"applicants": lambda raw: raw},
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "forbid": (), "pin": ("applicant_id", "lots"), "withdraw": ("applicant_id",), "points": ("name", "points"),
    "quota": ("name",), "batch": ("applicants",),
}  # fmt: skip


def read_changes(items: object, instance: Instance) -> tuple[list[tuple[Place, Change]], list[Fault]]:
    """The changes of a JSON list that could be read, each with its place, and every fault; raises nothing."""
    if not isinstance(items, list):
        return [], [fault("wrong_type", Place(FILE), items, wanted="list")]
    if not items:
        return [], [fault("no_changes", Place(FILE))]
    read: list[tuple[Place, Change]] = []
    faults: list[Fault] = []
    for number, item in enumerate(items):
        where = Place(FILE, "item", f"/{number}")
        try:
            read.append((where, _change(item, where, instance)))
        except InstanceError as error:
            faults += error.faults
    return read, faults


def _change(item: object, where: Place, instance: Instance) -> Change:
    if not isinstance(item, Mapping):
        raise InstanceError([fault("wrong_type", where, item, wanted="object")])
    kind = item.get("change")
    if not isinstance(kind, str) or kind not in FIELDS:
        at = Place(where.file, where.part, where.key, "change")
        raise InstanceError([fault("unknown_choice", at, kind, choices=" | ".join(FIELDS))])
    values, faults = _values(kind, item, where)
    if kind == "batch" and "applicants" in values:
        earlier = [each.applicant_id for each in instance.applicants]
        pinned = [each for each in instance.applicants if each.is_pinned]
        rows = values["applicants"]
        batch = read_batch(rows if isinstance(rows, list) else [rows], FILE, instance, earlier, pinned)
        values["applicants"] = batch.applicants
        faults += [each.at(key=f"{where.key}/applicants{each.where.key}") for each in batch.faults]
        faults = [each for each in faults if not each.is_warning]
    if faults:
        raise InstanceError(faults)
    return _made(kind, values, where)


def _values(kind: str, item: Mapping[Any, Any], where: Place) -> tuple[dict[str, Any], list[Fault]]:
    fields, values, faults = FIELDS[kind], {}, []
    for name in item:
        if name != "change" and name not in fields:
            at = Place(where.file, where.part, where.key, str(name))
            faults.append(fault("unknown_field", at, name, nearest=nearest(str(name), fields)))
    for name, reader in fields.items():
        at = Place(where.file, where.part, where.key, name)
        if item.get(name) in (None, "", []):
            if name in NEEDED[kind]:
                faults.append(fault("missing_value", at))
            continue
        try:
            values[name] = reader(item[name])
        except Misread as error:
            faults.append(fault(error.code, at, error.found, **error.values))
    return values, faults


def _made(kind: str, values: dict[str, Any], where: Place) -> Change:
    match kind:
        case "forbid":
            forbidden = Forbid(**values)
            if bool(forbidden.applicant_id) == bool(forbidden.lot_id) or (forbidden.sector and not forbidden.lot_id):
                raise InstanceError([fault("forbid_what", where, " + ".join(map(str, values.values())))])
            return forbidden
        case "pin":
            return Pin(values["applicant_id"], tuple(sorted(set(values["lots"]))))
        case "withdraw":
            return Withdraw(**values)
        case "points":
            if values["name"] not in POINTS:
                at = Place(where.file, where.part, where.key, "name")
                raise InstanceError([fault("unknown_choice", at, values["name"], choices=" | ".join(POINTS))])
            return SetPoints(**values)
        case "quota":
            return SetQuota(**values)
        case _:
            return AddBatch(values["applicants"])
