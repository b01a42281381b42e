"""Rule: a group's or a sector's share of the granted lots stays between its floor and its cap."""

from __future__ import annotations

from collections.abc import Iterator

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Quota
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.rule import Breach

name = "quotas"


def concerns(instance: Instance) -> bool:
    """Whether the policy has quotas."""
    return bool(instance.policy.quotas)


def counts(quota: Quota, applicant: Applicant) -> bool:
    """Whether the applicant's lots count towards the quota."""
    return applicant.group == quota.group if quota.group else applicant.sector == quota.sector


def rows(columns: Columns) -> Iterator[Row]:
    """With n granted lots of which m count, ("quota", name, "min"): floor * n - 100 m <= 0, and

    ("quota", name, "max"): 100 m - cap * n <= 0, both written over placements.
    """
    for quota in columns.instance.policy.quotas:
        for side, share in (("min", quota.min_lot_share_percent), ("max", quota.max_lot_share_percent)):
            if share is None:
                continue
            terms = []
            for number, placement in enumerate(columns.placements):
                inside = 100 if counts(quota, placement.applicant) else 0
                excess = share - inside if side == "min" else inside - share
                if excess:
                    terms.append((number, excess * len(placement.site.lots)))
            key = ("quota", quota.name, side)
            yield Row(key, tuple(number for number, _ in terms), tuple(excess for _, excess in terms), 0)


def breaches(instance: Instance, plan: Plan) -> Iterator[Breach]:
    """Every floor or cap that the plan's shares miss."""
    granted = sum(len(lots) for lots in plan.assignments.values())
    for quota in instance.policy.quotas:
        held = sum(len(lots) for each, lots in plan.assignments.items() if counts(quota, instance.applicant[each]))
        low, high = quota.min_lot_share_percent, quota.max_lot_share_percent
        if low is not None and 100 * held < low * granted:
            yield Breach(name, (quota.name,), f"{quota.name}: {held} of {granted} lots, at least {low} % needed")
        if high is not None and 100 * held > high * granted:
            yield Breach(name, (quota.name,), f"{quota.name}: {held} of {granted} lots, at most {high} % allowed")
