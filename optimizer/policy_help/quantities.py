"""What a plan holds of each thing that the policy gives points for: the value is weight times quantity, summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, get_args

from instances.instance import Instance
from instances.policy import Policy
from optimizer.plan import Plan

Weight = Literal["job_direct", "job_indirect", "border_metre", "street_metre", "preferred_lot"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)


def quantities(instance: Instance, plan: Plan) -> dict[Weight, int]:
    """Millipoints that the plan earns for each point of each weight, whatever the weights are now."""
    granted = [instance.applicant[each] for each in plan.assignments]
    percent = instance.policy.affinity_percent
    held: dict[Weight, int] = dict.fromkeys(WEIGHTS, 0)
    held["job_direct"] = 1000 * sum(each.jobs_direct for each in granted)
    held["job_indirect"] = 1000 * sum(each.jobs_indirect for each in granted)
    held["preferred_lot"] = 1000 * sum(
        not set(each.preferred_lots).isdisjoint(plan.assignments[each.applicant_id]) for each in granted
    )
    for pair in instance.neighbours:
        one, two = plan.tenant.get(pair.lot_a), plan.tenant.get(pair.lot_b)
        if one is not None and two is not None and one != two:
            sectors = (instance.applicant[one].sector, instance.applicant[two].sector)
            kind: Weight = "border_metre" if pair.kind == "border" else "street_metre"
            held[kind] += pair.length_dm * percent.get(sectors, 0)
    return held


def weights_of(policy: Policy) -> dict[Weight, int]:
    """The whole points of each weight."""
    return {weight: int(getattr(policy, weight)) for weight in WEIGHTS}


def reweighted(instance: Instance, weights: Mapping[Weight, int]) -> Instance:
    """The instance with these weights instead of its own."""
    policy = replace(instance.policy, **weights)  # type: ignore[arg-type]
    return Instance(instance.lots, instance.neighbours, instance.applicants, policy)
