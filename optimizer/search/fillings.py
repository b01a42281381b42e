"""The known fillings at given prices: what each loses by itself, and what two of different pieces lose together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Floats, Ground

NEVER = 1e18
"""What is lost by fillings that do not go together."""


class Fillings(NamedTuple):
    """What may be chosen from, one of each piece; all losses in points at the same prices, none of them negative.

    start: piece k has the fillings from start[k] to start[k + 1], the first of which holds nothing.  loss: of each by
    itself.  between[i, j]: of two of different pieces; NEVER where they hold the same applicant, or hostile tenants
    next door.  uses: of each and every limit and quota, of which `free` is left, at row_price a unit.  held, sliced by
    held_start: the applicants of each; one who costs applicant_price and holds nothing loses it.
    """

    start: Ints64
    loss: Floats
    between: Floats
    uses: Floats
    free: Floats
    row_price: Floats
    held_start: Ints64
    held: Ints64
    applicant_price: Floats


def only(fillings: Fillings, kept: Flags) -> tuple[Ints64, Fillings]:
    """(the numbers of the fillings flagged, these by themselves); one of each piece at least is flagged."""
    numbers = np.flatnonzero(kept)
    piece = np.repeat(np.arange(len(fillings.start) - 1), np.diff(fillings.start))[numbers]
    start = np.searchsorted(piece, np.arange(len(fillings.start)))
    held = [fillings.held[fillings.held_start[each] : fillings.held_start[each + 1]] for each in numbers.tolist()]
    few = fillings._replace(
        start=start,
        loss=fillings.loss[numbers],
        between=np.ascontiguousarray(fillings.between[np.ix_(numbers, numbers)]),
        uses=fillings.uses[numbers],
        held_start=np.cumsum([0, *map(len, held)]),
        held=np.concatenate(held),
    )
    return numbers, few


def between_fillings(ground: Ground, of_lot: Ints32, start: Ints64, held: Sequence[Ints32], price: Floats) -> Floats:
    """What every two fillings lose together.

    of_lot: piece of each lot, or -1; held: the placements of each filling; price[edge, sector]: in points, paid back to
    each filling with that sector where an edge to another piece begins, and lost unless the border earns it.
    """
    sector_on = np.zeros((len(held), len(of_lot)), dtype=np.int8)  # one more than the sector, 0 for nobody
    holds = np.zeros((len(held), len(ground.sector)), dtype=np.float32)
    for number, placements in enumerate(held):
        holds[number, ground.applicant[placements]] = 1.0
        for placement in placements.tolist():
            site = ground.site[placement]
            lots = ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]]
            sector_on[number, lots] = 1 + ground.sector[ground.applicant[placement]]
    between = np.where(holds @ holds.T > 0, NEVER, 0.0)
    ends = of_lot[ground.edge_from], of_lot[ground.edge_to]
    is_outer = (ends[0] >= 0) & (ends[1] >= 0) & (ends[0] != ends[1]) & (ground.edge_from < ground.edge_to)
    for edge in np.flatnonzero(is_outer).tolist():
        one, two = (slice(start[each[edge]], start[each[edge] + 1]) for each in ends)
        here, there = sector_on[one, ground.edge_from[edge]], sector_on[two, ground.edge_to[edge]]
        lost = _lost_at(ground, edge, price)[here[:, None], there[None, :]]
        between[one, two] += lost
        between[two, one] += lost.T
    return between


def _lost_at(ground: Ground, edge: int, price: Floats) -> Floats:
    """What is lost at an edge: by the sector here and the one there, numbered from 1, 0 for nobody."""
    sectors = len(ground.affinity)
    lost = np.zeros((sectors + 1, sectors + 1))
    lost[1:, :] += price[edge][:, None]
    lost[:, 1:] += price[ground.back[edge]][None, :]
    lost[1:, 1:] -= ground.rate[edge] * ground.affinity / 1000.0
    if ground.is_apart[edge]:
        lost[1:, 1:][ground.hostile] = NEVER
    return lost
