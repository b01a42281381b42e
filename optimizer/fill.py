"""Fill: no lot stays idle while somebody it fits would bring the zone points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.plan import Plan, lottery_rank
from optimizer.rules import separation
from optimizer.rules.jobs import worth
from optimizer.sites import Placement

MOST_TRIALS = 300
"""Grants tried at most; a search leaves few lots idle, and each trial is a whole audit."""


def fill(instance: Instance, placements: Sequence[Placement], plan: Plan) -> Plan:
    """The feasible plan with further applicants granted on free sites, most jobs first, ties by the lottery.

    Each grant raises the value and breaks no rule; nobody who holds a site is moved.  Afterwards no single grant on a
    free site would raise it further, unless the trials ran out.
    """
    value = audit(instance, plan).value_millipoints
    free = [
        placement
        for placement in placements
        if placement.applicant.applicant_id not in plan.assignments and plan.tenant.keys().isdisjoint(placement.lots)
    ]
    free.sort(
        key=lambda each: (
            -worth(instance, each.applicant),
            lottery_rank(instance, each.applicant.applicant_id),
            len(each.lots),
            each.lots,
        )
    )
    trials, is_new = 0, True
    apart = separation.apart(instance)
    while is_new:  # a grant may make room under a quota, or a border, for one that was tried before it
        is_new = False
        for placement in free:
            applicant_id = placement.applicant.applicant_id
            if applicant_id in plan.assignments or not plan.tenant.keys().isdisjoint(placement.lots):
                continue
            if _is_beside_hostile(instance, apart, plan, placement):
                continue
            trials += 1
            if trials > MOST_TRIALS:
                return plan
            trial = Plan({**plan.assignments, applicant_id: placement.lots})
            counted = audit(instance, trial)
            if counted.is_feasible and counted.value_millipoints > value:
                plan, value, is_new = trial, counted.value_millipoints, True
    return plan


def _is_beside_hostile(instance: Instance, apart: Mapping[str, set[str]], plan: Plan, placement: Placement) -> bool:
    """Whether the audit would refuse the grant for its neighbours; known sooner than by an audit."""
    tenants = {plan.tenant.get(beside) for lot in placement.lots for beside in apart[lot]}
    sectors = {instance.applicant[each].sector for each in tenants if each is not None}
    return any((placement.applicant.sector, sector) in instance.policy.hostile for sector in sectors)
