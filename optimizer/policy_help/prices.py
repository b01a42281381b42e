"""What one more unit of a limit or a quota could bring at most, by the certificate's whole-number prices.

A certificate adds each rule, at its price, to a bound that holds for every plan.  Where the rule gives a unit, that sum
grows by the price of a unit and nothing else changes: so the bound with d units more is the bound plus d times the
price.  It says what a unit brings at most; it may bring less, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.bound import bound_millipoints
from optimizer.case_certificate import CaseCertificate
from optimizer.certificates import AnyCertificate
from optimizer.piece_certificate import PieceCertificate
from optimizer.plan import Plan
from optimizer.rules.limits import UNITS
from optimizer.rules.quotas import counts

Kind = Literal["limit", "quota"]


@dataclass(frozen=True, slots=True)
class Worth:
    """A limit (name: zone, part: unit) or one side of a quota (name, part: min or max).

    used, most: of a limit, in its unit; of a quota, its lots and the granted lots.  share_percent: of a quota.
    bound_millipoints: no plan is worth more under the rules as they are.  price_millipoints: with one unit more (one
    percent of a quota) no plan is worth more than the bound and this; twice as much for two, and so on.
    at_most_millipoints: no plan is then worth this much over the plan told of.
    """

    kind: Kind
    name: str
    part: str
    used: int
    most: int
    share_percent: int | None
    bound_millipoints: int
    price_millipoints: int
    at_most_millipoints: int

    @property
    def binds(self) -> bool:
        """Whether the proof leans on the rule; else its bound holds without the rule."""
        return self.price_millipoints > 0


def worths(instance: Instance, plan: Plan, certificate: AnyCertificate) -> list[Worth]:
    """Every limit and both sides of every quota.  The certificate must be one that holds for the instance.

    Of a certificate with a tree or with cases only the prices for all plans are used.
    """
    if isinstance(certificate, CaseCertificate):
        certificate = certificate.root
    if isinstance(certificate, PieceCertificate):
        bound, prices = certificate.bound_millipoints, {**certificate.rows}
    else:
        root = replace(certificate, tree=None)
        bound = bound_millipoints(instance, root)
        prices = {(key[0], key[1], key[2]): price for key, price in root.prices.items() if len(key) == 3}
    value = audit(instance, plan).value_millipoints
    return list(_worths(instance, plan, prices, certificate.scale, bound, value))


def _worths(
    instance: Instance, plan: Plan, prices: dict[tuple[str, str, str], int], scale: int, bound: int, value: int
) -> Iterator[Worth]:
    for limit in instance.policy.limits:
        inside = [
            instance.applicant[each]
            for each, lots in plan.assignments.items()
            if not limit.zone or any(instance.lot[lot].zone == limit.zone for lot in lots)
        ]
        for unit in UNITS:
            most = getattr(limit, unit)
            if most is not None:
                price = -(-prices.get(("limit", limit.zone, unit), 0) // scale)
                used = sum(int(getattr(each, unit)) for each in inside)
                yield Worth("limit", limit.zone, unit, used, most, None, bound, price, bound - value + price)
    granted = len(plan.tenant)
    most_lots = len({lot.lot_id for lot in instance.lots if lot.status == "available"} | instance.pinned_lots)
    for quota in instance.policy.quotas:
        held = sum(len(lots) for each, lots in plan.assignments.items() if counts(quota, instance.applicant[each]))
        for side, share in (("min", quota.min_lot_share_percent), ("max", quota.max_lot_share_percent)):
            if share is not None:
                # One percent less, or more, gives the row as much as there are granted lots: at most all of them.
                price = -(-prices.get(("quota", quota.name, side), 0) * most_lots // scale)
                yield Worth("quota", quota.name, side, held, granted, share, bound, price, bound - value + price)
