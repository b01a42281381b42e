"""Who holds what, compiled: what a placement brings among its neighbours, uses of limits, and collides with."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.search.fitting import Ints32, Ints64
from optimizer.search.ground import Floats, Ground

MOST_EJECTED = 6
"""A placement that collides with more tenants is not tried."""


@njit(cache=True, nogil=True)
def plan_value(ground: Ground, held: Ints32) -> int:
    """Millipoints of the plan, limits and quotas ignored."""
    tenant = np.full(len(ground.edge_start) - 1, -1, np.int32)
    total = 0
    for placement in held:
        if placement >= 0:
            total += worth(ground, tenant, placement)
            mark(ground, tenant, placement, placement)
    return total


@njit(cache=True, nogil=True)
def worth(ground: Ground, tenant: Ints32, placement: int) -> int:
    """Millipoints that the placement brings by itself and with the tenants around it."""
    total = ground.gain[placement]
    sector, site = ground.sector[ground.applicant[placement]], ground.site[placement]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        lot = ground.site_lots[k]
        for e in range(ground.edge_start[lot], ground.edge_start[lot + 1]):
            other = tenant[ground.edge_to[e]]
            if other >= 0 and other != placement:
                percent = ground.affinity[sector, ground.sector[ground.applicant[other]]]
                if percent:
                    total += ground.rate[e] * percent
    return int(total)


@njit(cache=True, nogil=True)
def mark(ground: Ground, tenant: Ints32, placement: int, by: int) -> None:
    """Write `by` as the tenant of the placement's lots."""
    site = ground.site[placement]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        tenant[ground.site_lots[k]] = by


@njit(cache=True, nogil=True)
def add_use(ground: Ground, used: Ints64, placement: int, sign: int) -> None:
    """Add (or take away) what the placement uses of each limit and quota."""
    site, applicant = ground.site[placement], ground.applicant[placement]
    lots = ground.site_start[site + 1] - ground.site_start[site]
    for row in range(len(ground.most)):
        use = ground.per_lot[row, applicant] * lots
        if ground.touches[row, site]:
            use += ground.need[row, applicant]
        used[row] += sign * use


@njit(cache=True, nogil=True)
def charged(ground: Ground, charge: Floats, placement: int) -> float:
    """Millipoints that the placement's use of limits and quotas is charged."""
    site, applicant = ground.site[placement], ground.applicant[placement]
    lots = ground.site_start[site + 1] - ground.site_start[site]
    total = 0.0
    for row in range(len(ground.most)):
        use = ground.per_lot[row, applicant] * lots
        if ground.touches[row, site]:
            use += ground.need[row, applicant]
        total += charge[row] * use
    return total


@njit(cache=True, nogil=True)
def placement_at(ground: Ground, applicant: int, site: int) -> int:
    """The number of the applicant's placement on the site, or -1."""
    low, high = ground.start[applicant], ground.start[applicant + 1]
    last = high
    while low < high:
        middle = (low + high) // 2
        if ground.site[middle] < site:
            low = middle + 1
        else:
            high = middle
    return low if low < last and ground.site[low] == site else -1


@njit(cache=True, nogil=True)
def is_welcome(ground: Ground, tenant: Ints32, sector: int, site: int) -> bool:
    """Whether all lots of the site are free and nobody hostile to the sector is next door."""
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        if tenant[ground.site_lots[k]] >= 0:
            return False
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        lot = ground.site_lots[k]
        for e in range(ground.edge_start[lot], ground.edge_start[lot + 1]):
            other = tenant[ground.edge_to[e]]
            if other >= 0 and ground.is_apart[e] and ground.hostile[sector, ground.sector[ground.applicant[other]]]:
                return False
    return True


@njit(cache=True, nogil=True)
def collisions(ground: Ground, tenant: Ints32, placement: int, out: Ints32, first: int) -> int:
    """Write from `first` on the other tenants that cannot stay; how many there are then, or -1 for a pin or too
    many."""
    count = first
    applicant, site = ground.applicant[placement], ground.site[placement]
    sector = ground.sector[applicant]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        lot = ground.site_lots[k]
        for e in range(ground.edge_start[lot] - 1, ground.edge_start[lot + 1]):
            if e < ground.edge_start[lot]:
                other = tenant[lot]
            elif ground.is_apart[e]:
                other = tenant[ground.edge_to[e]]
                if other >= 0 and not ground.hostile[sector, ground.sector[ground.applicant[other]]]:
                    continue
            else:
                continue
            if other < 0 or ground.applicant[other] == applicant:
                continue
            is_known = False
            for index in range(first, count):
                is_known = is_known or out[index] == other
            if not is_known:
                if ground.is_pinned[ground.applicant[other]] or count == first + MOST_EJECTED:
                    return -1
                out[count] = other
                count += 1
    return count
