"""The last columns of a packing, tried one by one under a budget: what prices leave no room for is never tried.

With whole prices of cliques every packing loses, against their bound, the price of each clique from which it takes
nothing and what each of its columns costs beyond its value.  One that beats the value to beat can lose only the room
between the bound and that value.  Few can, once the room is small, and compiled code tries them all.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.closure.flat import Flags, Ints
from optimizer.closure.packing import Packing
from optimizer.closure.tree import SCALE, Prices, Settled

Words = NDArray[np.uint64]
CLOSED, FOUND, GAVE_UP = 1, 2, 0


def better_packing(
    packing: Packing, held: Flags, settled: Settled, prices: Prices, value: int, steps: int
) -> tuple[int, tuple[int, ...]]:
    """(CLOSED, ()) when no packing with what is settled beats the value; (FOUND, one that does); or (GAVE_UP, ())
    after so many steps.

    held: one row of flags per clique of the proof.
    """
    free = np.flatnonzero(settled.may_be_one & ~settled.at_one)
    cliques = held[prices.cliques]
    left = packing.values * SCALE - prices.amounts @ cliques.astype(np.int64)
    bound = int(prices.amounts.sum()) + int(left[settled.at_one].sum()) + int(np.maximum(left[free], 0).sum())
    room = bound - (value + 1) * SCALE
    if room < 0:
        return CLOSED, ()
    is_met = cliques[:, settled.at_one].any(axis=1)
    alone = np.flatnonzero(left[free] > 0)  # as if each were the only member of a clique with what is left as its price
    members = np.concatenate([cliques[~is_met][:, free], np.eye(len(free), dtype=bool)[alone]])
    amounts = np.concatenate([prices.amounts[~is_met], left[free][alone]])
    among = packing.conflicts[np.ix_(free, free)]
    np.fill_diagonal(among, True)
    outcome, flags = _tried(
        _words(members), amounts, np.maximum(-left[free], 0), _words(among),
        _words(np.ones((1, len(free)), dtype=bool))[0], room, steps, len(free),
    )  # fmt: skip
    if outcome != FOUND:
        return int(outcome), ()
    return FOUND, tuple(sorted(np.flatnonzero(settled.at_one).tolist() + free[flags].tolist()))


def _words(flags: Flags) -> Words:
    """Each row of flags as 64-bit words, the first flag the lowest bit."""
    rows, count = flags.shape
    width = max((count + 63) // 64, 1) * 64
    padded = np.zeros((rows, width), dtype=bool)
    padded[:, :count] = flags
    return np.ascontiguousarray(np.packbits(padded, axis=1, bitorder="little").view("<u8")).astype(np.uint64)


@njit(cache=True, nogil=True)
def _ones(word: np.uint64) -> int:
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def _lowest(words: Words) -> int:
    """The number of the lowest bit that is 1; -1 when there is none."""
    for place in range(len(words)):
        word = words[place]
        if word:
            return 64 * place + _ones((word & (~word + np.uint64(1))) - np.uint64(1))
    return -1


@njit(cache=True, nogil=True)
def _looked_at(
    members: Words, prices: Ints, costs: Ints, alive: Words, met: Flags, room: int, count: int
) -> tuple[int, int]:
    """(room left, clique to branch on, -1 for none): drops columns that cost too much, pays for cliques left empty."""
    while True:
        for place in range(len(alive)):
            word = alive[place]
            while word:
                low = word & (~word + np.uint64(1))
                column = 64 * place + _ones(low - np.uint64(1))
                if costs[column] > room:
                    alive[place] &= ~low
                word &= ~low
        before, pick, best = room, -1, -1.0
        for clique in range(len(prices)):
            if met[clique]:
                continue
            size = 0
            for place in range(len(alive)):
                size += _ones(alive[place] & members[clique, place])
            if size == 0:
                met[clique] = True
                room -= int(prices[clique])
                if room < 0:
                    return room, -1
            else:
                score = min(prices[clique], room + 1) / size
                if score > best:
                    pick, best = clique, score
        if room == before:
            return room, pick


@njit(cache=True, nogil=True)
def _meet(members: Words, met: Flags, column: int) -> None:
    """Flag the cliques that the column is of."""
    low = np.uint64(1) << np.uint64(column % 64)
    for clique in range(len(met)):
        if members[clique, column // 64] & low:
            met[clique] = True


@njit(cache=True, nogil=True)
def _tried(
    members: Words, prices: Ints, costs: Ints, among: Words, start: Words, room: int, steps: int, count: int
) -> tuple[int, Flags]:
    width, deepest = len(start), count + len(prices) + 2
    alive = np.zeros((deepest, width), np.uint64)
    met = np.zeros((deepest, len(prices)), np.bool_)
    rooms = np.zeros(deepest, np.int64)
    branch = np.zeros(deepest, np.int64)
    taken = np.full(deepest, -1, np.int64)
    flags = np.zeros(count, np.bool_)
    alive[0], rooms[0], depth, is_new = start, room, 0, True
    for _ in range(steps):
        if is_new:
            rooms[depth], branch[depth] = _looked_at(
                members, prices, costs, alive[depth], met[depth], rooms[depth], count
            )
            is_new = False
            if rooms[depth] >= 0 and branch[depth] < 0:
                flags[taken[:depth][taken[:depth] >= 0]] = True
                return FOUND, flags
        clique = branch[depth]
        if rooms[depth] < 0 or clique < 0:
            depth -= 1
            if depth < 0:
                return CLOSED, flags
            continue
        column = _lowest(alive[depth] & members[clique])
        taken[depth] = column
        alive[depth + 1] = alive[depth]
        met[depth + 1] = met[depth]
        if column < 0:  # nothing from this clique: the last branch
            rooms[depth + 1] = rooms[depth] - prices[clique]
            met[depth + 1, clique] = True
            rooms[depth] = -1
        else:
            rooms[depth + 1] = rooms[depth] - costs[column]
            alive[depth, column // 64] &= ~(np.uint64(1) << np.uint64(column % 64))
            alive[depth + 1] &= ~among[column]
            _meet(members, met[depth + 1], column)
        depth += 1
        is_new = True
    return GAVE_UP, flags
