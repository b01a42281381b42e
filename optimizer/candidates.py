"""Candidates: the connected groups of lots that may be granted together, and which of them fit an applicant.

Read from the instance for the check of a bound alone; the program is assembled from sites.py instead.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from instances.applicant import Applicant
from instances.instance import Instance

Lots = tuple[str, ...]


class Group(NamedTuple):
    """A connected group of grantable lots, its sums, its lots' zones, and the sectors that restricted lots admit."""

    area_m2: int
    lots: Lots
    power_kw: int
    water_hl_day: int
    zones: frozenset[str]
    admitted: tuple[Lots, ...]


class Shelf(NamedTuple):
    """The groups of so many lots in the same zones that admit a sector, by rising area: columns, and the numbers of the
    groups."""

    zones: frozenset[str]
    lots: int
    areas: list[int]
    numbers: list[int]
    power_kw: list[int]
    water_hl_day: list[int]


Shelves = dict[str, list[Shelf]]
"""The first of a shelf's zones -> shelves."""


class Candidates:
    """The groups of an instance, by number, and those that fit an applicant, found by sector, zones and area.

    Ask for applicants sector by sector: what was found for the last one is kept.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.groups = connected_groups(instance)
        self._restricted = [number for number, group in enumerate(self.groups) if group.admitted]
        self._shelves_without: dict[frozenset[int], Shelves] = {}
        self._sector = ""
        self._shelves: Shelves = {}
        self._on: dict[str, list[int]] | None = None

    def of(self, applicant: Applicant) -> Iterator[tuple[frozenset[str], list[int]]]:
        """The numbers of the groups that fit the applicant by section 3 of the specification, by their zones.

        For an applicant that is not pinned.
        """
        if applicant.score < self.instance.policy.min_score:
            return
        beside, power, water = applicant.beside_lots, applicant.power_kw, applicant.water_hl_day
        for shelf in self._open(applicant):
            first = bisect_left(shelf.areas, applicant.area_min_m2)
            last = bisect_right(shelf.areas, applicant.area_max_m2)
            columns = (each[first:last] for each in shelf[3:])
            found = [number for number, kw, hl in zip(*columns, strict=True) if kw >= power and hl >= water]
            if beside:
                found = [number for number in found if _is_beside(self.instance, self.groups[number].lots, beside)]
            if found:
                yield shelf.zones, found

    def on(self, lot: str) -> list[int]:
        """The numbers of the groups that hold the lot."""
        if self._on is None:
            self._on = defaultdict(list)
            for number, group in enumerate(self.groups):
                for each in group.lots:
                    self._on[each].append(number)
        return self._on.get(lot, [])

    def _open(self, applicant: Applicant) -> Iterator[Shelf]:
        if applicant.sector != self._sector:
            self._sector, self._shelves = applicant.sector, self._shelves_of(applicant.sector)
        zones, most = frozenset(applicant.zones), applicant.max_lots
        for first in applicant.zones or self._shelves:
            for shelf in self._shelves.get(first, ()):
                if shelf.lots <= most and (not zones or shelf.zones <= zones):
                    yield shelf

    def _shelves_of(self, sector: str) -> Shelves:
        """Sectors that the same groups admit have the same shelves."""
        groups = self.groups
        closed = frozenset(
            number for number in self._restricted if any(sector not in each for each in groups[number].admitted)
        )
        if closed not in self._shelves_without:
            shelves: dict[tuple[frozenset[str], int], Shelf] = {}
            for number, group in enumerate(groups):
                if number not in closed:
                    kind = group.zones, len(group.lots)
                    shelf = shelves.get(kind)
                    if shelf is None:
                        shelf = shelves[kind] = Shelf(*kind, [], [], [], [])
                    shelf.areas.append(group.area_m2)
                    shelf.numbers.append(number)
                    shelf.power_kw.append(group.power_kw)
                    shelf.water_hl_day.append(group.water_hl_day)
            by_zone: Shelves = defaultdict(list)
            for shelf in shelves.values():
                by_zone[min(shelf.zones)].append(shelf)
            self._shelves_without[closed] = by_zone
        return self._shelves_without[closed]


class Fit(NamedTuple):
    """Sites of the same zones that fit an applicant."""

    applicant: Applicant
    zones: frozenset[str]
    sites: list[Lots]


def fits(instance: Instance) -> Iterator[Fit]:
    """All sites that fit each applicant without a pin, sector by sector."""
    candidates = Candidates(instance)
    for applicant in sorted(instance.applicants, key=lambda each: each.sector):
        for zones, numbers in () if applicant.is_pinned else candidates.of(applicant):
            yield Fit(applicant, zones, [candidates.groups[number].lots for number in numbers])


def fitting(instance: Instance) -> set[str]:
    """The applicants that have any placement at all."""
    candidates = Candidates(instance)
    by_sector = sorted(instance.applicants, key=lambda each: each.sector)
    return {each.applicant_id for each in by_sector if each.is_pinned or any(candidates.of(each))}


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
    zones: dict[frozenset[str], frozenset[str]] = {}
    return sorted((_group(instance, lots, zones) for lots in found), key=lambda group: group[:2])


def _group(instance: Instance, lots: frozenset[str], known: dict[frozenset[str], frozenset[str]]) -> Group:
    parcels = [instance.lot[lot] for lot in sorted(lots)]
    zones = frozenset(parcel.zone for parcel in parcels)
    return Group(
        sum(parcel.area_m2 for parcel in parcels),
        tuple(parcel.lot_id for parcel in parcels),
        sum(parcel.power_kw for parcel in parcels),
        sum(parcel.water_hl_day for parcel in parcels),
        known.setdefault(zones, zones),
        tuple(parcel.sectors for parcel in parcels if parcel.sectors),
    )


def _is_beside(instance: Instance, lots: Lots, wanted: Lots) -> bool:
    return any(lot in wanted or not instance.bordering[lot].isdisjoint(wanted) for lot in lots)
