"""Settle: the plan that the draw prefers among those of its value, as far as that can be told.

Where the bound meets the value that is proved (optimizer/lottery.py); elsewhere only plain exchanges are settled.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.audit import audit
from optimizer.certificates import AnyCertificate
from optimizer.lottery import drawn_plan
from optimizer.plan import Plan, lottery_rank
from optimizer.rules import changes
from optimizer.rules.placement import unmet_needs
from optimizer.standing import Standing

Lots = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A plan after the draw, and whether it is proved that the draw prefers it to every plan of its value."""

    plan: Plan
    is_unique: bool


def settle(instance: Instance, plan: Plan, certificate: AnyCertificate | None) -> Settled:
    """The plan that the draw prefers among plans of equal value, as far as that can be proved.

    The value never changes.  The plan given must be feasible.
    """
    value = audit(instance, plan).value_millipoints
    drawn = None if certificate is None else drawn_plan(instance, certificate, value)
    if drawn is not None:
        return Settled(drawn, True)
    return Settled(_exchanged(instance, plan), False)


def _exchanged(instance: Instance, plan: Plan) -> Plan:
    """The plan after every exchange on one site, of equal value and feasible, that the draw prefers."""
    ranked = sorted(instance.applicants, key=lambda each: lottery_rank(instance, each.applicant_id))
    order = {applicant.applicant_id: number for number, applicant in enumerate(ranked)}
    held, standing = dict(plan.assignments), Standing(instance, plan)
    alike: dict[tuple[str, int], set[str]] = defaultdict(set)
    for holder in held:
        if not instance.applicant[holder].is_pinned:
            alike[_kind(instance, holder)].add(holder)
    for preferred in ranked:
        if preferred.applicant_id in held or preferred.is_pinned:
            continue
        holders = alike[_kind(instance, preferred.applicant_id)]
        for holder in sorted(holders, key=lambda each: -order[each]):
            lots = held[holder]
            if order[holder] < order[preferred.applicant_id]:
                break
            if any(True for _ in unmet_needs(instance, preferred, lots)):
                continue
            if _worth(instance, preferred.applicant_id, lots) != _worth(instance, holder, lots):
                continue
            if _takes_the_place(standing, held, holder, preferred):
                holders.remove(holder)
                holders.add(preferred.applicant_id)
                break
    return Plan(held)


def _takes_the_place(standing: Standing, held: dict[str, Lots], holder: str, preferred: Applicant) -> bool:
    """Let one applicant have the lots of another, when no rule forbids it; whether it has them now."""
    instance, lots = standing.instance, held.pop(holder)
    standing.take_back(instance.applicant[holder], lots)
    forbids = any(True for _ in standing.to(preferred, lots)) or (
        changes.concerns(instance)
        and any(True for _ in changes.breaches(instance, Plan({**held, preferred.applicant_id: lots})))
    )
    tenant = instance.applicant[holder] if forbids else preferred
    standing.grant(tenant, lots)
    held[tenant.applicant_id] = lots
    return not forbids


def _kind(instance: Instance, applicant_id: str) -> tuple[str, int]:
    """What two applicants must share to be exchanged: the sector, and the points of their jobs."""
    applicant, policy = instance.applicant[applicant_id], instance.policy
    return applicant.sector, policy.job_direct * applicant.jobs_direct + policy.job_indirect * applicant.jobs_indirect


def _worth(instance: Instance, applicant_id: str, lots: Lots) -> tuple[int, bool, bool]:
    """What must be equal for an exchange to keep the value: points of jobs, whether a preferred lot is held, and
    whether it is the earlier site."""
    applicant, policy = instance.applicant[applicant_id], instance.policy
    points = policy.job_direct * applicant.jobs_direct + policy.job_indirect * applicant.jobs_indirect
    pleased = not set(applicant.preferred_lots).isdisjoint(lots)
    return points, bool(policy.preferred_lot) and pleased, bool(policy.kept_site) and lots == applicant.earlier_lots
