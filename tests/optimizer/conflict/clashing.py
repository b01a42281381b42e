"""Tiny instances in which pins and quotas often clash, and brute force over what giving up rules would allow."""

from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

from instances.applicant import Applicant
from instances.faults import InstanceError
from instances.instance import Instance
from instances.policy import Limit, Quota
from optimizer.conflict.case import Group
from tests import drawn, tiny


@st.composite
def clashing(draw: drawn.Draw) -> Instance:
    """An instance with tight quotas and limits, mostly with pins."""
    instance = draw(drawn.instances(most_lots=4, pins=False))
    ids = [sector.sector_id for sector in instance.policy.sectors]
    quotas = []
    for number in range(draw(st.integers(1, 2))):
        low, high = draw(
            st.sampled_from([(60, None), (100, None), (None, 30), (None, 0), (30, 55), (40, 100), (90, 95)])
        )
        named = draw(st.sampled_from([("sme", ""), ("large", ""), *(("", each) for each in ids)]))
        quotas.append(Quota(f"q{number}", *named, low, high))
    limits = tuple(replace(each, power_kw=draw(st.integers(0, 12))) for each in instance.policy.limits[:1])
    policy = replace(instance.policy, quotas=tuple(quotas), limits=limits)
    applicants: tuple[Applicant, ...] = instance.applicants
    if draw(st.integers(0, 3)):
        lots = tuple(lot.lot_id for lot in instance.lots)
        applicants = drawn.pinned(drawn.picker(draw), applicants, lots)
    try:
        return Instance(instance.lots, instance.neighbours, applicants, policy)
    except InstanceError:  # the pins are at odds with the limits or the separation
        return Instance(instance.lots, instance.neighbours, instance.applicants, policy)


def counts(instance: Instance, must_grant: bool) -> bool:
    """Whether some plan is feasible, and grants something where it must."""
    return any((plan or not must_grant) and tiny.is_feasible(instance, plan) for plan in tiny.choices(instance))


def must_grant(instance: Instance) -> bool:
    return not any(each.pinned_lots for each in instance.applicants)


def is_conflict(instance: Instance, groups: tuple[Group, ...]) -> bool:
    """Whether these rules alone leave no plan; whoever is no longer pinned may stay, move or get nothing."""
    policy = instance.policy
    kept = {(each.kind, each.name, each.part) for each in groups}

    def share(quota: Quota, side: str, percent: int | None) -> int | None:
        return percent if ("quota", quota.name, side) in kept else None

    quotas = [
        (quota, share(quota, "min", quota.min_lot_share_percent), share(quota, "max", quota.max_lot_share_percent))
        for quota in policy.quotas
    ]
    limits = [
        (
            limit.zone,
            limit.power_kw if ("limit", limit.zone, "power_kw") in kept else None,
            limit.water_hl_day if ("limit", limit.zone, "water_hl_day") in kept else None,
        )
        for limit in policy.limits
    ]
    loose = replace(
        policy,
        quotas=tuple(
            Quota(q.name, q.group, q.sector, low, high) for q, low, high in quotas if (low, high) != (None, None)
        ),
        limits=tuple(Limit(*each) for each in limits if each[1:] != (None, None)),
        separation=policy.separation if ("separation", "", "") in kept else (),
        min_score=policy.min_score if ("eligibility", "", "") in kept else 0,
        most_changes=policy.most_changes if ("changes", "", "") in kept else None,
    )
    pins = {each.applicant_id for each in instance.applicants if each.pinned_lots}
    held = {each for each in pins if ("pin", each, "") in kept}
    free = sorted(pins - held)
    stays = [set(some) for count in range(len(free) + 1) for some in combinations(free, count)]
    for staying in stays:
        applicants = tuple(
            each if each.applicant_id in held | staying else replace(each, pinned_lots=())
            for each in instance.applicants
        )
        try:
            trial = Instance(instance.lots, instance.neighbours, applicants, loose)
        except InstanceError:  # who stays is at odds with a rule that is kept
            continue
        if counts(trial, must_grant(instance)):
            return False
    return True
