"""Figures: what one plan comes to, counted from its instance and itself; only bound and time are taken as told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.audit import audit
from optimizer.fairness import justified_envies
from optimizer.outcome import Proof, gap_millionths
from optimizer.plan import Plan
from optimizer.rules.limits import UNITS


@dataclass(frozen=True, slots=True)
class Compared:
    """What is set side by side: a plan of an instance, and what was proved of it.

    seconds: how long the run took, where that is known.
    """

    label: str
    instance: Instance
    plan: Plan
    proof: Proof | None = None
    seconds: int | None = None


@dataclass(frozen=True)
class Figures:
    """One plan in whole numbers.

    goals_millipoints sum to the value.  bound and gap are None without a proof.  most: each overall limit, or None.
    lots_by_sector and lots_by_group leave out zeros.  envies: applicants of a higher score that some lot held by a
    lower one would have suited.  breaches: ways in which the plan breaks a rule; a plan with any is worth nothing to
    compare.
    """

    label: str
    instance: str
    value_millipoints: int
    goals_millipoints: Mapping[str, int]
    bound_millipoints: int | None
    gap_millionths: int | None
    jobs_direct: int
    jobs_indirect: int
    applicants_granted: int
    applicants: int
    lots_granted: int
    lots: int
    area_m2: int
    used: Mapping[str, int]
    most: Mapping[str, int | None]
    lots_by_sector: Mapping[str, int]
    lots_by_group: Mapping[str, int]
    envies: int
    lowest_score: int | None
    breaches: int
    seconds: int | None


def figures(compared: Compared) -> Figures:
    """Count a plan.  Raises KeyError for a plan that names strangers."""
    instance, plan = compared.instance, compared.plan
    granted: dict[Applicant, tuple[str, ...]] = {
        instance.applicant[each]: lots for each, lots in plan.assignments.items()
    }
    counted = audit(instance, plan)
    value, proof = counted.value_millipoints, compared.proof
    by_sector, by_group = Counter[str](), Counter[str]()
    for each, lots in granted.items():
        by_sector[each.sector] += len(lots)
        by_group[each.group] += len(lots)
    overall = next((limit for limit in instance.policy.limits if not limit.zone), None)
    scores = [each.score for each in granted if not each.is_pinned]
    return Figures(
        label=compared.label,
        instance=instance.name,
        value_millipoints=value,
        goals_millipoints=dict(counted.goals_millipoints),
        bound_millipoints=None if proof is None else proof.bound_millipoints,
        gap_millionths=None if proof is None else gap_millionths(value, proof),
        jobs_direct=sum(each.jobs_direct for each in granted),
        jobs_indirect=sum(each.jobs_indirect for each in granted),
        applicants_granted=len(granted),
        applicants=len(instance.applicants),
        lots_granted=len(plan.tenant),
        lots=len(instance.lots),
        area_m2=sum(instance.lot[lot].area_m2 for lot in plan.tenant),
        used={unit: sum(getattr(each, unit) for each in granted) for unit in UNITS},
        most={unit: None if overall is None else getattr(overall, unit) for unit in UNITS},
        lots_by_sector={name: count for name, count in sorted(by_sector.items()) if count},
        lots_by_group={name: count for name, count in sorted(by_group.items()) if count},
        envies=len({each.applicant_id for each in justified_envies(instance, plan)}),
        lowest_score=min(scores, default=None),
        breaches=len(counted.breaches),
        seconds=compared.seconds,
    )
