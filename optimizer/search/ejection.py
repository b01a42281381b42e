"""Compiled local search: simulated annealing whose moves are whole ejection chains.

A move puts an applicant on a site, removes whoever it collides with (on its lots, or next door and hostile), puts each
of those on the best site among the lots that came free, and fills what is still free with somebody who holds nothing.
Only then is it judged.  So two tenants can change places, or one large tenant and several small ones, in one move;
without that, no move that lets a good tenant go for a moment would ever be accepted at the temperatures at which
borders
are settled.  Limits and quotas may be overstepped on the way, at a price that rises while they are.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.search.fitting import Ints32, Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.prospects import Prospects, prospect
from optimizer.search.schedule import Options, Schedule
from optimizer.search.tenancy import (
    MOST_EJECTED,
    UNWELCOME,
    Tenancy,
    add_use,
    charges,
    collisions,
    is_free,
    nobody,
    offer,
    placement_at,
    plan_value,
    settle,
    vacate,
    worth,
)

MOST_CHANGED, MOST_TRIED, MOST_SKIPPED = 40, 3, 3
LOOK_EVERY = 256
"""Moves between two changes of temperature and prices."""
Words = NDArray[np.uint64]


class State(NamedTuple):
    """A plan under change: the placement of each applicant and lot, what each row uses, what each placement is charged
    for that, and the draws."""

    held: Ints32
    tenancy: Tenancy
    used: Ints64
    charges: Floats
    draws: Words


class Move(NamedTuple):
    """What one move does: placements that left (the mover's own first), placements that came, lots that came free."""

    left: Ints32
    came: Ints32
    freed: Ints32
    used: Ints64


def anneal(ground: Ground, held: Ints32, options: Options, schedule: Schedule) -> tuple[Ints32, int]:
    """The best plan within the limits that was met, and its millipoints; (held, -1) when none was within them.

    held: placement of each applicant, or -1, to begin from; it is not changed.  The same arguments always give the
    same answer.
    """
    best = held.copy()
    return best, int(_anneal(ground, held.copy(), best, options, schedule))


@njit(cache=True, nogil=True)
def _draw(draws: Words, count: int) -> int:
    word = draws[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    draws[0] = word
    return int((word >> np.uint64(11)) % np.uint64(count))


@njit(cache=True, nogil=True)
def _clear(ground: Ground, state: State, move: Move, left: int) -> tuple[int, int]:
    """Take the leaving placements off; (millipoints lost as a negative number, lots that came free)."""
    change, freed = 0, 0
    for index in range(left):
        placement = move.left[index]
        site = ground.site[placement]
        vacate(ground, state.tenancy, placement)
        change -= worth(ground, state.tenancy, placement)
        add_use(ground, move.used, placement, -1)
        state.held[ground.applicant[placement]] = -1
        for k in range(ground.site_start[site], ground.site_start[site + 1]):
            move.freed[freed] = ground.site_lots[k]
            freed += 1
    return change, freed


@njit(cache=True, nogil=True)
def _place(ground: Ground, state: State, move: Move, placement: int, came: int) -> int:
    """Put a placement on free lots; the millipoints that it brings."""
    gained = worth(ground, state.tenancy, placement)
    settle(ground, state.tenancy, placement)
    add_use(ground, move.used, placement, 1)
    state.held[ground.applicant[placement]] = placement
    move.came[came] = placement
    return gained


@njit(cache=True, nogil=True)
def _best_for(ground: Ground, state: State, move: Move, freed: int, applicant: int) -> int:
    """The applicant's best placement on sites that hold a freed lot and are free, or -1 when none brings anything."""
    best, most = -1, 0.0
    sector = ground.sector[applicant]
    for index in range(freed):
        lot = move.freed[index]
        if state.tenancy.placement[lot] >= 0:
            continue
        for k in range(ground.lot_start[lot], ground.lot_start[lot + 1]):
            site = ground.lot_sites[k]
            if not is_free(ground, state.tenancy, site):
                continue
            placement = placement_at(ground, applicant, site)
            if placement >= 0:
                brings = offer(ground, state.tenancy, placement, sector, site) - state.charges[placement]
                if brings > most:
                    best, most = placement, brings
    return best


@njit(cache=True, nogil=True)
def _best_at(ground: Ground, state: State, options: Options, lot: int) -> int:
    """The best of a few placements, most gain first, of who holds nothing on free sites that hold the lot, or -1."""
    best, most = -1, 0.0
    for k in range(ground.lot_start[lot], ground.lot_start[lot + 1]):
        site = ground.lot_sites[k]
        if options.at_start[site + 1] == options.at_start[site] or not is_free(ground, state.tenancy, site):
            continue
        tried = 0
        for index in range(options.at_start[site] + _draw(state.draws, MOST_SKIPPED), options.at_start[site + 1]):
            placement = options.at[index]
            applicant = ground.applicant[placement]
            if state.held[applicant] < 0:
                worth_here = offer(ground, state.tenancy, placement, ground.sector[applicant], site)
                if worth_here == UNWELCOME:
                    continue
                tried += 1
                if tried > MOST_TRIED:
                    break
                brings = worth_here - state.charges[placement]
                if brings > most:
                    best, most = placement, brings
    return best


@njit(cache=True, nogil=True)
def _chain(
    ground: Ground, state: State, options: Options, move: Move, placement: int, prospects: Prospects, floor: float
) -> tuple[int, int, int]:
    """Carry out one move: (change in millipoints, how many left, how many came); how many left is -1 for no move.

    floor: millipoints without which the move is not wanted; where the prospects promise less, how many came is 0 and
    only the mover has come.
    """
    before = state.held[ground.applicant[placement]]
    own = 0
    if before >= 0:
        move.left[0] = before
        own = 1
    left = collisions(ground, state.tenancy, placement, move.left, own)
    if left < 0:
        return 0, -1, 0
    move.used[:] = state.used
    change, freed = _clear(ground, state, move, left)
    change += _place(ground, state, move, placement, 0)
    if floor > -math.inf:
        more = prospect(ground, state.tenancy, state.charges, prospects, move.left[:left], own, move.freed[:freed])
        if change - state.charges[placement] + more < floor:
            return change, left, 0
    came = 1
    if left > own:
        first = _draw(state.draws, left - own)
        for index in range(left - own):
            ejected = ground.applicant[move.left[own + (first + index) % (left - own)]]
            again = _best_for(ground, state, move, freed, ejected)
            if again >= 0:
                change += _place(ground, state, move, again, came)
                came += 1
    for index in range(freed):
        if state.tenancy.placement[move.freed[index]] < 0 and came < MOST_CHANGED:
            filler = _best_at(ground, state, options, move.freed[index])
            if filler >= 0:
                change += _place(ground, state, move, filler, came)
                came += 1
    return change, left, came


@njit(cache=True, nogil=True)
def _undo(ground: Ground, state: State, move: Move, left: int, came: int) -> None:
    for index in range(came):
        vacate(ground, state.tenancy, move.came[index])
        state.held[ground.applicant[move.came[index]]] = -1
    for index in range(left):
        settle(ground, state.tenancy, move.left[index])
        state.held[ground.applicant[move.left[index]]] = move.left[index]


@njit(cache=True, nogil=True)
def _note(ground: Ground, move: Move, left: int, came: int, moved: Ints32, count: int) -> int:
    """Write down who moved, after `count` others; how many there are then, or more than fit when there is no room."""
    if count + left + came > len(moved):
        return len(moved) + 1
    for index in range(left):
        moved[count + index] = ground.applicant[move.left[index]]
    for index in range(came):
        moved[count + left + index] = ground.applicant[move.came[index]]
    return count + left + came


@njit(cache=True, nogil=True)
def _keep(held: Ints32, best: Ints32, moved: Ints32, count: int) -> None:
    """Make the best plan the one held, which differs from it only for those who moved, as far as they were noted."""
    if count > len(moved):
        best[:] = held
    else:
        for index in range(count):
            best[moved[index]] = held[moved[index]]


@njit(cache=True, nogil=True)
def _widest(ground: Ground) -> int:
    """Lots of the largest site."""
    most = 1
    for site in range(len(ground.site_start) - 1):
        most = max(most, ground.site_start[site + 1] - ground.site_start[site])
    return most


@njit(cache=True, nogil=True)
def _anneal(  # noqa: C901
    ground: Ground, held: Ints32, best: Ints32, options: Options, schedule: Schedule
) -> int:
    rows = len(ground.most)
    state = State(
        held, nobody(ground), np.zeros(rows, np.int64), charges(ground, schedule.charge), np.zeros(1, np.uint64)
    )
    state.draws[0] = np.uint64(schedule.seed) * np.uint64(2654435769) + np.uint64(88172645463325252)
    move = Move(
        np.empty(MOST_CHANGED, np.int32), np.empty(MOST_CHANGED + 1, np.int32),
        np.empty((MOST_EJECTED + 1) * _widest(ground), np.int32),
        np.zeros(rows, np.int64),
    )  # fmt: skip
    value = plan_value(ground, held)
    for placement in held:
        if placement >= 0:
            settle(ground, state.tenancy, placement)
            add_use(ground, state.used, placement, 1)
    most = value if (state.used <= ground.most).all() else -1
    count = len(options.movers)
    if count == 0:
        return most
    moved, since_best = np.empty(len(held), np.int32), 0
    excess = schedule.excess.copy()
    temperature = schedule.hot
    cooling = schedule.cold / schedule.hot
    for step in range(schedule.moves):
        if step % LOOK_EVERY == LOOK_EVERY - 1:
            over_part = schedule.pace[0] if schedule.pace[0] >= 0 else (step + 1) / schedule.moves
            if schedule.halt[0] or over_part >= 1.0:
                break
            temperature = schedule.hot * cooling**over_part
            for row in range(rows):
                change = 1.02 if state.used[row] > ground.most[row] else 0.99
                excess[row] = min(max(excess[row] * change, schedule.excess[row] * 0.1), schedule.excess[row] * 100.0)
        applicant = options.movers[_draw(state.draws, count)]
        first, last = options.own_start[applicant], options.own_start[applicant + 1]
        placement = options.own[first + _draw(state.draws, last - first)]
        if state.held[applicant] == placement:
            continue
        wanted = temperature * math.log((_draw(state.draws, 1 << 52) + 1.0) / 4503599627370497.0)
        floor = wanted - schedule.patience
        gained, left, came = _chain(ground, state, options, move, placement, schedule.prospects, floor)
        if left < 0:
            continue
        if came == 0:
            _undo(ground, state, move, left, 1)
            continue
        judged, is_within = float(gained), True
        for row in range(rows):
            over, was = max(0, move.used[row] - ground.most[row]), max(0, state.used[row] - ground.most[row])
            judged -= schedule.charge[row] * (move.used[row] - state.used[row]) + excess[row] * (over - was)
            is_within = is_within and over == 0
        if judged >= wanted:
            value += gained
            state.used[:] = move.used
            since_best = _note(ground, move, left, came, moved, since_best)
            if is_within and value > most:
                most = value
                _keep(held, best, moved, since_best)
                since_best = 0
        else:
            _undo(ground, state, move, left, came)
    return most
