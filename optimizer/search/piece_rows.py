"""The rows and columns of a piece's relaxation, put together by compiled code: a dive makes thousands of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.classes import Classes
from optimizer.search.fitting import Ints32, Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.pieces import Piece


class PieceRows(NamedTuple):
    """Rows, in this order: lots; ends (edge, sector) of the links that can be earned inside the piece; separations.
    Columns: the piece's groups, then links, which are worth points.

    start: where the entries of each column begin, and their end; row and coefficient: of the entries.
    apart_edge, apart_sector, apart_row: wherever a separation is paid for.
    """

    end_edge: Ints64
    end_sector: Ints64
    separations: int
    points: Floats
    start: Ints32
    row: Ints32
    coefficient: Floats
    apart_edge: Ints64
    apart_sector: Ints64
    apart_row: Ints64


class _Inside(NamedTuple):
    """The edges within a piece by number, with the local lots where they begin and end, and the groups that hold a lot
    by a sector: a slice of `groups` for each lot and sector."""

    edge: Ints64
    one: Ints64
    two: Ints64
    start: Ints64
    groups: Ints64


@njit(cache=True, nogil=True)
def piece_rows(ground: Ground, classes: Classes, piece: Piece) -> PieceRows:
    """What the relaxation of the piece is made of."""
    sectors, lots, groups = len(ground.affinity), len(piece.lots), len(piece.group_class)
    inside = _inside(piece, sectors)
    links = _links(ground, classes, inside, sectors)
    end_row = np.full((len(inside.edge), sectors), -1, np.int64)
    for place, other, one, two in links:
        end_row[place, one] = end_row[other, two] = 0
    ends = np.argwhere(end_row == 0)
    for number in range(len(ends)):
        end_row[ends[number, 0], ends[number, 1]] = lots + number
    first = np.searchsorted(classes.edge, inside.edge)
    last = np.searchsorted(classes.edge, inside.edge, side="right")
    separations = (last - first).sum()

    counts = np.zeros(groups + len(links) + 1, np.int64)
    entries = _walk(ground, classes, piece, inside, ends, first, last, counts, np.zeros((0, 2), np.int64))
    counts[groups + 1 :] = 2
    start = np.cumsum(counts)
    at = start[:-1].copy()
    row, coefficient = np.empty(start[-1], np.int32), np.ones(start[-1])
    listed = np.empty((entries, 2), np.int64)
    _walk(ground, classes, piece, inside, ends, first, last, counts, listed)
    for group, number in listed:
        row[at[group]] = number
        coefficient[at[group]] = -1.0 if lots <= number < lots + len(ends) else 1.0
        at[group] += 1
    points = np.empty(len(links))
    for number, (place, other, one, two) in enumerate(links):
        here, there = end_row[place, one], end_row[other, two]
        row[at[groups + number]], row[at[groups + number] + 1] = min(here, there), max(here, there)
        points[number] = ground.rate[inside.edge[place]] * ground.affinity[one, two] / 1000.0
    apart = _apart(ground, classes, inside, first, last, lots + len(ends), sectors)
    return PieceRows(
        inside.edge[ends[:, 0]], ends[:, 1].copy(), separations, points, start.astype(np.int32), row, coefficient,
        apart[:, 0].copy(), apart[:, 1].copy(), apart[:, 2].copy(),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _inside(piece: Piece, sectors: int) -> _Inside:
    lots = len(piece.lots)
    order = np.argsort(piece.edge)
    ones = np.empty(len(order), np.int64)
    for lot in range(lots):
        ones[piece.edge_start[lot] : piece.edge_start[lot + 1]] = lot
    start = np.zeros(lots * sectors + 1, np.int64)
    for group, site in enumerate(piece.group_site):
        sector = piece.group_sector[group]
        for k in range(piece.site_start[site], piece.site_start[site + 1]):
            start[piece.site_lots[k] * sectors + sector + 1] += 1
    start = np.cumsum(start)
    at, groups = start.copy(), np.empty(start[-1], np.int64)
    for group in range(len(piece.group_class)):
        site, sector = piece.group_site[group], piece.group_sector[group]
        for k in range(piece.site_start[site], piece.site_start[site + 1]):
            place = piece.site_lots[k] * sectors + sector
            groups[at[place]] = group
            at[place] += 1
    return _Inside(piece.edge[order], ones[order], piece.other[order], start, groups)


@njit(cache=True, nogil=True)
def _links(ground: Ground, classes: Classes, inside: _Inside, sectors: int) -> Ints64:
    """What can be earned inside the piece: (place of an edge, of its way back, sector at its beginning, at its end)."""
    found = np.empty((len(inside.edge) * len(classes.one), 4), np.int64)
    count = 0
    for place, edge in enumerate(inside.edge):
        if ground.edge_from[edge] > ground.edge_to[edge] or ground.rate[edge] == 0:
            continue
        back = np.searchsorted(inside.edge, ground.back[edge])
        for pair, s in enumerate(classes.one):
            t = classes.two[pair]
            here, there = inside.one[place] * sectors + s, inside.two[place] * sectors + t
            is_held = inside.start[here] < inside.start[here + 1] and inside.start[there] < inside.start[there + 1]
            if is_held and not (ground.is_apart[edge] and ground.hostile[s, t]):
                found[count, 0], found[count, 1], found[count, 2], found[count, 3] = place, back, s, t
                count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def _walk(
    ground: Ground,
    classes: Classes,
    piece: Piece,
    inside: _Inside,
    ends: Ints64,
    first: Ints64,
    last: Ints64,
    counts: Ints64,
    listed: Ints64,
) -> int:
    """Count the entries (group, row) of the groups' columns, row by row, or write them down where there is room."""
    lots, sectors, count = len(piece.lots), len(ground.affinity), 0
    seen = np.full(len(piece.group_class), -1, np.int64)
    row = 0
    for lot in range(lots):
        for k in range(inside.start[lot * sectors], inside.start[(lot + 1) * sectors]):
            count = _note(inside.groups[k], row, count, counts, listed)
        row += 1
    for number in range(len(ends)):
        place, sector = ends[number, 0], ends[number, 1]
        at = inside.one[place] * sectors + sector
        for k in range(inside.start[at], inside.start[at + 1]):
            if not _holds(piece, inside.groups[k], inside.two[place]):
                count = _note(inside.groups[k], row, count, counts, listed)
        row += 1
    for place in range(len(inside.edge)):
        for separation in range(first[place], last[place]):
            here, there = classes.here[separation], classes.there[separation]
            for place_sector in range(2 * sectors):
                sector = place_sector % sectors
                lot, bits = (inside.one[place], here) if place_sector < sectors else (inside.two[place], there)
                at = lot * sectors + sector
                for k in range(inside.start[at], inside.start[at + 1] if (bits >> sector) & 1 else inside.start[at]):
                    if seen[inside.groups[k]] != row:
                        seen[inside.groups[k]] = row
                        count = _note(inside.groups[k], row, count, counts, listed)
            row += 1
    return count


@njit(cache=True, nogil=True)
def _note(group: int, row: int, count: int, counts: Ints64, listed: Ints64) -> int:
    if len(listed):
        listed[count, 0], listed[count, 1] = group, row
    else:
        counts[group + 1] += 1
    return count + 1


@njit(cache=True, nogil=True)
def _holds(piece: Piece, group: int, lot: int) -> bool:
    site = piece.group_site[group]
    return bool((piece.site_lots[piece.site_start[site] : piece.site_start[site + 1]] == lot).any())


@njit(cache=True, nogil=True)
def _apart(
    ground: Ground, classes: Classes, inside: _Inside, first: Ints64, last: Ints64, row: int, sectors: int
) -> Ints64:
    """(edge, sector, row) wherever a separation is paid for."""
    found = np.empty((2 * sectors * (last - first).sum(), 3), np.int64)
    count = 0
    for place, edge in enumerate(inside.edge):
        for separation in range(first[place], last[place]):
            for end, bits in ((edge, classes.here[separation]), (ground.back[edge], classes.there[separation])):
                for sector in range(sectors):
                    if (bits >> sector) & 1:
                        found[count, 0], found[count, 1], found[count, 2] = end, sector, row
                        count += 1
            row += 1
    return found[:count]
