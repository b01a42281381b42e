"""The waitlist: who is next, who takes a lot that comes free, and who is still on the list in the next round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Carry
from optimizer.audit import audit
from optimizer.plan import Plan, lottery_rank

Lots = tuple[str, ...]


def waitlist(instance: Instance, plan: Plan, fitting: Collection[str]) -> tuple[str, ...]:
    """Applicants without a site to whom one could be granted, in the order in which free lots are offered.

    Those carried over from earlier rounds come first, the longest waiting before the others, unless the policy's
    waitlist is "none"; then the highest score, ties by lottery rank.  fitting: ids of the applicants that some site
    fits; the others cannot wait for anything.
    """
    waiting = [each for each in instance.applicants if each.applicant_id in fitting]
    waiting = [each for each in waiting if each.applicant_id not in plan.assignments]

    def order(each: Applicant) -> tuple[int, int, int]:
        waited = 0 if instance.policy.waitlist == "none" else each.rounds_waited
        return -waited, -each.score, lottery_rank(instance, each.applicant_id)

    return tuple(each.applicant_id for each in sorted(waiting, key=order))


@dataclass(frozen=True, slots=True)
class Promotion:
    """Somebody of the waitlist takes free lots, and what that adds to the plan's value."""

    applicant_id: str
    lots: Lots
    gain_millipoints: int


@dataclass(frozen=True)
class Succession:
    """What follows when tenants give up their sites: who takes what, in order, and what is left.

    passed_over: who waits before the last that was promoted, and could take none of the free lots.  idle: freed lots
    that nobody takes.  plan: feasible; it differs from the one before by the sites given up and the promotions alone.
    """

    freed: Lots
    promotions: tuple[Promotion, ...]
    passed_over: tuple[str, ...]
    idle: Lots
    plan: Plan
    cost_millipoints: int


def succession(
    instance: Instance,
    plan: Plan,
    gone: Iterable[str],
    sites: Mapping[str, list[Lots]],
    away: Iterable[str] = (),
    fitting: Collection[str] | None = None,
) -> Succession:
    """Who takes the lots of those that go, by the order of the waitlist.

    The list is gone through from its beginning; each applicant that some free site fits, without breaking a rule, is
    granted the one that adds most to the value of the plan, of equals the first by lot ids.  Lots idle before count
    as free, but only sites that hold a freed lot are offered.  Nobody that holds a site is moved.  Those that go are
    not on the list, nor are those that went `away` before.  sites: applicant id -> lots of each site that fits it; of
    the sites that hold a freed lot alone, when `fitting` names the applicants that some site fits.
    Raises KeyError for one of `gone` that holds nothing, ValueError for one that is pinned, or when the plan without
    them is not feasible.
    """
    leaving = sorted(set(gone))
    freed = tuple(sorted(lot for each in leaving for lot in plan.assignments[each]))
    if any(instance.applicant[each].is_pinned for each in leaving):
        raise ValueError("an earlier decision cannot be given up here")
    kept = Plan({each: lots for each, lots in plan.assignments.items() if each not in leaving})
    counted = audit(instance, kept)
    if not counted.is_feasible:
        raise ValueError(counted.breaches[0].says)
    before = audit(instance, plan).value_millipoints
    now, promotions = kept, list[Promotion]()
    order = [
        each
        for each in waitlist(instance, kept, sites.keys() if fitting is None else fitting)
        if each not in {*leaving, *away}
    ]
    last = -1
    for number, applicant_id in enumerate(order):
        best = _best(instance, now, applicant_id, sites.get(applicant_id, []), freed)
        if best is not None:
            promotions.append(best)
            now = Plan({**now.assignments, applicant_id: best.lots})
            last = number
    promoted = {each.applicant_id for each in promotions}
    return Succession(
        freed,
        tuple(promotions),
        tuple(each for each in order[: last + 1] if each not in promoted),
        tuple(lot for lot in freed if lot not in now.tenant),
        now,
        before - audit(instance, now).value_millipoints,
    )


def _best(instance: Instance, plan: Plan, applicant_id: str, sites: list[Lots], freed: Lots) -> Promotion | None:
    """The grant of a free site with a freed lot that breaks no rule and adds most."""
    offered = [lots for lots in sites if not set(freed).isdisjoint(lots) and plan.tenant.keys().isdisjoint(lots)]
    if not offered:
        return None
    worth = audit(instance, plan).value_millipoints
    best: Promotion | None = None
    for lots in offered:
        counted = audit(instance, Plan({**plan.assignments, applicant_id: lots}))
        gain = counted.value_millipoints - worth
        if counted.is_feasible and (best is None or gain > best.gain_millipoints):
            best = Promotion(applicant_id, lots, gain)
    return best


def carried(applicants: Iterable[Applicant], setting: Carry) -> tuple[Applicant, ...]:
    """Of those that wait when a round ends, who is on the roster of the next, having waited one round more.

    setting: "none": nobody; "priority": those that were not carried over before, and so come before newcomers once;
    "standing": all of them.
    """
    staying = [
        each for each in applicants if setting == "standing" or (setting == "priority" and not each.rounds_waited)
    ]
    return tuple(replace(each, rounds_waited=each.rounds_waited + 1) for each in staying)
