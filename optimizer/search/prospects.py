"""Prospects: what a move may still bring, by the dual's prices, before its last steps are carried out.

Most moves are refused, and most of their time goes into looking for who takes the lots that they leave free.  When the
prices of those lots, and what those put out are worth elsewhere, cannot make good what is lost so far, the rest need
not be looked at.  Prices are only a guide: a few good moves are lost, and two to three times as many are judged in the
same time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.classes import Classes
from optimizer.search.fitting import Ints32
from optimizer.search.ground import Floats, Ground
from optimizer.search.soft_bound import Prices, reduced_points
from optimizer.search.tenancy import Tenancy


class Prospects(NamedTuple):
    """Millipoints: what an empty lot may bring, and what an applicant may bring besides where it is placed again."""

    lot: Floats
    applicant: Floats


NO_PROSPECTS = Prospects(np.zeros(0), np.zeros(0))
"""For searches that carry every move out."""


def prospects_of(ground: Ground, classes: Classes, prices: Prices) -> Prospects:
    """The price of each lot, and of each applicant: what its best placement brings over the prices of its lots."""
    applicant = np.zeros(len(ground.sector))
    np.maximum.at(applicant, ground.applicant, reduced_points(ground, classes, prices))
    return Prospects(prices.lot * 1000.0, applicant * 1000.0)


@njit(cache=True, nogil=True)
def prospect(
    ground: Ground, tenancy: Tenancy, charges: Floats, prospects: Prospects, left: Ints32, own: int, freed: Ints32
) -> float:
    """What may come back for those who left: their charges, the freed lots that are empty, those put out elsewhere.

    left: placements, the first `own` of them the mover's.
    """
    total = 0.0
    for index in range(len(left)):
        total += charges[left[index]]
        if index >= own:
            total += prospects.applicant[ground.applicant[left[index]]]
    for lot in freed:
        if tenancy.placement[lot] < 0:
            total += prospects.lot[lot]
    return total
