"""The start: what of an earlier plan still stands in this instance, as the search's first plan."""

from __future__ import annotations

from collections.abc import Sequence

from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.rules import separation
from optimizer.sites import Placement


def still_standing(instance: Instance, placements: Sequence[Placement], earlier: Plan) -> Plan:
    """The pins, and every grant of the earlier plan that fits the instance and clashes with nothing kept before it.

    Grants are looked at in order of applicant id, after the pins.  The plan returned keeps lots and separation; limits
    and quotas it may still break, when the instance's are tighter than those the earlier plan was made for.
    """
    fitting = {(each.applicant.applicant_id, each.lots): each for each in placements}
    pinned = [each for each in placements if each.applicant.pinned_lots]
    earlier_ones = [fitting[key] for key in earlier.assignments.items() if key in fitting]
    hostile = instance.policy.hostile
    apart = separation.apart(instance)
    kept: dict[str, tuple[str, ...]] = {}
    sector_on: dict[str, str] = {}
    for each in [*pinned, *earlier_ones]:
        applicant, lots = each.applicant, each.lots
        facing = {sector_on[other] for lot in lots for other in apart[lot] - set(lots) if other in sector_on}
        is_taken = applicant.applicant_id in kept or any(lot in sector_on for lot in lots)
        if is_taken or any((applicant.sector, sector) in hostile for sector in facing):
            continue
        kept[applicant.applicant_id] = lots
        sector_on |= dict.fromkeys(lots, applicant.sector)
    return Plan(kept)
