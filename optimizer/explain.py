"""Why each applicant holds what it holds, or nothing: one coded reason each, from instance and plan alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.fitting_sites import FittingSites, SitesUnder, fitting_sites
from optimizer.plan import Plan
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


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason with the values its sentence needs (ids and whole numbers as text)."""

    code: Code
    values: tuple[tuple[str, str], ...] = ()


def explain(instance: Instance, plan: Plan, fitting: FittingSites | None = None) -> dict[str, Reason]:
    """A reason for every applicant of the instance.

    Of an applicant without a site: the score gate; no site that fits; every fitting site holds a tenant; else the
    rule that forbids the free sites that fit it, as the plan stands; a free site that no rule forbids brings no
    points.  fitting: who fits where, when that is known already.
    """
    obstacles = Obstacles(instance, plan)
    sites_of = (fitting_sites(instance) if fitting is None else fitting).sites_under(plan)
    return {each.applicant_id: _reason(obstacles, each, sites_of) for each in instance.applicants}


def _reason(obstacles: Obstacles, applicant: Applicant, sites_of: SitesUnder) -> Reason:
    instance, plan = obstacles.instance, obstacles.plan
    held = plan.assignments.get(applicant.applicant_id)
    if applicant.is_pinned:
        return Reason("pinned", (("lots", ", ".join(applicant.pinned_lots)),))
    if held is not None:
        return Reason("granted", (("lots", ", ".join(held)),))
    if applicant.score < instance.policy.min_score:
        return Reason("score_too_low", (("min_score", str(instance.policy.min_score)), ("score", str(applicant.score))))
    sites, free = sites_of(applicant.applicant_id)
    if not sites:
        return Reason("no_fitting_site")
    counted = (("sites", str(sites)),)
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
