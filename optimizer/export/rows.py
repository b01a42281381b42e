"""The plan as a table: one row per applicant, and totals by sector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from instances.applicant import Applicant
from instances.faults import Language
from instances.instance import Instance
from optimizer.outcome import Outcome
from optimizer.plan import Plan, lottery_rank
from optimizer.reasons import sentence

Result = Literal["granted", "waitlist", "refused"]


@dataclass(frozen=True, slots=True)
class Row:
    """One applicant and what became of it.  Places count from 1; lists of ids are joined with `|`."""

    applicant_id: str
    name: str
    sector: str
    outcome: Result
    lots: str
    zone: str
    area_m2: int | None
    jobs_direct: int
    jobs_indirect: int
    score: int
    lottery_place: int
    waitlist_place: int | None
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class SectorTotal:
    """What a plan grants to one sector."""

    sector: str
    lots: int
    area_m2: int
    granted: int
    applicants: int
    jobs_direct: int
    jobs_indirect: int


def rows(outcome: Outcome, language: Language = "en") -> Iterator[Row]:
    """One row per applicant, sorted by id.  Raises ValueError when the outcome holds no plan."""
    if outcome.plan is None:
        raise ValueError(f"an outcome of kind {outcome.kind!r} has no plan to write")
    drawn = lottery_places(outcome.instance)
    waiting = {applicant: place for place, applicant in enumerate(outcome.waitlist, start=1)}
    for applicant in outcome.instance.applicants:
        each = applicant.applicant_id
        lots = [outcome.instance.lot[lot] for lot in outcome.plan.assignments.get(each, ())]
        reason = outcome.reasons[each]
        yield Row(
            applicant_id=each,
            name=applicant.name,
            sector=applicant.sector,
            outcome="granted" if lots else "waitlist" if each in waiting else "refused",
            lots="|".join(lot.lot_id for lot in lots),
            zone="|".join(sorted({lot.zone for lot in lots})),
            area_m2=sum(lot.area_m2 for lot in lots) if lots else None,
            jobs_direct=applicant.jobs_direct,
            jobs_indirect=applicant.jobs_indirect,
            score=applicant.score,
            lottery_place=drawn[each],
            waitlist_place=waiting.get(each),
            reason_code=reason.code,
            reason=sentence(reason, language),
        )


def sector_totals(instance: Instance, plan: Plan) -> tuple[SectorTotal, ...]:
    """Totals of every sector of the policy, sorted by sector id; a sector without a lot has zeros."""
    asked: dict[str, list[Applicant]] = {sector.sector_id: [] for sector in instance.policy.sectors}
    for applicant in instance.applicants:
        asked[applicant.sector].append(applicant)
    return tuple(_total(instance, plan, sector, applicants) for sector, applicants in asked.items())


def lottery_places(instance: Instance) -> dict[str, int]:
    """Applicant id -> place in the published draw, from 1."""
    drawn = sorted(instance.applicant, key=lambda applicant: lottery_rank(instance, applicant))
    return {applicant: place for place, applicant in enumerate(drawn, start=1)}


def _total(instance: Instance, plan: Plan, sector: str, applicants: list[Applicant]) -> SectorTotal:
    granted = [each for each in applicants if each.applicant_id in plan.assignments]
    lots = [instance.lot[lot] for each in granted for lot in plan.assignments[each.applicant_id]]
    return SectorTotal(
        sector=sector,
        lots=len(lots),
        area_m2=sum(lot.area_m2 for lot in lots),
        granted=len(granted),
        applicants=len(applicants),
        jobs_direct=sum(each.jobs_direct for each in granted),
        jobs_indirect=sum(each.jobs_indirect for each in granted),
    )
