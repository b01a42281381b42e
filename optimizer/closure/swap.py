"""Local search for packings: draw one near a fractional point, then force columns in and their conflicts out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.closure.packing import Packing

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
STEPS_WITHOUT_GAIN = 150
"""After so many steps without gain a new packing is drawn."""


def good_packing(packing: Packing, guide: Floats, seed: int, steps: int) -> tuple[int, ...]:
    """Columns, sorted, of a good packing near the guide, a weight in [0, 1] for each column.

    The same arguments always give the same packing.  Source of the move: Wu, Hao and Glover (2012), Annals of
    Operations Research 196, 611-634, a tabu search for the heaviest clique.
    """
    if not len(packing.values):
        return ()
    degrees = packing.conflicts.sum(axis=1)
    first = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
    other = np.nonzero(packing.conflicts)[1].astype(np.int64)
    best = _search(packing.values, first, other, guide, seed, steps)
    return tuple(np.flatnonzero(best).tolist())


@njit(cache=True, nogil=True)
def _search(values: Ints, first: Ints, other: Ints, guide: Floats, seed: int, steps: int) -> NDArray[np.bool_]:
    np.random.seed(seed)
    count = len(values)
    chosen = np.zeros(count, np.bool_)
    best = chosen.copy()
    against = np.zeros(count, np.int64)  # value of the chosen columns that conflict with each column
    free_at = np.zeros(count, np.int64)
    best_value, step = 0, 0
    while step < steps:
        value = int(_draw(values, first, other, guide, chosen, against))
        free_at[:] = 0
        local, since = value, 0
        while since < STEPS_WITHOUT_GAIN:
            if value > best_value:
                best_value = value
                best[:] = chosen
            pick = _best_forced(values, chosen, against, free_at, step, best_value - value)
            step += 1
            since += 1
            if pick < 0:
                continue
            for place in range(first[pick], first[pick + 1]):
                out = other[place]
                if chosen[out]:
                    chosen[out] = False
                    free_at[out] = step + 7 + np.random.randint(10)
                    for near in range(first[out], first[out + 1]):
                        against[other[near]] -= values[out]
                    value -= int(values[out])
            chosen[pick] = True
            value += int(values[pick])
            for near in range(first[pick], first[pick + 1]):
                against[other[near]] += values[pick]
            if value > local:
                local, since = value, 0
    return best


@njit(cache=True, nogil=True)
def _draw(values: Ints, first: Ints, other: Ints, guide: Floats, chosen: NDArray[np.bool_], against: Ints) -> np.int64:
    """Make `chosen` a packing that takes columns in an order drawn by their guide; its value."""
    keys = -np.log(np.maximum(np.random.random(len(values)), 1e-12)) / (guide + 1e-3)
    chosen[:] = False
    against[:] = 0
    value = np.int64(0)
    for column in np.argsort(keys):
        if values[column] > 0 and against[column] == 0:
            chosen[column] = True
            value += values[column]
            for near in range(first[column], first[column + 1]):
                against[other[near]] += values[column]
    return value


@njit(cache=True, nogil=True)
def _best_forced(values: Ints, chosen: NDArray[np.bool_], against: Ints, free_at: Ints, step: int, missing: int) -> int:
    """The column whose forcing in gains most, of those not left out for a while; -1 when there is none."""
    pick, pick_gain, ties = -1, np.int64(-(2**62)), 0
    for column in range(len(values)):
        if chosen[column] or values[column] <= 0:
            continue
        gain = values[column] - against[column]
        if gain < pick_gain or (free_at[column] > step and gain <= missing):
            continue
        if gain > pick_gain:
            pick, pick_gain, ties = column, gain, 1
        else:
            ties += 1
            if np.random.randint(ties) == 0:
                pick = column
    return pick
