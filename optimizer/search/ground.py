"""The problem as flat arrays, made straight from the instance: what the whole search computes with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.rules.quotas import counts
from optimizer.search.fitting import Demand, Flags, Ints32, Ints64, Supply, fitting
from optimizer.sites import Site, enumerate_sites, site_of, touches

Floats = NDArray[np.float64]


class Ground(NamedTuple):
    """Lots, sites, applicants and placements by number; slices of flat arrays between start[k] and start[k + 1].

    Placements are in canonical order: by applicant, then by site.  gain: millipoints of each by itself.  Rows are the
    limits and quotas: a placement uses per_lot[row, applicant] for each lot, and need[row, applicant] when its site
    touches[row, site]; the sum may be at most `most`.  Edges: each neighbour pair from either end; rate: millipoints
    for each percent of affinity; is_apart: hostile sectors must not meet there; back: the same edge from the other end.
    """

    site_start: Ints64
    site_lots: Ints32
    lot_start: Ints64
    lot_sites: Ints32
    sector: Ints32
    is_pinned: Flags
    start: Ints64
    site: Ints32
    gain: Ints64
    applicant: Ints32
    need: Ints64
    per_lot: Ints64
    touches: Flags
    most: Ints64
    edge_start: Ints64
    edge_from: Ints32
    edge_to: Ints32
    back: Ints64
    rate: Ints64
    is_apart: Flags
    affinity: Ints64
    hostile: Flags


def ground_of(instance: Instance) -> Ground:
    """The arrays of an instance; lots, applicants and sites in canonical order, pinned sites after the open ones."""
    lot_number = {lot.lot_id: number for number, lot in enumerate(instance.lots)}
    sectors = {sector.sector_id: number for number, sector in enumerate(instance.policy.sectors)}
    zones = {zone: number for number, zone in enumerate(sorted({lot.zone for lot in instance.lots}))}
    open_sites = enumerate_sites(instance)
    pinned = [each for each in instance.applicants if each.is_pinned]
    sites = [*open_sites, *(site_of(instance, each.pinned_lots) for each in pinned)]
    pin = {each.applicant_id: len(open_sites) + number for number, each in enumerate(pinned)}
    supply = _supply(instance, sites, len(open_sites), lot_number, sectors, zones)
    demand = _demand(instance, open_sites, pin, lot_number, sectors, zones)
    start, site, gain = fitting(supply, demand, len(lot_number))
    lot_start, lot_sites = _slices(_sites_by_lot(supply, len(open_sites), len(lot_number)))
    edges = _edges(instance, lot_number)
    rows = _side_rows(instance, sites)
    affinity, hostile = _between_sectors(instance, sectors)
    return Ground(
        supply.lots_start, supply.lots, lot_start, lot_sites, demand.sector, demand.pin >= 0, start, site, gain,
        np.repeat(np.arange(len(demand.sector), dtype=np.int32), np.diff(start)), *rows, *edges, affinity, hostile,  # type: ignore[arg-type]
    )  # fmt: skip


def narrowed(ground: Ground, kept: Flags) -> Ground:
    """The ground with only the placements kept, renumbered in their order; pins must be among them."""
    applicant = ground.applicant[kept]
    start = np.zeros_like(ground.start)
    start[1:] = np.cumsum(np.bincount(applicant, minlength=len(ground.sector)))
    return ground._replace(start=start, site=ground.site[kept], gain=ground.gain[kept], applicant=applicant)


def plan_of(instance: Instance, ground: Ground, held: Ints32) -> Plan:
    """The plan in which each applicant holds the placement of that number, or nothing for -1."""
    assignments = {}
    for number in held[held >= 0].tolist():
        site = ground.site[number]
        lots = ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist()
        applicant = instance.applicants[ground.applicant[number]]
        assignments[applicant.applicant_id] = tuple(instance.lots[lot].lot_id for lot in lots)
    return Plan(assignments)


def held_of(instance: Instance, ground: Ground, plan: Plan) -> Ints32:
    """The placement that each applicant holds under the plan, or -1.  Raises KeyError for one that is no placement."""
    lot_number = {lot.lot_id: number for number, lot in enumerate(instance.lots)}
    order = {each.applicant_id: number for number, each in enumerate(instance.applicants)}
    held = starting_plan(ground)
    for applicant_id, lots in plan.assignments.items():
        wanted = sorted(lot_number[lot] for lot in lots)
        for number in range(ground.start[order[applicant_id]], ground.start[order[applicant_id] + 1]):
            site = ground.site[number]
            if sorted(ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist()) == wanted:
                held[order[applicant_id]] = number
                break
        else:
            raise KeyError((applicant_id, lots))
    return held


def row_keys(instance: Instance) -> list[tuple[str, str, str]]:
    """The names of the limit and quota rows, in the order of the ground's rows."""
    keys = []
    for limit in instance.policy.limits:
        keys += [
            ("limit", limit.zone, unit) for unit in ("power_kw", "water_hl_day") if getattr(limit, unit) is not None
        ]
    for quota in instance.policy.quotas:
        sides = (("min", quota.min_lot_share_percent), ("max", quota.max_lot_share_percent))
        keys += [("quota", quota.name, side) for side, share in sides if share is not None]
    return keys


def starting_plan(ground: Ground) -> Ints32:
    """The plan of the pins alone."""
    held = np.full(len(ground.sector), -1, dtype=np.int32)
    pins = np.flatnonzero(ground.is_pinned)
    held[pins] = ground.start[pins]
    return held


def used(ground: Ground, held: Ints32) -> Ints64:
    """What the plan uses of each limit and quota row."""
    held = held[held >= 0]
    site, applicant = ground.site[held], ground.applicant[held]
    per_lot = ground.per_lot[:, applicant] * (ground.site_start[site + 1] - ground.site_start[site])
    whole = np.where(ground.touches[:, site], ground.need[:, applicant], 0)
    return np.asarray((per_lot + whole).sum(axis=1), dtype=np.int64)


def is_within_limits(ground: Ground, held: Ints32) -> bool:
    """Whether the plan keeps every limit and quota."""
    return bool((used(ground, held) <= ground.most).all())


def _supply(
    instance: Instance,
    sites: Sequence[Site],
    open_sites: int,
    lot_number: dict[str, int],
    sectors: dict[str, int],
    zones: dict[str, int],
) -> Supply:
    lots_start, lots = _slices([[lot_number[lot] for lot in site.lots] for site in sites])
    zones_start, zones_of = _slices([sorted(zones[zone] for zone in site.zones) for site in sites])
    admits = np.ones((len(sites), len(sectors)), dtype=np.bool_)
    for number, site in enumerate(sites):
        if site.sectors is not None:
            admits[number] = [sector in site.sectors for sector in sectors]
    area = _whole(site.area_m2 for site in sites)
    main = _whole(zones[instance.lot[site.lots[0]].zone] for site in sites[:open_sites])
    by_area = np.lexsort((area[:open_sites], main)).astype(np.int64)
    zone_first = np.searchsorted(main[by_area], np.arange(len(zones) + 1)).astype(np.int64)
    power, water = _whole(site.power_kw for site in sites), _whole(site.water_hl_day for site in sites)
    return Supply(area, power, water, lots_start, lots, zones_start, zones_of, admits, by_area, zone_first)


def _demand(
    instance: Instance,
    open_sites: Sequence[Site],
    pin: dict[str, int],
    lot_number: dict[str, int],
    sectors: dict[str, int],
    zones: dict[str, int],
) -> Demand:
    policy, applicants = instance.policy, instance.applicants
    known = [[zones[zone] for zone in each.zones if zone in zones] for each in applicants]
    zones_start, accepted = _slices(known)
    only_start, only = _slices([_sites_beside(instance, each, open_sites) for each in applicants])
    liked = [[lot_number[lot] for lot in each.preferred_lots if lot in lot_number] for each in applicants]
    preferred_start, preferred = _slices(liked)

    def each_of(read: Callable[[Applicant], int]) -> Ints64:
        return _whole(read(each) for each in applicants)

    return Demand(
        each_of(lambda each: sectors[each.sector]).astype(np.int32),
        each_of(lambda each: each.area_min_m2),
        each_of(lambda each: each.area_max_m2),
        each_of(lambda each: each.max_lots),
        each_of(lambda each: each.power_kw),
        each_of(lambda each: each.water_hl_day),
        np.array(
            [
                each.score >= policy.min_score and bool(not each.zones or here)
                for each, here in zip(applicants, known, strict=True)
            ],
            dtype=np.bool_,
        ),
        each_of(lambda each: pin.get(each.applicant_id, -1)),
        zones_start,
        accepted,
        np.array([bool(each.beside_lots) for each in applicants], dtype=np.bool_),
        only_start,
        only,
        preferred_start,
        preferred,
        each_of(lambda each: 1000 * (policy.job_direct * each.jobs_direct + policy.job_indirect * each.jobs_indirect)),
        1000 * policy.preferred_lot,
    )


def _sites_beside(instance: Instance, applicant: Applicant, sites: Sequence[Site]) -> list[int]:
    beside = frozenset(applicant.beside_lots)
    return [number for number, site in enumerate(sites) if touches(instance, site.lots, beside)] if beside else []


def _sites_by_lot(supply: Supply, open_sites: int, lots: int) -> list[list[int]]:
    holding: list[list[int]] = [[] for _ in range(lots)]
    for site in range(open_sites):
        for lot in supply.lots[supply.lots_start[site] : supply.lots_start[site + 1]].tolist():
            holding[lot].append(site)
    return holding


def _side_rows(instance: Instance, sites: Sequence[Site]) -> tuple[Ints64, Ints64, Flags, Ints64]:
    """(need, per_lot, touches, most) of the limits and quotas, in the policy's order."""
    applicants = instance.applicants
    need: list[list[int]] = []
    per_lot: list[list[int]] = []
    touch: list[list[bool]] = []
    most: list[int] = []
    for limit in instance.policy.limits:
        for unit in ("power_kw", "water_hl_day"):
            if getattr(limit, unit) is not None:
                need.append([getattr(each, unit) for each in applicants])
                per_lot.append([0] * len(applicants))
                touch.append([not limit.zone or limit.zone in site.zones for site in sites])
                most.append(getattr(limit, unit))
    for quota in instance.policy.quotas:
        inside = [100 if counts(quota, each) else 0 for each in applicants]
        for share, sign in ((quota.min_lot_share_percent, 1), (quota.max_lot_share_percent, -1)):
            if share is not None:
                need.append([0] * len(applicants))
                per_lot.append([sign * (share - here) for here in inside])
                touch.append([False] * len(sites))
                most.append(0)
    shape = (len(most), len(applicants))
    return (
        np.array(need, dtype=np.int64).reshape(shape),
        np.array(per_lot, dtype=np.int64).reshape(shape),
        np.array(touch, dtype=np.bool_).reshape(len(most), len(sites)),
        np.array(most, dtype=np.int64),
    )


def _edges(instance: Instance, lot_number: dict[str, int]) -> tuple[Ints64, Ints32, Ints32, Ints64, Ints64, Flags]:
    """(start, from, to, back, rate, is_apart): every pair from either end, by lot and then by the other lot."""
    policy = instance.policy
    ends = []
    for pair in instance.neighbours:
        one, two = lot_number[pair.lot_a], lot_number[pair.lot_b]
        rate, apart = policy.metre_points(pair.kind) * pair.length_dm, pair.kind in policy.separation
        ends += [(one, two, rate, apart), (two, one, rate, apart)]
    ends.sort()
    number = {(one, two): index for index, (one, two, _, _) in enumerate(ends)}
    start = np.searchsorted([end[0] for end in ends], np.arange(len(lot_number) + 1)).astype(np.int64)
    return (
        start,
        np.array([end[0] for end in ends], dtype=np.int32),
        np.array([end[1] for end in ends], dtype=np.int32),
        _whole(number[two, one] for one, two, _, _ in ends),
        _whole(end[2] for end in ends),
        np.array([end[3] for end in ends], dtype=np.bool_),
    )


def _between_sectors(instance: Instance, sectors: dict[str, int]) -> tuple[Ints64, Flags]:
    affinity = np.zeros((len(sectors), len(sectors)), dtype=np.int64)
    for (one, two), percent in instance.policy.affinity_percent.items():
        affinity[sectors[one], sectors[two]] = percent
    hostile = np.zeros((len(sectors), len(sectors)), dtype=np.bool_)
    for one, two in instance.policy.hostile:
        hostile[sectors[one], sectors[two]] = True
    return affinity, hostile


def _slices(parts: Sequence[Sequence[int]]) -> tuple[Ints64, Ints32]:
    start = np.zeros(len(parts) + 1, dtype=np.int64)
    start[1:] = np.cumsum([len(part) for part in parts])
    return start, np.array([each for part in parts for each in part], dtype=np.int32)


def _whole(numbers: object) -> Ints64:
    return np.array(list(numbers), dtype=np.int64)  # type: ignore[call-overload]
