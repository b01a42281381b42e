"""Pieces: parts of the zone that no site straddles, each filled exactly by itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.classes import Classes
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Ground

MOST_LOTS = 20
"""Parts are joined along their heaviest borders up to this many lots."""


class Piece(NamedTuple):
    """One piece in local numbers: lots in the order in which an exact filling goes through them.

    lots: global numbers.  Sites: slices of local lots.  Groups: placements of one sector on one site, by first lot;
    group_class: global class.  Edges: within the piece from either end, with `edge` the global number and `other` the
    local lot at the other end.
    """

    lots: Ints32
    site_start: Ints64
    site_lots: Ints64
    group_first: Ints64
    group_site: Ints64
    group_sector: Ints64
    group_class: Ints64
    edge_start: Ints64
    other: Ints64
    edge: Ints64


def pieces_of(ground: Ground, classes: Classes) -> list[Piece]:
    """All pieces, by lot number: every lot that some placement can hold is in one; pinned lots are in none."""
    open_class = np.zeros(len(classes.site), dtype=np.bool_)
    open_class[classes.of[~ground.is_pinned[ground.applicant]]] = True
    open_class &= ~beside_hostile_pins(ground, classes)
    part_of = _parts(ground, classes, open_class)
    by_part: dict[int, list[int]] = {}
    for number in np.flatnonzero(open_class).tolist():
        first = ground.site_lots[ground.site_start[classes.site[number]]]
        by_part.setdefault(part_of[first], []).append(number)
    found = [_piece(ground, classes, numbers) for numbers in by_part.values()]
    return sorted(found, key=lambda piece: int(piece.lots.min()))


def pinned_sectors(ground: Ground) -> Ints32:
    """The sector of the pinned tenant of each lot, or -1."""
    sector = np.full(len(ground.edge_start) - 1, -1, dtype=np.int32)
    for applicant in np.flatnonzero(ground.is_pinned).tolist():
        site = ground.site[ground.start[applicant]]
        sector[ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]]] = ground.sector[applicant]
    return sector


def beside_hostile_pins(ground: Ground, classes: Classes) -> Flags:
    """The classes of which no placement is in any feasible plan, because of a pin next door."""
    pinned = pinned_sectors(ground)
    closed = np.zeros(classes.covered.shape, dtype=np.bool_)
    for edge in np.flatnonzero(ground.is_apart & (pinned[ground.edge_to] >= 0)).tolist():
        closed[ground.edge_from[edge]] |= ground.hostile[:, pinned[ground.edge_to[edge]]]
    found = np.zeros(len(classes.site), dtype=np.bool_)
    for number, (site, sector) in enumerate(zip(classes.site.tolist(), classes.sector.tolist(), strict=True)):
        found[number] = closed[ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]], sector].any()
    return found


def piece_of_lot(ground: Ground, pieces: list[Piece]) -> Ints32:
    """The number of the piece of each lot, or -1."""
    of = np.full(len(ground.edge_start) - 1, -1, dtype=np.int32)
    for number, piece in enumerate(pieces):
        of[piece.lots] = number
    return of


def _parts(ground: Ground, classes: Classes, open_class: Flags) -> list[int]:
    lots = len(ground.edge_start) - 1
    root, size = list(range(lots)), [1] * lots

    def find(lot: int) -> int:
        while root[lot] != lot:
            root[lot] = root[root[lot]]
            lot = root[lot]
        return lot

    def join(one: int, two: int, most: int) -> None:
        one, two = sorted((find(one), find(two)))
        if one != two and size[one] + size[two] <= most:
            root[two], size[one] = one, size[one] + size[two]

    held = np.zeros(lots, dtype=np.bool_)
    for site in np.unique(classes.site[open_class]).tolist():
        own = ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist()
        held[own] = True
        for lot in own[1:]:
            join(own[0], lot, lots)
    weight = ground.rate * (1 + ground.is_apart * 10)
    for edge in np.argsort(-weight, kind="stable").tolist():
        one, two = int(ground.edge_from[edge]), int(ground.edge_to[edge])
        if one < two and held[one] and held[two] and ground.is_apart[edge]:
            join(one, two, MOST_LOTS)
    return [find(lot) for lot in range(lots)]


def _piece(ground: Ground, classes: Classes, numbers: list[int]) -> Piece:
    sites = sorted({int(classes.site[number]) for number in numbers})
    lots_of = {site: ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist() for site in sites}
    lots = sorted({lot for own in lots_of.values() for lot in own})
    is_beside = np.zeros((len(lots), len(lots)), dtype=np.bool_)
    for number, lot in enumerate(lots):
        is_beside[number] = np.isin(lots, ground.edge_to[ground.edge_start[lot] : ground.edge_start[lot + 1]])
    order = [lots[number] for number in _order(is_beside).tolist()]
    local = {lot: number for number, lot in enumerate(order)}
    local_site = {site: number for number, site in enumerate(sites)}
    groups = sorted((min(local[lot] for lot in lots_of[int(classes.site[each])]), each) for each in numbers)
    edges = [
        (local[lot], local[int(ground.edge_to[e])], e)
        for lot in order
        for e in range(ground.edge_start[lot], ground.edge_start[lot + 1])
        if int(ground.edge_to[e]) in local
    ]
    return Piece(
        np.array(order, dtype=np.int32),
        _starts([len(lots_of[site]) for site in sites]),
        np.array([local[lot] for site in sites for lot in lots_of[site]], dtype=np.int64),
        np.searchsorted([first for first, _ in groups], np.arange(len(order) + 1)).astype(np.int64),
        np.array([local_site[int(classes.site[each])] for _, each in groups], dtype=np.int64),
        np.array([classes.sector[each] for _, each in groups], dtype=np.int64),
        np.array([each for _, each in groups], dtype=np.int64),
        np.searchsorted([one for one, _, _ in edges], np.arange(len(order) + 1)).astype(np.int64),
        np.array([two for _, two, _ in edges], dtype=np.int64),
        np.array([e for _, _, e in edges], dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def _order(is_beside: Flags) -> Ints64:
    """An order in which the lots gone through keep few neighbours that are not.

    From each lot in turn, next comes the lot with most neighbours among those gone through and fewest among the rest.
    """
    lots = len(is_beside)
    best, least = np.zeros(lots, np.int64), -1
    for first in range(lots):
        order, place = np.zeros(lots, np.int64), np.full(lots, lots, np.int64)
        seen_beside = np.zeros(lots, np.int64)
        lot = first
        for at in range(lots):
            if at:
                lot, most = -1, 0
                for other in range(lots):
                    worth = 13 * seen_beside[other] - 3 * is_beside[other].sum()
                    if place[other] == lots and (lot < 0 or worth > most):
                        lot, most = other, worth
            order[at], place[lot] = lot, at
            seen_beside += is_beside[lot]
        width = 0  # for each lot, how often it has a neighbour to come while others are gone through
        for lot in range(lots):
            last = 0
            for other in range(lots):
                if is_beside[lot, other]:
                    last = max(last, place[other])
            width += max(0, last - place[lot])
        if least < 0 or width < least:
            best, least = order, width
    return best


def _starts(lengths: list[int]) -> Ints64:
    start = np.zeros(len(lengths) + 1, dtype=np.int64)
    start[1:] = np.cumsum(lengths)
    return start


def fillings_of(ground: Ground, pieces: list[Piece], held: Ints32) -> list[tuple[int, Ints32]]:
    """(piece, placements) of each piece that a plan fills, besides the pins."""
    of_lot, by_piece = piece_of_lot(ground, pieces), dict[int, list[int]]()
    for placement in held[held >= 0].tolist():
        if not ground.is_pinned[ground.applicant[placement]]:
            first = ground.site_lots[ground.site_start[ground.site[placement]]]
            by_piece.setdefault(int(of_lot[first]), []).append(placement)
    return [(piece, np.array(sorted(placements), dtype=np.int32)) for piece, placements in sorted(by_piece.items())]
