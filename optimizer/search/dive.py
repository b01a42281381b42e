"""A dive: what the fillings of a descent agree on is held for good, the prices of the rest descend again, and so on.

Each stage leaves a smaller instance, in which those held are pins; the last one leaves a plan.  It promises nothing,
and a short local search afterwards mends what the last stages spoiled.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from optimizer.search.classes import Classes, classes_of
from optimizer.search.descent import Descent
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.generation import Generation
from optimizer.search.generation_start import generation_at
from optimizer.search.ground import Floats, Ground, narrowed, starting_plan, used
from optimizer.search.zone_shares import ZoneShares

ROUNDS, STEP = 10, 4.0
"""Of one stage, and the points that prices move in a round at most."""
HASTY_ROUNDS, HASTY_STEP = 5, 6.0
"""The same at a pace below the usual one."""
LEAST_PACE, PACE, SLOWEST_PACE, FEWEST_LOTS = 6, 12, 36, 8
"""In a stage at least one lot in so many that are free is given to those who are agreed on most, and so many lots.  The
slower, the better the plan."""
AGREED = 0.95
"""Whoever is in so many of a stage's fillings is held whatever that makes."""


class DivePrices(NamedTuple):
    """Points to begin a dive with: of each applicant, of a unit of each limit and quota, and of each edge and sector,
    paid back to the tenant at its beginning."""

    applicant: Floats
    row: Floats
    border: Floats


@dataclass
class Dive:
    """The state of one dive.  `advance` is one stage; `held` is the plan so far, by placement numbers of the ground.

    near: the placements that it may hold.  applicant, row, border: prices to begin with, in points; these are its own.
    pace: lots that are free in a stage, for each that it gives away.  threads: that fill pieces; shares: those who fill
    others, for this lane.
    """

    ground: Ground
    near: Flags
    held: Ints32
    applicant: Floats
    row: Floats
    border: Floats
    pace: int = PACE
    threads: int = 1
    shares: ZoneShares | None = None
    lane: int = 0
    is_done: bool = False
    _tenant_sector: Ints32 = field(init=False)

    def __post_init__(self) -> None:
        self._tenant_sector = np.full(len(self.ground.edge_start) - 1, -1, dtype=np.int32)
        for placement in self.held[self.held >= 0].tolist():
            self._settle(placement)

    def advance(self, seconds: Callable[[], float] = lambda: 1.0) -> float:
        """One stage; the work that it took, in seconds' worth.  It is done when nothing more can be held."""
        numbers, generation = self._rest()
        if not generation.pieces:
            self.is_done = True
            return 0.1
        agreed, mean, work = self._descend(generation, seconds)
        rows = generation.master
        self.applicant, self.row = mean[: rows.applicants], mean[rows.rows_at : rows.ends_at]
        self.border[rows.end_edge, rows.end_sector] = mean[rows.ends_at :]
        free = sum(len(piece.lots) for piece in generation.pieces)
        self.is_done = seconds() <= 0 or not self._hold(numbers, agreed, max(free / self.pace, FEWEST_LOTS))
        return work

    def _rest(self) -> tuple[Ints64, Generation]:
        """(numbers of the placements that are left, the instance in which those held are pins)."""
        ground, is_held = self.ground, self.held >= 0
        is_free = np.logical_and.reduceat(self._tenant_sector[ground.site_lots] < 0, ground.site_start[:-1])
        kept = self.near & is_free[ground.site] & ~is_held[ground.applicant]
        kept[self.held[is_held]] = True
        rest = narrowed(ground, kept)._replace(is_pinned=is_held)
        classes: Classes = classes_of(rest)
        reduced = self.applicant[rest.applicant]
        generation = generation_at(rest, classes, reduced, self.row, self.border)
        generation.threads = self.threads
        if self.shares is not None:
            self.shares.share_out(generation, self.lane)
        return np.flatnonzero(kept), generation

    def _descend(self, generation: Generation, seconds: Callable[[], float]) -> tuple[Floats, Floats, float]:
        """(share of the rounds in which each placement was chosen, the mean of the prices, the work that it took)."""
        rounds, step = (ROUNDS, STEP) if self.pace >= PACE else (HASTY_ROUNDS, HASTY_STEP)
        descent, work = Descent(generation, rounds, step, step), 0.0
        agreed, mean = np.zeros(len(generation.ground.site)), np.zeros_like(generation.center)
        while not descent.is_done and seconds() > 0:
            mean += descent.prices / rounds
            work += descent.advance(seconds)
            for filling in descent.chosen:
                agreed[generation.master.placements_of(filling)] += 1.0 / rounds
        return agreed, mean, work

    def _hold(self, numbers: Ints64, agreed: Floats, lots: float) -> int:
        """Hold those agreed on most that go together, for at least so many lots if there are; how many they are."""
        ground, count = self.ground, 0
        in_use = used(ground, self.held)
        for place in np.argsort(-agreed, kind="stable").tolist():
            if agreed[place] <= 0 or (agreed[place] < AGREED and lots <= 0):
                break
            placement = int(numbers[place])
            applicant, site = int(ground.applicant[placement]), int(ground.site[placement])
            own = int(ground.site_start[site + 1] - ground.site_start[site])
            need = np.where(ground.touches[:, site], ground.need[:, applicant], 0)
            is_over = (in_use + need > ground.most) & (need > 0)  # of a limit; quotas are left to the prices
            if self.held[applicant] >= 0 or is_over.any() or not self._is_free(placement):
                continue
            self.held[applicant] = placement
            self._settle(placement)
            in_use, lots, count = in_use + need + ground.per_lot[:, applicant] * own, lots - own, count + 1
        return count

    def _is_free(self, placement: int) -> bool:
        """Whether its lots are empty and no hostile tenant is beside them."""
        ground = self.ground
        sector = ground.sector[ground.applicant[placement]]
        for lot in self._lots(placement).tolist():
            if self._tenant_sector[lot] >= 0:
                return False
            beside = slice(ground.edge_start[lot], ground.edge_start[lot + 1])
            there = self._tenant_sector[ground.edge_to[beside]]
            if (ground.is_apart[beside] & (there >= 0) & ground.hostile[sector, there]).any():
                return False
        return True

    def _settle(self, placement: int) -> None:
        self._tenant_sector[self._lots(placement)] = self.ground.sector[self.ground.applicant[placement]]

    def _lots(self, placement: int) -> Ints32:
        site = self.ground.site[placement]
        return self.ground.site_lots[self.ground.site_start[site] : self.ground.site_start[site + 1]]


def dive_from(
    generation: Generation, center: Floats, near: Flags, plan: Ints32 | None = None, part: float = 0.5, seed: int = 0
) -> Dive:
    """A dive from prices of a generation's rows: of the whole instance, or of so large a part of its pieces.

    plan: what holds all other pieces; the part is drawn by the seed, two pieces at least where there are two.
    """
    ground, prices = generation.ground, prices_at(generation, center)
    held = starting_plan(ground)
    if plan is not None:
        pieces = len(generation.pieces)
        drawn = random.Random(seed).sample(range(pieces), min(pieces, max(2, round(part * pieces))))
        is_drawn = np.zeros(pieces + 1, dtype=np.bool_)
        is_drawn[drawn] = True
        stays = (plan >= 0) & ~is_drawn[generation.spots.piece[plan]]
        held = np.where(stays | ground.is_pinned, plan, -1).astype(np.int32)
    return Dive(ground, near, held, *prices)


def prices_at(generation: Generation, center: Floats) -> DivePrices:
    """Prices of a generation's rows, to begin a dive with: an array of its own for each kind."""
    master, ground = generation.master, generation.ground
    border = np.zeros((len(ground.edge_to), len(ground.affinity)))
    border[master.end_edge, master.end_sector] = center[master.ends_at :]
    return DivePrices(center[: master.applicants].copy(), center[master.rows_at : master.ends_at].copy(), border)
