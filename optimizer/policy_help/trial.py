"""Trials: the plan solved anew at other weights, with little work.  What is found is reported as found, not proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.policy_help.quantities import Weight, reweighted, weights_of
from optimizer.solve import solve

PERCENTS = (50, 80, 125, 200)


@dataclass(frozen=True)
class Trial:
    """What a short search found at another weight: how much more it is worth there, and how many hold another site."""

    weight: Weight
    to: int
    gain_millipoints: int
    moved: int
    plan: Plan


def trials(
    instance: Instance, plan: Plan, weight: Weight, limits: Limits, percents: Sequence[int] = PERCENTS
) -> Iterator[Trial]:
    """One trial at each of these percents of the weight, begun from the plan; it never finds less than the plan."""
    now = weights_of(instance.policy)[weight]
    for to in sorted({now * percent // 100 for percent in percents} - {now}):
        changed = reweighted(instance, {weight: to})
        found = solve(changed, limits, start=plan).plan
        if found is not None:
            gain = audit(changed, found).value_millipoints - audit(changed, plan).value_millipoints
            everybody = plan.assignments.keys() | found.assignments.keys()
            moved = sum(plan.assignments.get(each) != found.assignments.get(each) for each in everybody)
            yield Trial(weight, to, gain, moved, found)
