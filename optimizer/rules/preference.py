"""Goal: applicants whose site holds a lot that they prefer."""

from __future__ import annotations

from collections.abc import Iterator

from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row

name = "preferred"


def concerns(instance: Instance) -> bool:
    """Every instance."""
    return True


def terms(columns: Columns) -> Iterator[tuple[int, int]]:
    """1000 * preferred_lot on each placement whose site holds a preferred lot."""
    bonus = 1000 * columns.instance.policy.preferred_lot
    for number, placement in enumerate(columns.placements):
        if bonus and not set(placement.applicant.preferred_lots).isdisjoint(placement.lots):
            yield number, bonus


def rows(columns: Columns) -> Iterator[Row]:
    """None: the goal has no columns of its own."""
    return iter(())


def points(instance: Instance, plan: Plan) -> int:
    """Millipoints of met preferences in the plan."""
    pleased = [
        applicant
        for applicant in instance.applicants
        if any(plan.tenant.get(lot) == applicant.applicant_id for lot in applicant.preferred_lots)
    ]
    return len(pleased) * instance.policy.preferred_lot * 1000
