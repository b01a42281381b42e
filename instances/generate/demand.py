"""Synthetic demand: applicants whose sizes, jobs and needs follow their sector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from instances.applicant import Applicant
from instances.generate.draws import Draws
from instances.policy import Policy
from instances.zone import Lot, Neighbours

FIRST_DAY, DAYS = date(2026, 1, 1), 271
GROUPS = (("sme", 60), ("large", 25), ("cooperative", 15))
SITE_SIZES = ((1, 31), (2, 32), (3, 37))
ZONE_CHOICES = ((1, 5), (2, 25), (3, 70))
INVESTMENT_MAD_M2 = 3_000
SMALLEST_M2, LARGEST_M2 = 150, 12_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What projects of a sector look like; the spread around these medians is log-normal.

    weight: share of the demand.  area_m2: least area asked for.  jobs: direct jobs on a hectare.
    indirect_percent: indirect jobs for a hundred direct ones.  water_m3: need of a hectare in a day.
    """

    sector: str
    weight: int
    area_m2: int
    jobs: int
    indirect_percent: int
    water_m3: int


PROFILES = (
    Profile("aquaculture", 20, 2_200, 85, 120, 50),
    Profile("bakery", 28, 1_600, 160, 60, 14),
    Profile("building_materials", 49, 2_800, 55, 70, 12),
    Profile("carpentry", 60, 1_100, 110, 50, 14),
    Profile("commerce", 38, 1_050, 80, 40, 14),
    Profile("crafts", 32, 420, 140, 50, 13),
    Profile("engraving", 26, 410, 130, 35, 14),
    Profile("fish", 44, 2_300, 170, 130, 57),
    Profile("it_services", 25, 480, 210, 60, 13),
    Profile("logistics", 29, 4_000, 40, 75, 12),
    Profile("marble", 33, 1_800, 62, 55, 16),
    Profile("pulses", 36, 2_000, 95, 100, 13),
)
"""Mix: about 30 % agro-food, 40 % materials, wood and marble, the rest trade and services; jobs on a hectare within
the 30 to 300 seen in Morocco."""


@dataclass(frozen=True)
class Market:
    """What the applicants choose from."""

    lots: tuple[Lot, ...]
    neighbours: tuple[Neighbours, ...]
    policy: Policy

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Zone ids in the order of their lots."""
        return tuple(dict.fromkeys(lot.zone for lot in self.lots))

    @cached_property
    def admitting(self) -> dict[tuple[str, str], tuple[Lot, ...]]:
        """Lots by zone and admitted sector."""
        found: dict[tuple[str, str], list[Lot]] = defaultdict(list)
        for lot in self.lots:
            for sector in lot.sectors or tuple(each.sector for each in PROFILES):
                found[lot.zone, sector].append(lot)
        return {key: tuple(lots) for key, lots in found.items()}

    @cached_property
    def beside(self) -> dict[str, set[str]]:
        """Neighbours of each lot, of any kind."""
        found: dict[str, set[str]] = defaultdict(set)
        for pair in self.neighbours:
            found[pair.lot_a].add(pair.lot_b)
            found[pair.lot_b].add(pair.lot_a)
        return found


def draw_applicants(draws: Draws, count: int, market: Market) -> Iterator[Applicant]:
    """`count` applicants A0001 ...; one in fifty, and at most one for twenty lots, is pinned to a lot.

    Pinned lots are no neighbours of each other and need at most half of each limit together, so that pins are valid.
    """
    digits = max(4, len(str(count)))
    pins = min(count // 50, len(market.lots) // 20)
    closed: set[str] = set()
    power, water = (market.policy.limits[0].power_kw or 0) // 2, (market.policy.limits[0].water_hl_day or 0) // 2
    for number in range(1, count + 1):
        applicant = _draw(draws, f"A{number:0{digits}d}", market)
        lot = _pin(draws, applicant, market, closed) if number <= pins else None
        if lot and applicant.power_kw <= power and applicant.water_hl_day <= water:
            power, water = power - applicant.power_kw, water - applicant.water_hl_day
            closed |= {lot.lot_id, *market.beside[lot.lot_id]}
            least, most = lot.area_m2 * 8 // 10, lot.area_m2 * 13 // 10
            applicant = replace(applicant, area_min_m2=least, area_max_m2=most, preferred_lots=())
            applicant = replace(applicant, pinned_lots=(lot.lot_id,))
        yield applicant


def _draw(draws: Draws, applicant_id: str, market: Market) -> Applicant:
    profile = draws.weighted([(each, each.weight) for each in PROFILES])
    area = min(max(draws.spread(profile.area_m2) // 10 * 10, SMALLEST_M2), LARGEST_M2)
    jobs = max(2, area * draws.spread(profile.jobs) // 10_000)
    zones = tuple(draws.some_of(market.zones, draws.weighted(ZONE_CHOICES))) if len(market.zones) > 1 else ()
    return Applicant(
        applicant_id,
        profile.sector,
        area,
        area * draws.between(125, 180) // 1_000 * 10,
        max_lots=draws.weighted(SITE_SIZES),
        jobs_direct=jobs,
        jobs_indirect=jobs * draws.between(70, 130) * profile.indirect_percent // 10_000,
        power_kw=5 * max(5, area * draws.between(40, 100) // 5_000),
        water_hl_day=max(1, area * profile.water_m3 * draws.between(60, 150) // 100_000),
        score=min(100, 35 + sum(draws.between(0, 17) for _ in range(4))),
        investment_kmad=max(1, area * draws.spread(INVESTMENT_MAD_M2) // 1_000),
        group=draws.weighted(GROUPS),
        zones=zones,
        preferred_lots=_preferred(draws, profile.sector, zones, market),
        filed_on=FIRST_DAY + timedelta(days=draws.below(DAYS)),
    )


def _preferred(draws: Draws, sector: str, zones: tuple[str, ...], market: Market) -> tuple[str, ...]:
    """A third of the applicants name one to three lots of one zone that admits them."""
    if not draws.percent(33):
        return ()
    lots = market.admitting.get((draws.one_of(zones or market.zones), sector), ())
    return tuple(lot.lot_id for lot in draws.some_of(lots, draws.between(1, 3)))


def _pin(draws: Draws, applicant: Applicant, market: Market, closed: set[str]) -> Lot | None:
    zone = draws.one_of(applicant.zones or market.zones)
    lots = [lot for lot in market.admitting.get((zone, applicant.sector), ()) if lot.lot_id not in closed]
    return draws.one_of(lots) if lots else None
