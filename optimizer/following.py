"""Following up: how the grants of a plan stand on a day, jobs promised and delivered, and the lots that come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from instances.follow_up import FollowUp
from instances.instance import Instance
from optimizer.carrying import carried_over

LATE = ("works_late", "production_late")


@dataclass(frozen=True)
class Followed:
    """The grants of a plan at the end of a day.  rows: by applicant, each of whom holds lots in the plan."""

    instance: Instance
    assignments: Mapping[str, Sequence[str]]
    rows: Mapping[str, FollowUp]
    on: date

    @property
    def returned(self) -> frozenset[str]:
        """The applicants whose lots went back to the pool."""
        return frozenset(each for each, row in self.rows.items() if row.standing(self.on) == "returned")

    def promised(self, applicant_id: str) -> int:
        """Direct jobs of the application: what points were given for."""
        return self.instance.applicant[applicant_id].jobs_direct

    def grants(self) -> list[dict[str, Any]]:
        """One row for each grant, the most days late first."""
        rows = [
            {
                "applicant_id": each,
                "lots": list(self.assignments[each]),
                "standing": row.standing(self.on),
                "days_late": row.days_late(self.on),
                "jobs_promised": self.promised(each),
                "jobs_delivered": row.jobs_delivered,
            }
            for each, row in self.rows.items()
        ]
        return sorted(rows, key=lambda each: (-each["days_late"], each["applicant_id"]))

    def totals(self) -> dict[str, int]:
        """The sums; jobs that were never counted are not taken for none."""
        counted = {each: row.jobs_delivered for each, row in self.rows.items() if row.jobs_delivered is not None}
        return {
            "grants": len(self.rows),
            "late": sum(row.standing(self.on) in LATE for row in self.rows.values()),
            "returned": len(self.returned),
            "promised": sum(self.promised(each) for each in self.rows),
            "counted": len(counted),
            "promised_counted": sum(self.promised(each) for each in counted),
            "delivered": sum(counted.values()),
        }


def carried_with_returns(
    instance: Instance, plan: Mapping[str, Any], returned: frozenset[str], carry: str
) -> Instance | None:
    """The instance of the next round, in which lots that were returned are available again; None when nobody stays.

    Whoever returned lots does not stay.  carry: as `carried_over` takes it.
    """
    free = {lot for each in returned for lot in plan["assignments"][each]}
    lots = (replace(lot, status="available") if lot.lot_id in free else lot for lot in instance.lots)
    staying = tuple(each for each in instance.applicants if each.applicant_id not in returned)
    if not staying:
        return None
    kept = replace(instance, lots=tuple(lots), applicants=staying)
    standing = {each: held for each, held in plan["assignments"].items() if each not in returned}
    return carried_over(kept, {**plan, "assignments": standing}, carry)
