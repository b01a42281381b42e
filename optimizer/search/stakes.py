"""What prices prove of all pieces, and what each placement loses against that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.search.classes import Classes
from optimizer.search.filling import SCALE, Stakes
from optimizer.search.fitting import Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.master import Master
from optimizer.search.pieces import Piece, piece_of_lot

UNIT = 1000.0 * SCALE
"""Of prices, in one point."""


@dataclass(frozen=True, eq=False)
class PieceProof:
    """Prices under which every piece was searched to the end, in 1/SCALE millipoints, and the bound that follows.

    applicant, row: what a grant and a unit pay.  border[edge, sector]: between pieces, paid back at the beginning
    of the
    edge; inside pieces, with lot, only the order of the search.  most: what no filling of each piece exceeds.  nodes:
    of the search of each.
    """

    applicant: Ints64
    row: Ints64
    lot: Ints64
    border: Ints64
    most: tuple[int, ...]
    bound_scaled: int
    nodes: tuple[int, ...]

    @property
    def bound_points(self) -> float:
        """The bound in points, for guidance."""
        return self.bound_scaled / UNIT


def stakes_at(ground: Ground, classes: Classes, master: Master, outer: Ints64, prices: Floats) -> tuple[Stakes, int]:
    """(what filling brings at these prices, what is earned or paid whatever the pieces hold, besides the pins).

    outer[lot, sector]: millipoints that the pins next door bring.  prices: as the master's, in points.
    """
    whole = np.rint(prices * UNIT).astype(np.int64)
    applicant, row = whole[: master.applicants], whole[master.rows_at : master.ends_at]
    own = ground.gain * SCALE - applicant[ground.applicant]
    if len(row):
        lots = np.diff(ground.site_start)[ground.site]
        for number in np.flatnonzero(row).tolist():
            use = ground.per_lot[number, ground.applicant] * lots
            use += np.where(ground.touches[number, ground.site], ground.need[number, ground.applicant], 0)
            own -= row[number] * use
    border = np.zeros((len(ground.edge_to), len(ground.affinity)), dtype=np.int64)
    border[master.end_edge, master.end_sector] = whole[master.ends_at : master.ends_at + len(master.end_edge)]
    paid = outer * SCALE
    np.add.at(paid, ground.edge_from, border)
    at = sum_by_class(ground, classes, paid)
    constant = int(applicant.sum()) + int(row @ master.rows_free)
    for pair in master.pairs:
        constant += max(0, max(SCALE * worth - int(border[one]) - int(border[two]) for one, two, worth in pair))
    return Stakes(own, at, np.zeros(len(ground.edge_start) - 1, dtype=np.int64), border), constant


def losses(
    ground: Ground, classes: Classes, pieces: list[Piece], stakes: Stakes, gaps: Floats
) -> tuple[Floats, Floats]:
    """(points that a plan loses against the bound at least when it holds the placement, points that the placement
    costs at the prices, less its lots' share of what the piece's relaxation promises too much: a guide).

    gaps: by how much the relaxation of each piece exceeds the best filling, in 1/SCALE millipoints.
    """
    paid = np.repeat(-stakes.lot[:, None], len(ground.affinity), axis=1)
    inside = np.zeros(len(ground.edge_to), dtype=np.bool_)
    for piece in pieces:
        inside[piece.edge] = True
    np.add.at(paid, ground.edge_from[inside], stakes.border[inside])
    gains = stakes.own + (stakes.at + sum_by_class(ground, classes, paid))[classes.of]
    gains = gains - _inner(classes, stakes)[classes.of]
    of_lot = piece_of_lot(ground, pieces)
    first = ground.site_lots[ground.site_start[ground.site]]
    spare = np.append(gaps, 0.0)[of_lot[first]]  # a lot in no piece is the last
    lots = np.array([len(piece.lots) for piece in pieces] + [1])[of_lot[first]]
    share = spare * np.diff(ground.site_start)[ground.site] / lots
    return (-gains - spare) / UNIT, (-gains - share) / UNIT


def sum_by_class(ground: Ground, classes: Classes, at: Ints64) -> Ints64:
    """For each class the sum over its lots of at[lot, sector]."""
    lots = np.diff(ground.site_start)[classes.site]
    number = np.repeat(np.arange(len(classes.site)), lots)
    offset = np.arange(len(number)) - np.repeat(np.cumsum(lots) - lots, lots)
    lot = ground.site_lots[ground.site_start[classes.site[number]] + offset]
    total = np.zeros(len(classes.site), dtype=np.int64)
    np.add.at(total, number, at[lot, classes.sector[number]])
    return total


def _inner(classes: Classes, stakes: Stakes) -> Ints64:
    """What each class is paid for borders between lots of its own site, which it does not earn."""
    count = classes.inner_start[classes.site + 1] - classes.inner_start[classes.site]
    number = np.repeat(np.arange(len(classes.site)), count)
    offset = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    edge = classes.inner[classes.inner_start[classes.site[number]] + offset].astype(np.int64)
    total = np.zeros(len(classes.site), dtype=np.int64)
    np.add.at(total, number, stakes.border[edge, classes.sector[number]])
    return total
