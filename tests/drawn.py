"""Strategies that draw tiny valid instances of every feature, plans of them and prices for them."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from hypothesis import strategies as st

from instances.applicant import Applicant
from instances.faults import InstanceError
from instances.instance import Instance
from instances.policy import Affinity, Limit, Policy, Quota, Sector
from instances.zone import Lot, Neighbours
from tests import tiny

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
Key = tuple[str, ...]

SIZES = {2: 5, 3: 4, 4: 3, 5: 3, 6: 2}
"""How many applicants at most come with so many lots, so that a judgment takes milliseconds."""
NUISANCES: tuple[tuple[str, ...], ...] = (("dust",), (), ("noise",), ("dust", "noise"))
GROUPS = ("", "sme", "large")


def some(of: tuple[str, ...], most: int | None = None) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of these, often none."""
    few = st.lists(st.sampled_from(of), unique=True, max_size=most or len(of)).map(tuple)
    return st.one_of(st.just(()), few)


def one_of(*values: T) -> st.SearchStrategy[T]:
    return st.sampled_from(values)


def seldom(strategy: st.SearchStrategy[T], else_: T = ()) -> st.SearchStrategy[T]:  # type: ignore[assignment]
    """Something of the strategy one time in eight."""
    return st.integers(0, 7).flatmap(lambda turn: strategy if turn == 5 else st.just(else_))


@st.composite
def sectors(draw: Draw) -> tuple[Sector, ...]:
    count = draw(one_of(2, 3, 1))
    return tuple(
        Sector(f"s{number}", emits=draw(one_of(*NUISANCES)), sensitive_to=draw(one_of(*NUISANCES)))
        for number in range(count)
    )


@st.composite
def policies(draw: Draw, ids: tuple[str, ...], zones: tuple[str, ...], known: tuple[Sector, ...]) -> Policy:
    quotas = []
    for number in range(draw(one_of(0, 1, 0, 2, 0))):
        low, high = sorted((draw(one_of(0, 25, 34, 50)), draw(one_of(33, 50, 60, 100))))
        sides = draw(one_of((low, None), (None, high), (low, high)))
        group, sector = draw(
            st.one_of(st.tuples(one_of("sme", "large"), st.just("")), st.tuples(st.just(""), one_of(*ids)))
        )
        quotas.append(Quota(f"q{number}", group, sector, *sides))
    limits = [
        Limit(zone, draw(one_of(20, 12, 8, 0, 30)), draw(one_of(None, 9, 20, 5)))
        for zone in draw(st.lists(one_of("", *zones), unique=True))
    ]
    pairs = [pair for pair in combinations(ids, 2) if draw(st.booleans())]
    return Policy(
        "tiny",
        known,
        lottery_seed=draw(st.integers(0, 9)),
        min_score=draw(one_of(0, 50)),
        max_lots=draw(one_of(1, 2, 2, 3)),
        across=draw(one_of("border", "border", "street")),
        job_direct=draw(one_of(100, 0, 1)),
        job_indirect=draw(one_of(0, 40)),
        border_metre=draw(one_of(6, 0, 50)),
        street_metre=draw(one_of(2, 0, 30)),
        preferred_lot=draw(one_of(0, 0, 50, 700)),
        limits=tuple(limits),
        quotas=tuple(quotas),
        affinity=tuple(Affinity(*pair, draw(one_of(0, 30, 100))) for pair in pairs),
        separation=draw(one_of(("border",), ("border", "street"), ("street",), ())),
    )


@st.composite
def applicants(
    draw: Draw, number: int, ids: tuple[str, ...], zones: tuple[str, ...], lots: tuple[str, ...]
) -> Applicant:
    low, high = sorted((draw(one_of(0, 0, 100, 150)), draw(one_of(600, 400, 200, 600))))
    return Applicant(
        f"a{number}",
        draw(one_of(*ids)),
        low,
        high,
        max_lots=draw(one_of(1, 2, 2, 3)),
        jobs_direct=draw(one_of(5, 0, 5, 6, 20)),
        jobs_indirect=draw(one_of(0, 3)),
        power_kw=draw(one_of(5, 0, 5, 15)),
        water_hl_day=draw(one_of(3, 0, 3, 8)),
        score=draw(one_of(90, 40, 50, 90, 100)),
        group=draw(one_of(*GROUPS)),
        zones=draw(seldom(some(zones, 1))),
        preferred_lots=draw(some(lots, 2)),
        beside_lots=draw(seldom(some(lots, 2))),
    )


@st.composite
def instances(draw: Draw, most_lots: int = 6, pins: bool = True) -> Instance:
    """A tiny valid instance.  pins: some applicants may be pinned, also to lots that do not fit or do not connect."""
    lot_ids = tuple(f"L{number}" for number in range(draw(one_of(4, *range(most_lots, 1, -1)))))
    zones = ("Z1", "Z2")[: draw(one_of(1, 1, 2))]
    known = draw(sectors())
    ids = tuple(sector.sector_id for sector in known)
    lots = tuple(
        Lot(
            lot_id,
            draw(one_of(100, 100, 150, 200)),
            draw(one_of(10, 10, 20)),
            draw(one_of(5, 8)),
            draw(one_of(*zones)) if number >= len(zones) else zones[number],
            status=draw(seldom(one_of("reserved", "allocated", "withdrawn"), "available")),
            sectors=draw(seldom(some(ids, 2))),
        )
        for number, lot_id in enumerate(lot_ids)
    )
    neighbours = tuple(
        Neighbours(one, two, draw(one_of(100, 200, 7, 0)), draw(one_of("border", "border", "street")))
        for one, two in combinations(lot_ids, 2)
        if draw(one_of(True, True, False))
    )
    asking = [
        draw(applicants(number, ids, zones, lot_ids))
        for number in range(draw(one_of(*range(SIZES[len(lots)], 1, -1), SIZES[len(lots)], 1)))
    ]
    policy = draw(policies(ids, zones, known))
    if pins and draw(one_of(True, False, False)):
        try:
            return Instance(lots, neighbours, pinned(draw, asking, lot_ids), policy)
        except InstanceError:  # the pins are at odds with the limits or the separation
            pass
    return Instance(lots, neighbours, tuple(asking), policy)


def pinned(draw: Draw, asking: list[Applicant], lots: tuple[str, ...]) -> tuple[Applicant, ...]:
    """The same applicants, one or two of them pinned to one or two lots that nobody else holds."""
    free = list(draw(st.permutations(lots)))
    held = [[free.pop() for _ in range(draw(st.integers(1, 2))) if free] for _ in asking[: draw(st.integers(1, 2))]]
    return tuple(
        replace(each, pinned_lots=tuple(held[index])) if index < len(held) else each
        for index, each in enumerate(asking)
    )


@st.composite
def choices(draw: Draw, instance: Instance, overlapping: bool = False) -> dict[str, tuple[str, ...]]:
    """A plan of sites that fit, which may break any other rule.  overlapping: two tenants may hold one lot."""
    plan: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for each, sites in sorted(tiny.placements(instance).items()):
        open_sites = [lots for lots in sites if overlapping or not taken & set(lots)]
        if open_sites and draw(one_of(True, True, False)):
            plan[each] = draw(st.sampled_from(open_sites))
            taken |= set(plan[each])
    return plan


@st.composite
def scribbles(draw: Draw, instance: Instance) -> dict[str, tuple[str, ...]]:
    """A plan as somebody might write it by hand: lots in any number, strangers among lots and applicants."""
    names = [each.applicant_id for each in instance.applicants] + ["stranger"] * draw(one_of(0, 0, 0, 1))
    lots = [lot.lot_id for lot in instance.lots] + ["L99"] * draw(one_of(0, 0, 0, 1))
    plan = {}
    for each in names:
        if draw(st.booleans()):
            plan[each] = tuple(
                draw(st.lists(st.sampled_from(lots), max_size=3, unique=draw(one_of(True, True, False))))
            )
    return plan


@st.composite
def revised(draw: Draw, most_lots: int = 5) -> Instance:
    """A tiny instance that revises an earlier plan: a few of its applicants held sites, some of which no longer fit."""
    instance = draw(instances(most_lots))
    earlier = draw(choices(instance))
    kept = draw(one_of(0, 700, 50, 1))
    policy = replace(instance.policy, kept_site=kept, most_changes=draw(one_of(None, 0, 1, 2)))
    asking = tuple(replace(each, earlier_lots=earlier.get(each.applicant_id, ())) for each in instance.applicants)
    return Instance(instance.lots, instance.neighbours, asking, policy)


def row_keys(instance: Instance) -> st.SearchStrategy[Key]:
    """Any row that a certificate may price, true of every plan of the instance."""
    policy = instance.policy
    ids = [sector.sector_id for sector in policy.sectors]
    found: list[st.SearchStrategy[Key]] = [st.sampled_from([("lot", lot.lot_id) for lot in instance.lots])]
    limits = [
        ("limit", limit.zone, unit)
        for limit in policy.limits
        for unit in ("power_kw", "water_hl_day")
        if getattr(limit, unit) is not None
    ]
    quotas = [
        ("quota", quota.name, side)
        for quota in policy.quotas
        for side in ("min", "max")
        if getattr(quota, f"{side}_lot_share_percent") is not None
    ]
    changes: list[Key] = [] if policy.most_changes is None else [("changes",)]
    found += [st.sampled_from(keys) for keys in (limits, quotas, changes) if keys]
    ends = [lots for pair in instance.neighbours for lots in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a))]
    if ends:
        found.append(st.sampled_from([("link", *lots, sector) for lots in ends for sector in ids]))
        found.append(
            st.sampled_from(
                [
                    ("apart", pair.lot_a, pair.lot_b, each.sector, each.applicant_id)
                    for pair in instance.neighbours
                    for each in instance.applicants
                ]
            )
        )
    groups = [
        (here, there)
        for here in tiny.subsets(tuple(ids))
        for there in tiny.subsets(tuple(ids))
        if all(tiny.are_hostile(instance, one, two) for one in here for two in there)
    ]
    separated = [lots for lots in ends if any(tiny.are_neighbours(instance, *lots, kind) for kind in policy.separation)]
    if groups and separated:
        found.append(
            st.tuples(st.sampled_from(separated), st.sampled_from(groups)).map(
                lambda drawn: ("separation", *drawn[0], "|".join(drawn[1][0]), "|".join(drawn[1][1]))
            )
        )
    return st.one_of(found)


@st.composite
def certified_prices(draw: Draw, instance: Instance) -> tuple[int, dict[Key, int]]:
    """A scale, and prices on rows that hold; of the size of the values at stake, or anything at all."""
    scale = draw(one_of(1, 7, 1024, 2**20))
    stake = 1_000_000 * scale
    amount = st.one_of(st.integers(1, stake), st.integers(1, stake // 50), st.integers(1, 2**53 - 1))
    return scale, draw(st.dictionaries(row_keys(instance), amount, max_size=12))
