"""What became of a grant: when works and production were due, when they began, how many jobs came, whether it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from instances.faults import Fault, Place, fault, refuse
from instances.zone import id_faults, place, whole_faults

Standing = Literal["on_time", "works_late", "production_late", "producing", "returned"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The deadlines of one grant and what happened; a day that is absent has not come.

    jobs_delivered: direct jobs, as last counted; None: never counted.  returned_on: the day on which the lots went back
    to the pool, which is a decision of the committee and never follows from a missed deadline by itself.
    Raises InstanceError with every fault found.
    """

    applicant_id: str
    granted_on: date
    works_due_on: date
    production_due_on: date
    works_started_on: date | None = None
    production_started_on: date | None = None
    jobs_delivered: int | None = None
    returned_on: date | None = None

    def __post_init__(self) -> None:
        refuse(self._faults())

    def standing(self, on: date) -> Standing:
        """How the grant stands at the end of a day; what happened later does not count yet."""
        if _has_come(self.returned_on, on):
            return "returned"
        if _has_come(self.production_started_on, on):
            return "producing"
        if on > self.works_due_on and not _has_come(self.works_started_on, on):
            return "works_late"
        return "production_late" if on > self.production_due_on else "on_time"

    def days_late(self, on: date) -> int:
        """Days since the deadline that the standing names; 0 when none is missed."""
        due = {"works_late": self.works_due_on, "production_late": self.production_due_on}.get(self.standing(on))
        return (on - due).days if due else 0

    def _faults(self) -> Iterator[Fault]:
        where = Place(part="applicant", key=self.applicant_id)
        yield from id_faults(self.applicant_id, "applicant_id", where)
        if self.jobs_delivered is not None:
            yield from whole_faults(self, ("jobs_delivered",), where)
        pairs: tuple[tuple[str, date, str, date | None], ...] = (
            ("granted_on", self.granted_on, "works_due_on", self.works_due_on),
            ("works_due_on", self.works_due_on, "production_due_on", self.production_due_on),
            ("granted_on", self.granted_on, "works_started_on", self.works_started_on),
            (
                ("works_started_on", self.works_started_on, "production_started_on", self.production_started_on)
                if self.works_started_on
                else ("granted_on", self.granted_on, "production_started_on", self.production_started_on)
            ),
            ("granted_on", self.granted_on, "returned_on", self.returned_on),
        )
        for first, earlier, second, later in pairs:
            if later is not None and later < earlier:
                yield fault("days_reversed", place(where, second), later, first=first, earlier=earlier)


def begun(applicant_id: str, granted_on: date, works_days: int, production_days: int) -> FollowUp:
    """The follow-up of a new grant, with deadlines so many days after it.

    Raises InstanceError when production is due before works, OverflowError past the year 9999.
    """
    due = (granted_on + timedelta(days=works_days), granted_on + timedelta(days=production_days))
    return FollowUp(applicant_id, granted_on, *due)


def _has_come(day: date | None, on: date) -> bool:
    return day is not None and day <= on
