"""A plan as pages look at it: recounted once, then kept, for a stored plan never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from threading import Lock

from fastapi import Request

from api.access import service_of
from api.collecting import without_collecting
from api.pages.plan_stages import PlanStage, plan_stages
from api.pages.zone_map import ZoneMap, zone_map
from api.plans import outcome_at
from api.problems import Problem
from api.service import Recent
from api.shared_answers import SharedAnswers
from api.store import plans, rounds
from api.store.plans import PlanSummary
from api.store.rounds import Round
from instances.applicant import Applicant
from instances.faults import Language
from instances.instance import Instance
from instances.policy import Quota
from instances.zone import Lot, Neighbours
from optimizer.export.rows import Row, SectorTotal, rows, sector_totals
from optimizer.outcome import Outcome
from optimizer.plan import Plan
from optimizer.rules.clustering import worth
from optimizer.rules.quotas import counts

CLASSES = 6
"""So many shades tell the lots apart by their jobs."""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used: unit is power_kw or water_hl_day; zone is empty for all zones together."""

    zone: str
    unit: str
    used: int
    most: int


@dataclass(frozen=True, slots=True)
class Share:
    """The lots that a quota counts, of all granted lots."""

    quota: Quota
    held: int
    granted: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A neighbour of a lot: its tenant, and the millipoints that the two earn together."""

    lot: Lot
    pair: Neighbours
    tenant: Applicant | None
    millipoints: int


@dataclass(frozen=True)
class PlanView:
    """A stored plan with everything that its pages show."""

    summary: PlanSummary
    outcome: Outcome
    map: ZoneMap

    @property
    def instance(self) -> Instance:
        """What was asked."""
        return self.outcome.instance

    @property
    def plan(self) -> Plan:
        """What was granted."""
        assert self.outcome.plan is not None, "a stored outcome holds a plan"
        return self.outcome.plan

    @cached_property
    def _rows(self) -> dict[Language, list[Row]]:
        return {}

    def rows(self, language: Language) -> list[Row]:
        """One row for each applicant."""
        if language not in self._rows:
            with without_collecting():
                self._rows[language] = list(rows(self.outcome, language))
        return self._rows[language]

    def row(self, applicant_id: str, language: Language) -> Row | None:
        """The row of one applicant."""
        if language not in self._places:
            self._places[language] = {row.applicant_id: row for row in self.rows(language)}
        return self._places[language].get(applicant_id)

    @cached_property
    def _places(self) -> dict[Language, dict[str, Row]]:
        return {}

    @cached_property
    def stages(self) -> tuple[PlanStage, ...]:
        """The stages of the policy with what is proved of each; none where it asks for the value."""
        return plan_stages(self.outcome)

    @property
    def worst_gap_millionths(self) -> int | None:
        """The proved gap, of a plan of stages the widest of theirs; None where one is not proved."""
        if not self.stages:
            return self.summary.gap_millionths
        gaps = [each.gap_millionths for each in self.stages]
        return None if None in gaps else max(each for each in gaps if each is not None)

    @cached_property
    def totals(self) -> tuple[SectorTotal, ...]:
        """What each sector is granted."""
        return sector_totals(self.instance, self.plan)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every limit of the policy, and how much of it the plan uses."""
        found = []
        for limit in self.instance.policy.limits:
            inside = [
                self.instance.applicant[each]
                for each, lots in self.plan.assignments.items()
                if not limit.zone or any(self.instance.lot[lot].zone == limit.zone for lot in lots)
            ]
            for unit, most in (("power_kw", limit.power_kw), ("water_hl_day", limit.water_hl_day)):
                if most is not None:
                    found.append(Use(limit.zone, unit, sum(getattr(each, unit) for each in inside), most))
        return tuple(found)

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """Every quota of the policy, and what it counts."""
        granted = len(self.plan.tenant)
        return tuple(
            Share(
                quota,
                sum(1 for each in self.plan.tenant.values() if counts(quota, self.instance.applicant[each])),
                granted,
            )
            for quota in self.instance.policy.quotas
        )

    @cached_property
    def jobs_per_hectare(self) -> dict[str, int]:
        """Direct jobs for each hectare of the tenant's site, by lot, rounded down."""
        found: dict[str, int] = {}
        for each, lots in self.plan.assignments.items():
            area_m2 = sum(self.instance.lot[lot].area_m2 for lot in lots)
            density = self.instance.applicant[each].jobs_direct * 10_000 // max(area_m2, 1)
            found |= dict.fromkeys(lots, density)
        return found

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The least jobs for each hectare of every shade but the first: about as many lots have each shade."""
        ordered = sorted(self.jobs_per_hectare.values())
        limits = {ordered[len(ordered) * step // CLASSES] for step in range(1, CLASSES)} if ordered else set()
        return tuple(sorted(limits - {ordered[0]} if ordered else limits))

    @cached_property
    def ranges(self) -> list[tuple[int, int]]:
        """The least and the greatest jobs for each hectare of every shade."""
        if not self.jobs_per_hectare:
            return []
        least, most = min(self.jobs_per_hectare.values()), max(self.jobs_per_hectare.values())
        return [(low, high - 1) for low, high in pairwise((least, *self.steps, most + 1))]

    def shade(self, lot_id: str) -> int:
        """The shade of a granted lot, from 0."""
        density = self.jobs_per_hectare[lot_id]
        return sum(1 for step in self.steps if density >= step)

    def besides(self, lot_id: str) -> list[Beside]:
        """The neighbours of a lot, the longest border first."""
        instance, tenant = self.instance, self.plan.tenant
        mine = instance.applicant.get(tenant.get(lot_id, ""))
        found = []
        for pair in self._pairs.get(lot_id, ()):
            other = pair.lot_b if pair.lot_a == lot_id else pair.lot_a
            theirs = instance.applicant.get(tenant.get(other, ""))
            earns = 0
            if mine is not None and theirs is not None and mine.applicant_id != theirs.applicant_id:
                earns = worth(instance, pair, mine.sector, theirs.sector)
            found.append(Beside(instance.lot[other], pair, theirs, earns))
        return sorted(found, key=lambda each: (each.pair.kind, -each.pair.length_dm, each.lot.lot_id))

    @cached_property
    def _pairs(self) -> dict[str, list[Neighbours]]:
        pairs: dict[str, list[Neighbours]] = {}
        for pair in self.instance.neighbours:
            pairs.setdefault(pair.lot_a, []).append(pair)
            pairs.setdefault(pair.lot_b, []).append(pair)
        return pairs

    @cached_property
    def wanted_by(self) -> dict[str, list[Applicant]]:
        """Lot -> the applicants that prefer it, the highest score first."""
        wanted: dict[str, list[Applicant]] = {}
        for applicant in sorted(self.instance.applicants, key=lambda each: -each.score):
            for lot in applicant.preferred_lots:
                wanted.setdefault(lot, []).append(applicant)
        return wanted


def plan_view(request: Request, plan_id: str) -> PlanView:
    """The view of a stored plan, from memory when somebody looked at it lately.  Raises Problem not_found."""
    service, views = service_of(request), views_of(request)
    known = views.plans.get(plan_id)
    if known is not None:
        return known
    # Of many who come at once one makes it: else they take the processor from each other and all wait for all.
    with views.making:
        known = views.plans.get(plan_id)
        if known is not None:
            return known
        with service.reading() as connection:
            summary = plans.find(connection, plan_id)
        if summary is None:
            raise Problem("not_found", what="plan", id=plan_id[:80])
        with without_collecting():
            outcome = outcome_at(service, plan_id)
            shapes = views.map_of(summary.instance_id, outcome.instance)
        return views.plans.put(plan_id, PlanView(summary, outcome, shapes))


def round_of(request: Request, round_id: str | None) -> Round | None:
    """The round that a plan or a run belongs to, if it belongs to one."""
    if round_id is None:
        return None
    with service_of(request).reading() as connection:
        return rounds.find(connection, round_id)


@dataclass(frozen=True, slots=True)
class Published:
    """A published round with the plan that was decided."""

    round: Round
    plan_id: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that is the same for everybody who asks for it so."""

    body: bytes
    headers: Mapping[str, str]


class Views:
    """What pages keep in memory: of plans and zones that never change once they are stored."""

    def __init__(self) -> None:
        self.plans: Recent[PlanView] = Recent(8)
        self.making = Lock()
        self.public: Recent[KeptPage] = Recent(64)
        self.public_asked = SharedAnswers[KeptPage]()
        self.published_asked = SharedAnswers[Published]()
        self._maps: Recent[ZoneMap] = Recent(8)

    def map_of(self, instance_id: str, instance: Instance) -> ZoneMap:
        """The map of an instance."""
        return self._maps.get(instance_id) or self._maps.put(instance_id, zone_map(instance))


def views_of(request: Request) -> Views:
    """The views of the application."""
    views: Views = request.app.state.views
    return views
