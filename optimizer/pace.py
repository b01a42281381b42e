"""The pace of this machine: what the checker's search takes here, beside the machine that its figures are from."""

from __future__ import annotations

import time
from functools import cache
from itertools import pairwise

from optimizer.piece_search import Border, PieceSearch

STEPS, TRIES = 1_500, 4
SECONDS_PER_STEP = 4.0e-6
"""Measured on two cores of an AMD EPYC at rest, Python 3.11; what a check takes was measured on the same machine."""
SECTORS = ("bread", "stone", "wood")


@cache
def pace() -> float:
    """How many times longer plain Python takes on this machine, now; 1 on one that is as quick or quicker.

    Takes some hundredths of a second, once.  Counts this thread's time only, so work beside it is left out.
    """
    return max(1.0, min(_seconds_per_step() for _ in range(TRIES)) / SECONDS_PER_STEP)


def _seconds_per_step() -> float:
    """Of a search through a small piece that has more fillings than there are steps to see them."""
    lots = tuple(f"L{number}" for number in range(8))
    choices: dict[tuple[tuple[str, ...], str], list[tuple[int, str]]] = {
        ((lot,), sector): [(1_000 + 37 * place, f"{sector}{place}") for place in range(6)]
        for lot in lots for sector in SECTORS
    }  # fmt: skip
    brings: dict[tuple[str, str], int | None] = {(one, two): 50 for one in SECTORS for two in SECTORS if one != two}
    brings |= {(each, each): 90 for each in SECTORS}
    ends = dict.fromkeys(SECTORS, 20)
    borders = [Border(one, two, ends, ends, brings) for one, two in pairwise(lots)]
    search = PieceSearch(lots, choices, borders, dict.fromkeys(lots, 900))
    began = time.thread_time()
    for _ in search.fillings(0, STEPS, 0):
        if search.taken >= STEPS - 1:
            break
    return (time.thread_time() - began) / search.taken
