"""Goal: applicants that keep exactly their site of an earlier plan; each that does not is a change.

Charging every change the same points would only lower the value of every plan by the same constant.
"""

from __future__ import annotations

from collections.abc import Iterator

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row

name = "stability"


def concerns(instance: Instance) -> bool:
    """Whether the policy gives points for kept sites, and there is an earlier plan."""
    return bool(instance.policy.kept_site) and any(each.earlier_lots for each in instance.applicants)


def worth(instance: Instance, applicant: Applicant, lots: tuple[str, ...]) -> int:
    """Millipoints for the applicant on these sorted lots: 1000 * kept_site on its earlier ones, else none."""
    return 1000 * instance.policy.kept_site if lots and lots == applicant.earlier_lots else 0


def terms(columns: Columns) -> Iterator[tuple[int, int]]:
    """1000 * kept_site on each placement that is the applicant's earlier one."""
    for number, placement in enumerate(columns.placements):
        millipoints = worth(columns.instance, placement.applicant, placement.lots)
        if millipoints:
            yield number, millipoints


def rows(columns: Columns) -> Iterator[Row]:
    """None: the goal has no columns of its own."""
    return iter(())


def points(instance: Instance, plan: Plan) -> int:
    """Millipoints of kept sites in the plan."""
    kept = [
        each
        for each in instance.applicants
        if each.earlier_lots and set(plan.assignments.get(each.applicant_id, ())) == set(each.earlier_lots)
    ]
    return len(kept) * instance.policy.kept_site * 1000
