"""Mixing: plans made of all fillings that column generation and the plans met so far know of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.combining import best_combination
from optimizer.search.fitting import Ints32
from optimizer.search.generation import Generation
from optimizer.search.ground import Ground, is_within_limits, starting_plan
from optimizer.search.pieces import fillings_of
from optimizer.search.recombining import recombined
from optimizer.search.stakes import UNIT
from optimizer.search.tenancy import plan_value

MIX_WORK, MIX_NODES = 2.0, 300_000
"""A plan is made of the fillings after so much work of bringing the bound down, by tries of so many nodes."""
MOST_AT_ONCE, PART_NODES = 24, 20_000
"""Pieces that are combined all at once; of more only a few at a time, by tries of so many nodes."""
MOST_MET, MOST_COLUMNS, MOST_RESTING_COLUMNS = 60, 2_000, 6_000
"""Plans that wait to be learned, the oldest are forgotten; and fillings with which none are learned any more, while
columns are generated and while that rests."""

Seconds = Callable[[], float]


def combine(
    generation: Generation, nodes: int, above_points: float = -float("inf"), seconds: Seconds = lambda: 1.0
) -> Ints32 | None:
    """The best plan that branch and bound makes of the fillings known; it oversteps no limit.  None when none was found
    that is worth more than so much.

    nodes: of one try.  seconds: how many are left.
    """
    master = generation.master
    if not master.columns:
        pins = starting_plan(generation.ground)
        is_better = plan_value(generation.ground, pins) > 1000.0 * above_points
        return pins if is_better and (master.rows_free >= 0).all() else None
    solved = master.solved()
    if solved is None:
        return None
    prices, above_points = solved[2], above_points - generation.pins_scaled / UNIT
    numbers, fillings = master.fillings_at(prices)
    worth_points = master.worth_at(prices)
    chosen = best_combination(fillings, worth_points, worth_points - above_points, nodes, seconds)
    return _plan(generation, [numbers[each] for each in chosen.tolist()]) if len(chosen) else None


def recombine(
    generation: Generation, held: Ints32, nodes: int, seed: int, seconds: Seconds = lambda: 1.0
) -> Ints32 | None:
    """A plan worth no less than this one, which keeps the rules and was learned: its fillings are exchanged for others
    known, in a few pieces at a time.  It oversteps no limit.  None when the linear master was not solved.

    nodes: of one part.  seconds: how many are left.
    """
    master = generation.master
    solved = master.solved() if master.columns else None
    if solved is None:
        return None
    known = {
        piece: master.number_of(piece, placements)
        for piece, placements in fillings_of(generation.ground, generation.pieces, held)
    }
    numbers, fillings = master.fillings_at(solved[2], known.values())
    place = {number: at for at, number in enumerate(numbers)}
    empty = fillings.start[:-1].tolist()
    begun = [place[known[piece]] if piece in known else first for piece, first in enumerate(empty)]
    chosen = recombined(fillings, np.array(begun, dtype=np.int64), nodes, seed, seconds)
    return _plan(generation, [numbers[each] for each in chosen.tolist()])


def _plan(generation: Generation, fillings: Sequence[int]) -> Ints32:
    """The plan of these fillings and the pins; -1 is an empty one."""
    held = starting_plan(generation.ground)
    for number in fillings:
        if number >= 0:
            placements = generation.master.placements_of(number)
            held[generation.ground.applicant[placements]] = placements
    return held


@dataclass
class Mixer:
    """Takes the plans of a run in, good or bad, and makes better ones of their fillings."""

    ground: Ground
    _met: deque[Ints32] = field(default_factory=lambda: deque(maxlen=MOST_MET))
    _unmixed: float = 0.0

    def meet(self, held: Ints32) -> None:
        """Learn the fillings of a plan when columns are generated or plans mixed next."""
        self._met.append(held)

    def learn(self, generation: Generation, held: Ints32, most: int = MOST_COLUMNS) -> None:
        """Take the fillings of this plan, and of those met as long as no more than so many are known."""
        generation.learn(held)
        while self._met and generation.master.columns < most:
            generation.learn(self._met.popleft())

    def is_due(self, work: float) -> bool:
        """Whether so much more work of bringing the bound down makes a new mix worth its time; it counts anew then."""
        self._unmixed += work
        if self._unmixed < MIX_WORK:
            return False
        self._unmixed = 0.0
        return True

    def mixed(self, generation: Generation, held: Ints32, nodes: int, seconds: Seconds) -> Ints32 | None:
        """A plan better than this one, which was learned, when one is found."""
        if not is_within_limits(self.ground, held):
            return combine(generation, nodes, seconds=seconds)
        value = int(plan_value(self.ground, held))
        if len(generation.pieces) <= MOST_AT_ONCE:
            return combine(generation, nodes, value / 1000.0, seconds)
        found = recombine(generation, held, PART_NODES, generation.rounds, seconds)
        return None if found is None or int(plan_value(self.ground, found)) <= value else found

    def mixed_while_resting(self, generation: Generation, held: Ints32, seed: int, seconds: Seconds) -> Ints32:
        """What the fillings of all plans met make of this one, a few pieces at a time; or the plan itself."""
        if not is_within_limits(self.ground, held):
            return held
        self.learn(generation, held, MOST_RESTING_COLUMNS)
        found = recombine(generation, held, PART_NODES, seed, seconds)
        return held if found is None or not is_within_limits(self.ground, found) else found
