"""Local searches of one instance, sized in work, with seeds of their own."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.ejection import anneal
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Floats, Ground, narrowed
from optimizer.search.long import Pace
from optimizer.search.prospects import Prospects
from optimizer.search.schedule import BY_MOVES, Schedule, excess_prices, options_of

MOVES_PER_WORK = 150_000
"""Calibration: moves of the local search in one unit of work, about a second of a core."""
MOVES_PER_HASTY_WORK = 375_000
"""The same for a search that gives moves up by their prospects."""
MOVES_PER_PLACEMENT = 200
"""A small instance needs no more in one task."""
MOST_PLACEMENTS_WHOLE = 1_000_000
"""Beyond, a search has only the placements in memory that it may use: others would only slow it down."""


@dataclass
class Annealing:
    """Searches on one ground; halt: set to end whichever is on."""

    ground: Ground
    seed: int
    halt: Flags = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))
    excess: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.excess = excess_prices(self.ground)

    def improve(
        self,
        held: Ints32,
        usable: Flags,
        charge: Floats,
        heat: tuple[float, float],
        work: float,
        turn: int,
        prospects: Prospects,
        patience: float = math.inf,
        pace: Pace | None = None,
    ) -> Ints32:
        """The best plan met from this one on; it may overstep limits where this one does.

        usable: placements that a move may begin with; whom it ejects may take others.
        charge: millipoints for a unit of each limit and quota; heat: first and last temperature in millipoints; turn:
        makes the draws differ from those of other turns.
        """
        most = MOVES_PER_PLACEMENT * len(self.ground.site)
        moves = int(min(work * (MOVES_PER_WORK if patience == math.inf else MOVES_PER_HASTY_WORK), most))
        part = BY_MOVES if pace is None else pace.part
        seed = self.seed * 7919 + turn
        schedule = Schedule(moves, *heat, seed, charge, self.excess, self.halt, prospects, patience, part)
        if len(usable) > MOST_PLACEMENTS_WHOLE:
            return self._narrowed(held, usable, schedule)
        return anneal(self.ground, held, options_of(self.ground, usable), schedule)[0]

    def _narrowed(self, held: Ints32, usable: Flags, schedule: Schedule) -> Ints32:
        """The same, with the usable placements, the pins and the plan's own alone in memory."""
        kept = usable | self.ground.is_pinned[self.ground.applicant]
        kept[held[held >= 0]] = True
        numbers = np.append(np.flatnonzero(kept), -1).astype(np.int32)
        ground = narrowed(self.ground, kept)
        begun = np.where(held >= 0, np.searchsorted(numbers[:-1], held), -1).astype(np.int32)
        best, _ = anneal(ground, begun, options_of(ground, usable[kept]), schedule)
        return numbers[best]
