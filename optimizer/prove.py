"""Prove: whole-number prices become a certificate with the bound that they give."""

from __future__ import annotations

from collections.abc import Mapping

from instances.instance import Instance
from optimizer.bound import bound_millipoints
from optimizer.certificate import Certificate, Key

SCALE = 1024
"""Prices are whole numbers of 1/1024 millipoint: on 100,000 rows rounding costs the bound less than 0.1 point."""
NO_PLAN = "0" * 64


def prove(instance: Instance, prices: Mapping[Key, int]) -> Certificate:
    """A certificate of the exact bound that these prices give, not yet tied to a plan.

    Prices that prove a bound under 0 prove that no plan is feasible; the certificate claims 0.
    """
    blank = Certificate(instance.fingerprint(), NO_PLAN, 0, 0, SCALE, prices)
    return Certificate(
        blank.instance, NO_PLAN, 0, max(0, bound_millipoints(instance, blank)), SCALE, dict(sorted(prices.items()))
    )
