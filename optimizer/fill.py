"""Fill: no lot stays idle while somebody it fits would bring the zone points."""

from __future__ import annotations

from collections.abc import Sequence

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
    kept_apart: set[tuple[str, tuple[str, ...]]] = set()  # sectors and sites: nobody moves, so they stay so
    while is_new:  # a grant may make room under a quota, or a border, for one that was tried before it
        is_new = False
        for placement in free:
            applicant_id = placement.applicant.applicant_id
            kind = placement.applicant.sector, placement.lots
            if applicant_id in plan.assignments or not plan.tenant.keys().isdisjoint(placement.lots):
                continue
            if kind in kept_apart:
                continue
            trials += 1
            if trials > MOST_TRIALS:
                return plan
            trial = Plan({**plan.assignments, applicant_id: placement.lots})
            counted = audit(instance, trial)
            if counted.is_feasible and counted.value_millipoints > value:
                plan, value, is_new = trial, counted.value_millipoints, True
            if any(breach.rule == separation.name for breach in counted.breaches):
                kept_apart.add(kind)
    return plan
