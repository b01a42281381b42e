"""Which sites fit which applicant (spec section 3), compiled: hundreds of millions of pairs are looked at on a
nation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints32 = NDArray[np.int32]
Ints64 = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Supply(NamedTuple):
    """Sites by number.  by_area: the open ones, by main zone and area; zone_first: where each zone's begin in it.

    admits[site, sector]; the zones of a site are zones[zones_start[site] : zones_start[site + 1]].
    """

    area_m2: Ints64
    power_kw: Ints64
    water_hl_day: Ints64
    lots_start: Ints64
    lots: Ints32
    zones_start: Ints64
    zones: Ints32
    admits: Flags
    by_area: Ints64
    zone_first: Ints64


class _Shelf(NamedTuple):
    """The open sites once more, by main zone and area, as columns that are read in a row; admits[sector, place]."""

    site: Ints64
    area_m2: Ints64
    power_kw: Ints64
    water_hl_day: Ints64
    lots: Ints64
    is_in_one_zone: Flags
    admits: Flags


class Demand(NamedTuple):
    """Applicants by number.  pin: site number or -1.  Slices as in Supply; no zones means any.

    only: for applicants with `is_tied`, the sites beside the lots they ask for.  worth, bonus: millipoints.
    """

    sector: Ints32
    area_min_m2: Ints64
    area_max_m2: Ints64
    most_lots: Ints64
    power_kw: Ints64
    water_hl_day: Ints64
    is_eligible: Flags
    pin: Ints64
    zones_start: Ints64
    zones: Ints32
    is_tied: Flags
    only_start: Ints64
    only: Ints32
    preferred_start: Ints64
    preferred: Ints32
    worth: Ints64
    bonus: int


def fitting(supply: Supply, demand: Demand, lots: int) -> tuple[Ints64, Ints32, Ints64]:
    """(start, site, gain): the sites that fit applicant a are site[start[a] : start[a + 1]], in order of number.

    gain: millipoints of each placement by itself.
    """
    shelf, start = _shelf(supply), np.zeros(len(demand.sector) + 1, dtype=np.int64)
    none = np.zeros(0, dtype=np.int32)
    count = _fitting(supply, shelf, demand, lots, False, start, none, np.zeros(0, dtype=np.int64))
    site, gain = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int64)
    _fitting(supply, shelf, demand, lots, True, start, site, gain)
    return start, site, gain


def _shelf(supply: Supply) -> _Shelf:
    order = supply.by_area
    return _Shelf(
        order,
        supply.area_m2[order],
        supply.power_kw[order],
        supply.water_hl_day[order],
        np.diff(supply.lots_start)[order],
        np.diff(supply.zones_start)[order] == 1,
        np.ascontiguousarray(supply.admits[order].T),
    )


@njit(cache=True, nogil=True)
def _fitting(
    supply: Supply, shelf: _Shelf, demand: Demand, lots: int, fill: bool, start: Ints64, site: Ints32, gain: Ints64
) -> int:
    """Count the placements, or write them down."""
    zones = len(supply.zone_first) - 1
    accepted = np.zeros(zones, np.bool_)
    liked_by = np.full(lots, -1, np.int64)
    count = 0
    for a in range(len(demand.sector)):
        start[a] = first = count
        if demand.pin[a] >= 0:
            if fill:
                site[count] = demand.pin[a]
            count += 1
        elif demand.is_eligible[a]:
            anywhere = demand.zones_start[a] == demand.zones_start[a + 1]
            accepted[:] = anywhere
            for k in range(demand.zones_start[a], demand.zones_start[a + 1]):
                accepted[demand.zones[k]] = True
            for zone in range(zones):
                if accepted[zone]:
                    count = _in_zone(supply, shelf, demand, a, zone, accepted, fill, site, count)
        if fill and count > first:
            site[first:count].sort()
            _gains(supply, demand, a, liked_by, site, gain, first, count)
    start[len(demand.sector)] = count
    return count


@njit(cache=True, nogil=True)
def _in_zone(
    supply: Supply,
    shelf: _Shelf,
    demand: Demand,
    a: int,
    zone: int,
    accepted: Flags,
    fill: bool,
    site: Ints32,
    count: int,
) -> int:
    low, last = supply.zone_first[zone], supply.zone_first[zone + 1]
    high = last
    while low < high:
        middle = (low + high) // 2
        if shelf.area_m2[middle] < demand.area_min_m2[a]:
            low = middle + 1
        else:
            high = middle
    largest, power, water = demand.area_max_m2[a], demand.power_kw[a], demand.water_hl_day[a]
    most_lots, admits = demand.most_lots[a], shelf.admits[demand.sector[a]]
    for k in range(low, last):
        if shelf.area_m2[k] > largest:
            break
        if shelf.power_kw[k] < power or shelf.water_hl_day[k] < water or shelf.lots[k] > most_lots or not admits[k]:
            continue
        if (shelf.is_in_one_zone[k] or _is_accepted(supply, shelf.site[k], accepted)) and (
            not demand.is_tied[a] or _is_asked_for(demand, a, shelf.site[k])
        ):
            if fill:
                site[count] = shelf.site[k]
            count += 1
    return count


@njit(cache=True, nogil=True)
def _is_accepted(supply: Supply, s: int, accepted: Flags) -> bool:
    return bool(accepted[supply.zones[supply.zones_start[s] : supply.zones_start[s + 1]]].all())


@njit(cache=True, nogil=True)
def _is_asked_for(demand: Demand, a: int, s: int) -> bool:
    return bool((demand.only[demand.only_start[a] : demand.only_start[a + 1]] == s).any())


@njit(cache=True, nogil=True)
def _gains(
    supply: Supply, demand: Demand, a: int, liked_by: Ints64, site: Ints32, gain: Ints64, first: int, last: int
) -> None:
    for k in range(demand.preferred_start[a], demand.preferred_start[a + 1]):
        liked_by[demand.preferred[k]] = a
    for p in range(first, last):
        gain[p] = demand.worth[a]
        for k in range(supply.lots_start[site[p]], supply.lots_start[site[p] + 1]):
            if liked_by[supply.lots[k]] == a:
                gain[p] += demand.bonus
                break
