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
    is_known = np.zeros(sectors * sites, dtype=np.bool_)
    is_known[key] = True
    known, of = np.flatnonzero(is_known), (np.cumsum(is_known, dtype=np.int32) - 1)[key]  # no sorting of millions
    sector, site = (known // max(sites, 1)).astype(np.int32), (known % max(sites, 1)).astype(np.int32)
    covered = np.zeros((len(ground.edge_start) - 1, sectors), dtype=np.bool_)
    _cover(ground, sector, site, covered)
    inner_start = np.zeros(sites + 1, dtype=np.int64)
    inner = np.zeros(_inner_edges(ground, inner_start, np.zeros(0, np.int32)), dtype=np.int32)
    _inner_edges(ground, inner_start, inner)
    rows = _separations(ground, covered)
    pairs = np.argwhere(ground.affinity > 0)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Classes(
        of, sector, site, inner_start, inner, covered,
        np.ascontiguousarray(columns[0]), np.ascontiguousarray(columns[1]), np.ascontiguousarray(columns[2]),
        np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]),
    )  # fmt: skip


def members_of(classes: Classes, alive: Flags) -> tuple[Ints64, Ints32]:
    """(start, numbers) of the placements alive of each class."""
    numbers = np.flatnonzero(alive)
    of = classes.of[numbers]
    start = np.zeros(len(classes.site) + 1, dtype=np.int64)
    start[1:] = np.cumsum(np.bincount(of, minlength=len(classes.site)))
    return start, numbers[np.argsort(of, kind="stable")].astype(np.int32)


def _separations(ground: Ground, covered: Flags) -> list[tuple[int, int, int]]:
    """(edge, here, there): largest groups of sectors at its two ends, as bits, all hostile; from one end only."""
    hostile = [_bits(np.flatnonzero(row).tolist()) for row in ground.hostile]
    masks = [_bits(np.flatnonzero(row).tolist()) for row in covered]
    known: dict[tuple[int, int], list[tuple[int, int]]] = {}
    found = []
    for e in np.flatnonzero(ground.is_apart & (ground.edge_from < ground.edge_to)).tolist():
        key = masks[ground.edge_from[e]], masks[ground.edge_to[e]]
        if key not in known:
            known[key] = _groups(hostile, *key)
        found += [(e, here, there) for here, there in known[key]]
    return found


def _groups(hostile: list[int], ones: int, twos: int) -> list[tuple[int, int]]:
    """The largest groups, by bits: every sector of the one is hostile to every sector of the other."""
    groups = set()
    for sector, against in enumerate(hostile):
        if (ones >> sector) & 1 and against & twos:
            groups.add((_all_hostile(hostile, against & twos) & ones, against & twos))
        if (twos >> sector) & 1 and against & ones:
            groups.add((against & ones, _all_hostile(hostile, against & ones) & twos))
    return sorted(groups)


def _all_hostile(hostile: list[int], sectors: int) -> int:
    """The sectors that are hostile to each of these."""
    return _bits([other for other, against in enumerate(hostile) if against & sectors == sectors])


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
