"""How column generation over pieces begins: the pieces, what they are filled with, and first prices."""

from __future__ import annotations

import numpy as np

from optimizer.search.case import Case, spots_of
from optimizer.search.classes import Classes, members_of
from optimizer.search.filling import SCALE
from optimizer.search.generation import Generation
from optimizer.search.ground import Floats, Ground, starting_plan, used
from optimizer.search.master import Master
from optimizer.search.pieces import piece_of_lot, pieces_of, pinned_sectors
from optimizer.search.relaxing import PieceRelaxation
from optimizer.search.soft_bound import Prices, reduced_points
from optimizer.search.stakes import sum_by_class
from optimizer.search.tenancy import plan_value


def generation_of(ground: Ground, classes: Classes, prices: Prices) -> Generation:
    """The method at its first prices: those of the smoothed dual."""
    return generation_at(ground, classes, reduced_points(ground, classes, prices), prices.row, prices.border)


def generation_at(ground: Ground, classes: Classes, reduced: Floats, row: Floats, border: Floats) -> Generation:
    """The method at any first prices, in points.

    reduced: what each placement brings after all prices, which its applicant then pays.  row: of each limit and quota
    unit.  border[edge, sector]: paid back to the tenant at the beginning of an edge between pieces.
    """
    pieces = pieces_of(ground, classes)
    of_lot = piece_of_lot(ground, pieces)
    pinned = pinned_sectors(ground)
    outer = np.zeros((len(ground.edge_start) - 1, len(ground.affinity)), dtype=np.int64)
    for e in np.flatnonzero(pinned[ground.edge_to] >= 0).tolist():
        if of_lot[ground.edge_from[e]] >= 0:
            outer[ground.edge_from[e]] += ground.rate[e] * ground.affinity[:, pinned[ground.edge_to[e]]]
    pins = starting_plan(ground)
    open_class = np.zeros(len(classes.site), dtype=np.bool_)
    for piece in pieces:
        open_class[piece.group_class] = True
    alive = open_class[classes.of] & ~ground.is_pinned[ground.applicant]
    master = Master(ground, classes, pieces, of_lot, used(ground, pins))
    applicant = np.zeros(len(ground.sector))
    np.maximum.at(applicant, ground.applicant[alive], reduced[alive])
    center = np.concatenate([applicant, row, border[master.end_edge, master.end_sector]])
    case = Case(alive, np.zeros(len(of_lot), dtype=np.bool_))
    relaxations = [PieceRelaxation(ground, classes, piece) for piece in pieces]
    outer_class = sum_by_class(ground, classes, outer * SCALE)
    return Generation(
        ground, classes, pieces, spots_of(ground, of_lot), case, center, master, relaxations,
        members_of(classes, alive), outer, outer_class, int(plan_value(ground, pins)) * SCALE,
    )  # fmt: skip


def twin_of(generation: Generation) -> Generation:
    """Another for the same pieces, with the same fillings known, so that both can go into cases at once."""
    ground, classes, end = generation.ground, generation.classes, generation.master
    border = np.zeros((len(ground.edge_to), len(ground.affinity)))
    border[end.end_edge, end.end_sector] = generation.center[end.ends_at :]
    row = generation.center[end.rows_at : end.ends_at]
    twin = generation_at(ground, classes, generation.center[ground.applicant], row, border)
    twin.master.learn(generation.master, 0)
    return twin
