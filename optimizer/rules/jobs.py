"""Goal: direct and indirect jobs of the granted applicants."""

from __future__ import annotations

from collections.abc import Iterator

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row

name = "jobs"


def worth(instance: Instance, applicant: Applicant) -> int:
    """Millipoints for granting the applicant: 1000 * (job_direct * jobs_direct + job_indirect * jobs_indirect)."""
    policy = instance.policy
    return 1000 * (policy.job_direct * applicant.jobs_direct + policy.job_indirect * applicant.jobs_indirect)


def concerns(instance: Instance) -> bool:
    """Every instance."""
    return True


def terms(columns: Columns) -> Iterator[tuple[int, int]]:
    """The applicant's worth on each of its placements."""
    for number, placement in enumerate(columns.placements):
        yield number, worth(columns.instance, placement.applicant)


def rows(columns: Columns) -> Iterator[Row]:
    """None: the goal has no columns of its own."""
    return iter(())


def points(instance: Instance, plan: Plan) -> int:
    """Millipoints of jobs in the plan."""
    policy = instance.policy
    granted = [instance.applicant[applicant_id] for applicant_id in plan.assignments]
    direct, indirect = sum(each.jobs_direct for each in granted), sum(each.jobs_indirect for each in granted)
    return (direct * policy.job_direct + indirect * policy.job_indirect) * 1000
