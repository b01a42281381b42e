"""The sites that a question is about: those that fit one applicant, those that nearly do, those that hold one lot.

Listing the placements of everybody takes minutes where there are many; one question needs few of them.  What is found
here is what `enumerate_placements` and `enumerate_sites` list, and no more is gone through than the question needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from instances.applicant import Applicant
from instances.instance import Instance
from instances.zone import LARGEST, Lot
from optimizer.sites import Site, enumerate_sites, placements_on, site_of, touches

Lots = tuple[str, ...]
Sums = tuple[Lots, int, int, int]
"""Lots in no order, and their area_m2, power_kw and water_hl_day together."""


def sites_of(instance: Instance, applicant: Applicant) -> list[Lots]:
    """The lots of each site that fits the applicant, in canonical order; a pin is its applicant's only one."""
    if applicant.is_pinned or applicant.score < instance.policy.min_score:
        return [each.lots for each in placements_on(instance, [], [applicant])]
    zones = frozenset(applicant.zones)
    admitted = {
        lot_id: lot
        for lot_id, lot in _open_lots(instance).items()
        if lot.area_m2 <= applicant.area_max_m2
        and (not zones or lot.zone in zones)
        and (not lot.sectors or applicant.sector in lot.sectors)
    }
    most = min(applicant.max_lots, instance.policy.max_lots)
    large = [
        site_of(instance, lots)
        for lots, area_m2, power_kw, water_hl_day in _groups(instance, admitted, most, applicant.area_max_m2)
        if area_m2 >= applicant.area_min_m2
        and power_kw >= applicant.power_kw
        and water_hl_day >= applicant.water_hl_day
    ]
    return [each.lots for each in placements_on(instance, large, [applicant])]


def sites_with(instance: Instance, lot_id: str) -> list[Site]:
    """Every open site that holds the lot, sorted by lot ids, whether it fits anybody or not."""
    return enumerate_sites(instance, lot_id)


def wanting(instance: Instance, *lot_ids: str) -> dict[str, list[Lots]]:
    """Applicant id -> the lots of each site that fits it and holds one of these lots; only who has such a site."""
    holding = {site.lots: site for lot_id in lot_ids for site in sites_with(instance, lot_id)}
    found: dict[str, list[Lots]] = defaultdict(list)
    for placement in placements_on(instance, list(holding.values()), instance.applicants):
        if not set(lot_ids).isdisjoint(placement.lots):
            found[placement.applicant.applicant_id].append(placement.lots)
    return found


def nearest_sites(instance: Instance, applicant: Applicant) -> list[Site]:
    """Of all open sites those of which `nearest_changes` tells: it says of these what it says of all.

    One that fits, when any does; when some site fails one need only, the nearest by each such need; else the one that
    is first among those that fail the fewest.
    """
    least_m2, most_m2, most_lots = applicant.area_min_m2, applicant.area_max_m2, applicant.max_lots
    asked_kw, asked_hl_day = applicant.power_kw, applicant.water_hl_day
    bars = _bars(instance, applicant)
    alone: dict[int, tuple[int, Lots]] = {}
    fewest: tuple[int, tuple[int, ...], Lots] | None = None
    for lots, area_m2, power_kw, water_hl_day in _groups(
        instance, _open_lots(instance), instance.policy.max_lots, LARGEST
    ):
        count = (area_m2 < least_m2) + (area_m2 > most_m2) + (len(lots) > most_lots)
        count += (power_kw < asked_kw) + (water_hl_day < asked_hl_day)
        if count > (1 if alone else fewest[0] if fewest else count):
            continue
        barred = [bar.issuperset(lots) if is_all else not bar.isdisjoint(lots) for bar, is_all in bars]
        count += sum(barred)
        if count == 0:
            return [site_of(instance, lots)]
        over = area_m2 - most_m2, len(lots) - most_lots
        apart = least_m2 - area_m2, *over, asked_kw - power_kw, asked_hl_day - water_hl_day
        if count == 1:
            failing = next(place for place, each in enumerate((*(each > 0 for each in apart), *barred)) if each)
            found, known = max(0, *apart), alone.get(failing)
            if known is None or (found, sorted(lots)) < (known[0], sorted(known[1])):
                alone[failing] = found, lots
        elif not alone and (fewest is None or count <= fewest[0]):
            distances = *(each for each in apart if each > 0), *(0 for each in barred if each)
            first = count, distances, tuple(sorted(lots))
            fewest = first if fewest is None else min(fewest, first)
    if alone:
        return [site_of(instance, lots) for _, lots in alone.values()]
    return [] if fewest is None else [site_of(instance, fewest[2])]


def has_open_lot(instance: Instance) -> bool:
    """Whether there is any site at all."""
    return any(lot.status == "available" and lot.lot_id not in instance.pinned_lots for lot in instance.lots)


def _bars(instance: Instance, applicant: Applicant) -> list[tuple[set[str], bool]]:
    """Of zones, neighbours and sector, as far as they bar anything: the lots barred; whether a site fails the need
    only when all its lots are."""
    zones, beside = frozenset(applicant.zones), frozenset(applicant.beside_lots)
    outside = {lot.lot_id for lot in instance.lots if zones and lot.zone not in zones}
    away = {lot.lot_id for lot in instance.lots if beside and not touches(instance, (lot.lot_id,), beside)}
    closed = {lot.lot_id for lot in instance.lots if lot.sectors and applicant.sector not in lot.sectors}
    return [(bar, is_all) for bar, is_all in ((outside, False), (away, True), (closed, False)) if bar]


def _open_lots(instance: Instance) -> dict[str, Lot]:
    pinned = instance.pinned_lots
    return {lot.lot_id: lot for lot in instance.lots if lot.status == "available" and lot.lot_id not in pinned}


def _groups(instance: Instance, lots: Mapping[str, Lot], most_lots: int, most_m2: int) -> Iterator[Sums]:
    """Every connected group of at most so many of these lots and at most that area, each once, in no order.

    A group grows from its first lot, only by lots that sort after it, and by each at one place only: a neighbour that
    was passed over stays out.  Source: Wernicke (2006), IEEE/ACM TCBB 3, 347-359.
    """
    beside = instance.connecting
    for first, lot in lots.items():
        if lot.area_m2 > most_m2:
            continue
        sums: Sums = (first,), lot.area_m2, lot.power_kw, lot.water_hl_day
        growing = [(sums, [each for each in beside[first] if each > first and each in lots], beside[first] | {first})]
        while growing:
            sums, border, near = growing.pop()
            yield sums
            group, area_m2, power_kw, water_hl_day = sums
            if len(group) >= most_lots:
                continue
            for number, other in enumerate(border):
                lot = lots[other]
                if area_m2 + lot.area_m2 > most_m2:
                    continue
                sums = (*group, other), area_m2 + lot.area_m2, power_kw + lot.power_kw, water_hl_day + lot.water_hl_day
                if len(group) + 1 == most_lots:
                    yield sums
                    continue
                fresh = [each for each in beside[other] if each > first and each not in near and each in lots]
                growing.append((sums, [*border[number + 1 :], *fresh], near | beside[other]))
