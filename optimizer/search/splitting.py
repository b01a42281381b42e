"""The choice of the next split: the one whose two answers bring the linear master down the most, by trial."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from optimizer.search.case import LOT, PLACED, Split
from optimizer.search.generation import Generation

CANDIDATES = 12
"""Splits that are tried: those that the linear master is least decided about."""
ITERATIONS = 200
"""Steps of the simplex method in one trial."""
UNDECIDED = 1e-4
LEAST_PART = 0.01
"""Of the room between bound and value: a smaller fall counts as so much, so that one good side is not all."""


def best_split(generation: Generation, room_points: float) -> tuple[Split, bool] | None:
    """(the split to go on with, whether yes seems the better answer); None when the linear master is decided about
    everything.

    room_points: from the value to beat to the linear master's; a fall beyond it is worth no more.
    """
    undecided = sorted(
        (abs(share - 0.5), split) for split, share in _shares(generation).items()
        if not generation.case.has_answered(split)
    )  # fmt: skip
    best: tuple[Split, bool] | None = None
    best_score = -1.0
    solved = generation.master.solve()
    before = 0.0 if solved is None else solved[0]
    for distance, split in undecided[:CANDIDATES]:
        if distance > 0.5 - UNDECIDED:
            break
        falls = [before - _points(generation, split, is_so) for is_so in (False, True)]
        least = LEAST_PART * room_points
        score = float(np.prod([min(max(fall, least), room_points) for fall in falls]))
        if score > best_score:
            best, best_score = (split, falls[1] <= falls[0]), score
    return best


def _shares(generation: Generation) -> dict[Split, float]:
    """To what part the linear master answers each split with yes."""
    ground, shares = generation.ground, defaultdict[Split, float](float)
    for piece, placements, share in generation.master.shares():
        for placement in placements.tolist():
            applicant, site = int(ground.applicant[placement]), ground.site[placement]
            shares[Split(PLACED, applicant, piece)] += share
            for lot in ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist():
                shares[Split(LOT, lot, int(ground.sector[applicant]))] += share
    return shares


def _points(generation: Generation, split: Split, is_so: bool) -> float:
    """About the linear master's value when the split is answered so, by the fillings that are known."""
    case = generation.case.answered(generation.ground, generation.spots, split, is_so)
    return generation.master.without(~generation.columns_of(case), ITERATIONS)
