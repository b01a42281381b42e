"""Strategies that draw tiny valid instances of every feature, plans of them and prices for them."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from random import Random
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
Pick = Callable[[Sequence[T]], T]
Key = tuple[str, ...]

SHRINKS = os.environ.get("LOTWISE_SHRINK") == "1"
SIZES = {2: 5, 3: 4, 4: 3, 5: 3, 6: 2}
"""How many applicants at most come with so many lots, so that a judgment takes milliseconds."""
NUISANCES: tuple[tuple[str, ...], ...] = (("dust",), (), ("noise",), ("dust", "noise"))
GROUPS = ("", "sme", "large")


def picker(draw: Draw) -> Pick:
    """Chooses one of the values given, again and again.

    All choices follow from one number that Hypothesis draws: a draw for each takes longer than most tests do with the
    instance.  With LOTWISE_SHRINK=1 each is a draw, so that Hypothesis makes a failing example small.
    """
    if SHRINKS:
        return lambda values: draw(st.sampled_from(values))
    return Random(draw(st.integers(0, 2**63 - 1))).choice


def one_of(*values: T) -> st.SearchStrategy[T]:
    return st.sampled_from(values)


def some(pick: Pick, of: Sequence[T], most: int | None = None) -> tuple[T, ...]:
    """A few of these, often none, in any order."""
    if pick((True, False)):
        return ()
    left, found = list(of), []
    for _ in range(pick(range(min(most or len(of), len(of)) + 1))):
        found.append(pick(left))
        left.remove(found[-1])
    return tuple(found)


def seldom(pick: Pick) -> bool:
    """True one time in eight."""
    return pick(range(8)) == 5


def sectors(pick: Pick) -> tuple[Sector, ...]:
    count = pick((2, 3, 1))
    return tuple(Sector(f"s{number}", emits=pick(NUISANCES), sensitive_to=pick(NUISANCES)) for number in range(count))


def policy(pick: Pick, ids: tuple[str, ...], zones: tuple[str, ...], known: tuple[Sector, ...]) -> Policy:
    quotas = []
    for number in range(pick((0, 1, 0, 2, 0))):
        low, high = sorted((pick((0, 25, 34, 50)), pick((33, 50, 60, 100))))
        sides = pick(((low, None), (None, high), (low, high)))
        group, sector = (pick(("sme", "large")), "") if pick((True, False)) else ("", pick(ids))
        quotas.append(Quota(f"q{number}", group, sector, *sides))
    limits = [Limit(zone, pick((20, 12, 8, 0, 30)), pick((None, 9, 20, 5))) for zone in some(pick, ("", *zones))]
    pairs = [pair for pair in combinations(ids, 2) if pick((False, True))]
    return Policy(
        "tiny",
        known,
        lottery_seed=pick(range(10)),
        min_score=pick((0, 50)),
        max_lots=pick((1, 2, 2, 3)),
        across=pick(("border", "border", "street")),
        job_direct=pick((100, 0, 1)),
        job_indirect=pick((0, 40)),
        border_metre=pick((6, 0, 50)),
        street_metre=pick((2, 0, 30)),
        preferred_lot=pick((0, 0, 50, 700)),
        limits=tuple(limits),
        quotas=tuple(quotas),
        affinity=tuple(Affinity(*pair, pick((0, 30, 100))) for pair in pairs),
        separation=pick((("border",), ("border", "street"), ("street",), ())),
    )


def applicant(
    pick: Pick, number: int, ids: tuple[str, ...], zones: tuple[str, ...], lots: tuple[str, ...]
) -> Applicant:
    low, high = sorted((pick((0, 0, 100, 150)), pick((600, 400, 200, 600))))
    return Applicant(
        f"a{number}",
        pick(ids),
        low,
        high,
        max_lots=pick((1, 2, 2, 3)),
        jobs_direct=pick((5, 0, 5, 6, 20)),
        jobs_indirect=pick((0, 3)),
        power_kw=pick((5, 0, 5, 15)),
        water_hl_day=pick((3, 0, 3, 8)),
        score=pick((90, 40, 50, 90, 100)),
        group=pick(GROUPS),
        zones=some(pick, zones, 1) if seldom(pick) else (),
        preferred_lots=some(pick, lots, 2),
        beside_lots=some(pick, lots, 2) if seldom(pick) else (),
    )


@st.composite
def instances(draw: Draw, most_lots: int = 6, pins: bool = True) -> Instance:
    """A tiny valid instance.  pins: some applicants may be pinned, also to lots that do not fit or do not connect."""
    pick = picker(draw)
    lot_ids = tuple(f"L{number}" for number in range(pick((4, *range(most_lots, 1, -1)))))
    zones = ("Z1", "Z2")[: pick((1, 1, 2))]
    known = sectors(pick)
    ids = tuple(sector.sector_id for sector in known)
    lots = tuple(
        Lot(
            lot_id,
            pick((100, 100, 150, 200)),
            pick((10, 10, 20)),
            pick((5, 8)),
            pick(zones) if number >= len(zones) else zones[number],
            status=pick(("reserved", "allocated", "withdrawn")) if seldom(pick) else "available",
            sectors=some(pick, ids, 2) if seldom(pick) else (),
        )
        for number, lot_id in enumerate(lot_ids)
    )
    neighbours = tuple(
        Neighbours(one, two, pick((100, 200, 7, 0)), pick(("border", "border", "street")))
        for one, two in combinations(lot_ids, 2)
        if pick((True, True, False))
    )
    most = SIZES[len(lots)]
    numbers = range(pick((*range(most, 1, -1), most, 1)))
    asking = tuple(applicant(pick, number, ids, zones, lot_ids) for number in numbers)
    rules = policy(pick, ids, zones, known)
    if pins and pick((True, False, False)):
        # The pins may be at odds with the limits or the separation.
        with suppress(InstanceError):
            return Instance(lots, neighbours, pinned(pick, asking, lot_ids), rules)
    return Instance(lots, neighbours, asking, rules)


def pinned(pick: Pick, asking: tuple[Applicant, ...], lots: tuple[str, ...]) -> tuple[Applicant, ...]:
    """The same applicants, one or two of them pinned to one or two lots that nobody else holds."""
    free = list(lots)
    held: list[list[str]] = []
    for _ in asking[: pick((1, 2))]:
        held.append([])
        for _ in range(min(pick((1, 2)), len(free))):
            held[-1].append(pick(free))
            free.remove(held[-1][-1])
    return tuple(
        replace(each, pinned_lots=tuple(held[index])) if index < len(held) else each
        for index, each in enumerate(asking)
    )


@st.composite
def choices(draw: Draw, instance: Instance, overlapping: bool = False) -> dict[str, tuple[str, ...]]:
    """A plan of sites that fit, which may break any other rule.  overlapping: two tenants may hold one lot."""
    pick = picker(draw)
    plan: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for each, sites in sorted(tiny.placements(instance).items()):
        open_sites = [lots for lots in sites if overlapping or not taken & set(lots)]
        if open_sites and pick((True, True, False)):
            plan[each] = pick(open_sites)
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
