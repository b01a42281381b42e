"""The exact bound of a certificate, recomputed from the instance: whole numbers only, no solver, no program.

Nothing here is shared with the code that assembles the program, so that a mistake there cannot hide here.  The method
is Lagrangian relaxation: every priced row is moved into the value; what is left falls apart into one choice for each
applicant and one for each pair of neighbours, and each choice is made at its best.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.certificate import Certificate
from optimizer.prices import Prices, prices_of


class Group(NamedTuple):
    """A connected group of grantable lots, its sums, its lots' zones, and the sectors that restricted lots admit."""

    area_m2: int
    lots: tuple[str, ...]
    power_kw: int
    water_hl_day: int
    zones: tuple[str, ...]
    admitted: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Choices:
    """What the prices leave to choose, in 1/scale millipoints: independent choices, each with its gain.

    gains: for each applicant, (lots, gain) of every placement that fits it; a pinned applicant must take its only
    one, any other may take none for 0.  constant: what the prices and the best links bring whatever is chosen.
    """

    scale: int
    constant: int
    gains: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]
    pinned: frozenset[str]

    def best(self, applicant_id: str) -> int:
        """The best gain that the applicant's choice can bring."""
        gains = (gain for _, gain in self.gains[applicant_id])
        return max(gains) if applicant_id in self.pinned else max(0, max(gains, default=0))

    @property
    def bound_scaled(self) -> int:
        """The sum of the best choices: no feasible plan is worth more."""
        return self.constant + sum(self.best(applicant_id) for applicant_id in self.gains)


def bound_millipoints(instance: Instance, certificate: Certificate) -> int:
    """Whole millipoints that no feasible plan exceeds, by the certificate's prices alone.

    Does not look at the certificate's own claim.  Raises CertificateError for a priced row that the instance has not.
    """
    return choices(instance, certificate).bound_scaled // certificate.scale


def choices(instance: Instance, certificate: Certificate) -> Choices:
    """The independent choices under the certificate's prices.  Raises CertificateError for a row that is not valid."""
    prices = prices_of(instance, certificate)
    groups = connected_groups(instance)
    covered: set[tuple[str, str]] = set()
    gains = {}
    shared: dict[tuple[str, tuple[str, ...]], int] = {}
    for applicant in instance.applicants:
        of_applicant = []
        for lots in fitting_groups(instance, applicant, groups):
            key = (applicant.sector, lots)
            if key not in shared:
                shared[key] = prices.of_sector(*key)
                covered.update((lot, applicant.sector) for lot in lots)
            cost = shared[key] + prices.of_applicant(applicant, lots)
            of_applicant.append((lots, certificate.scale * _worth(instance, applicant, lots) - cost))
        gains[applicant.applicant_id] = tuple(of_applicant)
    pinned = frozenset(applicant.applicant_id for applicant in instance.applicants if applicant.is_pinned)
    links = _links(instance, prices, covered, certificate.scale)
    return Choices(certificate.scale, prices.constant + links, gains, pinned)


def connected_groups(instance: Instance) -> list[Group]:
    """Every connected group of at most `max_lots` grantable lots, sorted by area and then by lots."""
    grantable = {lot.lot_id for lot in instance.lots if lot.status == "available"}
    for applicant in instance.applicants:
        grantable -= set(applicant.pinned_lots)
    beside: dict[str, set[str]] = defaultdict(set)
    for pair in instance.neighbours:
        if pair.kind == instance.policy.across and {pair.lot_a, pair.lot_b} <= grantable:
            beside[pair.lot_a].add(pair.lot_b)
            beside[pair.lot_b].add(pair.lot_a)
    found: set[frozenset[str]] = set()
    waiting = [frozenset((lot,)) for lot in grantable]
    while waiting:
        group = waiting.pop()
        if group in found:
            continue
        found.add(group)
        if len(group) < instance.policy.max_lots:
            waiting.extend(group | {other} for lot in group for other in beside[lot] - group)
    return sorted(_group(instance, lots) for lots in found)


def _group(instance: Instance, lots: frozenset[str]) -> Group:
    parcels = [instance.lot[lot] for lot in sorted(lots)]
    return Group(
        sum(parcel.area_m2 for parcel in parcels),
        tuple(parcel.lot_id for parcel in parcels),
        sum(parcel.power_kw for parcel in parcels),
        sum(parcel.water_hl_day for parcel in parcels),
        tuple(parcel.zone for parcel in parcels),
        tuple(parcel.sectors for parcel in parcels if parcel.sectors),
    )


def fitting_groups(instance: Instance, applicant: Applicant, groups: list[Group]) -> Iterator[tuple[str, ...]]:
    """The groups that fit the applicant by section 3 of the specification; for a pinned one, its pinned lots."""
    if applicant.is_pinned:
        yield applicant.pinned_lots
        return
    if applicant.score < instance.policy.min_score:
        return
    first = bisect_left(groups, (applicant.area_min_m2,))
    last = bisect_right(groups, (applicant.area_max_m2 + 1,))
    for group in groups[first:last]:
        if (
            len(group.lots) <= applicant.max_lots
            and group.power_kw >= applicant.power_kw
            and group.water_hl_day >= applicant.water_hl_day
            and all(applicant.sector in admitted for admitted in group.admitted)
            and (not applicant.zones or all(zone in applicant.zones for zone in group.zones))
            and (not applicant.beside_lots or _is_beside(instance, group.lots, applicant.beside_lots))
        ):
            yield group.lots


def _is_beside(instance: Instance, lots: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(lot in wanted or not instance.bordering[lot].isdisjoint(wanted) for lot in lots)


def _worth(instance: Instance, applicant: Applicant, lots: tuple[str, ...]) -> int:
    """Millipoints of a placement by itself: jobs, and the bonus for a preferred lot."""
    policy = instance.policy
    points = policy.job_direct * applicant.jobs_direct + policy.job_indirect * applicant.jobs_indirect
    if any(lot in applicant.preferred_lots for lot in lots):
        points += policy.preferred_lot
    return 1000 * points


def _links(instance: Instance, prices: Prices, covered: set[tuple[str, str]], scale: int) -> int:
    """The best that each pair of neighbours can earn after its prices, in 1/scale millipoints."""
    policy = instance.policy
    percent = {(sector.sector_id, sector.sector_id): 100 for sector in policy.sectors}
    for affinity in policy.affinity:
        percent[affinity.sector_a, affinity.sector_b] = affinity.percent
        percent[affinity.sector_b, affinity.sector_a] = affinity.percent
    total = 0
    for pair in instance.neighbours:
        rate = policy.border_metre if pair.kind == "border" else policy.street_metre
        best = 0
        for (one, two), share in percent.items():
            if (pair.lot_a, one) in covered and (pair.lot_b, two) in covered:
                worth = scale * rate * pair.length_dm * share
                best = max(best, worth - prices.of_link(pair.lot_a, pair.lot_b, one, two))
        total += best
    return total
