"""The exact filling of a piece: the best set of placements on its lots, by depth-first search with prices as bound.

Prices of lots and borders inside the piece come from its relaxation; any prices give a valid bound, good ones a short
search.  An applicant is used at most once.  Whole numbers throughout, so what it proves the checker can prove again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.borders import NEVER, SCALE, pair_mosts, tables_of
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Ground
from optimizer.search.groups import Stakes, change, inner_gains, ordered, ranked
from optimizer.search.pieces import Piece

__all__ = ["NEVER", "SCALE", "Filled", "Stakes", "fill_piece"]

NONE, EMPTY = -1, -2
NOTHING_GIVEN = np.zeros(0, dtype=np.int32)


class Filled(NamedTuple):
    """The answer: no filling brings more than `most`; one that brings `value` is `placements`, if there is one
    above the floor.

    nodes: how many steps the search took; is_proved: it ended before the limit.
    """

    most: int
    value: int
    placements: Ints32
    nodes: int
    is_proved: bool
    first_bound: int


def fill_piece(
    ground: Ground,
    piece: Piece,
    members: tuple[Ints64, Ints32],
    stakes: Stakes,
    scale: int,
    floor: int,
    nodes: int,
    is_held: Flags | None = None,
    given: Ints32 = NOTHING_GIVEN,
) -> Filled:
    """The best filling that brings more than `floor`, within a number of search nodes.

    members: (start, placements) of each class.  is_held: lots that must not stay empty.  given: placements of the piece
    that every filling holds.  When is_proved, no filling brings more than max(floor, value).
    """
    held = np.zeros(len(ground.edge_start) - 1, dtype=np.bool_) if is_held is None else is_held
    out = np.full(len(piece.lots) + 1, -1, dtype=np.int32)
    facts = np.zeros(3, dtype=np.int64)
    tables = tables_of(ground, piece, stakes.border, scale)
    value = _fill(ground, piece, members[0], members[1], stakes, tables, floor, nodes, held, given, out, facts)
    chosen = out[: int(np.argmax(out == -1))].copy()
    return Filled(max(int(value), floor), int(value), chosen, int(facts[0]), bool(facts[1]), int(facts[2]))


@njit(cache=True, nogil=True)
def _fill(  # noqa: C901
    ground: Ground,
    piece: Piece,
    start: Ints64,
    members: Ints32,
    stakes: Stakes,
    tables: Ints64,
    floor: int,
    node_limit: int,
    is_held: Flags,
    given: Ints32,
    out: Ints32,
    facts: Ints64,
) -> int:
    lots = len(piece.lots)
    if lots == 0:
        facts[1] = 1
        return 0
    pair_most = pair_mosts(piece, start, tables)
    first, placements, gains = ranked(piece, start, members, stakes, inner_gains(piece, stakes, pair_most))
    paid, lot_most = np.empty(lots, np.int64), np.zeros(lots, np.int64)
    bound = 0
    for lot in range(lots):
        paid[lot] = max(0, stakes.lot[piece.lots[lot]])
        for g in range(piece.group_first[lot], piece.group_first[lot + 1]):
            if first[g + 1] > first[g]:
                lot_most[lot] = max(lot_most[lot], gains[first[g]])
        bound += paid[lot] + lot_most[lot]
        for e in range(piece.edge_start[lot], piece.edge_start[lot + 1]):
            if piece.other[e] < lot:
                bound += pair_most[e]
    facts[2] = bound
    order, group_most = ordered(piece, stakes, first, gains, paid, lot_most)
    best, nodes = floor, 0
    label = np.full(lots, -1, np.int64)
    is_used = np.zeros(len(ground.sector), np.bool_)
    at_lot, option, rank = np.zeros(lots + 1, np.int64), np.zeros(lots + 1, np.int64), np.zeros(lots + 1, np.int64)
    reached, base = np.zeros(lots + 1, np.int64), np.zeros(lots + 1, np.int64)
    chosen, of_group = np.full(lots + 1, NONE, np.int64), np.zeros(lots + 1, np.int64)
    for q in given:
        for g in range(len(piece.group_class)):
            for k in range(first[g], first[g + 1]):
                if placements[k] == q:
                    bound += change(piece, stakes, tables, pair_most, paid, lot_most, label, g) + gains[k]
                    site = piece.group_site[g]
                    for j in range(piece.site_start[site], piece.site_start[site + 1]):
                        label[piece.site_lots[j]] = piece.group_sector[g] + 1
        is_used[ground.applicant[q]] = True
    following = 0
    while following < lots and label[following] >= 0:
        following += 1
    if following == lots:
        facts[1] = 1
        if bound > floor:
            out[: len(given)] = given
            out[len(given)] = -1
        return max(bound, floor)
    depth = 0
    at_lot[0], option[0], reached[0] = following, piece.group_first[following], bound
    while depth >= 0:
        lot = at_lot[depth]
        if chosen[depth] == EMPTY:
            label[lot] = -1
        elif chosen[depth] >= 0:
            site = piece.group_site[of_group[depth]]
            for k in range(piece.site_start[site], piece.site_start[site + 1]):
                label[piece.site_lots[k]] = -1
            is_used[ground.applicant[placements[chosen[depth]]]] = False
        chosen[depth] = NONE
        last = piece.group_first[lot + 1]
        here = NEVER
        while option[depth] <= last:
            if option[depth] == last:
                option[depth] += 1
                if is_held[piece.lots[lot]]:
                    break
                here = reached[depth] - paid[lot] - lot_most[lot]
                for e in range(piece.edge_start[lot], piece.edge_start[lot + 1]):
                    if label[piece.other[e]] >= 0:
                        here += tables[e, 0, label[piece.other[e]]] - pair_most[e]
                if here > best:
                    label[lot] = 0
                    chosen[depth] = EMPTY
                break
            g = order[option[depth]]
            if rank[depth] == 0 and reached[depth] + group_most[g] <= best:
                option[depth] = last  # all that follow add less: only the empty lot is left
                continue
            site, sector = piece.group_site[g], piece.group_sector[g]
            if rank[depth] == 0:
                base[depth] = reached[depth] + change(piece, stakes, tables, pair_most, paid, lot_most, label, g)
            k = first[g] + rank[depth]
            if k >= first[g + 1] or base[depth] + gains[k] <= best:
                option[depth] += 1
                rank[depth] = 0
                continue
            rank[depth] += 1
            applicant = ground.applicant[placements[k]]
            if is_used[applicant]:
                continue
            here = base[depth] + gains[k]
            for j in range(piece.site_start[site], piece.site_start[site + 1]):
                label[piece.site_lots[j]] = sector + 1
            is_used[applicant] = True
            chosen[depth], of_group[depth] = k, g
            break
        if chosen[depth] == NONE:
            depth -= 1
            continue
        nodes += 1
        if nodes > node_limit:
            facts[0] = nodes
            return best
        following = lot + 1
        while following < lots and label[following] >= 0:
            following += 1
        if following < lots:
            depth += 1
            at_lot[depth], option[depth], rank[depth], reached[depth] = following, piece.group_first[following], 0, here
        else:
            best, count = here, len(given)
            out[:count] = given
            for d in range(depth + 1):
                if chosen[d] >= 0:
                    out[count] = placements[chosen[d]]
                    count += 1
            out[count] = -1
    facts[0], facts[1] = nodes, 1
    return best
