"""Long searches: on a large instance one search after the other, each longer, the last as long as there is time.

There one long search is worth more than several short ones, and wide options more than few.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.ground import Floats

FIRST_MOVES, FRESH_MOVES = 300, 25
"""Moves for each applicant in the first search, and in the short one from nothing that each begins with."""
GROWTH = 4
MOST_SHARE = 4
"""When so many times a search's length are left, or less, the search takes all of it."""
QUENCH_SHARE = 40
"""One part in so many of a search follows at its last temperature and below."""
LEAVE_SECONDS = 0.2


@dataclass
class Pace:
    """The part of a search that is over, told to compiled code by whoever calls `tell` now and then."""

    ends: float
    began: float = field(default_factory=time.monotonic)
    part: Floats = field(default_factory=lambda: np.zeros(1))

    def tell(self) -> None:
        """Write down the part that is over by now."""
        now = time.monotonic()
        self.part[0] = 1.0 if now >= self.ends else (now - self.began) / (self.ends - self.began)


@dataclass
class LongSearches:
    """How long the next search of each of two lanes is, in moves, and how many moves each makes in a second."""

    applicants: int
    rate: list[float]
    moves: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.moves = [FIRST_MOVES * self.applicants] * 2

    @property
    def fresh_moves(self) -> int:
        """Of a search from nothing."""
        return FRESH_MOVES * self.applicants

    def next_moves(self, lane: int, seconds_left: float = math.inf) -> float:
        """Of the lane's next search, or infinity: until the end.  The one after that is longer."""
        moves = self.moves[lane]
        self.moves[lane] *= GROWTH
        return math.inf if self.rate[lane] * seconds_left <= MOST_SHARE * moves else moves

    def until_the_end(self, seconds_left: float) -> Pace:
        """The pace of a search that leaves its share to the last one."""
        share = QUENCH_SHARE / (QUENCH_SHARE + 1)
        return Pace(time.monotonic() + max(0.0, seconds_left - LEAVE_SECONDS) * share)

    def took(self, lane: int, moves: float, seconds: float) -> None:
        """Learn from a search of so many moves."""
        if seconds > 0 and self.fresh_moves < moves < math.inf:
            self.rate[lane] = moves / seconds
