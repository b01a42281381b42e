"""The plans of a large instance: dives, each mended by a long search.

The first lane begins with a search from nothing, or from an earlier plan.  Then each lane dives as long as there is
time, and searches until the end when there is not.  Of a vast instance the second lane alone dives, after that search,
with two threads, and the first one waits: two dives at once would both end too late.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Protocol

from optimizer.board import Board
from optimizer.outcome import Limits
from optimizer.search.annealing import MOVES_PER_HASTY_WORK
from optimizer.search.diving import Diving
from optimizer.search.dual import Dual
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Floats, Ground, starting_plan
from optimizer.search.long import QUENCH_SHARE, LongSearches, Pace
from optimizer.search.zone_shares import ZoneShares

NEAR_SLACK, WIDE_SLACK = 60.0, 200.0
"""Points that placements may cost at the best prices, in a short search from nothing and in a long one."""
NEAR_POINTS = 100.0
"""The same at the smoothed dual's prices, of what a dive may hold."""
FRESH_HEAT, LONG_HEAT, QUENCH_HEAT = (600e3, 15e3), (600e3, 30e3), (30e3, 5e3)
"""First and last temperature, in millipoints, of the parts of a search from nothing."""
BEGUN_HEAT, DIVED_HEAT = (60e3, 6e3), (60e3, 5e3)
"""The same of a search from an earlier plan, and from a plan that a dive has made."""
AMPLE_SECONDS = 25.0
"""With so many left the first search may be longer, so that its plan is a good one already."""
STEP_WORK, WAIT_SECONDS = 1.0, 0.05
"""Work of one task of a lane, and what a waiting lane sleeps at a time."""


class Anneal(Protocol):
    """A local search, whose best plan is shown."""

    def __call__(
        self,
        held: Ints32,
        allowed: Flags | None,
        charge: Floats,
        heat: tuple[float, float],
        work: float,
        turn: int,
        patience: float = math.inf,
        pace: Pace | None = None,
    ) -> Ints32:
        """The best plan met from this one on."""


@dataclass
class LargePlans:
    """The state of both lanes.  paces: of searches until the end, which somebody else tells the time.

    is_begun: the run began from an earlier plan.  work_left: under a work limit.  shares: those who fill pieces for
    the dives.
    """

    ground: Ground
    limits: Limits
    board: Board
    dual: Dual
    anneal: Anneal
    paces: list[Pace]
    is_begun: bool = False
    work_left: float = math.inf
    shares: ZoneShares | None = None
    long: LongSearches = field(init=False)
    divings: list[Diving] = field(init=False)
    _is_first: bool = True
    _is_first_over: bool = False
    _has_searched: bool = False
    _is_dived: bool = False
    _mended: list[int] = field(default_factory=lambda: [0, 0])

    def __post_init__(self) -> None:
        is_vast, is_timed = self.dual.is_vast, self.limits.work is None
        self.long = LongSearches(len(self.ground.sector), [MOVES_PER_HASTY_WORK] * 2, is_vast)
        threads = min(self.limits.workers, 2) if is_vast else 1
        self.divings = [
            Diving(self.ground, 2 * self.limits.seed + lane, is_timed, threads=threads, shares=self.shares, lane=lane)
            for lane in range(2)
        ]

    @property
    def next_work(self) -> float:
        """Of a lane's next task."""
        return self.long.first_moves() / MOVES_PER_HASTY_WORK if self._is_first else STEP_WORK

    def improve(self, held: Ints32, cost: Floats, charge: Floats, work: float, turn: int) -> Ints32:
        """One task of a lane, at these costs of placements in points and charges of limits and quotas in millipoints.

        turn: even in the first lane, odd in the second; draws depend on it.
        """
        number = turn % 2
        if number == 0 and self._is_first:
            self._is_first = False
            return self._first(held, cost, charge, work, turn)
        if self.dual.is_vast and (number == 0 or not self._has_searched):
            return self.wait(held)
        if self._is_diving(self.divings[number], held):
            dived = self.divings[number].advance(work, self.board.seconds_left)
            return held if dived is None else self._mend(dived, cost, charge, turn)
        if self.limits.work is not None:
            return self.anneal(held, cost <= WIDE_SLACK, charge, DIVED_HEAT, work, turn, 0.0)
        return self._until_the_end(held, cost, charge, turn)

    def _first(self, held: Ints32, cost: Floats, charge: Floats, work: float, turn: int) -> Ints32:
        """The first lane's first search."""
        if self.is_begun:
            found = self.anneal(held, cost <= WIDE_SLACK, charge, BEGUN_HEAT, work, turn, 0.0)
        else:
            is_ample = self.limits.work is None and self.board.seconds_left() >= AMPLE_SECONDS
            found = self._from_nothing(cost, charge, self.long.first_moves(is_ample), turn)
        self._is_first_over = True
        return found

    def _is_diving(self, diving: Diving, held: Ints32) -> bool:
        """Whether a dive is under way; one is begun from the best plan if there is time for it."""
        if diving.is_under_way:
            return True
        first_cost = self.dual.first_cost
        assert first_cost is not None, "costs are known"
        diving.is_begun = self.is_begun or self._is_dived
        return diving.begin(held, first_cost <= NEAR_POINTS, self.dual.dive_prices, self._left)

    def _mend(self, dived: Ints32, cost: Floats, charge: Floats, turn: int) -> Ints32:
        """What a dive has made after a search of its own length."""
        number, began = turn % 2, time.monotonic()
        moves = self.long.mending_moves(number, self._left)
        work = moves / MOVES_PER_HASTY_WORK
        found = self.anneal(dived, cost <= WIDE_SLACK, charge, DIVED_HEAT, work, turn, 0.0)
        self._took(number, moves, began)
        self._mended[number] += 1
        return found

    def _until_the_end(self, held: Ints32, cost: Floats, charge: Floats, turn: int) -> Ints32:
        """One search as long as there is time: from the best plan, or from nothing as long as no dive has made one."""
        if not self._is_dived:
            return self._from_nothing(cost, charge, None, turn)
        pace = self.long.until_the_end(self.board.seconds_left())
        self.paces.append(pace)
        return self.anneal(held, cost <= WIDE_SLACK, charge, DIVED_HEAT, math.inf, turn, 0.0, pace)

    def _from_nothing(self, cost: Floats, charge: Floats, moves: int | None, turn: int) -> Ints32:
        """A short search from nothing among few options, and a long one from its plan among many, of so many moves or
        until the end."""
        start, near, wide = starting_plan(self.ground), cost <= NEAR_SLACK, cost <= WIDE_SLACK
        work = self.long.fresh_moves / MOVES_PER_HASTY_WORK
        first, began = self.anneal(start, near, charge, FRESH_HEAT, work, turn, 0.0), time.monotonic()
        pace, work = None, math.inf if moves is None else moves / MOVES_PER_HASTY_WORK
        if moves is None:
            pace = self.long.until_the_end(self.board.seconds_left())
            self.paces.append(pace)
        found = self.anneal(first, wide, charge, LONG_HEAT, work, turn, 0.0, pace)
        found = self.anneal(found, wide, charge, QUENCH_HEAT, work / QUENCH_SHARE, turn, 0.0)
        self._took(turn % 2, work * MOVES_PER_HASTY_WORK, began)
        return found

    def exchange(self) -> None:
        """Let either lane know what the other has done: between the steps of a work limit, else whenever one has."""
        self._is_dived, self._has_searched = any(self._mended), self._is_first_over

    def _took(self, number: int, moves: float, began: float) -> None:
        if self.limits.work is None:
            self.long.took(number, moves, time.monotonic() - began)

    @property
    def _left(self) -> float:
        """Seconds, or under a work limit units of work."""
        return self.board.seconds_left() if self.limits.work is None else self.work_left

    def wait(self, held: Ints32) -> Ints32:
        """For what the other lane does; without a time limit lanes go in steps anyway."""
        if self.limits.work is None:
            time.sleep(WAIT_SECONDS)
        return held
