"""The exact bound of a certificate's prices, recomputed from the instance: whole numbers only, no solver, no program.

Nothing here is shared with the code that assembles the program, so that a mistake there cannot hide here.  The method
is Lagrangian relaxation: every priced row is moved into the value; what is left falls apart into one choice for each
applicant and one for each pair of neighbours, and each choice is made at its best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from instances.applicant import Applicant
from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.candidates import Candidates, Lots
from optimizer.certificate import Certificate, Key
from optimizer.prices import Prices, prices_of

PIN = -1
"""The number that stands for the lots to which an applicant is pinned."""
Cover = dict[str, set[str]]
"""Lot -> sectors of the placements that hold it."""
Fits = Sequence[tuple[frozenset[str], list[int]]]
"""Zones, and the numbers of the groups there that fit an applicant."""


@dataclass
class Choices:
    """What prices leave to choose, in 1/scale millipoints: one placement an applicant, one link a pair.

    Gains are never kept: they are gone through as often as somebody asks, sector by sector.
    """

    instance: Instance
    prices: Prices
    scale: int
    candidates: Candidates = field(init=False)
    partners: Mapping[str, list[tuple[str, int]]] = field(init=False)

    def __post_init__(self) -> None:
        self.candidates = Candidates(self.instance)
        self.partners = partners_of(self.instance)

    def gains(self, covered: Cover) -> Iterator[tuple[Applicant, list[int], list[int]]]:
        """For each applicant the numbers of the sites that fit it and the gain of each; see `lots` for the numbers.

        Notes in `covered` what the sites hold.  A pinned applicant must take its only site, any other may take none
        for 0.
        """
        for applicant, fits, cost in self._fits(covered):
            if applicant.is_pinned:
                yield applicant, [PIN], [self._pinned_gain(applicant)]
                continue
            fitting: list[int] = []
            gains: list[int] = []
            for (_, numbers), found in zip(fits, self._gains(applicant, fits, cost), strict=True):
                gains += found
                fitting += numbers
            yield applicant, fitting, gains

    def best_gains(self, covered: Cover) -> Iterator[tuple[Applicant, int]]:
        """For each applicant the best that it can gain, and notes what `gains` does."""
        for applicant, fits, cost in self._fits(covered):
            if applicant.is_pinned:
                yield applicant, self._pinned_gain(applicant)
            else:
                yield applicant, self._best_gain(applicant, fits, cost)

    def _fits(self, covered: Cover) -> Iterator[tuple[Applicant, Fits, Mapping[int, int]]]:
        """For each applicant the sites that fit it, by their zones, and what tenants of its sector pay on sites."""
        groups, of_sector = self.candidates.groups, attrgetter("sector")
        for sector, applicants in groupby(sorted(self.instance.applicants, key=of_sector), key=of_sector):
            cost: dict[int, int] = {}
            held: set[str] = set()
            of_site = self.prices.of_sites(sector)
            for applicant in applicants:
                if applicant.is_pinned:
                    held.update(applicant.pinned_lots)
                    yield applicant, (), cost
                    continue
                fits = list(self.candidates.of(applicant))
                for _, numbers in fits:
                    if not all(map(cost.__contains__, numbers)):
                        new = [number for number in numbers if number not in cost]
                        cost |= {number: of_site(groups[number].lots) for number in new}
                        held.update(*(groups[number].lots for number in new))
                yield applicant, fits, cost
            for lot in held:
                covered[lot].add(sector)

    def lots(self, applicant: Applicant, number: int) -> Lots:
        """The lots of the applicant's site of this number."""
        return applicant.pinned_lots if number == PIN else self.candidates.groups[number].lots

    def _pinned_gain(self, applicant: Applicant) -> int:
        lots = applicant.pinned_lots
        return self.scale * _worth(self.instance, applicant, lots) - self.prices.cost(applicant, lots)

    def _gains(self, applicant: Applicant, fits: Fits, cost: Mapping[int, int]) -> Iterator[list[int]]:
        """The gains of groups of the same zones, for each of the fits."""
        groups, each_lot, extra = self.candidates.groups, self.prices.of_each_lot(applicant), self._extra(applicant)
        for zones, numbers in fits:
            alone = self._alone(applicant, zones)
            gains = [alone - cost[number] for number in numbers]
            if each_lot:
                gains = [
                    gain - each_lot * len(groups[number].lots) for gain, number in zip(gains, numbers, strict=True)
                ]
            if extra:
                gains = [gain + extra.get(number, 0) for gain, number in zip(gains, numbers, strict=True)]
            yield gains

    def _best_gain(self, applicant: Applicant, fits: Fits, cost: Mapping[int, int]) -> int:
        """The best of these gains, or 0 when it is better."""
        if self.prices.of_each_lot(applicant) or self._extra(applicant):
            return max(0, max(map(max, self._gains(applicant, fits, cost)), default=0))
        alone = (self._alone(applicant, zones) - min(map(cost.__getitem__, numbers)) for zones, numbers in fits)
        return max(0, max(alone, default=0))

    def _alone(self, applicant: Applicant, zones: frozenset[str]) -> int:
        """What a site of these zones brings besides what depends on its lots."""
        return self.scale * _worth(self.instance, applicant, ()) - self.prices.of_needs(applicant, zones)

    def _extra(self, applicant: Applicant) -> dict[int, int]:
        """Group number -> what the applicant gains there besides: a preferred lot, its earlier site, pairs where it is
        priced alone."""
        extra: dict[int, int] = defaultdict(int)
        bonus = self.scale * 1000 * self.instance.policy.preferred_lot
        if bonus:
            preferred = {number for lot in applicant.preferred_lots for number in self.candidates.on(lot)}
            extra.update(dict.fromkeys(preferred, bonus))
        kept = self.scale * 1000 * self.instance.policy.kept_site + self.prices.kept
        if kept and applicant.earlier_lots:
            for number in self.candidates.on(applicant.earlier_lots[0]):
                if self.candidates.groups[number].lots == applicant.earlier_lots:
                    extra[number] += kept
        for one, two, price in self.prices.own.get(applicant.applicant_id, ()):
            for number in set(self.candidates.on(one)) ^ set(self.candidates.on(two)):
                extra[number] -= price
        return extra

    def links(self, pair: Neighbours, covered: Cover) -> Iterator[tuple[str, str, int]]:
        """The sectors on the pair's two lots that could bring something, and the gain of each link."""
        policy = self.instance.policy
        rate = policy.border_metre if pair.kind == "border" else policy.street_metre
        worth = self.scale * rate * pair.length_dm
        here, there = covered.get(pair.lot_a, ()), covered.get(pair.lot_b, ())
        if not worth or not there:
            return
        for one in sorted(here):
            for two, percent in self.partners[one]:
                if two in there:
                    yield one, two, worth * percent - self.prices.of_link(pair.lot_a, pair.lot_b, one, two)


@dataclass(frozen=True, slots=True)
class Best:
    """The best of all choices together, of each applicant, and what the placements cover, in 1/scale millipoints."""

    total: int
    of: Mapping[str, int]
    covered: Cover


def bound_millipoints(instance: Instance, certificate: Certificate) -> int:
    """Whole millipoints that no feasible plan exceeds, by the certificate's own prices alone, without its tree.

    Does not look at the certificate's own claim.  Raises CertificateError for a priced row that the instance has not.
    """
    return best_choices(choices(instance, certificate.prices, certificate.scale)).total // certificate.scale


def choices(instance: Instance, prices: Mapping[Key, int], scale: int) -> Choices:
    """The independent choices under these prices.  Raises CertificateError for a row that is not valid."""
    return Choices(instance, prices_of(instance, prices), scale)


def best_choices(open_choices: Choices) -> Best:
    """Every choice made at its best: no feasible plan is worth more than the total."""
    covered: Cover = defaultdict(set)
    best = {}
    for applicant, gain in open_choices.best_gains(covered):
        best[applicant.applicant_id] = gain
    total = open_choices.prices.constant + sum(best.values())
    for pair in open_choices.instance.neighbours:
        total += max((gain for *_, gain in open_choices.links(pair, covered) if gain > 0), default=0)
    return Best(total, best, covered)


def partners_of(instance: Instance) -> dict[str, list[tuple[str, int]]]:
    """Sector -> the sectors beside which it earns something, and how many percent."""
    partners = {sector.sector_id: [(sector.sector_id, 100)] for sector in instance.policy.sectors}
    for affinity in instance.policy.affinity:
        if affinity.percent:
            partners[affinity.sector_a].append((affinity.sector_b, affinity.percent))
            partners[affinity.sector_b].append((affinity.sector_a, affinity.percent))
    return partners


def _worth(instance: Instance, applicant: Applicant, lots: Lots) -> int:
    """Millipoints of a placement by itself: jobs, and what a preferred lot or the earlier site brings."""
    policy = instance.policy
    points = policy.job_direct * applicant.jobs_direct + policy.job_indirect * applicant.jobs_indirect
    if any(lot in applicant.preferred_lots for lot in lots):
        points += policy.preferred_lot
    if lots and lots == applicant.earlier_lots:
        points += policy.kept_site
    return 1000 * points
