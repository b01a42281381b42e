"""Recombining: a plan's fillings exchanged in a few pieces at a time, where all pieces at once are too many.

A part of the pieces is freed, the others keep what they hold, and branch and bound makes the best of the fillings known
for the part; then the next part, drawn around another piece, and so on.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from optimizer.search.combining import choose_fillings
from optimizer.search.fillings import Fillings, only
from optimizer.search.fitting import Flags, Ints64
from optimizer.search.ground import Floats

PART_PIECES = 12
"""Freed at a time: so many are combined to the end within a few thousand nodes, mostly."""
LEAST_POINTS = 0.0005
"""A plan counts as better when it loses so much less: half of the smallest unit of value."""


def recombined(
    fillings: Fillings, chosen: Ints64, nodes: int, seed: int, seconds: Callable[[], float] = lambda: 1.0
) -> Ints64:
    """The number of a filling for each piece that lose no more together than those chosen, after a part was freed
    around each piece.

    nodes: of one part.  seconds: how many are left; no part is begun when there are none.  The same arguments give the
    same answer as long as there are some.
    """
    draw, ties = random.Random(seed), _ties(fillings)
    lost = lost_by(fillings, chosen)
    centres = list(range(len(ties)))
    draw.shuffle(centres)
    for centre in centres:
        if seconds() <= 0:
            break
        is_free = _part(ties, centre, draw)
        kept = np.repeat(is_free, np.diff(fillings.start))
        kept[chosen] = True
        numbers, few = only(fillings, kept)
        better = choose_fillings(few, lost - LEAST_POINTS, nodes)
        if len(better):
            chosen = numbers[better]
            lost = lost_by(fillings, chosen)
    return chosen


def lost_by(fillings: Fillings, chosen: Ints64) -> float:
    """Points that these fillings lose together, one of each piece: each, every two, and what is paid for in vain."""
    holds = np.zeros(len(fillings.applicant_price), dtype=np.bool_)
    for number in chosen.tolist():
        holds[fillings.held[fillings.held_start[number] : fillings.held_start[number + 1]]] = True
    unused = fillings.free - fillings.uses[chosen].sum(axis=0)
    pairs = float(np.triu(fillings.between[np.ix_(chosen, chosen)], 1).sum())
    vain = float(fillings.applicant_price[~holds].sum()) + float(unused @ fillings.row_price)
    return float(fillings.loss[chosen].sum()) + pairs + vain


def _ties(fillings: Fillings) -> Floats:
    """How many pairs of fillings of two pieces do not go together, or lose something together."""
    first = fillings.start[:-1]
    is_tied = (fillings.between != 0).astype(np.int64)
    ties = np.add.reduceat(np.add.reduceat(is_tied, first, axis=0), first, axis=1).astype(np.float64)
    np.fill_diagonal(ties, 0.0)
    return ties


def _part(ties: Floats, centre: int, draw: random.Random) -> Flags:
    """Pieces tied to each other, drawn around a centre: the more ties to the part, the likelier."""
    is_free = np.zeros(len(ties), dtype=np.bool_)
    is_free[centre] = True
    pull = ties[centre].copy()
    for _ in range(min(PART_PIECES, len(ties)) - 1):
        pull[is_free] = 0.0
        if not pull.any():
            break
        (piece,) = draw.choices(range(len(ties)), weights=pull.tolist())
        is_free[piece] = True
        pull += ties[piece]
    return is_free
