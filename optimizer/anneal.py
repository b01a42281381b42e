"""Compiled local search: simulated annealing over placements, ejecting whatever is in the way.

A move puts one applicant on one site and removes every tenant that it collides with: on its lots, or next door and
hostile.  Limits and quotas may be overstepped on the way, at a price that rises while they are and falls while they
are not; only plans within them are kept.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.ground import Ground, Ints32

Floats = NDArray[np.float64]
MOST_EJECTED = 32


def anneal(
    ground: Ground, held: Ints32, candidates: Ints32, moves: int, hot: float, cold: float, seed: int, prices: Floats
) -> tuple[Ints32, int]:
    """Anneal from a plan and return the best feasible plan met and its millipoints (-1 when none was feasible).

    held: placement of each applicant, or -1; it is not changed.  candidates: the placements that moves may
    use, in order.
    hot, cold: first and last temperature in millipoints.  prices: millipoints per unit over each limit or quota row
    to start with.  The same arguments always give the same answer.
    """
    best = held.copy()
    if not len(candidates):
        return best, int(plan_value(ground, best))
    value = _anneal(ground, held.copy(), best, candidates, moves, hot, cold, np.uint64(seed), prices.copy())
    return best, int(value)


def starting_plan(ground: Ground) -> Ints32:
    """The plan of the pins alone."""
    count = int(ground.applicant.max()) + 1 if len(ground.applicant) else 0
    held = np.full(count, -1, dtype=np.int32)
    pins = np.flatnonzero(ground.is_pin).astype(np.int32)
    held[ground.applicant[pins]] = pins
    return held


def is_within_limits(ground: Ground, held: Ints32) -> bool:
    """Whether the plan keeps every limit and quota."""
    return bool((ground.side[:, held[held >= 0]].sum(axis=1) <= ground.side_most).all())


def starting_prices(ground: Ground) -> Floats:
    """Prices to start with: a mean placement's gain for a mean placement's use of each row."""
    use = np.abs(ground.side).mean(axis=1) if ground.side.shape[1] else np.ones(len(ground.side))
    return float(ground.gain.mean() if len(ground.gain) else 0.0) / np.maximum(use, 1.0) / 2


@njit(cache=True, nogil=True)
def plan_value(ground: Ground, held: Ints32) -> int:
    """Millipoints of the plan, limits and quotas ignored."""
    tenant = np.full(len(ground.beside_start) - 1, -1, np.int32)
    total = 0
    for placement in held:
        if placement >= 0:
            total += ground.gain[placement] + _links(ground, tenant, placement)
            _mark(ground, tenant, placement, placement)
    return total


@njit(cache=True, nogil=True)
def _links(ground: Ground, tenant: Ints32, placement: int) -> int:
    """Millipoints that the placement's borders earn with the tenants around it."""
    total = 0
    sector = ground.sector[placement]
    for at in range(ground.lots_start[placement], ground.lots_start[placement + 1]):
        lot = ground.lots[at]
        for k in range(ground.beside_start[lot], ground.beside_start[lot + 1]):
            other = tenant[ground.beside[k]]
            if other >= 0 and other != placement:
                total += ground.beside_rate[k] * ground.affinity[sector, ground.sector[other]]
    return total


@njit(cache=True, nogil=True)
def _mark(ground: Ground, tenant: Ints32, placement: int, by: int) -> None:
    for at in range(ground.lots_start[placement], ground.lots_start[placement + 1]):
        tenant[ground.lots[at]] = by


@njit(cache=True, nogil=True)
def _collisions(ground: Ground, tenant: Ints32, placement: int, out: Ints32) -> int:
    """Collect the tenants that cannot stay beside the placement; -1 when one of them is a pin or there are too many."""
    count = 0
    sector = ground.sector[placement]
    for at in range(ground.lots_start[placement], ground.lots_start[placement + 1]):
        lot = ground.lots[at]
        first, last = ground.beside_start[lot], ground.beside_start[lot + 1]
        for k in range(first - 1, last):
            if k < first:
                other = tenant[lot]
                if other < 0:
                    continue
            else:
                other = tenant[ground.beside[k]]
                if other < 0 or not ground.beside_apart[k] or not ground.hostile[sector, ground.sector[other]]:
                    continue
                if ground.applicant[other] == ground.applicant[placement]:
                    continue
            known = False
            for index in range(count):
                known = known or out[index] == other
            if not known:
                if ground.is_pin[other] or count == len(out) - 1:
                    return -1
                out[count] = other
                count += 1
    return count


@njit(cache=True, nogil=True)
def _anneal(  # noqa: C901
    ground: Ground,
    held: Ints32,
    best: Ints32,
    candidates: Ints32,
    moves: int,
    hot: float,
    cold: float,
    seed: np.uint64,
    prices: Floats,
) -> int:
    rows = len(ground.side_most)
    start = np.zeros(len(held) + 1, np.int64)
    for candidate in candidates:
        start[ground.applicant[candidate] + 1] += 1
    start = np.cumsum(start)
    tenant = np.full(len(ground.beside_start) - 1, -1, np.int32)
    used = np.zeros(rows, np.int64)
    value = 0
    for placement in held:
        if placement >= 0:
            value += ground.gain[placement] + _links(ground, tenant, placement)
            _mark(ground, tenant, placement, placement)
            for r in range(rows):
                used[r] += ground.side[r, placement]
    over = 0
    for r in range(rows):
        over += max(0, used[r] - ground.side_most[r])
    best_value = value if over == 0 else -1
    out = np.empty(MOST_EJECTED, np.int32)
    state = seed * np.uint64(2654435769) + np.uint64(88172645463325252)
    floor = prices * 0.01
    temperature = hot
    cooling = (cold / hot) ** (1024.0 / max(moves, 1024))
    for step in range(moves):
        if step % 1024 == 1023:
            temperature *= cooling
            for r in range(rows):
                if used[r] > ground.side_most[r]:
                    prices[r] = max(prices[r] * 1.02, floor[r])
                else:
                    prices[r] *= 0.99
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        applicant = (state >> np.uint64(11)) % np.uint64(len(held))
        first, last = start[applicant], start[applicant + 1]
        if first == last:
            continue
        placement = candidates[first + (state >> np.uint64(31)) % np.uint64(last - first)]
        before = held[applicant]
        if before >= 0 and ground.is_pin[before]:
            continue
        adds = before != placement
        count = 0
        if adds:
            count = _collisions(ground, tenant, placement, out)
            if count < 0:
                continue
            if before >= 0:
                known = False
                for index in range(count):
                    known = known or out[index] == before
                if not known:
                    out[count] = before
                    count += 1
        else:
            out[0] = placement
            count = 1
        delta = 0
        for index in range(count):
            _mark(ground, tenant, out[index], -1)
            delta -= ground.gain[out[index]] + _links(ground, tenant, out[index])
        if adds:
            delta += ground.gain[placement] + _links(ground, tenant, placement)
        penalty = 0.0
        over = 0
        for r in range(rows):
            now = used[r]
            for index in range(count):
                now -= ground.side[r, out[index]]
            if adds:
                now += ground.side[r, placement]
            excess = max(0, now - ground.side_most[r])
            over += excess
            penalty += prices[r] * (now - used[r] + excess - max(0, used[r] - ground.side_most[r]))
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        chance = (float(state >> np.uint64(11)) + 1.0) / 9007199254740993.0
        if delta - penalty >= temperature * math.log(chance):
            for index in range(count):
                held[ground.applicant[out[index]]] = -1
                for r in range(rows):
                    used[r] -= ground.side[r, out[index]]
            if adds:
                held[applicant] = placement
                _mark(ground, tenant, placement, placement)
                for r in range(rows):
                    used[r] += ground.side[r, placement]
            value += delta
            if over == 0 and value > best_value:
                best_value = value
                best[:] = held
        else:
            for index in range(count):
                _mark(ground, tenant, out[index], out[index])
    return best_value
