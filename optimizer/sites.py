"""Sites (connected groups of lots) and the placements that fit: spec section 3, read for the solver."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from instances.applicant import Applicant
from instances.instance import Instance


@dataclass(frozen=True, slots=True)
class Site:
    """One lot, or several connected lots, with their sums.  `sectors` is None when every sector is admitted."""

    lots: tuple[str, ...]
    area_m2: int
    power_kw: int
    water_hl_day: int
    zones: frozenset[str]
    sectors: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Placement:
    """An applicant on a site that fits it."""

    applicant: Applicant
    site: Site

    @property
    def lots(self) -> tuple[str, ...]:
        """The lots of the site, sorted."""
        return self.site.lots


def site_of(instance: Instance, lots: Sequence[str]) -> Site:
    """The site made of these lots, connected or not (a pin may be neither).  Raises KeyError for a stranger."""
    parcels = [instance.lot[lot] for lot in sorted(lots)]
    admitted: frozenset[str] | None = None
    for parcel in parcels:
        if parcel.sectors:
            here = frozenset(parcel.sectors)
            admitted = here if admitted is None else admitted & here
    return Site(
        tuple(parcel.lot_id for parcel in parcels),
        sum(parcel.area_m2 for parcel in parcels),
        sum(parcel.power_kw for parcel in parcels),
        sum(parcel.water_hl_day for parcel in parcels),
        frozenset(parcel.zone for parcel in parcels),
        admitted,
    )


def enumerate_sites(instance: Instance, holding: str = "") -> list[Site]:
    """Every connected group of 1 to `grouping.max_lots` lots that are available and not pinned, sorted by lot ids.

    holding: only groups that hold this lot, when it is given.
    """
    beside = instance.connecting
    open_lots = {lot.lot_id for lot in instance.lots if lot.status == "available"} - instance.pinned_lots
    groups: set[tuple[str, ...]] = {(lot,) for lot in (open_lots & {holding} if holding else open_lots)}
    grown = groups
    for _ in range(instance.policy.max_lots - 1):
        grown = {
            tuple(sorted((*group, other)))
            for group in grown
            for lot in group
            for other in beside[lot]
            if other in open_lots and other not in group
        }
        groups = groups | grown
    return [site_of(instance, group) for group in sorted(groups)]


def enumerate_placements(instance: Instance) -> list[Placement]:
    """Every placement that fits, in canonical order (applicant id, then lots); a pin is its applicant's only one."""
    return placements_on(instance, enumerate_sites(instance), instance.applicants)


def placements_on(instance: Instance, sites: Sequence[Site], applicants: Sequence[Applicant]) -> list[Placement]:
    """The placements of these applicants on these open sites, in canonical order when the applicants are; and each
    pin, wherever it is."""
    by_area = sorted(sites, key=attrgetter("area_m2"))
    admitting = {
        sector.sector_id: [site for site in by_area if site.sectors is None or sector.sector_id in site.sectors]
        for sector in instance.policy.sectors
    }
    areas = {sector: [site.area_m2 for site in sites] for sector, sites in admitting.items()}
    placements = []
    for applicant in applicants:
        if applicant.is_pinned:
            placements.append(Placement(applicant, site_of(instance, applicant.pinned_lots)))
        elif applicant.score >= instance.policy.min_score:
            first = bisect_left(areas[applicant.sector], applicant.area_min_m2)
            last = bisect_right(areas[applicant.sector], applicant.area_max_m2)
            fitting = _fitting(instance, applicant, admitting[applicant.sector][first:last])
            placements += [Placement(applicant, site) for site in sorted(fitting, key=attrgetter("lots"))]
    return placements


def _fitting(instance: Instance, applicant: Applicant, sites: list[Site]) -> Iterator[Site]:
    """Of sites that admit the sector and have the right area, those that meet the applicant's other needs."""
    most, power, water = applicant.max_lots, applicant.power_kw, applicant.water_hl_day
    zones, beside = frozenset(applicant.zones), frozenset(applicant.beside_lots)
    for site in sites:
        if (
            len(site.lots) <= most
            and site.power_kw >= power
            and site.water_hl_day >= water
            and (not zones or site.zones <= zones)
            and (not beside or touches(instance, site.lots, beside))
        ):
            yield site


def touches(instance: Instance, lots: Sequence[str], others: frozenset[str]) -> bool:
    """Whether the lots hold one of the others or share a border with one."""
    return any(lot in others or instance.bordering[lot] & others for lot in lots)
