"""Cliques of conflicting columns: rows made larger, and cliques that a fractional point breaks."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.closure.flat import Flags
from optimizer.closure.packing import Packing
from optimizer.closure.tree import Clique

Floats = NDArray[np.float64]
TINY = 1e-6
LEAST_VIOLATION = 1e-3
MOST_FOUND = 4096
MOST_THOROUGH = 600
"""Growing from every pair of so many columns takes a tenth of a second; with more, only from single ones."""


def maximal_rows(packing: Packing) -> list[Clique]:
    """The rows of the packing, each made a clique to which no column can be added; none twice."""
    order = _by_degree(packing)
    grown = set()
    for row in packing.rows:
        flags = np.zeros(len(packing.values), dtype=bool)
        flags[list(row)] = True
        _grow(packing.conflicts, flags, order)
        grown.add(tuple(np.flatnonzero(flags).tolist()))
    return sorted(grown)


def broken_cliques(packing: Packing, x: Floats, most: int, is_thorough: bool) -> list[Clique]:
    """Maximal cliques whose columns sum to more than 1 at x, at most `most`, the most broken first.

    Each is grown greedily by falling x from one column, or also from each pair when `is_thorough`.
    """
    support = np.flatnonzero(x > TINY)
    support = support[np.lexsort((support, -x[support]))]
    if len(support) < 2:
        return []
    within = np.ascontiguousarray(packing.conflicts[np.ix_(support, support)])
    from_pairs = is_thorough and len(support) <= MOST_THOROUGH
    flags, sums = _grown_from_each(within, x[support], from_pairs, 1.0 + LEAST_VIOLATION)
    order = _by_degree(packing)
    found: dict[Clique, None] = {}
    for number in np.argsort(-sums, kind="stable").tolist():
        columns = np.zeros(len(packing.values), dtype=bool)
        columns[support[flags[number]]] = True
        _grow(packing.conflicts, columns, order)
        found[tuple(np.flatnonzero(columns).tolist())] = None
        if len(found) >= most:
            break
    return list(found)


def _by_degree(packing: Packing) -> NDArray[np.int64]:
    return np.argsort(-packing.conflicts.sum(axis=0), kind="stable")


@njit(cache=True, nogil=True)
def _grow(conflicts: Flags, flags: Flags, order: NDArray[np.int64]) -> None:
    """Add, in this order, every column that conflicts with all of the clique."""
    members = np.flatnonzero(flags)
    held = np.empty(len(flags), np.int64)
    count = len(members)
    held[:count] = members
    for column in order:
        fits = True
        for number in range(count):
            if not conflicts[held[number], column]:
                fits = False
                break
        if fits:
            held[count] = column
            count += 1
            flags[column] = True


@njit(cache=True, nogil=True)
def _grown_from_each(within: Flags, x: Floats, is_thorough: bool, least: float) -> tuple[Flags, Floats]:
    count = len(x)
    flags = np.zeros((MOST_FOUND, count), np.bool_)
    sums = np.zeros(MOST_FOUND)
    found = 0
    members = np.empty(count + 1, np.int64)
    for first in range(count):
        for second in range(first, count):
            if second != first and not (is_thorough and within[first, second]):
                continue
            members[0], members[1] = first, second
            size = _grown(within, members, 1 if second == first else 2)
            total = x[members[:size]].sum()
            if total >= least and found < len(sums) and not _is_known(flags[:found], sums, members[:size], total):
                flags[found][members[:size]] = True
                sums[found] = total
                found += 1
    return flags[:found], sums[:found]


@njit(cache=True, nogil=True)
def _grown(within: Flags, members: NDArray[np.int64], size: int) -> int:
    """Add, in order, every column that conflicts with all members; how many there are then."""
    for column in range(len(within)):
        fits = True
        for number in range(size):
            if not within[members[number], column]:
                fits = False
                break
        if fits:
            members[size] = column
            size += 1
    return size


@njit(cache=True, nogil=True)
def _is_known(flags: Flags, sums: Floats, members: NDArray[np.int64], total: float) -> bool:
    known = False
    for number in range(len(flags)):
        known = known or (abs(sums[number] - total) < 1e-12 and flags[number][members].all())
    return known
