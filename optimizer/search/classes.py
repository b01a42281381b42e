"""Classes of placements: what depends only on sector and site, and the rows that prices are about."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Ground


class Classes(NamedTuple):
    """Placements of one sector on one site pay the same prices: one class.

    of: class of each placement; inner edges: edges between two lots of a site, sliced by site.  covered[lot, sector]:
    some placement of that sector holds the lot.  Separation rows: at most one tenant among sectors `here` (bits) on
    the lot where edge[row] begins and `there` on the other.  Affine: pairs of sectors with affinity.
    """

    of: Ints32
    sector: Ints32
    site: Ints32
    inner_start: Ints64
    inner: Ints32
    covered: Flags
    edge: Ints64
    here: Ints64
    there: Ints64
    one: Ints64
    two: Ints64


def classes_of(ground: Ground) -> Classes:
    """The classes of the placements, in order of sector and site, with what prices are about."""
    sites, sectors = len(ground.site_start) - 1, len(ground.affinity)
    key = ground.sector[ground.applicant].astype(np.int64) * sites + ground.site
    known, of = np.unique(key, return_inverse=True)
    sector, site = (known // max(sites, 1)).astype(np.int32), (known % max(sites, 1)).astype(np.int32)
    covered = np.zeros((len(ground.edge_start) - 1, sectors), dtype=np.bool_)
    _cover(ground, sector, site, covered)
    inner_start = np.zeros(sites + 1, dtype=np.int64)
    inner = np.zeros(_inner_edges(ground, inner_start, np.zeros(0, np.int32)), dtype=np.int32)
    _inner_edges(ground, inner_start, inner)
    rows = [(e, here, there) for e in range(len(ground.edge_to)) for here, there in _separations(ground, covered, e)]
    pairs = np.argwhere(ground.affinity > 0)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Classes(
        of.astype(np.int32), sector, site, inner_start, inner, covered,
        np.ascontiguousarray(columns[0]), np.ascontiguousarray(columns[1]), np.ascontiguousarray(columns[2]),
        np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]),
    )  # fmt: skip


def _separations(ground: Ground, covered: Flags, edge: int) -> list[tuple[int, int]]:
    """Largest groups of sectors at the two ends of an edge that are all hostile, as bits; each pair from one end
    only."""
    one, two = ground.edge_from[edge], ground.edge_to[edge]
    if one > two or not ground.is_apart[edge]:
        return []
    ones, twos = np.flatnonzero(covered[one]).tolist(), np.flatnonzero(covered[two]).tolist()
    groups = set()
    for each in ones:
        against = [other for other in twos if ground.hostile[each, other]]
        if against:
            facing = [other for other in ones if ground.hostile[other, against].all()]
            groups.add((_bits(facing), _bits(against)))
    for each in twos:
        facing = [other for other in ones if ground.hostile[other, each]]
        if facing:
            against = [other for other in twos if ground.hostile[facing, other].all()]
            groups.add((_bits(facing), _bits(against)))
    return sorted(groups)


def _bits(numbers: list[int]) -> int:
    return sum(1 << number for number in numbers)


@njit(cache=True, nogil=True)
def _cover(ground: Ground, sector: Ints32, site: Ints32, covered: Flags) -> None:
    for c in range(len(site)):
        for k in range(ground.site_start[site[c]], ground.site_start[site[c] + 1]):
            covered[ground.site_lots[k], sector[c]] = True


@njit(cache=True, nogil=True)
def _inner_edges(ground: Ground, start: Ints64, inner: Ints32) -> int:
    """Count the edges between two lots of one site, or write them down."""
    count = 0
    for site in range(len(ground.site_start) - 1):
        start[site] = count
        first, last = ground.site_start[site], ground.site_start[site + 1]
        for k in range(first, last):
            lot = ground.site_lots[k]
            for e in range(ground.edge_start[lot], ground.edge_start[lot + 1]):
                for j in range(first, last):
                    if ground.site_lots[j] == ground.edge_to[e]:
                        if len(inner):
                            inner[count] = e
                        count += 1
    start[len(ground.site_start) - 1] = count
    return count
