"""The applicants: projects that ask for a site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from instances.faults import Fault, Place, fault, refuse
from instances.zone import id_faults, place, text_faults, whole_faults

LOT_LISTS = ("preferred_lots", "beside_lots", "pinned_lots", "earlier_lots")


@dataclass(frozen=True, slots=True)
class Applicant:
    """A project that asks for a site; lists of ids are kept sorted.

    zones: accepted zone ids, empty for any.  preferred_lots earn a bonus; the site must border or hold one of
    beside_lots when any is named; pinned_lots are held by an earlier decision; earlier_lots are held under an earlier
    plan that is being revised, and bind nobody.  rounds_waited: how often it was carried over on the waitlist.
    investment_kmad: thousand dirhams.
    Raises InstanceError with every fault found.
    """

    applicant_id: str
    sector: str
    area_min_m2: int
    area_max_m2: int
    max_lots: int = 1
    jobs_direct: int = 0
    jobs_indirect: int = 0
    power_kw: int = 0
    water_hl_day: int = 0
    score: int = 100
    investment_kmad: int = 0
    name: str = ""
    group: str = ""
    zones: tuple[str, ...] = ()
    preferred_lots: tuple[str, ...] = ()
    beside_lots: tuple[str, ...] = ()
    filed_on: date | None = None
    pinned_lots: tuple[str, ...] = ()
    earlier_lots: tuple[str, ...] = ()
    rounds_waited: int = 0

    def __post_init__(self) -> None:
        for field in ("zones", *LOT_LISTS):
            if (given := getattr(self, field)) != ():
                object.__setattr__(self, field, tuple(sorted(set(given))))
        refuse(self._faults())

    @property
    def is_pinned(self) -> bool:
        """An earlier decision grants this applicant exactly its pinned lots."""
        return bool(self.pinned_lots)

    def _faults(self) -> Iterator[Fault]:
        where = Place(part="applicant", key=self.applicant_id)
        yield from id_faults(self.applicant_id, "applicant_id", where)
        yield from id_faults(self.sector, "sector", where)
        yield from text_faults(self, ("name", "group"), where)
        for field in ("zones", *LOT_LISTS):
            for each in getattr(self, field):
                yield from id_faults(each, field, where)
        counts = ("jobs_direct", "jobs_indirect", "power_kw", "water_hl_day", "investment_kmad", "rounds_waited")
        yield from whole_faults(self, counts, where)
        yield from whole_faults(self, ("max_lots",), where, least=1)
        yield from whole_faults(self, ("score",), where, most=100)
        areas = list(whole_faults(self, ("area_min_m2", "area_max_m2"), where))
        yield from areas
        if not areas and self.area_min_m2 > self.area_max_m2:
            yield fault("area_range_reversed", place(where, "area_max_m2"), self.area_max_m2, least=self.area_min_m2)
