"""Rule: each applicant holds at most one site that fits it, each lot has at most one tenant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from instances.applicant import Applicant
from instances.instance import Instance
from instances.zone import Lot
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.rule import Breach

name = "placement"


def concerns(instance: Instance) -> bool:
    """Always."""
    return bool(instance.lots)


def rows(columns: Columns) -> Iterator[Row]:
    """("applicant", a): sum of a's placements <= 1.  ("lot", l): sum of the sectors' cover of l <= 1."""
    of_applicant: dict[str, list[int]] = defaultdict(list)
    for number, placement in enumerate(columns.placements):
        of_applicant[placement.applicant.applicant_id].append(number)
    for applicant_id, numbers in of_applicant.items():
        yield Row(("applicant", applicant_id), tuple(numbers), (1,) * len(numbers), 1)
    on_lot: dict[str, list[int]] = defaultdict(list)
    for (lot, _), column in columns.cover.items():
        on_lot[lot].append(column)
    for lot, covers in on_lot.items():
        yield Row(("lot", lot), tuple(covers), (1,) * len(covers), 1)


def breaches(instance: Instance, plan: Plan) -> Iterator[Breach]:
    """Strangers, lots held twice, and sites that do not fit; a pinned site is judged by the pins rule alone."""
    holders = Counter(lot for lots in plan.assignments.values() for lot in lots)
    for lot, count in sorted(holders.items()):
        if count > 1:
            yield Breach(name, (lot,), f"lot {lot} is granted {count} times")
    for applicant_id, lots in plan.assignments.items():
        applicant = instance.applicant.get(applicant_id)
        strangers = [lot for lot in lots if lot not in instance.lot]
        if applicant is None:
            yield Breach(name, (applicant_id,), f"{applicant_id} is not an applicant of this instance")
        elif strangers:
            yield Breach(name, (applicant_id, *strangers), f"{applicant_id} is granted lots that do not exist")
        elif not applicant.is_pinned:
            for need in unmet_needs(instance, applicant, lots):
                yield Breach(name, (applicant_id, *lots), f"{applicant_id} on {', '.join(lots)}: {need}")


def unmet_needs(instance: Instance, applicant: Applicant, lots: tuple[str, ...]) -> Iterator[str]:
    """Each need of section 3 of the specification that these lots do not meet, as a clause with the figures."""
    parcels = [instance.lot[lot] for lot in lots]
    area = sum(parcel.area_m2 for parcel in parcels)
    power, water = sum(parcel.power_kw for parcel in parcels), sum(parcel.water_hl_day for parcel in parcels)
    most = min(applicant.max_lots, instance.policy.max_lots)
    if applicant.score < instance.policy.min_score:
        yield f"score {applicant.score} is under {instance.policy.min_score}"
    if not 1 <= len(lots) <= most:
        yield f"{len(lots)} lots where 1 to {most} are allowed"
    if len(set(lots)) < len(lots) or (lots and not is_connected(instance, lots)):
        yield "the lots are not connected"
    if not applicant.area_min_m2 <= area <= applicant.area_max_m2:
        yield f"{area} m2 is not within {applicant.area_min_m2} to {applicant.area_max_m2} m2"
    if power < applicant.power_kw:
        yield f"{power} kW supplied, {applicant.power_kw} kW needed"
    if water < applicant.water_hl_day:
        yield f"{water} hl of water a day supplied, {applicant.water_hl_day} hl needed"
    if applicant.beside_lots and not touches(instance, lots, applicant.beside_lots):
        yield f"not beside any of {', '.join(applicant.beside_lots)}"
    for parcel in parcels:
        yield from _closed(instance, applicant, parcel)


def _closed(instance: Instance, applicant: Applicant, parcel: Lot) -> Iterator[str]:
    """Why the applicant may not hold this lot at all."""
    if parcel.status != "available":
        yield f"lot {parcel.lot_id} is {parcel.status}"
    if parcel.lot_id in instance.pinned_lots:
        yield f"lot {parcel.lot_id} is pinned to another applicant"
    if applicant.zones and parcel.zone not in applicant.zones:
        yield f"lot {parcel.lot_id} lies in zone {parcel.zone}"
    if parcel.sectors and applicant.sector not in parcel.sectors:
        yield f"lot {parcel.lot_id} does not admit {applicant.sector}"


def touches(instance: Instance, lots: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether one of the lots is wanted or shares a border with a wanted one."""
    bordering = {other for lot in lots for other in instance.bordering[lot]}
    return any(lot in lots or lot in bordering for lot in wanted)


def is_connected(instance: Instance, lots: tuple[str, ...]) -> bool:
    """Whether every lot can be reached from the first through neighbours of the kind that connects sites."""
    reached, waiting = {lots[0]}, [lots[0]]
    while waiting:
        beside = instance.connecting[waiting.pop()] & set(lots) - reached
        reached |= beside
        waiting += sorted(beside)
    return reached == set(lots)
