"""What must hold between the parts of an instance: no duplicate, no dangling reference, no clashing pin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from instances.applicant import LOT_LISTS, Applicant
from instances.faults import Fault, Part, Place, fault
from instances.fields import tenths_text
from instances.policy import Policy
from instances.zone import Lot, Neighbours, place


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that references may name; None: not known because a file could not be read, so nothing is dangling."""

    lots: Collection[str] | None
    zones: Collection[str] | None
    sectors: Collection[str] | None

    @classmethod
    def of(cls, lots: Iterable[Lot], policy: Policy) -> Known:
        """What complete parts define."""
        lots = tuple(lots)
        return cls(
            {lot.lot_id for lot in lots},
            {lot.zone for lot in lots},
            {sector.sector_id for sector in policy.sectors},
        )


def faults_between(
    lots: Sequence[Lot],
    neighbours: Sequence[Neighbours],
    applicants: Sequence[Applicant],
    policy: Policy | None,
    known: Known,
) -> Iterator[Fault]:
    """Every fault between the parts given; a part that could not be read in full raises no false one."""
    yield from _twice((lot.lot_id for lot in lots), "lot", "lot_id")
    yield from _twice((each.applicant_id for each in applicants), "applicant", "applicant_id")
    yield from _twice((pair.key for pair in neighbours), "neighbours", "lot_b")
    yield from _reference_faults(lots, neighbours, applicants, known)
    yield from _holder_faults(applicants, "earlier_lots", "earlier_twice")
    if policy is not None:
        for limit in policy.limits:
            if limit.zone:
                yield from _strangers(
                    (limit.zone,), known.zones, "unknown_zone", "key", "", "limits.zone", "policy.toml"
                )
        yield from _pin_faults(lots, neighbours, applicants, policy)
    else:
        yield from _holder_faults(applicants, "pinned_lots", "pinned_twice")


def _reference_faults(
    lots: Sequence[Lot], neighbours: Sequence[Neighbours], applicants: Sequence[Applicant], known: Known
) -> Iterator[Fault]:
    for lot in lots:
        yield from _strangers(lot.sectors, known.sectors, "unknown_sector", "lot", lot.lot_id, "sectors")
    for pair in neighbours:
        yield from _strangers((pair.lot_a,), known.lots, "unknown_lot", "neighbours", pair.key, "lot_a")
        yield from _strangers((pair.lot_b,), known.lots, "unknown_lot", "neighbours", pair.key, "lot_b")
    for each in applicants:
        key = each.applicant_id
        yield from _strangers((each.sector,), known.sectors, "unknown_sector", "applicant", key, "sector")
        yield from _strangers(each.zones, known.zones, "unknown_zone", "applicant", key, "zones")
        for field in LOT_LISTS:
            yield from _strangers(getattr(each, field), known.lots, "unknown_lot", "applicant", key, field)


def _holder_faults(applicants: Sequence[Applicant], field: str, code: str) -> Iterator[Fault]:
    """Lots that two applicants hold under the field."""
    holder: dict[str, str] = {}
    for each in applicants:
        for lot in getattr(each, field):
            first = holder.setdefault(lot, each.applicant_id)
            if first != each.applicant_id:
                yield fault(code, Place("", "applicant", each.applicant_id, field), lot, other=first)


def _pin_faults(
    lots: Sequence[Lot], neighbours: Sequence[Neighbours], applicants: Sequence[Applicant], policy: Policy
) -> Iterator[Fault]:
    yield from _holder_faults(applicants, "pinned_lots", "pinned_twice")
    holder: dict[str, Applicant] = {}
    for each in applicants:
        for lot_id in each.pinned_lots:
            holder.setdefault(lot_id, each)
    for pair in neighbours:
        one, two = holder.get(pair.lot_a), holder.get(pair.lot_b)
        if one is None or two is None or one is two or pair.kind not in policy.separation:
            continue
        if (one.sector, two.sector) in policy.hostile:
            where = Place("", "applicant", two.applicant_id, "pinned_lots")
            yield fault("pins_break_separation", where, pair.key, other=one.applicant_id)
    zone_of = {lot.lot_id: lot.zone for lot in lots}
    for limit in policy.limits:
        inside = [
            each
            for each in applicants
            if each.pinned_lots and (not limit.zone or any(zone_of.get(lot) == limit.zone for lot in each.pinned_lots))
        ]
        where, path = Place("policy.toml", "key"), f"limits.{limit.zone}" if limit.zone else "limits"
        power, water = sum(each.power_kw for each in inside), sum(each.water_hl_day for each in inside)
        if limit.power_kw is not None and power > limit.power_kw:
            excess = power - limit.power_kw
            pins = _heaviest(inside, "power_kw", excess)
            where_power = place(where, f"{path}.power_kw")
            yield fault("pins_exceed_limit", where_power, power, most=limit.power_kw, more=excess, pins=pins)
        if limit.water_hl_day is not None and water > limit.water_hl_day:
            most, more = tenths_text(limit.water_hl_day), tenths_text(water - limit.water_hl_day)
            pins = _heaviest(inside, "water_hl_day", water - limit.water_hl_day)
            where_water = place(where, f"{path}.water_m3_day")
            yield fault("pins_exceed_limit", where_water, tenths_text(water), most=most, more=more, pins=pins)


def _heaviest(pinned: Sequence[Applicant], unit: str, excess: int) -> str:
    """The fewest of these applicants that need at least the excess together; of single ones, the smallest."""
    needs = sorted((-int(getattr(each, unit)), each.applicant_id) for each in pinned)
    alone = [name for need, name in needs if -need >= excess]
    if alone:
        return alone[-1]
    chosen = []
    for need, name in needs:
        if excess <= 0:
            break
        chosen.append(name)
        excess += need
    return ", ".join(chosen)


def _twice(keys: Iterable[str], part: Part, field: str) -> Iterator[Fault]:
    for key, count in sorted(Counter(keys).items()):
        if count > 1:
            yield fault("given_twice", Place("", part, key, field), key, first="—")


def _strangers(
    ids: Iterable[str], known: Collection[str] | None, code: str, part: Part, key: str, field: str, file: str = ""
) -> Iterable[Fault]:
    strangers = () if known is None else [each for each in ids if each not in known]
    return [fault(code, Place(file, part, key, field), each) for each in strangers]
