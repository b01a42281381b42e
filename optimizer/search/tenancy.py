"""Who holds what, compiled: what a placement brings among its neighbours, uses of limits, and collides with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.fitting import Ints32, Ints64
from optimizer.search.ground import Floats, Ground, is_within_limits

MOST_EJECTED = 6
"""A placement that collides with more tenants is not tried."""
UNWELCOME = -(1 << 60)
"""What a placement beside a hostile tenant brings."""


class Tenancy(NamedTuple):
    """On each lot the placement that holds it and its sector, or -1."""

    placement: Ints32
    sector: Ints32


@njit(cache=True, nogil=True)
def nobody(ground: Ground) -> Tenancy:
    """The tenancy in which every lot is free."""
    lots = len(ground.edge_start) - 1
    return Tenancy(np.full(lots, -1, np.int32), np.full(lots, -1, np.int32))


@njit(cache=True, nogil=True)
def plan_value(ground: Ground, held: Ints32) -> int:
    """Millipoints of the plan, limits and quotas ignored."""
    tenancy = nobody(ground)
    total = 0
    for placement in held:
        if placement >= 0:
            total += worth(ground, tenancy, placement)
            settle(ground, tenancy, placement)
    return total


@njit(cache=True, nogil=True)
def worth(ground: Ground, tenancy: Tenancy, placement: int) -> int:
    """Millipoints that a placement on free lots brings by itself and with the tenants around it."""
    total = ground.gain[placement]
    sector, site = ground.sector[ground.applicant[placement]], ground.site[placement]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        lot = ground.site_lots[k]
        for e in range(ground.edge_start[lot], ground.edge_start[lot + 1]):
            other = tenancy.sector[ground.edge_to[e]]
            if other >= 0:
                total += ground.rate[e] * ground.affinity[sector, other]
    return int(total)


@njit(cache=True, nogil=True)
def offer(ground: Ground, tenancy: Tenancy, placement: int, sector: int, site: int) -> int:
    """The worth of a placement on free lots, or UNWELCOME when somebody hostile to its sector is next door."""
    total = ground.gain[placement]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        lot = ground.site_lots[k]
        for e in range(ground.edge_start[lot], ground.edge_start[lot + 1]):
            other = tenancy.sector[ground.edge_to[e]]
            if other >= 0:
                if ground.is_apart[e] and ground.hostile[sector, other]:
                    return UNWELCOME
                total += ground.rate[e] * ground.affinity[sector, other]
    return int(total)


@njit(cache=True, nogil=True)
def settle(ground: Ground, tenancy: Tenancy, placement: int) -> None:
    """Write the placement on its lots."""
    site, sector = ground.site[placement], ground.sector[ground.applicant[placement]]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        tenancy.placement[ground.site_lots[k]] = placement
        tenancy.sector[ground.site_lots[k]] = sector


@njit(cache=True, nogil=True)
def vacate(ground: Ground, tenancy: Tenancy, placement: int) -> None:
    """Free the placement's lots."""
    site = ground.site[placement]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        tenancy.placement[ground.site_lots[k]] = -1
        tenancy.sector[ground.site_lots[k]] = -1


@njit(cache=True, nogil=True)
def is_free(ground: Ground, tenancy: Tenancy, site: int) -> bool:
    """Whether nobody holds a lot of the site."""
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        if tenancy.placement[ground.site_lots[k]] >= 0:
            return False
    return True


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
def charges(ground: Ground, charge: Floats) -> Floats:
    """Millipoints that each placement's use of limits and quotas is charged."""
    total = np.zeros(len(ground.site))
    for placement in range(len(ground.site)):
        site, applicant = ground.site[placement], ground.applicant[placement]
        lots = ground.site_start[site + 1] - ground.site_start[site]
        for row in range(len(ground.most)):
            use = ground.per_lot[row, applicant] * lots
            if ground.touches[row, site]:
                use += ground.need[row, applicant]
            total[placement] += charge[row] * use
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
def collisions(ground: Ground, tenancy: Tenancy, placement: int, out: Ints32, first: int) -> int:
    """Write from `first` on the other tenants that cannot stay; how many there are then, or -1 for a pin or too
    many."""
    count = first
    applicant, site = ground.applicant[placement], ground.site[placement]
    sector = ground.sector[applicant]
    for k in range(ground.site_start[site], ground.site_start[site + 1]):
        lot = ground.site_lots[k]
        for e in range(ground.edge_start[lot] - 1, ground.edge_start[lot + 1]):
            if e < ground.edge_start[lot]:
                other = tenancy.placement[lot]
            elif ground.is_apart[e]:
                neighbour = tenancy.sector[ground.edge_to[e]]
                if neighbour < 0 or not ground.hostile[sector, neighbour]:
                    continue
                other = tenancy.placement[ground.edge_to[e]]
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


def order_of(ground: Ground, held: Ints32) -> tuple[bool, int, list[int]]:
    """Better plans first: within limits, then by value, then by placement numbers so that ties have one answer."""
    return not is_within_limits(ground, held), -int(plan_value(ground, held)), held.tolist()


def keeps_apart(ground: Ground, held: Ints32) -> bool:
    """Whether no two tenants of a plan are next door to each other and hostile; no lot is held twice."""
    lots = len(ground.edge_start) - 1
    tenant = np.full(lots, -1, dtype=np.int64)
    for applicant in np.flatnonzero(held >= 0).tolist():
        site = ground.site[held[applicant]]
        tenant[ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]]] = applicant
    one, two = tenant[ground.edge_from], tenant[ground.edge_to]
    met = ground.is_apart & (one >= 0) & (two >= 0) & (one != two)
    return not ground.hostile[ground.sector[one[met]], ground.sector[two[met]]].any()
