"""Descent of the prices of pieces: each round fills all pieces, and what the fillings use too often grows dearer.

The steps are of adapted length (Kingma and Ba 2015) and grow shorter.  Where there are many pieces, or many ways to
fill them, this comes near the best prices in far fewer rounds than column generation, which goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.adapted_step import SHORT, step_down
from optimizer.search.generation import Generation
from optimizer.search.ground import Floats
from optimizer.search.smooth import mean_use

ROUNDS, FEWEST_ROUNDS = 60, 4
"""At most; under a time limit as many as there is time for.  More bring little."""
TIMED_ROUNDS = 3
STEP_FIRST, STEP_LAST = 12.0, 0.5
"""Points that the price of an applicant moves in a round, at most, in the first and in the last."""
END_STEP, ROW_STEP = 0.3, 0.3
"""The same for ends of borders, and for limits and quotas by a grant's mean use, relative to an applicant's."""


@dataclass
class Descent:
    """The state of one descent.  `advance` is one round; it leaves the best prices in the generation.

    chosen: the master's numbers of the fillings of the last round.
    """

    generation: Generation
    rounds: int = ROUNDS
    step_first: float = STEP_FIRST
    step_last: float = STEP_LAST
    done: int = 0
    chosen: list[int] = field(default_factory=list)
    prices: Floats = field(init=False)
    took_seconds: float = float("inf")
    _first: Floats = field(init=False)
    _second: Floats = field(init=False)
    _scale: Floats = field(init=False)
    _length: Floats = field(init=False)

    def __post_init__(self) -> None:
        ground, master = self.generation.ground, self.generation.master
        self.prices = self.generation.center.copy()
        self._first, self._second = np.zeros_like(self.prices), np.zeros_like(self.prices)
        self._scale, self._length = np.ones_like(self.prices), np.ones_like(self.prices)
        rows = slice(master.rows_at, master.ends_at)
        self._scale[rows] = 1.0 / np.maximum(1.0, mean_use(ground))
        self._length[rows] = ROW_STEP * self._scale[rows]
        self._length[master.ends_at :] = END_STEP

    @property
    def is_done(self) -> bool:
        """The planned rounds are made."""
        return self.done >= self.rounds

    def advance(self, seconds: Callable[[], float] = lambda: 1.0) -> float:
        """One round; the work that it took, in seconds' worth: infinity when the seconds ran out."""
        began, master = time.monotonic(), self.generation.master
        priced = self.generation.price(self.prices, seconds)
        if priced is None:
            return float("inf")
        self.chosen = [number for number in priced.columns if number >= 0]
        use = master.use_of(self.chosen)
        slope = (master.free - use - master.links_at(self.prices)) * self._scale
        slope[: master.applicants][self.generation.ground.is_pinned] = 0.0
        length = self.step_first * (self.step_last / self.step_first) ** (self.done / self.rounds)
        self.done += 1
        self.prices = self.prices.copy()
        step_down(self.prices, slope, self._first, self._second, length * self._length, self.done, SHORT)
        self.took_seconds = min(self.took_seconds, time.monotonic() - began)
        return priced.work

    def plan_rounds(self, seconds: float) -> None:
        """Make as many rounds as there is time for, at the pace of those made."""
        fit = self.done + int(seconds / max(self.took_seconds, 1e-3))
        self.rounds = min(ROUNDS, max(FEWEST_ROUNDS, fit))
