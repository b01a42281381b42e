"""Idle lots: grants on sites that nobody holds, compiled; a short search of a large instance leaves many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Ground, used
from optimizer.search.tenancy import Tenancy, add_use, is_free, nobody, offer, settle


def with_idle_lots(ground: Ground, held: Ints32, rank: Sequence[int]) -> Ints32:
    """The plan with further applicants granted where they bring points, as long as anybody can be.

    Who brings the most by itself comes first, ties by rank (of each applicant, the draw's), and gets the free site on
    which it brings the most, the first of equals.  Nobody who holds a site is moved; a plan that keeps limits and
    separation still does afterwards.
    """
    most = np.zeros(len(ground.sector), dtype=np.int64)
    np.maximum.at(most, ground.applicant, ground.gain)
    by_rank = np.array(sorted(range(len(rank)), key=rank.__getitem__), dtype=np.int64)
    order, found, use = by_rank[np.argsort(-most[by_rank], kind="stable")], held.copy(), used(ground, held)
    tenancy = nobody(ground)
    for placement in held[held >= 0].tolist():
        settle(ground, tenancy, placement)
    while _grant(ground, order, found, tenancy, use, ~ground.is_pinned):
        pass
    return found


@njit(cache=True, nogil=True)
def _grant(ground: Ground, order: Ints64, held: Ints32, tenancy: Tenancy, used: Ints64, is_asking: Flags) -> bool:
    """Go once through all who hold nothing; whether somebody was granted a site."""
    is_news = False
    for applicant in order:
        if held[applicant] >= 0 or not is_asking[applicant]:
            continue
        best, best_worth, sector = -1, 0, ground.sector[applicant]
        for placement in range(ground.start[applicant], ground.start[applicant + 1]):
            site = ground.site[placement]
            if is_free(ground, tenancy, site):
                worth = offer(ground, tenancy, placement, sector, site)
                if worth > best_worth and _is_within(ground, used, placement):
                    best, best_worth = placement, worth
        if best >= 0:
            settle(ground, tenancy, best)
            add_use(ground, used, best, 1)
            held[applicant] = best
            is_news = True
    return is_news


@njit(cache=True, nogil=True)
def _is_within(ground: Ground, used: Ints64, placement: int) -> bool:
    """Whether no limit or quota is overstepped with the placement besides."""
    add_use(ground, used, placement, 1)
    is_within = True
    for row in range(len(ground.most)):
        is_within = is_within and used[row] <= ground.most[row]
    add_use(ground, used, placement, -1)
    return is_within
