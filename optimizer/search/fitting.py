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
    start = np.zeros(len(demand.sector) + 1, dtype=np.int64)
    none = np.zeros(0, dtype=np.int32)
    count = _fitting(supply, demand, lots, False, start, none, np.zeros(0, dtype=np.int64))
    site, gain = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int64)
    _fitting(supply, demand, lots, True, start, site, gain)
    return start, site, gain


@njit(cache=True, nogil=True)
def _fitting(supply: Supply, demand: Demand, lots: int, fill: bool, start: Ints64, site: Ints32, gain: Ints64) -> int:
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
                    count = _in_zone(supply, demand, a, zone, accepted, fill, site, count)
        if fill and count > first:
            site[first:count].sort()
            _gains(supply, demand, a, liked_by, site, gain, first, count)
    start[len(demand.sector)] = count
    return count


@njit(cache=True, nogil=True)
def _in_zone(
    supply: Supply, demand: Demand, a: int, zone: int, accepted: Flags, fill: bool, site: Ints32, count: int
) -> int:
    low, high = supply.zone_first[zone], supply.zone_first[zone + 1]
    last = high
    while low < high:
        middle = (low + high) // 2
        if supply.area_m2[supply.by_area[middle]] < demand.area_min_m2[a]:
            low = middle + 1
        else:
            high = middle
    for k in range(low, last):
        s = supply.by_area[k]
        if supply.area_m2[s] > demand.area_max_m2[a]:
            break
        if _fits(supply, demand, a, s, accepted):
            if fill:
                site[count] = s
            count += 1
    return count


@njit(cache=True, nogil=True)
def _fits(supply: Supply, demand: Demand, a: int, s: int, accepted: Flags) -> bool:
    if supply.lots_start[s + 1] - supply.lots_start[s] > demand.most_lots[a]:
        return False
    if supply.power_kw[s] < demand.power_kw[a] or supply.water_hl_day[s] < demand.water_hl_day[a]:
        return False
    if not supply.admits[s, demand.sector[a]]:
        return False
    for k in range(supply.zones_start[s], supply.zones_start[s + 1]):
        if not accepted[supply.zones[k]]:
            return False
    if not demand.is_tied[a]:
        return True
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
