"""The score order: the plan of a committee that goes by score, each applicant taking the best free site."""

from __future__ import annotations

from collections import defaultdict

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.audit import audit
from optimizer.plan import Plan, lottery_rank
from optimizer.rules.jobs import worth
from optimizer.sites import enumerate_placements
from optimizer.why.obstacles import Obstacles

Lots = tuple[str, ...]


def score_order_plan(instance: Instance) -> Plan:
    """In score order, ties by the lottery, each applicant takes the free site best for itself that breaks no rule.

    Best: most points with the tenants already there; of equal sites the first by lot ids.  Quotas are looked at last,
    as a committee does: when the plan misses one, the last grants are taken back until it does not.
    """
    chosen = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.is_pinned}
    sites: dict[str, list[Lots]] = defaultdict(list)
    for placement in enumerate_placements(instance):
        sites[placement.applicant.applicant_id].append(placement.lots)
    touching: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for pair in instance.neighbours:
        rate = instance.policy.metre_points(pair.kind) * pair.length_dm
        touching[pair.lot_a].append((pair.lot_b, rate))
        touching[pair.lot_b].append((pair.lot_a, rate))
    granted: list[str] = []
    queue = sorted(instance.applicants, key=lambda each: (-each.score, lottery_rank(instance, each.applicant_id)))
    for applicant in queue:
        if applicant.is_pinned:
            continue
        plan = Plan(chosen)
        obstacles = Obstacles(instance, plan)
        best: Lots | None = None
        most = -1
        for lots in sites[applicant.applicant_id]:
            if not plan.tenant.keys().isdisjoint(lots):
                continue
            if any(not told.code.startswith("quota") for told in obstacles.to(applicant, lots)):
                continue
            brings = _brings(instance, plan, touching, applicant, lots)
            if brings > most:
                best, most = lots, brings
        if best is not None:
            chosen[applicant.applicant_id] = best
            granted.append(applicant.applicant_id)
    while granted and not audit(instance, Plan(chosen)).is_feasible:
        del chosen[granted.pop()]
    return Plan(chosen)


def _brings(
    instance: Instance, plan: Plan, touching: dict[str, list[tuple[str, int]]], applicant: Applicant, lots: Lots
) -> int:
    """What the grant adds to the value, in millipoints."""
    policy = instance.policy
    total = worth(instance, applicant)
    if not set(applicant.preferred_lots).isdisjoint(lots):
        total += 1000 * policy.preferred_lot
    if lots == applicant.earlier_lots:
        total += 1000 * policy.kept_site
    for lot in lots:
        for other, rate in touching[lot]:
            tenant = plan.tenant.get(other)
            if tenant is not None:
                pair = (applicant.sector, instance.applicant[tenant].sector)
                total += rate * policy.affinity_percent.get(pair, 0)
    return total
