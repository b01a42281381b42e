"""The bound at given prices, softened: what applicants and pairs choose, and the slope of it all in the prices.

Applicants choose independently of each other, so threads may look at some of them each; sums are taken in the same
order however many there are, as long as the sides are as many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from optimizer.search.classes import Classes
from optimizer.search.fitting import Flags
from optimizer.search.ground import Floats, Ground

NOBODY: Flags = np.zeros(0, dtype=np.bool_)
NEGLIGIBLE = -12.0
"""Choices with a smaller logarithm of their part are left out."""


class Prices(NamedTuple):
    """Points: of each lot, of each edge and sector (paid back to the tenant at its beginning), separation row, and
    limit or quota unit."""

    lot: Floats
    border: Floats
    separation: Floats
    row: Floats


def reduced_points(ground: Ground, classes: Classes, prices: Prices) -> Floats:
    """Points of each placement less what it pays at these prices."""
    reduced = np.zeros(len(ground.site))
    _reduce(ground, classes, prices, reduced)
    return reduced


def soft_bound(
    ground: Ground,
    classes: Classes,
    prices: Prices,
    slope: Prices,
    soft: float,
    sides: int = 1,
    near: Flags = NOBODY,
    points: float = 0.0,
) -> float:
    """The bound in points; the slope of the softened one at these prices is written into `slope`.

    soft: points by which a choice may lie behind the best and be taken in part.  sides: threads, each with as many
    placements, classes and edges.  near: where it has a flag for each placement, whether it is a pin or lies within so
    many points of its applicant's best choice, nothing counting as 0.
    """
    at, together = lot_costs(ground, classes, prices)
    costs, parts = np.zeros(len(classes.site)), np.zeros((sides, len(classes.site)))
    rows = np.zeros((sides, len(ground.most)))
    rows[0] = ground.most
    firsts = np.searchsorted(ground.start, np.linspace(0, len(ground.site), sides + 1)[:-1].astype(np.int64))
    applicant_ends = [0, *firsts[1:].tolist(), len(ground.sector)]
    class_ends, edge_ends = (
        np.linspace(0, count, sides + 1).astype(np.int64) for count in (len(costs), len(slope.border))
    )

    def sum_costs(side: int) -> None:
        class_costs(ground, classes, prices, at, together, costs, class_ends[side], class_ends[side + 1])

    def choose(side: int) -> float:
        already = constant(ground, prices) if side == 0 else 0.0
        first, last = applicant_ends[side], applicant_ends[side + 1]
        return float(
            _choices(ground, classes, prices, costs, soft, first, last, parts[side], rows[side], already, near, points)
        )

    def link(side: int) -> float:
        return float(_linked(ground, classes, prices, slope, soft, edge_ends[side], edge_ends[side + 1]))

    with _sides(sides) as each_side:
        each_side(sum_costs)
        bound: float = sum(each_side(choose))
        slope.row[:] = rows.sum(axis=0)
        _placed_slope(ground, classes, parts.sum(axis=0), slope)
        bound += sum(each_side(link))
    return bound


@contextmanager
def _sides(count: int) -> Iterator[Callable[[Callable[[int], Any]], list[Any]]]:
    """What calls a function for each side, in a thread of its own where there are several."""
    if count == 1:
        yield lambda side: [side(0)]
        return
    with ThreadPoolExecutor(count) as pool:
        yield lambda side: list(pool.map(side, range(count)))


@njit(cache=True, nogil=True)
def lot_costs(ground: Ground, classes: Classes, prices: Prices) -> tuple[Floats, Floats]:
    """(points that a tenant of a sector pays for a lot, what it pays more where it holds both ends of an edge)."""
    lots, sectors = classes.covered.shape
    at = np.zeros((lots, sectors))
    together = np.zeros(prices.border.shape)
    for lot in range(lots):
        for sector in range(sectors):
            at[lot, sector] = prices.lot[lot]
            for e in range(ground.edge_start[lot], ground.edge_start[lot + 1]):
                at[lot, sector] -= prices.border[e, sector]
    for row in range(len(classes.edge)):
        e, price = classes.edge[row], prices.separation[row]
        for sector in range(sectors):
            is_here, is_there = (classes.here[row] >> sector) & 1, (classes.there[row] >> sector) & 1
            if is_here:
                at[ground.edge_from[e], sector] += price
            if is_there:
                at[ground.edge_to[e], sector] += price
            if is_here and is_there:
                together[e, sector] -= price
    return at, together


@njit(cache=True, nogil=True)
def class_costs(
    ground: Ground,
    classes: Classes,
    prices: Prices,
    at: Floats,
    together: Floats,
    costs: Floats,
    first_class: int,
    last_class: int,
) -> None:
    """Add up the points that a placement of each of these classes pays for its lots, borders and separations."""
    for c in range(first_class, last_class):
        site, sector = classes.site[c], classes.sector[c]
        for k in range(ground.site_start[site], ground.site_start[site + 1]):
            costs[c] += at[ground.site_lots[k], sector]
        for k in range(classes.inner_start[site], classes.inner_start[site + 1]):
            costs[c] += prices.border[classes.inner[k], sector] + together[classes.inner[k], sector]


@njit(cache=True, nogil=True)
def row_cost(ground: Ground, price: Floats, placement: int) -> float:
    """What the placement pays for what it uses of limits and quotas."""
    site, applicant = ground.site[placement], ground.applicant[placement]
    lots = ground.site_start[site + 1] - ground.site_start[site]
    total = 0.0
    for row in range(len(price)):
        if price[row] > 0.0:
            use = ground.per_lot[row, applicant] * lots
            if ground.touches[row, site]:
                use += ground.need[row, applicant]
            total += price[row] * use
    return total


@njit(cache=True, nogil=True)
def _reduce(ground: Ground, classes: Classes, prices: Prices, reduced: Floats) -> None:
    at, together = lot_costs(ground, classes, prices)
    costs = np.zeros(len(classes.site))
    class_costs(ground, classes, prices, at, together, costs, 0, len(costs))
    for p in range(len(ground.site)):
        reduced[p] = ground.gain[p] * 0.001 - costs[classes.of[p]] - row_cost(ground, prices.row, p)


@njit(cache=True, nogil=True)
def constant(ground: Ground, prices: Prices) -> float:
    """What is paid whoever is chosen."""
    total = prices.lot.sum() + prices.separation.sum()
    for row in range(len(ground.most)):
        total += prices.row[row] * ground.most[row]
    return float(total)


@njit(cache=True, nogil=True)
def _choices(
    ground: Ground,
    classes: Classes,
    prices: Prices,
    costs: Floats,
    soft: float,
    first_applicant: int,
    last_applicant: int,
    part: Floats,
    slope_row: Floats,
    already: float,
    near: Flags,
    points: float,
) -> float:
    """What the best choices of these applicants bring, besides what there is already; the soft ones are added to the
    part of each class, and what they use is taken from the slope of each limit and quota."""
    rows, bound = len(ground.most), already
    for a in range(first_applicant, last_applicant):
        first, last = ground.start[a], ground.start[a + 1]
        if first == last:
            continue
        reduced = np.empty(last - first)
        for p in range(first, last):
            reduced[p - first] = ground.gain[p] * 0.001 - costs[classes.of[p]] - row_cost(ground, prices.row, p)
        best = reduced.max()
        if not ground.is_pinned[a]:
            best = max(best, 0.0)
        bound += best
        if len(near):
            for p in range(first, last):
                near[p] = ground.is_pinned[a] or max(best, 0.0) - reduced[p - first] <= points
        total = 0.0 if ground.is_pinned[a] else math.exp(max(-best / soft, -60.0))
        for p in range(first, last):
            behind = (reduced[p - first] - best) / soft
            reduced[p - first] = math.exp(behind) if behind > NEGLIGIBLE else 0.0
            total += reduced[p - first]
        for p in range(first, last):
            if reduced[p - first] > 0.0:
                share = reduced[p - first] / total
                part[classes.of[p]] += share
                site = ground.site[p]
                lots = ground.site_start[site + 1] - ground.site_start[site]
                for row in range(rows):
                    use = ground.per_lot[row, a] * lots
                    if ground.touches[row, site]:
                        use += ground.need[row, a]
                    slope_row[row] -= use * share
    return bound


@njit(cache=True, nogil=True)
def _placed_slope(ground: Ground, classes: Classes, part: Floats, slope: Prices) -> None:
    """What the chosen placements use of the lot, border and separation rows."""
    lots, sectors = classes.covered.shape
    cover, both = np.zeros((lots, sectors)), np.zeros(slope.border.shape)
    slope.lot[:] = 1.0
    for c in range(len(part)):
        if part[c] > 0.0:
            site, sector = classes.site[c], classes.sector[c]
            for k in range(ground.site_start[site], ground.site_start[site + 1]):
                slope.lot[ground.site_lots[k]] -= part[c]
                cover[ground.site_lots[k], sector] += part[c]
            for k in range(classes.inner_start[site], classes.inner_start[site + 1]):
                both[classes.inner[k], sector] += part[c]
    for e in range(len(ground.edge_to)):
        for sector in range(sectors):
            slope.border[e, sector] = cover[ground.edge_from[e], sector] - both[e, sector]
    for row in range(len(classes.edge)):
        e = classes.edge[row]
        slope.separation[row] = 1.0
        for sector in range(sectors):
            is_here, is_there = (classes.here[row] >> sector) & 1, (classes.there[row] >> sector) & 1
            if is_here:
                slope.separation[row] -= cover[ground.edge_from[e], sector]
            if is_there:
                slope.separation[row] -= cover[ground.edge_to[e], sector]
            if is_here and is_there:
                slope.separation[row] += both[e, sector]


@njit(cache=True, nogil=True)
def _linked(
    ground: Ground, classes: Classes, prices: Prices, slope: Prices, soft: float, first_edge: int, last_edge: int
) -> float:
    """The best links of the pairs of these edges, in points; their soft choices enter the slope of the border
    prices."""
    total = 0.0
    count = len(classes.one)
    left = np.empty(count)
    for e in range(first_edge, last_edge):
        lot, other = ground.edge_from[e], ground.edge_to[e]
        if lot > other or ground.rate[e] == 0:
            continue
        back, best = ground.back[e], 0.0
        for k in range(count):
            one, two = classes.one[k], classes.two[k]
            left[k] = -1e30
            if classes.covered[lot, one] and classes.covered[other, two]:
                left[k] = ground.rate[e] * ground.affinity[one, two] * 0.001
                left[k] -= prices.border[e, one] + prices.border[back, two]
            best = max(best, left[k])
        total += best
        whole = math.exp(max(-best / soft, -60.0))
        for k in range(count):
            behind = (left[k] - best) / soft
            left[k] = math.exp(behind) if behind > NEGLIGIBLE else 0.0
            whole += left[k]
        for k in range(count):
            if left[k] > 0.0:
                slope.border[e, classes.one[k]] -= left[k] / whole
                slope.border[back, classes.two[k]] -= left[k] / whole
    return total
