"""Prices on changes: what a plan is worth when keeping a site of the earlier plan is paid, and what that proves.

Maximising value + price * kept sites by the ordinary search gives a plan and a bound B.  Then no plan that keeps at
least K sites is worth more than B - price * K: a price on one row, which the certificate of the instance states.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.case_certificate import CaseCertificate
from optimizer.certificate import Certificate
from optimizer.certificates import AnyCertificate
from optimizer.fill import fill
from optimizer.lines import Line
from optimizer.one_search import FINISHING_SECONDS, look
from optimizer.outcome import Limits, Listener
from optimizer.piece_bound import CHANGES
from optimizer.piece_certificate import PieceCertificate
from optimizer.plan import Plan
from optimizer.rules.changes import changed, earlier_holders, least_kept
from optimizer.search.placements import Placements


@dataclass(frozen=True)
class Probe:
    """What a search at one price found.  kept: earlier sites kept; value: of the plan without the price."""

    price_points: int
    plan: Plan | None
    kept: int
    value_millipoints: int
    certificates: Sequence[AnyCertificate]
    placements: Placements

    @property
    def line(self) -> Line:
        """1000 * price * kept + value <= bound, for every plan."""
        return Line(1000 * self.price_points, 1, min(each.bound_millipoints for each in self.certificates))


def without_limit(instance: Instance) -> Instance:
    """The same instance with any number of changes allowed."""
    return replace(instance, policy=replace(instance.policy, most_changes=None))


def with_limit(instance: Instance, most_changes: int) -> Instance:
    """The same instance with at most so many changes allowed."""
    return replace(instance, policy=replace(instance.policy, most_changes=most_changes))


def earlier_plan(instance: Instance) -> Plan:
    """What each applicant holds under the earlier plan."""
    return Plan({each.applicant_id: each.earlier_lots for each in instance.applicants if each.earlier_lots})


def probe(
    free: Instance,
    price_points: int,
    limits: Limits,
    listen: Listener,
    stop: threading.Event | None,
    start: Plan,
    deadline: float | None,
) -> Probe:
    """Search at a price; free: an instance without a limit on changes.  The plan is filled, and may be None."""
    policy = replace(free.policy, kept_site=free.policy.kept_site + price_points)
    priced = replace(free, policy=policy)
    until = None if deadline is None else deadline + FINISHING_SECONDS
    found = look(priced, limits, listen, stop, start, until)
    if found.plan is None:
        return Probe(price_points, None, 0, 0, found.certificates, found.placements)
    plan = fill(priced, found.placements.free_of(found.plan), found.plan)
    kept = earlier_holders(free) - len(changed(free, plan))
    value = audit(free, plan).value_millipoints
    return Probe(price_points, plan, kept, value, found.certificates, found.placements)


def price_between(more_kept: tuple[int, int], less_kept: tuple[int, int]) -> int:
    """The whole points a kept site at which two plans, each (kept, value), are worth about the same; at least 1."""
    kept, gained = more_kept[0] - less_kept[0], less_kept[1] - more_kept[1]
    return max(1, gained // (1000 * kept)) if kept > 0 else 1


def certificates_at(instance: Instance, probes: Iterable[Probe]) -> list[AnyCertificate]:
    """The certificates of the probes as certificates of the instance with its limit on changes, the best first."""
    converted = [_converted(instance, each.price_points, one) for each in probes for one in each.certificates]
    return sorted(converted, key=lambda each: each.bound_millipoints)


def _converted(instance: Instance, price_points: int, certificate: AnyCertificate) -> AnyCertificate:
    price = 1000 * price_points * certificate.scale
    bound = max(0, certificate.bound_millipoints - 1000 * price_points * least_kept(instance))
    named = {"instance": instance.fingerprint(), "bound_millipoints": bound}
    if not price:
        return replace(certificate, **named)  # type: ignore[arg-type]
    if isinstance(certificate, CaseCertificate):
        proofs = tuple(replace(each, rows={**each.rows, CHANGES: price}) for each in certificate.proofs)
        return replace(certificate, proofs=proofs, **named)  # type: ignore[arg-type]
    if isinstance(certificate, PieceCertificate):
        return replace(certificate, **named, rows={**certificate.rows, CHANGES: price})  # type: ignore[arg-type]
    return Certificate(
        instance.fingerprint(),
        certificate.plan_sha256,
        certificate.value_millipoints,
        bound,
        certificate.scale,
        {**certificate.prices, ("changes",): price},
        certificate.tree,
    )


def share(limits: Limits, parts: int) -> Limits:
    """The limits of one of so many searches; seconds are shared by deadlines instead."""
    return limits if limits.work is None else replace(limits, work=max(1, limits.work // parts))


def deadlines(deadline: float | None, parts: int) -> list[float | None]:
    """When each of so many searches, begun one after the other, has to end."""
    if deadline is None:
        return [None] * parts
    now = time.monotonic()
    each = max(deadline - FINISHING_SECONDS - now, 0.0) / parts
    return [now + each * (number + 1) for number in range(parts)]
