"""The score order: the plan of a committee that goes by score, each applicant taking the best free site."""

from __future__ import annotations

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.fitting_sites import FittingSites, fitting_sites
from optimizer.plan import Plan, lottery_rank
from optimizer.rules import quotas
from optimizer.standing import Standing

Lots = tuple[str, ...]


def score_order_plan(instance: Instance, fitting: FittingSites | None = None) -> Plan:
    """In score order, ties by the lottery, each applicant takes the free site best for itself that breaks no rule.

    Best: most points with the tenants already there; of equal sites the first by lot ids.  Quotas are looked at last,
    as a committee does: when the plan misses one, the last grants are taken back until it does not.
    fitting: the sites that fit each applicant, when they are at hand.
    """
    chosen = dict(instance.pins)
    fitting = fitting_sites(instance) if fitting is None else fitting
    standing, granted = Standing(instance, Plan(chosen)), list[str]()
    queue = sorted(instance.applicants, key=lambda each: (-each.score, lottery_rank(instance, each.applicant_id)))
    for applicant in queue:
        if applicant.is_pinned:
            continue
        best: Lots | None = None
        most = -1
        for lots in fitting.sites_of(applicant.applicant_id):
            if not standing.tenant.keys().isdisjoint(lots):
                continue
            if any(not told.code.startswith("quota") for told in standing.to(applicant, lots)):
                continue
            brings = standing.brings(applicant, lots)
            if brings > most:
                best, most = lots, brings
        if best is not None:
            standing.grant(applicant, best)
            chosen[applicant.applicant_id] = best
            granted.append(applicant.applicant_id)
    while granted and any(quotas.breaches(instance, Plan(chosen))):
        del chosen[granted.pop()]
    # Pins may break rules among themselves, and earlier sites may be left by too many.
    while granted and not audit(instance, Plan(chosen)).is_feasible:
        del chosen[granted.pop()]
    return Plan(chosen)
