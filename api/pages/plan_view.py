"""A plan as pages look at it: everything that they show of it, from its record and a sketch of its instance."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from api.collecting import without_collecting
from api.pages.plan_stages import PlanStage, plan_stages
from api.pages.plan_table import Entry
from api.recorded import Recorded
from api.sketch import ShownApplicant, ShownLot, Sketch
from api.store.plans import PlanSummary
from api.zone_map import ZoneMap
from instances.faults import Language
from instances.instance import Instance
from instances.policy import Quota
from instances.zone import Neighbours
from optimizer.explain import Reason
from optimizer.export.rows import Row, SectorTotal
from optimizer.plan import Plan
from optimizer.reasons import sentence
from optimizer.rules.clustering import worth

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

    lot: ShownLot
    pair: Neighbours
    tenant: ShownApplicant | None
    millipoints: int


class Grant(NamedTuple):
    """An applicant that holds a site."""

    applicant: ShownApplicant
    lots: list[ShownLot]


@dataclass(frozen=True)
class PlanView:
    """A stored plan with everything that its pages show.

    zone: what is shown of its instance.  read: gives the instance itself, which takes a while the first time.
    """

    summary: PlanSummary
    recorded: Recorded
    zone: Sketch
    read: Callable[[], Instance]

    @property
    def instance(self) -> Instance:
        """What was asked."""
        return self.read()

    @property
    def plan(self) -> Plan:
        """What was granted."""
        return self.recorded.plan

    @property
    def map(self) -> ZoneMap:
        """The map of the zone."""
        return self.zone.map

    @property
    def waitlist(self) -> list[str]:
        """Who waits, in order."""
        waiting: list[str] = self.recorded.document["waitlist"]
        return waiting

    @property
    def goals_millipoints(self) -> Mapping[str, int]:
        """What the plan has of each goal."""
        goals: Mapping[str, int] = self.recorded.document["goals_millipoints"]
        return goals

    @property
    def is_unique(self) -> bool:
        """Whether it was proved that no other plan is as good."""
        unique: bool = self.recorded.document["unique"]
        return unique

    @property
    def is_staged(self) -> bool:
        """Whether something was proved of stages."""
        return bool(self.recorded.document.get("stages"))

    @cached_property
    def entries(self) -> list[Entry]:
        """Everybody in the table, sorted by id."""
        asking, held = self.zone.applicants, self.plan.assignments
        waiting = {each: place for place, each in enumerate(self.waitlist, start=1)}
        area_m2 = {each.lot_id: each.area_m2 for each in self.zone.lots}
        ids = [each.applicant_id for each in asking]
        sites = [held.get(each, ()) for each in ids]
        places = [waiting.get(each) for each in ids]
        # Column by column, and then all at once: entry by entry takes twice as long.
        columns = (
            ids,
            [each.name for each in asking],
            [each.sector for each in asking],
            [
                "granted" if lots else "refused" if place is None else "waitlist"
                for lots, place in zip(sites, places, strict=True)
            ],
            ["|".join(lots) for lots in sites],
            [sum(area_m2[lot] for lot in lots) if lots else None for lots in sites],
            [each.jobs_direct for each in asking],
            [each.score for each in asking],
            places,
        )
        with without_collecting():
            return list(map(Entry._make, zip(*columns, strict=True)))

    def rows_of(self, entries: Iterable[Entry], language: Language) -> list[Row]:
        """The entries with their reasons in words and all else that is told of them."""
        return [self._row(each, language) for each in entries]

    def rows(self, language: Language) -> list[Row]:
        """One row for each applicant, sorted by id."""
        if language not in self._rows:
            with without_collecting():
                self._rows[language] = self.rows_of(self.entries, language)
        return self._rows[language]

    @cached_property
    def _rows(self) -> dict[Language, list[Row]]:
        return {}

    def row(self, applicant_id: str, language: Language) -> Row | None:
        """The row of one applicant."""
        entry = self._entry.get(applicant_id)
        return None if entry is None else self._row(entry, language)

    @cached_property
    def _entry(self) -> dict[str, Entry]:
        return {each.applicant_id: each for each in self.entries}

    def _row(self, entry: Entry, language: Language) -> Row:
        applicant = self.zone.applicant[entry.applicant_id]
        lots = self.plan.assignments.get(entry.applicant_id, ())
        code, values = self.recorded.reasons[entry.applicant_id]
        return Row(
            **entry._asdict(),
            zone="|".join(sorted({self.zone.lot[each].zone for each in lots})),
            jobs_indirect=applicant.jobs_indirect,
            lottery_place=applicant.lottery_place,
            reason_code=code,
            reason=sentence(Reason(code, tuple(sorted(values.items()))), language),
        )

    @cached_property
    def stages(self) -> tuple[PlanStage, ...]:
        """The stages of the policy with what is proved of each; none where it asks for the value."""
        return plan_stages(self.zone.policy, self.goals_millipoints, self.recorded.document.get("stages", ()))

    @property
    def worst_gap_millionths(self) -> int | None:
        """The proved gap, of a plan of stages the widest of theirs; None where one is not proved."""
        if not self.stages:
            return self.summary.gap_millionths
        gaps = [each.gap_millionths for each in self.stages]
        return None if None in gaps else max(each for each in gaps if each is not None)

    @cached_property
    def grants(self) -> list[Grant]:
        """Whoever holds a site, sorted by id."""
        lot, applicant = self.zone.lot, self.zone.applicant
        return [Grant(applicant[each], [lot[one] for one in lots]) for each, lots in self.plan.assignments.items()]

    @cached_property
    def totals(self) -> tuple[SectorTotal, ...]:
        """What each sector is granted, every sector of the policy, sorted by id."""
        asked = Counter(each.sector for each in self.zone.applicants)
        by_sector: dict[str, list[Grant]] = {each.sector_id: [] for each in self.zone.policy.sectors}
        for grant in self.grants:
            by_sector[grant.applicant.sector].append(grant)
        return tuple(
            SectorTotal(
                sector=sector,
                lots=sum(len(lots) for _, lots in grants),
                area_m2=sum(lot.area_m2 for _, lots in grants for lot in lots),
                granted=len(grants),
                applicants=asked[sector],
                jobs_direct=sum(each.jobs_direct for each, _ in grants),
                jobs_indirect=sum(each.jobs_indirect for each, _ in grants),
            )
            for sector, grants in by_sector.items()
        )

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every limit of the policy, and how much of it the plan uses."""
        found = []
        for limit in self.zone.policy.limits:
            inside = [
                applicant
                for applicant, lots in self.grants
                if not limit.zone or any(lot.zone == limit.zone for lot in lots)
            ]
            for unit, most in (("power_kw", limit.power_kw), ("water_hl_day", limit.water_hl_day)):
                if most is not None:
                    found.append(Use(limit.zone, unit, sum(getattr(each, unit) for each in inside), most))
        return tuple(found)

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """Every quota of the policy, and what it counts."""
        granted = len(self.plan.tenant)
        by_group, by_sector = Counter[str](), Counter[str]()
        for applicant, lots in self.grants:
            by_group[applicant.group] += len(lots)
            by_sector[applicant.sector] += len(lots)
        return tuple(
            Share(quota, by_group[quota.group] if quota.group else by_sector[quota.sector], granted)
            for quota in self.zone.policy.quotas
        )

    @cached_property
    def jobs_per_hectare(self) -> dict[str, int]:
        """Direct jobs for each hectare of the tenant's site, by lot, rounded down."""
        found: dict[str, int] = {}
        for applicant, lots in self.grants:
            density = applicant.jobs_direct * 10_000 // max(sum(lot.area_m2 for lot in lots), 1)
            for lot in lots:
                found[lot.lot_id] = density
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
        return bisect_right(self.steps, self.jobs_per_hectare[lot_id])

    def besides(self, lot_id: str) -> list[Beside]:
        """The neighbours of a lot, the longest border first."""
        zone, tenant = self.zone, self.plan.tenant
        mine = zone.applicant.get(tenant.get(lot_id, ""))
        found = []
        for pair in zone.neighbours_of(lot_id):
            other = pair.lot_b if pair.lot_a == lot_id else pair.lot_a
            theirs = zone.applicant.get(tenant.get(other, ""))
            earns = 0
            if mine is not None and theirs is not None and mine.applicant_id != theirs.applicant_id:
                earns = worth(zone.policy, pair, mine.sector, theirs.sector)
            found.append(Beside(zone.lot[other], pair, theirs, earns))
        return sorted(found, key=lambda each: (each.pair.kind, -each.pair.length_dm, each.lot.lot_id))
