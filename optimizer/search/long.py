"""Long searches: how many moves those of a large instance make, and the last, which ends with the time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.ground import Floats

FIRST_MOVES, AMPLE_FIRST_MOVES, FIRST_VAST_MOVES, FRESH_MOVES = 150, 240, 75, 25
"""Moves for each applicant in the first search, in one that has ample time, in that of a vast instance, and in the
short one from nothing that such a search begins with."""
MENDING_MOVES, MOST_MENDING_MOVES, MENDING_SHARE = 300, 1000, 8
"""The same after a dive: as many as one part in so many of the time that is left allows, at least and at most."""
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
    """Moves of searches among so many applicants.  rate: moves that each of two lanes makes in a second."""

    applicants: int
    rate: list[float]
    is_vast: bool = False

    @property
    def fresh_moves(self) -> int:
        """Of a search from nothing."""
        return FRESH_MOVES * self.applicants

    def first_moves(self, is_ample: bool = False) -> int:
        """Of the first search, which has ample time or not."""
        most = AMPLE_FIRST_MOVES if is_ample else FIRST_MOVES
        return (FIRST_VAST_MOVES if self.is_vast else most) * self.applicants

    def mending_moves(self, lane: int, seconds_left: float) -> int:
        """Of a search that mends what a dive has left."""
        allowed = self.rate[lane] * seconds_left / MENDING_SHARE
        return int(min(MOST_MENDING_MOVES * self.applicants, max(MENDING_MOVES * self.applicants, allowed)))

    def until_the_end(self, seconds_left: float) -> Pace:
        """The pace of a search that leaves its share to the last one."""
        share = QUENCH_SHARE / (QUENCH_SHARE + 1)
        return Pace(time.monotonic() + max(0.0, seconds_left - LEAVE_SECONDS) * share)

    def took(self, lane: int, moves: float, seconds: float) -> None:
        """Learn from a search of so many moves."""
        if seconds > 0 and self.fresh_moves < moves < math.inf:
            self.rate[lane] = moves / seconds
