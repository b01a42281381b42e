"""The plans of a small instance: searches from nothing and from the best plan, exact neighbourhoods, dives.

The first searches that prices lead are short ones from nothing, so that a good plan comes soon.  Then local search from
nothing or from the best plan and exact neighbourhoods take turns; in the second lane, once there are prices of pieces,
a dive from a part of the best plan comes every other time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from instances.instance import Instance
from optimizer.board import Board
from optimizer.outcome import Limits
from optimizer.search.annealing import MOVES_PER_WORK
from optimizer.search.dive import dive_from
from optimizer.search.dual import Dual
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.generation import Generation
from optimizer.search.ground import Floats, Ground, starting_plan
from optimizer.search.large import FRESH_HEAT, NEAR_POINTS, STEP_WORK, Anneal
from optimizer.search.neighbourhoods import Lane, Neighbourhoods
from optimizer.search.tenancy import order_of

FRESH_SLACKS = (100.0, 150.0, 250.0)
"""Points that placements may cost against the bound, at the best prices, and be moved by a search from nothing."""
LED_SEARCHES, LED_WORK = 2, 0.5
"""The first searches that prices lead, and the work of each."""
HASTY_HEAT = (2e6, 15e3)
"""Temperatures of a search from nothing that gives moves up early: it begins hotter than others, for what such a search
makes at lower ones it seldom takes back."""
WARM, AGAIN_COLD = (60e3, 120e3, 250e3), 6e3
"""First temperatures in turn, and the last, of a search from the best plan, in millipoints."""
DIVED_POINTS, DIVED_MOVES_PER_LOT, AGAIN_HEAT = 150.0, 350, (30e3, 6e3)
"""After a dive from a part of a plan: what placements may cost and be moved, the moves for each lot, their
temperatures."""


class Guide(NamedTuple):
    """What leads a search for plans, taken once for each task: what placements cost in points, None as long as nobody
    knows; what limits and quotas are charged, in millipoints; the best prices of pieces, None before there are any."""

    cost: Floats | None
    charge: Floats
    center: Floats | None


@dataclass
class SmallPlans:
    """The state of both lanes.  show: a plan that a step has found, to the board.

    is_begun: the run began from an earlier plan.  first_led: the turn of the first lane that had prices first.
    """

    instance: Instance
    ground: Ground
    limits: Limits
    board: Board
    dual: Dual
    anneal: Anneal
    show: Callable[[Ints32, str], None]
    is_begun: bool = False
    first_led: int | None = None
    neighbourhoods: Neighbourhoods = field(init=False)

    def __post_init__(self) -> None:
        self.neighbourhoods = Neighbourhoods(self.instance, self.ground)

    def next_work(self, turn: int) -> float:
        """Of a lane's task in so many turns: first, what the smoothed dual takes to have prices."""
        if self.is_begun or turn > LED_SEARCHES:
            return STEP_WORK
        return LED_WORK if turn else min(STEP_WORK, self.dual.first_work)

    def improve(self, held: Ints32, lane: Lane, guide: Guide, work: float, turn: int, is_close: bool) -> Ints32:
        """One task of a lane, with prices; what it finds is shown.

        turn: even in the first lane, odd in the second; draws depend on it.  is_close: the plan is near the bound.
        """
        cost, charge, center = guide
        assert cost is not None, "there are prices"
        if turn % 4 == 1 and center is not None and self.dual.generation is not None:
            return self._dive_again(held, lane, self.dual.generation, center, charge, turn)
        if self.first_led is None and turn % 2 == 0:
            self.first_led = turn
        led = (turn - (self.first_led or 0)) // 2
        if turn % 2 == 0 and led < LED_SEARCHES and not self.is_begun:
            usable = cost <= FRESH_SLACKS[led % len(FRESH_SLACKS)]
            return self._from_nothing(usable, charge, min(work, LED_WORK), turn, 0.0)
        kind, patience = led % 4, 0.0 if turn // 8 % 2 else math.inf
        if kind == 2 and self.dual.told is None:  # which makes plans itself, and would share the interpreter
            seconds = self.board.seconds_left
            return self.neighbourhoods.improve(held, lane, cost, work, seconds, self._publish, is_close)
        if kind == 1:
            usable = cost <= FRESH_SLACKS[turn // 8 % len(FRESH_SLACKS)]
            return self._from_nothing(usable, charge, work, turn, patience)
        limit = FRESH_SLACKS[turn % len(FRESH_SLACKS)]
        warm = (WARM[turn // 4 % len(WARM)], AGAIN_COLD)
        return self.anneal(held, cost <= limit, charge, warm, work, turn, patience)

    def _from_nothing(self, usable: Flags, charge: Floats, work: float, turn: int, patience: float) -> Ints32:
        heat = FRESH_HEAT if patience else HASTY_HEAT
        return self.anneal(starting_plan(self.ground), usable, charge, heat, work, turn, patience)

    def _dive_again(
        self, held: Ints32, lane: Lane, generation: Generation, center: Floats, charge: Floats, turn: int
    ) -> Ints32:
        """A plan of which a part was given up and made anew by a dive, and a short local search of the whole; and what
        its fillings, and all others known, make of the best plan."""
        first_cost, seed = self.dual.first_cost, self.limits.seed * 7919 + turn
        assert first_cost is not None, "prices of pieces come after those of the smoothed dual"
        dive = dive_from(generation, center, first_cost <= NEAR_POINTS, held, lane.part, seed)
        work = 0.0
        while not dive.is_done and self.board.seconds_left() > 0:
            work += dive.advance(self.board.seconds_left)
        lane.took(work)
        work = DIVED_MOVES_PER_LOT * (len(self.ground.edge_start) - 1) / MOVES_PER_WORK
        found = self.anneal(dive.held, first_cost <= DIVED_POINTS, charge, AGAIN_HEAT, work, turn)
        self.dual.mixer.meet(found)
        best = min((held, found), key=lambda each: order_of(self.ground, each))
        best = self.dual.mixer.mixed_while_resting(generation, best, turn, self.board.seconds_left)
        self.show(best, "fillings")
        return best

    def _publish(self, held: Ints32) -> None:
        self.show(held, "neighbourhoods")
