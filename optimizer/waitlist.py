"""The waitlist: who is next, by score and then by the published lottery."""

from __future__ import annotations

from collections.abc import Collection

from instances.instance import Instance
from optimizer.plan import Plan, lottery_rank


def waitlist(instance: Instance, plan: Plan, fitting: Collection[str]) -> tuple[str, ...]:
    """Applicants without a site to whom one could be granted, highest score first, ties by lottery rank.

    fitting: ids of the applicants that some site fits; the others cannot wait for anything.
    """
    waiting = [each for each in instance.applicants if each.applicant_id in fitting]
    waiting = [each for each in waiting if each.applicant_id not in plan.assignments]
    ordered = sorted(waiting, key=lambda each: (-each.score, lottery_rank(instance, each.applicant_id)))
    return tuple(each.applicant_id for each in ordered)
