"""Rule: at most so many applicants lose or leave their site of an earlier plan.

Who holds nothing under the earlier plan, and who is no longer an applicant, changes nothing for anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.rule import Breach

name = "changes"


def concerns(instance: Instance) -> bool:
    """Whether the policy limits the changes."""
    return instance.policy.most_changes is not None


def earlier_holders(instance: Instance) -> int:
    """How many applicants hold a site under the earlier plan."""
    return sum(1 for each in instance.applicants if each.earlier_lots)


def changed(instance: Instance, plan: Plan) -> tuple[str, ...]:
    """Ids of the applicants that do not hold exactly the site that they hold under the earlier plan."""
    return tuple(
        each.applicant_id
        for each in instance.applicants
        if each.earlier_lots and plan.assignments.get(each.applicant_id, ()) != each.earlier_lots
    )


def least_kept(instance: Instance) -> int:
    """How many applicants must keep their site; 0 or less where the rule asks nothing."""
    assert instance.policy.most_changes is not None, "the policy limits the changes"
    return earlier_holders(instance) - instance.policy.most_changes


def rows(columns: Columns) -> Iterator[Row]:
    """("changes",): - sum of the placements that are the earlier ones <= most_changes - earlier holders."""
    kept = tuple(
        number
        for number, placement in enumerate(columns.placements)
        if placement.lots and placement.lots == placement.applicant.earlier_lots
    )
    yield Row(("changes",), kept, (-1,) * len(kept), -least_kept(columns.instance))


def breaches(instance: Instance, plan: Plan) -> Iterator[Breach]:
    """The applicants that change, when there are more than allowed."""
    moving, most = changed(instance, plan), instance.policy.most_changes
    if most is not None and len(moving) > most:
        yield Breach(name, moving, f"{len(moving)} applicants do not keep their earlier site, {most} allowed")
