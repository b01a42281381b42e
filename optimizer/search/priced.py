"""A certificate of prices: rounded to whole numbers, with the bound that these give exactly.

The bound is the checker's own (optimizer/bound.py), computed over the search's arrays: the checker takes as many
seconds for a nation as this takes tenths.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from instances.instance import Instance
from optimizer.certificate import Certificate, Key
from optimizer.prove import NO_PLAN, SCALE, prove
from optimizer.search.classes import Classes
from optimizer.search.ground import Ground, row_keys
from optimizer.search.soft_bound import Prices, class_costs, constant, lot_costs, row_cost

EXACT = 2.0**53
"""Whole numbers under it are exact in floats."""


def priced_certificate(instance: Instance, ground: Ground, classes: Classes, points: Prices) -> Certificate:
    """The certificate of these prices, not yet tied to a plan, with the bound that they give exactly once rounded."""
    prices = _whole_prices(ground, classes, points)
    named = _named_prices(instance, ground, classes, prices)
    bound = _bound(ground, classes, prices, float(SCALE))
    if abs(bound) >= EXACT:
        return prove(instance, named)
    claimed = max(0, int(bound) // SCALE)  # under 0 where no plan is feasible
    return Certificate(instance.fingerprint(), NO_PLAN, 0, claimed, SCALE, named)


def _whole_prices(ground: Ground, classes: Classes, points: Prices) -> Prices:
    """The prices as whole numbers of 1/SCALE millipoint, still in floats; those that nobody could pay are 0."""
    whole = Prices(*(np.maximum(0.0, np.rint(1000.0 * SCALE * each)) for each in points))
    return whole._replace(border=np.where(classes.covered[ground.edge_from], whole.border, 0.0))


def _named_prices(instance: Instance, ground: Ground, classes: Classes, prices: Prices) -> dict[Key, int]:
    """The prices over 0 by the names of their rows, sorted."""
    lots = [lot.lot_id for lot in instance.lots]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    ones, twos = ([lots[lot] for lot in ends.tolist()] for ends in (ground.edge_from, ground.edge_to))
    named: dict[Key, int] = {("lot", lots[lot]): int(prices.lot[lot]) for lot in prices.lot.nonzero()[0].tolist()}
    edges, used = prices.border.nonzero()
    for edge, sector, price in zip(edges.tolist(), used.tolist(), prices.border[edges, used].tolist(), strict=True):
        named["link", ones[edge], twos[edge], sectors[sector]] = int(price)
    for row in prices.separation.nonzero()[0].tolist():
        edge = int(classes.edge[row])
        here, there = (_joined(sectors, int(bits[row])) for bits in (classes.here, classes.there))
        named["separation", ones[edge], twos[edge], here, there] = int(prices.separation[row])
    named |= {key: int(price) for key, price in zip(row_keys(instance), prices.row.tolist(), strict=True) if price}
    return dict(sorted(named.items()))


def _joined(sectors: list[str], bits: int) -> str:
    return "|".join(sector for number, sector in enumerate(sectors) if (bits >> number) & 1)


@njit(cache=True, nogil=True)
def _bound(ground: Ground, classes: Classes, prices: Prices, scale: float) -> float:
    """What the best choices bring together, in 1/scale millipoints; a whole number when the prices are."""
    at, together = lot_costs(ground, classes, prices)
    costs = np.zeros(len(classes.site))
    class_costs(ground, classes, prices, at, together, costs, 0, len(costs))
    total = constant(ground, prices)
    for a in range(len(ground.sector)):
        best = -np.inf if ground.is_pinned[a] else 0.0
        for p in range(ground.start[a], ground.start[a + 1]):
            best = max(best, scale * ground.gain[p] - costs[classes.of[p]] - row_cost(ground, prices.row, p))
        total += best
    for e in range(len(ground.edge_to)):
        if ground.edge_from[e] < ground.edge_to[e]:
            total += _best_link(ground, classes, prices, scale, e)
    return float(total)


@njit(cache=True, nogil=True)
def _best_link(ground: Ground, classes: Classes, prices: Prices, scale: float, e: int) -> float:
    """What the best link of the edge's pair brings, or 0."""
    best, lot, other = 0.0, ground.edge_from[e], ground.edge_to[e]
    if ground.rate[e] == 0:
        return best
    for k in range(len(classes.one)):
        one, two = classes.one[k], classes.two[k]
        if classes.covered[lot, one] and classes.covered[other, two]:
            worth = scale * ground.rate[e] * ground.affinity[one, two]
            best = max(best, worth - prices.border[e, one] - prices.border[ground.back[e], two])
    return best
