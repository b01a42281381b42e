"""Dives of a large instance in one lane: the first makes a whole plan, all others make half of the best one anew.

How slow a dive may be follows from the seconds that are left; one for which there is no time is not begun.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.classes import classes_of
from optimizer.search.dive import HASTY_ROUNDS, LEAST_PACE, PACE, ROUNDS, SLOWEST_PACE, Dive, DivePrices
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Ground, narrowed, starting_plan
from optimizer.search.pieces import piece_of_lot, pieces_of
from optimizer.search.zone_shares import ZoneShares

NEAR_POINTS = 100.0
"""What placements may cost at the smoothed dual's prices and be held by a dive."""
SECONDS_PER_PLACEMENT, ALONE = 1.0e-3, 0.25
"""Of those that it may hold, at the least pace and by one thread: a first guess, corrected by each dive; and the part
of it that nobody can share."""
WHOLE_DIVED, PART_DIVED, MOST_SHARE = 0.65, 0.33, 0.85
"""A dive for a whole plan or for a part takes so much of what is left, or more at the least pace, but no more than the
last."""
PART, PART_SHARE = 0.5, 0.3
"""Of the pieces, in a dive that leaves the others alone; and of what a whole dive takes: few applicants are free."""


def times_least(pace: int) -> float:
    """How many times longer a dive of this pace takes than one of the least."""
    return pace / LEAST_PACE * (ROUNDS / HASTY_ROUNDS if pace >= PACE else 1.0)


def slowest_pace(times: float) -> int:
    """The slowest of all paces that takes at most so many times longer than the least, which is the answer to less."""
    paces = range(LEAST_PACE, SLOWEST_PACE + 1)
    return max((pace for pace in paces if times_least(pace) <= times), default=LEAST_PACE)


@dataclass
class Diving:
    """The dives of one lane.  `advance` goes on with one.

    is_timed: what is left is said in seconds and learned from; else in units of work, which are taken for seconds.
    is_begun: the best plan is not to be made anew as a whole.  threads: of one dive; shares: those who fill other
    pieces, for this lane.
    """

    ground: Ground
    seed: int
    is_timed: bool = True
    is_begun: bool = False
    threads: int = 1
    shares: ZoneShares | None = None
    lane: int = 0
    made: int = 0
    rate: float = SECONDS_PER_PLACEMENT
    _dive: Dive | None = None
    _numbers: Ints32 = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    _of_lot: Ints32 | None = None
    _took: float = 0.0
    _share: float = 1.0
    _hands: int = 1

    @property
    def is_under_way(self) -> bool:
        """Whether a dive was begun and not ended."""
        return self._dive is not None

    def begin(self, held: Ints32, near: Flags, prices: DivePrices, left: float) -> bool:
        """Begin a dive from this plan, if there is time for one; whether there was.

        near: the placements that it may hold, besides those of the plan and the pins.
        """
        is_part = self.is_begun or self.made > 0
        self._share = PART_SHARE if is_part else 1.0
        self._hands = self.threads + (0 if self.shares is None else self.shares.hands_for(int(near.sum())))
        least = self.rate * self._slowness * max(1, int(near.sum())) * self._share
        if least > MOST_SHARE * left:
            return False
        kept = near | self.ground.is_pinned[self.ground.applicant]
        kept[held[held >= 0]] = True
        ground, self._numbers = narrowed(self.ground, kept), np.append(np.flatnonzero(kept), -1).astype(np.int32)
        begun = starting_plan(ground)
        if is_part:
            stays = np.where(self._stays(ground, held), np.searchsorted(self._numbers[:-1], held), -1)
            begun = np.where(ground.is_pinned, begun, stays).astype(np.int32)
        pace = slowest_pace(left * (PART_DIVED if is_part else WHOLE_DIVED) / least)
        self._dive = Dive(
            ground, np.ones(len(ground.site), dtype=np.bool_), begun, prices.applicant.copy(), prices.row.copy(),
            prices.border.copy(), pace, self.threads, self.shares, self.lane,
        )  # fmt: skip
        self._took = 0.0
        return True

    def advance(self, work: float, seconds: Callable[[], float]) -> Ints32 | None:
        """So much work on the dive under way; its plan when it ended, which then is under way no more."""
        assert self._dive is not None
        while work > 0 and not self._dive.is_done and seconds() > 0:
            began = time.monotonic()
            work -= self._dive.advance(seconds)
            self._took += time.monotonic() - began
        if not self._dive.is_done:
            return None
        dive, self._dive = self._dive, None
        self.made += 1
        if self.is_timed:
            done = len(dive.ground.site) * self._share * times_least(dive.pace)
            self.rate = self._took / max(1.0, done) / self._slowness
        return self._numbers[dive.held]

    @property
    def _slowness(self) -> float:
        """Of so many hands, as a part of what one alone takes."""
        return ALONE + (1 - ALONE) / self._hands

    def _stays(self, ground: Ground, held: Ints32) -> Flags:
        """Who stays where the plan has put them: all but those in a part of the pieces, drawn at random."""
        if self._of_lot is None:
            self._of_lot = piece_of_lot(ground, pieces_of(ground, classes_of(ground)))
        pieces = int(self._of_lot.max(initial=-1)) + 1
        draw = random.Random(self.seed * 7919 + self.made)
        drawn = draw.sample(range(pieces), min(pieces, max(2, round(PART * pieces))))
        is_drawn = np.zeros(pieces + 1, dtype=np.bool_)
        is_drawn[drawn] = True
        first = self.ground.site_lots[self.ground.site_start[self.ground.site[held]]]
        return np.asarray((held >= 0) & ~is_drawn[self._of_lot[first]], dtype=np.bool_)
