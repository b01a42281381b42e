"""Cases: parts of all plans, told apart by what a lot or a piece holds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Ground

LOT, PLACED = "lot", "placed"


class Split(NamedTuple):
    """A question with two answers.  kind LOT: does a tenant of the sector hold the lot?  kind PLACED: does the
    applicant hold a site in the piece?  what: the lot or the applicant; where: the sector or the piece."""

    kind: str
    what: int
    where: int


class Spots(NamedTuple):
    """Where placements are, for splits.  piece: of each placement, -1 for none.  site: of each entry of `site_lots`."""

    piece: Ints32
    site: Ints64

    def holding(self, ground: Ground, lot: int) -> Flags:
        """For each placement, whether it holds the lot."""
        sites = np.zeros(len(ground.site_start) - 1, dtype=np.bool_)
        sites[self.site[ground.site_lots == lot]] = True
        return np.asarray(sites[ground.site], dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Case:
    """The plans that hold only placements that are `alive`, none of the lots `is_held` empty, and in which each
    applicant of `placed` holds a site in its piece: (applicant, piece)."""

    alive: Flags
    is_held: Flags
    placed: tuple[tuple[int, int], ...] = ()

    def answered(self, ground: Ground, spots: Spots, split: Split, is_so: bool) -> Case:
        """The part of the case in which the split is answered so."""
        named, inside = concerned(ground, spots, split)
        if not is_so:
            return Case(self.alive & ~(named & inside), self.is_held, self.placed)
        if split.kind == LOT:
            is_held = self.is_held.copy()
            is_held[split.what] = True
            return Case(self.alive & ~(inside & ~named), is_held, self.placed)
        return Case(self.alive & ~(named & ~inside), self.is_held, (*self.placed, (split.what, split.where)))

    def has_answered(self, split: Split) -> bool:
        """Whether the split was answered yes on the way here."""
        if split.kind == LOT:
            return bool(self.is_held[split.what])
        return (split.what, split.where) in self.placed

    def given(self, ground: Ground, spots: Spots, piece: int) -> list[Ints32]:
        """The ways in which the placed applicants of a piece can hold sites there: placements that a filling must hold.

        One that is empty where nobody must; none where somebody has no site left.
        """
        options = []
        for applicant, where in self.placed:
            if where == piece:
                own = np.arange(ground.start[applicant], ground.start[applicant + 1])
                options.append(own[self.alive[own] & (spots.piece[own] == piece)].tolist())
        return [np.array(each, dtype=np.int32) for each in product(*options)]


def concerned(ground: Ground, spots: Spots, split: Split) -> tuple[Flags, Flags]:
    """(placements of the sector or of the applicant, placements on the lot or in the piece)."""
    if split.kind == LOT:
        return ground.sector[ground.applicant] == split.where, spots.holding(ground, split.what)
    return ground.applicant == split.what, spots.piece == split.where


def spots_of(ground: Ground, of_lot: Ints32) -> Spots:
    """The spots of all placements.  of_lot: the piece of each lot, or -1."""
    entries = np.repeat(np.arange(len(ground.site_start) - 1, dtype=np.int64), np.diff(ground.site_start))
    return Spots(of_lot[ground.site_lots[ground.site_start[ground.site]]], entries)
