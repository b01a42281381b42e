"""The audit: value and breaches of a plan, recounted from instance and plan alone."""

from __future__ import annotations

from dataclasses import dataclass

from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.rules import GOALS, RULES, Breach


@dataclass(frozen=True)
class Audit:
    """What a plan is worth, goal by goal in whole millipoints, and every way in which it breaks a rule."""

    goals_millipoints: dict[str, int]
    breaches: tuple[Breach, ...]

    @property
    def value_millipoints(self) -> int:
        """The sum of the goals."""
        return sum(self.goals_millipoints.values())

    @property
    def is_feasible(self) -> bool:
        """No rule is broken."""
        return not self.breaches


def audit(instance: Instance, plan: Plan) -> Audit:
    """Recount a plan.  Strangers among its ids are breaches, never errors; such a plan is worth nothing."""
    known = all(
        each in instance.applicant and all(lot in instance.lot for lot in lots)
        for each, lots in plan.assignments.items()
    )
    placement, *others = RULES
    goals = [goal for goal in GOALS if goal.concerns(instance)]
    breaches = list(placement.breaches(instance, plan))
    if not known:
        return Audit({goal.name: 0 for goal in goals}, tuple(breaches))
    for rule in others:
        if rule.concerns(instance):
            breaches += rule.breaches(instance, plan)
    return Audit({goal.name: goal.points(instance, plan) for goal in goals}, tuple(breaches))
