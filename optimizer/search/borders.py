"""What pairs of neighbours in a piece bring, less the prices at their two ends."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.search.fitting import Ints64
from optimizer.search.ground import Ground
from optimizer.search.pieces import Piece

SCALE = 1024
"""Prices are whole numbers of 1/1024 millipoint."""
NEVER = -(1 << 58)


@njit(cache=True, nogil=True)
def tables_of(ground: Ground, piece: Piece, border: Ints64, scale: int) -> Ints64:
    """table[edge, s + 1, t + 1]: what the pair brings less the prices at its ends; 0 stands for an empty lot."""
    sectors = len(ground.affinity)
    tables = np.zeros((len(piece.edge), sectors + 1, sectors + 1), np.int64)
    for k in range(len(piece.edge)):
        e = piece.edge[k]
        back = ground.back[e]
        for s in range(sectors + 1):
            for t in range(sectors + 1):
                left = 0
                if s > 0:
                    left -= border[e, s - 1]
                if t > 0:
                    left -= border[back, t - 1]
                if s > 0 and t > 0:
                    if ground.is_apart[e] and ground.hostile[s - 1, t - 1]:
                        left = NEVER
                    else:
                        left += scale * ground.rate[e] * ground.affinity[s - 1, t - 1]
                tables[k, s, t] = left
    return tables


@njit(cache=True, nogil=True)
def pair_mosts(piece: Piece, start: Ints64, tables: Ints64) -> Ints64:
    """The most that each pair can bring less its prices; a pair inside a site brings 0."""
    possible = np.zeros((len(piece.lots), tables.shape[1]), np.bool_)
    possible[:, 0] = True
    for g in range(len(piece.group_class)):
        if start[piece.group_class[g] + 1] > start[piece.group_class[g]]:
            site = piece.group_site[g]
            for k in range(piece.site_start[site], piece.site_start[site + 1]):
                possible[piece.site_lots[k], piece.group_sector[g] + 1] = True
    most = np.zeros(len(piece.edge), np.int64)
    for lot in range(len(piece.lots)):
        for e in range(piece.edge_start[lot], piece.edge_start[lot + 1]):
            for s in range(tables.shape[1]):
                for t in range(tables.shape[1]):
                    if possible[lot, s] and possible[piece.other[e], t]:
                        most[e] = max(most[e], tables[e, s, t])
    return most
