"""Cliques of conflicting columns: rows made larger, and cliques that a fractional point breaks."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from optimizer.closure.packing import Flags, Packing
from optimizer.closure.tree import Clique

Floats = NDArray[np.float64]
TINY = 1e-6
LEAST_VIOLATION = 1e-3


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
    flags, sums = _grown_from_each(within, x[support], is_thorough, 1.0 + LEAST_VIOLATION)
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


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
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


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _grown_from_each(within: Flags, x: Floats, is_thorough: bool, least: float) -> tuple[Flags, Floats]:
    count = len(x)
    flags = np.zeros((4096, count), np.bool_)
    sums = np.zeros(4096)
    found = 0
    members = np.empty(count, np.int64)
    for first in range(count):
        for second in range(first, count):
            if second != first and not (is_thorough and within[first, second]):
                continue
            members[0] = first
            size = 1
            total = x[first]
            if second != first:
                members[1] = second
                size = 2
                total += x[second]
            for third in range(count):
                fits = True
                for number in range(size):
                    if not within[members[number], third]:
                        fits = False
                        break
                if fits:
                    members[size] = third
                    size += 1
                    total += x[third]
            if total < least or found == len(sums):
                continue
            is_new = True
            for number in range(found):
                if abs(sums[number] - total) < 1e-12:
                    same = True
                    for place in range(size):
                        if not flags[number, members[place]]:
                            same = False
                            break
                    if same:
                        is_new = False
                        break
            if is_new:
                for place in range(size):
                    flags[found, members[place]] = True
                sums[found] = total
                found += 1
    return flags[:found], sums[:found]
