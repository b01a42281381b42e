"""The judge of tiny instances: brute force over every plan, written from the specification alone.

Shares no code with optimizer/.  A plan is here a mapping: applicant id -> sorted lot ids.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations

from hypothesis import HealthCheck, settings

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Quota
from instances.zone import Lot

Lots = tuple[str, ...]
Assignments = Mapping[str, Lots]
SOAK = int(os.environ.get("LOTWISE_SOAK", "1"))
"""How many times as many examples to draw; over 1 they are new ones each time."""


def examples(count: int) -> settings:
    """Settings of a test that draws this many examples: the same ones each time, whatever the machine's load."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(
        max_examples=count * SOAK, deadline=None, derandomize=SOAK == 1, database=None, suppress_health_check=slow
    )


def subsets(lots: Lots) -> list[Lots]:
    """Every non-empty set of lots, sorted within and among themselves."""
    return sorted(chain.from_iterable(combinations(lots, count) for count in range(1, len(lots) + 1)))


def lots_of(instance: Instance, ids: Lots) -> list[Lot]:
    return [lot for lot in instance.lots if lot.lot_id in ids]


def are_neighbours(instance: Instance, one: str, two: str, kind: str) -> bool:
    return any({pair.lot_a, pair.lot_b} == {one, two} and pair.kind == kind for pair in instance.neighbours)


def is_connected(instance: Instance, lots: Lots) -> bool:
    """Whether the lots hang together: each set of some but not all has a neighbour outside it."""
    halves = [part for part in subsets(lots) if len(part) < len(lots)]
    across = instance.policy.across
    return all(
        any(are_neighbours(instance, one, two, across) for one in part for two in set(lots) - set(part))
        for part in halves
    )


def fits(instance: Instance, applicant: Applicant, lots: Lots) -> bool:
    """Section 3: whether the applicant on these lots is a placement that may be granted."""
    if applicant.pinned_lots:
        return sorted(lots) == sorted(applicant.pinned_lots)
    if any(set(lots) & set(other.pinned_lots) for other in instance.applicants):
        return False
    parcels = lots_of(instance, lots)
    beside = applicant.beside_lots
    return (
        applicant.score >= instance.policy.min_score
        and len(parcels) == len(lots) > 0
        and len(lots) <= applicant.max_lots
        and len(lots) <= instance.policy.max_lots
        and all(lot.status == "available" for lot in parcels)
        and all(not applicant.zones or lot.zone in applicant.zones for lot in parcels)
        and all(not lot.sectors or applicant.sector in lot.sectors for lot in parcels)
        and applicant.area_min_m2 <= sum(lot.area_m2 for lot in parcels) <= applicant.area_max_m2
        and sum(lot.power_kw for lot in parcels) >= applicant.power_kw
        and sum(lot.water_hl_day for lot in parcels) >= applicant.water_hl_day
        and (
            not beside
            or any(one == two or are_neighbours(instance, one, two, "border") for one in lots for two in beside)
        )
        and is_connected(instance, lots)
    )


def placements(instance: Instance) -> dict[str, list[Lots]]:
    """For each applicant, every site that fits it."""
    every = subsets(tuple(lot.lot_id for lot in instance.lots))
    return {each.applicant_id: [lots for lots in every if fits(instance, each, lots)] for each in instance.applicants}


def sector_of(instance: Instance, applicant_id: str) -> str:
    return next(each.sector for each in instance.applicants if each.applicant_id == applicant_id)


def are_hostile(instance: Instance, one: str, two: str) -> bool:
    """Whether either sector emits a nuisance to which the other is sensitive."""
    first, second = (next(s for s in instance.policy.sectors if s.sector_id == each) for each in (one, two))
    return any(nuisance in second.sensitive_to for nuisance in first.emits) or any(
        nuisance in first.sensitive_to for nuisance in second.emits
    )


def tenants(plan: Assignments, lot: str) -> list[str]:
    return [each for each, lots in plan.items() if lot in lots]


def keeps_placement(instance: Instance, plan: Assignments) -> bool:
    """Rule 1 without the pins: sites that fit, one tenant a lot; a pinned applicant's site is left to the pins."""
    known = {each.applicant_id: each for each in instance.applicants}
    if not plan.keys() <= known.keys() or not all(
        len(set(lots)) == len(lots) == len(lots_of(instance, lots)) for lots in plan.values()
    ):
        return False
    alone = all(len(tenants(plan, lot.lot_id)) <= 1 for lot in instance.lots)
    return alone and all(known[each].pinned_lots or fits(instance, known[each], lots) for each, lots in plan.items())


def keeps_pins(instance: Instance, plan: Assignments) -> bool:
    return all(
        sorted(plan.get(each.applicant_id, ())) == sorted(each.pinned_lots)
        for each in instance.applicants
        if each.pinned_lots
    )


def keeps_separation(instance: Instance, plan: Assignments) -> bool:
    """Rule 2."""
    return not any(
        one != two and are_hostile(instance, sector_of(instance, one), sector_of(instance, two))
        for pair in instance.neighbours
        if pair.kind in instance.policy.separation
        for one in tenants(plan, pair.lot_a)
        for two in tenants(plan, pair.lot_b)
    )


def keeps_limits(instance: Instance, plan: Assignments) -> bool:
    """Rule 3; who holds a lot of the zone counts in full."""
    for limit in instance.policy.limits:
        inside = [
            each
            for each in instance.applicants
            if any(
                not limit.zone or lot.zone == limit.zone for lot in lots_of(instance, plan.get(each.applicant_id, ()))
            )
        ]
        if limit.power_kw is not None and sum(each.power_kw for each in inside) > limit.power_kw:
            return False
        if limit.water_hl_day is not None and sum(each.water_hl_day for each in inside) > limit.water_hl_day:
            return False
    return True


def keeps_quota(instance: Instance, quota: Quota, plan: Assignments) -> bool:
    n = m = 0
    for each in instance.applicants:
        lots = len(plan.get(each.applicant_id, ()))
        n += lots
        if (quota.group and each.group == quota.group) or (quota.sector and each.sector == quota.sector):
            m += lots
    low, high = quota.min_lot_share_percent, quota.max_lot_share_percent
    return (low is None or 100 * m >= low * n) and (high is None or 100 * m <= high * n)


def keeps_quotas(instance: Instance, plan: Assignments) -> bool:
    """Rule 4."""
    return all(keeps_quota(instance, quota, plan) for quota in instance.policy.quotas)


def changed(instance: Instance, plan: Assignments) -> list[str]:
    """Who holds something under the earlier plan and does not keep exactly that."""
    holders = [each for each in instance.applicants if each.earlier_lots]
    return [each.applicant_id for each in holders if set(plan.get(each.applicant_id, ())) != set(each.earlier_lots)]


def keeps_changes(instance: Instance, plan: Assignments) -> bool:
    most = instance.policy.most_changes
    return most is None or len(changed(instance, plan)) <= most


def is_feasible(instance: Instance, plan: Assignments) -> bool:
    return (
        keeps_placement(instance, plan)
        and keeps_pins(instance, plan)
        and keeps_separation(instance, plan)
        and keeps_limits(instance, plan)
        and keeps_quotas(instance, plan)
        and keeps_changes(instance, plan)
    )


def goals(instance: Instance, plan: Assignments) -> dict[str, int]:
    """Section 4, goal by goal in millipoints."""
    policy = instance.policy
    jobs = preferred = clustering = 0
    for each in instance.applicants:
        if each.applicant_id in plan:
            jobs += 1000 * (policy.job_direct * each.jobs_direct + policy.job_indirect * each.jobs_indirect)
            if set(plan[each.applicant_id]) & set(each.preferred_lots):
                preferred += 1000 * policy.preferred_lot
    for pair in instance.neighbours:
        rate = {"border": policy.border_metre, "street": policy.street_metre}[pair.kind]
        for one in tenants(plan, pair.lot_a):
            for two in tenants(plan, pair.lot_b):
                if one != two:
                    sectors = {sector_of(instance, one), sector_of(instance, two)}
                    listed = [p.percent for p in policy.affinity if {p.sector_a, p.sector_b} == sectors]
                    clustering += rate * pair.length_dm * (100 if len(sectors) == 1 else sum(listed))
    found = {"jobs": jobs, "preferred": preferred, "clustering": clustering}
    holders = [each for each in instance.applicants if each.earlier_lots]
    if policy.kept_site and holders:
        found["stability"] = 1000 * policy.kept_site * (len(holders) - len(changed(instance, plan)))
    return found


def value(instance: Instance, plan: Assignments) -> int:
    return sum(goals(instance, plan).values())


def rank(instance: Instance, applicant_id: str) -> int:
    return int(hashlib.sha256(f"{instance.policy.lottery_seed}:{applicant_id}".encode()).hexdigest(), 16)


def lottery_key(instance: Instance, plan: Assignments) -> tuple[list[int], list[Lots]]:
    """Section 5: of two plans of equal value the one with the smaller key is the better."""
    ordered = sorted(plan, key=lambda each: rank(instance, each))
    return [rank(instance, each) for each in ordered], [tuple(sorted(plan[each])) for each in ordered]


def choices(instance: Instance) -> Iterator[dict[str, Lots]]:
    """Every plan that gives each applicant nothing or a site that fits it, no lot twice; other rules may be broken."""
    sites = placements(instance)
    names = sorted(sites)

    def grow(index: int, plan: dict[str, Lots], taken: frozenset[str]) -> Iterator[dict[str, Lots]]:
        if index == len(names):
            yield plan
            return
        yield from grow(index + 1, plan, taken)
        for lots in sites[names[index]]:
            if not taken & set(lots):
                yield from grow(index + 1, {**plan, names[index]: lots}, taken | set(lots))

    return grow(0, {}, frozenset())


@dataclass(frozen=True)
class Verdict:
    """The best plans of an instance: their value, the one the lottery prefers, and how many there are."""

    value: int
    plan: Assignments
    count: int


@cache
def verdict(instance: Instance) -> Verdict | None:
    """The judgment by brute force; None when no plan is feasible."""
    feasible = [plan for plan in choices(instance) if is_feasible(instance, plan)]
    if not feasible:
        return None
    most = max(value(instance, plan) for plan in feasible)
    best = [plan for plan in feasible if value(instance, plan) == most]
    return Verdict(most, min(best, key=lambda plan: lottery_key(instance, plan)), len(best))
