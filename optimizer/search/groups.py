"""Groups: the placements of one sector on one site of a piece, ranked by what they bring, and what taking one changes.

Whole numbers in 1/SCALE millipoints, compiled.  A filling is bounded by every lot at its price, every lot's best group
that begins there and every border at its best; taking a group changes that bound by what it stays under them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.borders import NEVER
from optimizer.search.fitting import Ints32, Ints64
from optimizer.search.pieces import Piece


class Stakes(NamedTuple):
    """What filling brings, in 1/SCALE millipoints.

    own: each placement by itself, after the prices of its applicant and rows.  at[class]: besides, what borders to
    pins and to other pieces bring.  lot, border[edge, sector]: the inner prices; whatever they are, the best filling is
    the same.
    """

    own: Ints64
    at: Ints64
    lot: Ints64
    border: Ints64


@njit(cache=True, nogil=True)
def ranked(
    piece: Piece, start: Ints64, members: Ints32, stakes: Stakes, inner: Ints64
) -> tuple[Ints64, Ints32, Ints64]:
    """(start, placements, gains) of each group, best first."""
    groups = len(piece.group_class)
    first = np.zeros(groups + 1, np.int64)
    for g in range(groups):
        c = piece.group_class[g]
        first[g + 1] = first[g] + start[c + 1] - start[c]
    placements, gains = np.empty(first[groups], np.int32), np.empty(first[groups], np.int64)
    for g in range(groups):
        c = piece.group_class[g]
        own = members[start[c] : start[c + 1]]
        order = np.argsort(-stakes.own[own], kind="mergesort")
        for k in range(len(own)):
            placements[first[g] + k] = own[order[k]]
            gains[first[g] + k] = stakes.own[own[order[k]]] + inner[g]
    return first, placements, gains


@njit(cache=True, nogil=True)
def ordered(
    piece: Piece, stakes: Stakes, first: Ints64, gains: Ints64, paid: Ints64, lot_most: Ints64
) -> tuple[Ints64, Ints64]:
    """(groups of each first lot, best first; what the best placement of each adds to the bound at most)."""
    groups = len(piece.group_class)
    most = np.full(groups, NEVER * 4, np.int64)
    for g in range(groups):
        if first[g + 1] > first[g]:
            most[g] = gains[first[g]]
            for k in range(piece.site_start[piece.group_site[g]], piece.site_start[piece.group_site[g] + 1]):
                own = piece.site_lots[k]
                most[g] += stakes.lot[piece.lots[own]] - paid[own] - lot_most[own]
    order = np.empty(groups, np.int64)
    for lot in range(len(piece.lots)):
        low, high = piece.group_first[lot], piece.group_first[lot + 1]
        order[low:high] = low + np.argsort(-most[low:high], kind="mergesort")
    return order, most


@njit(cache=True, nogil=True)
def inner_gains(piece: Piece, stakes: Stakes, pair_most: Ints64) -> Ints64:
    """What each group is paid by its outer borders less what it pays for its lots and for the pairs inside its site."""
    total = np.zeros(len(piece.group_class), np.int64)
    for g in range(len(total)):
        site, sector = piece.group_site[g], piece.group_sector[g]
        total[g] = stakes.at[piece.group_class[g]]
        first, last = piece.site_start[site], piece.site_start[site + 1]
        for k in range(first, last):
            lot = piece.site_lots[k]
            total[g] -= stakes.lot[piece.lots[lot]]
            for e in range(piece.edge_start[lot], piece.edge_start[lot + 1]):
                is_inside = False
                for j in range(first, last):
                    is_inside = is_inside or piece.site_lots[j] == piece.other[e]
                if not is_inside:
                    total[g] += stakes.border[piece.edge[e], sector]
                elif piece.other[e] < lot:
                    total[g] -= pair_most[e]
    return total


@njit(cache=True, nogil=True)
def change(
    piece: Piece,
    stakes: Stakes,
    tables: Ints64,
    pair_most: Ints64,
    paid: Ints64,
    lot_most: Ints64,
    label: Ints64,
    g: int,
) -> int:
    """What the bound changes by when a group's site is taken, but for the gain of who takes it; next to never where
    one of its lots is."""
    site, sector = piece.group_site[g], piece.group_sector[g]
    change = 0
    for k in range(piece.site_start[site], piece.site_start[site + 1]):
        own = piece.site_lots[k]
        if label[own] >= 0:
            return NEVER * 4
        change += stakes.lot[piece.lots[own]] - paid[own] - lot_most[own]
        for e in range(piece.edge_start[own], piece.edge_start[own + 1]):
            other = piece.other[e]
            is_inside = False
            for j in range(piece.site_start[site], piece.site_start[site + 1]):
                is_inside = is_inside or piece.site_lots[j] == other
            if not is_inside and label[other] >= 0:
                change += tables[e, sector + 1, label[other]] - pair_most[e]
    return change
