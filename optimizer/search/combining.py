"""Combining fillings: one for each piece, so that together they make the best plan, by branch and bound.

At any prices a plan is worth a constant less what its fillings lose, what pairs of them lose at the borders between
their pieces, and what is paid for and not used.  The first two are added up as fillings are chosen, so that a choice
is given up as soon as it must lose too much (forward checking, Haralick and Elliott 1980).  Fillings that hold the same
applicant, or hostile tenants next door, lose everything.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from optimizer.search.fillings import NEVER, Fillings
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Floats

FIRST_PART, GROWTH, LAST_PART = 0.0005, 1.6, 0.04
"""Plans that lose such a part of all are looked for first, then so many times as much, up to the last; then any."""


def best_combination(
    fillings: Fillings, worth_points: float, most_points: float, nodes: int, seconds: Callable[[], float] = lambda: 1.0
) -> Ints64:
    """The number of a filling for each piece that lose least together; none when none was found that lose less.

    worth_points: what a plan is worth that loses nothing; most_points: only what loses less is looked for.  Each try is
    limited to so many nodes, so the answer need not be the best; it is the same for the same arguments.  seconds: how
    many are left; no try is begun when there are none.
    """
    part = FIRST_PART
    while part < LAST_PART and part * worth_points < most_points:
        if seconds() <= 0:
            return np.zeros(0, dtype=np.int64)
        chosen = choose_fillings(fillings, part * worth_points, nodes)
        if len(chosen):
            return chosen
        part *= GROWTH
    return choose_fillings(fillings, min(most_points, NEVER / 2), nodes)


@njit(cache=True, nogil=True)
def choose_fillings(fillings: Fillings, most: float, nodes: int) -> Ints64:
    """The fillings that lose least together, if less than `most`, one for each piece; none when none were found.

    They are the best when no more than so many nodes had to be looked at.
    """
    pieces, count, rows = len(fillings.start) - 1, len(fillings.loss), len(fillings.free)
    least_use, has = _least_uses(fillings), _holders(fillings)
    wanted_start, wanted = _wanted(fillings, has)
    cost, lost, used = np.empty((pieces + 1, count)), np.zeros(pieces + 1), np.zeros((pieces + 1, rows))
    asking = np.zeros((pieces + 1, len(fillings.applicant_price)), dtype=np.int32)
    cost[0] = fillings.loss
    lost[0] = _ask(fillings, has, cost[0], asking[0])
    best, chosen = np.zeros(0, dtype=np.int64), np.full(pieces, -1, dtype=np.int64)
    order, piece_at = np.empty((pieces, count), dtype=np.int64), np.full(pieces + 1, -1, dtype=np.int64)
    width, place = np.zeros(pieces, np.int64), np.zeros(pieces, np.int64)
    depth, is_new = 0, True
    while depth >= 0:
        if is_new:
            nodes -= 1
            if nodes < 0:
                break
            is_new = False
            piece, rest = _next_piece(fillings, cost[depth], chosen)
            if lost[depth] + rest >= most or _is_over(fillings.free, used[depth], least_use, chosen):
                depth -= 1
            elif piece < 0:
                total = lost[depth] + ((fillings.free - used[depth]) * fillings.row_price).sum()
                if total < most:
                    most, best = total, chosen.copy()
                depth -= 1
            else:
                piece_at[depth], place[depth] = piece, 0
                width[depth] = _in_order(fillings, cost[depth], piece, most - lost[depth] - rest, order[depth])
            continue
        piece = piece_at[depth]
        chosen[piece] = -1
        if place[depth] == width[depth]:
            depth -= 1
            continue
        filling = order[depth, place[depth]]
        place[depth] += 1
        chosen[piece] = filling
        lost[depth + 1] = lost[depth] + cost[depth, filling]
        used[depth + 1] = used[depth] + fillings.uses[filling]
        asking[depth + 1] = asking[depth]
        for other in range(pieces):
            if chosen[other] < 0:
                for k in range(fillings.start[other], fillings.start[other + 1]):
                    cost[depth + 1, k] = cost[depth, k] + fillings.between[filling, k]
        _withdraw(fillings, has, wanted_start, wanted, piece, filling, chosen, cost[depth + 1], asking[depth + 1])
        depth, is_new = depth + 1, True
    return best


@njit(cache=True, nogil=True)
def _holders(fillings: Fillings) -> Flags:
    """has[k, applicant]: some filling of piece k holds the applicant; after all pieces the same for each filling."""
    pieces = len(fillings.start) - 1
    has = np.zeros((pieces + len(fillings.loss), len(fillings.applicant_price)), dtype=np.bool_)
    for piece in range(pieces):
        for filling in range(fillings.start[piece], fillings.start[piece + 1]):
            for k in range(fillings.held_start[filling], fillings.held_start[filling + 1]):
                has[piece, fillings.held[k]] = has[pieces + filling, fillings.held[k]] = True
    return has


@njit(cache=True, nogil=True)
def _wanted(fillings: Fillings, has: Flags) -> tuple[Ints64, Ints64]:
    """The applicants of each piece who cost anything: (where those of each begin, their numbers)."""
    pieces = len(fillings.start) - 1
    start = np.zeros(pieces + 1, dtype=np.int64)
    wanted = np.zeros(has[:pieces].sum(), dtype=np.int64)
    count = 0
    for piece in range(pieces):
        for applicant in range(len(fillings.applicant_price)):
            if has[piece, applicant] and fillings.applicant_price[applicant] > 0:
                wanted[count] = applicant
                count += 1
        start[piece + 1] = count
    return start, wanted


@njit(cache=True, nogil=True)
def _ask(fillings: Fillings, has: Flags, cost: Floats, asking: Ints32) -> float:
    """Count the pieces in which each applicant may be held; what is lost by those whom no filling holds."""
    pieces, lost = len(fillings.start) - 1, 0.0
    for applicant in range(len(asking)):
        asking[applicant] = has[:pieces, applicant].sum()
        if asking[applicant] == 0:
            lost += fillings.applicant_price[applicant]
        elif asking[applicant] == 1:
            for piece in range(pieces):
                if has[piece, applicant]:
                    _miss(fillings, has, piece, applicant, cost)
    return lost


@njit(cache=True, nogil=True)
def _withdraw(
    fillings: Fillings,
    has: Flags,
    wanted_start: Ints64,
    wanted: Ints64,
    piece: int,
    filling: int,
    chosen: Ints64,
    cost: Floats,
    asking: Ints32,
) -> None:
    """Count anew after a choice: whoever is left with one piece is lost by all its fillings without.

    wanted, sliced by wanted_start: the applicants of each piece who cost anything.
    """
    pieces = len(chosen)
    for k in range(fillings.held_start[filling], fillings.held_start[filling + 1]):
        asking[fillings.held[k]] = 0
    for k in range(wanted_start[piece], wanted_start[piece + 1]):
        applicant = wanted[k]
        if asking[applicant] == 0:
            continue
        asking[applicant] -= 1
        if asking[applicant] == 1:
            for other in range(pieces):
                if chosen[other] < 0 and has[other, applicant]:
                    _miss(fillings, has, other, applicant, cost)


@njit(cache=True, nogil=True)
def _miss(fillings: Fillings, has: Flags, piece: int, applicant: int, cost: Floats) -> None:
    pieces = len(fillings.start) - 1
    for filling in range(fillings.start[piece], fillings.start[piece + 1]):
        if not has[pieces + filling, applicant]:
            cost[filling] += fillings.applicant_price[applicant]


@njit(cache=True, nogil=True)
def _next_piece(fillings: Fillings, cost: Floats, chosen: Ints64) -> tuple[int, float]:
    """(the piece in which not to take the best filling costs most, what all that are left lose at least)."""
    piece, regret, rest = -1, -1.0, 0.0
    for k in range(len(chosen)):
        if chosen[k] >= 0:
            continue
        first = second = NEVER
        for filling in range(fillings.start[k], fillings.start[k + 1]):
            if cost[filling] < first:
                first, second = cost[filling], first
            elif cost[filling] < second:
                second = cost[filling]
        rest += first
        if second - first > regret:
            piece, regret = k, second - first
    return piece, rest


@njit(cache=True, nogil=True)
def _in_order(fillings: Fillings, cost: Floats, piece: int, spare: float, order: Ints64) -> int:
    """Write down the fillings of the piece that lose less than so much over its best, best first; how many."""
    first, last = fillings.start[piece], fillings.start[piece + 1]
    limit = cost[first:last].min() + spare
    count = 0
    for filling in range(first, last):
        if cost[filling] < limit:
            place = count
            while place > 0 and cost[order[place - 1]] > cost[filling]:
                order[place] = order[place - 1]
                place -= 1
            order[place] = filling
            count += 1
    return count


@njit(cache=True, nogil=True)
def _least_uses(fillings: Fillings) -> Floats:
    """What any filling of each piece uses at least: below nothing of a quota that it helps to reach."""
    least = np.zeros((len(fillings.start) - 1, len(fillings.free)))
    for piece in range(len(least)):
        for row in range(len(fillings.free)):
            least[piece, row] = fillings.uses[fillings.start[piece] : fillings.start[piece + 1], row].min()
    return least


@njit(cache=True, nogil=True)
def _is_over(free: Floats, used: Floats, least_use: Floats, chosen: Ints64) -> bool:
    """Whether a limit or quota is overstepped whatever the pieces that are left hold."""
    for row in range(len(free)):
        use = used[row]
        for piece in range(len(chosen)):
            if chosen[piece] < 0:
                use += least_use[piece, row]
        if use > free[row] + 1e-6:
            return True
    return False
