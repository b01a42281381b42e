"""What one local search may move, how long, and how it judges: options and schedule."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.prospects import NO_PROSPECTS, Prospects

GO = np.zeros(1, dtype=np.bool_)
"""A halt that nobody calls."""
BY_MOVES = np.full(1, -1.0)
"""A pace that goes by moves."""


class Options(NamedTuple):
    """The placements that moves may use: sliced by applicant (own) and by site (at); movers: who has any."""

    movers: Ints64
    own_start: Ints64
    own: Ints32
    at_start: Ints64
    at: Ints32


class Schedule(NamedTuple):
    """moves; first and last temperature in millipoints; seed; millipoints charged for each unit of a row, and more for
    each unit over it.  patience: millipoints by which a move may miss being accepted, by its prospects, and still be
    carried out to the end.  pace: the part of the search that is over, from 0 to 1, if somebody else says so; -1 where
    the moves made say it.
    """

    moves: int
    hot: float
    cold: float
    seed: int
    charge: Floats
    excess: Floats
    halt: Flags = GO
    prospects: Prospects = NO_PROSPECTS
    patience: float = math.inf
    pace: Floats = BY_MOVES


def options_of(ground: Ground, allowed: Flags) -> Options:
    """The allowed placements but for the pins."""
    numbers = np.flatnonzero(allowed & ~ground.is_pinned[ground.applicant]).astype(np.int32)
    own_start = np.zeros(len(ground.sector) + 1, dtype=np.int64)
    own_start[1:] = np.cumsum(np.bincount(ground.applicant[numbers], minlength=len(ground.sector)))
    sites = len(ground.site_start) - 1
    at_start = np.zeros(sites + 1, dtype=np.int64)
    at_start[1:] = np.cumsum(np.bincount(ground.site[numbers], minlength=sites))
    at = numbers[np.lexsort((-ground.gain[numbers], ground.site[numbers]))]
    return Options(np.flatnonzero(np.diff(own_start)), own_start, numbers, at_start, at)


def excess_prices(ground: Ground) -> Floats:
    """Millipoints for each unit over a row: a mean placement's gain for a mean placement's use."""
    lots = np.diff(ground.site_start)[ground.site].mean() if len(ground.site) else 1.0
    use = np.abs(ground.need).mean(axis=1) + np.abs(ground.per_lot).mean(axis=1) * lots
    mean = float(ground.gain.mean()) if len(ground.gain) else 0.0
    return np.asarray(mean / np.maximum(use, 1.0), dtype=np.float64)
