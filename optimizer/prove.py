"""Prove: prices from a relaxation, rounded to whole numbers, become a certificate."""

from __future__ import annotations

from collections.abc import Mapping

from instances.instance import Instance
from optimizer.bound import bound_millipoints
from optimizer.certificate import LARGEST, Certificate, Key
from optimizer.matrix import Floats, Matrix

SCALE = 1024
"""Prices are rounded to 1/1024 millipoint: on 100,000 rows the bound loses less than 0.1 point."""
NO_PLAN = "0" * 64


def rounded_prices(matrix: Matrix, prices: Floats) -> dict[Key, int]:
    """The prices of the rows that a certificate may price, in 1/SCALE millipoints, zeros left out.

    prices: points per unit, one a row of the matrix.  Prices beyond the format's largest number are cut to it.
    """
    scaled = prices * (1000.0 * SCALE)
    whole = {}
    for number in (matrix.is_priced & (scaled >= 0.5)).nonzero()[0].tolist():
        whole[matrix.names[number]] = min(round(float(scaled[number])), LARGEST)
    return whole


def prove(instance: Instance, prices: Mapping[Key, int]) -> Certificate:
    """A certificate of the exact bound that these prices give, not yet tied to a plan."""
    blank = Certificate(instance.fingerprint(), NO_PLAN, 0, 0, SCALE, prices)
    return Certificate(
        blank.instance, NO_PLAN, 0, bound_millipoints(instance, blank), SCALE, dict(sorted(prices.items()))
    )
