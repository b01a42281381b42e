"""Why each applicant holds what it holds, or nothing: one coded reason each, from instance and plan alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.sites import Placement, enumerate_placements
from optimizer.why.obstacles import Obstacles

Code = Literal[
    "pinned", "granted", "score_too_low", "no_fitting_site", "sites_taken", "separation", "limits", "quotas", "no_gain"
]


RULE_OF = {
    "separation": "separation",
    "limit_power": "limits",
    "limit_water": "limits",
    "limit_of_zone_power": "limits",
    "limit_of_zone_water": "limits",
    "quota_floor": "quotas",
    "quota_cap": "quotas",
}
"""Code of an obstacle -> the reason that it is."""

SitesOf = Callable[[str], Sequence[tuple[str, ...]]]
"""Applicant id -> the lots of each site that fits."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason with the values its sentence needs (ids and whole numbers as text)."""

    code: Code
    values: tuple[tuple[str, str], ...] = ()


def explain(
    instance: Instance, plan: Plan, placements: Sequence[Placement] | SitesOf | None = None
) -> dict[str, Reason]:
    """A reason for every applicant of the instance.

    Of an applicant without a site: the score gate; no site that fits; every fitting site holds a tenant; else the
    rule that forbids the free sites that fit it, as the plan stands; a free site that no rule forbids brings no
    points.  placements: those of the instance, when already enumerated, or what tells an applicant's fitting sites.
    """
    obstacles = Obstacles(instance, plan)
    if callable(placements):
        sites_of = placements
        return {each.applicant_id: _reason(obstacles, each, sites_of) for each in instance.applicants}
    fitting: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for placement in enumerate_placements(instance) if placements is None else placements:
        fitting[placement.applicant.applicant_id].append(placement.lots)
    return {each.applicant_id: _reason(obstacles, each, fitting.__getitem__) for each in instance.applicants}


def _reason(obstacles: Obstacles, applicant: Applicant, sites_of: SitesOf) -> Reason:
    instance, plan = obstacles.instance, obstacles.plan
    held = plan.assignments.get(applicant.applicant_id)
    if applicant.is_pinned:
        return Reason("pinned", (("lots", ", ".join(applicant.pinned_lots)),))
    if held is not None:
        return Reason("granted", (("lots", ", ".join(held)),))
    if applicant.score < instance.policy.min_score:
        return Reason("score_too_low", (("min_score", str(instance.policy.min_score)), ("score", str(applicant.score))))
    sites = sites_of(applicant.applicant_id)
    if not sites:
        return Reason("no_fitting_site")
    counted = (("sites", str(len(sites))),)
    taken = plan.tenant.keys()
    free = [lots for lots in sites if taken.isdisjoint(lots)]
    blocked: set[str] = set()
    for lots in free:
        first = next(obstacles.to(applicant, lots), None)
        if first is None:
            return Reason("no_gain")
        blocked.add(RULE_OF[first.code])
    rules: tuple[Code, ...] = ("separation", "limits", "quotas")
    for code in rules:
        if code in blocked:
            return Reason(code, counted if code == "separation" else ())
    return Reason("sites_taken", counted)
