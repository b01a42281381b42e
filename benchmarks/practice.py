"""The committee's practice: in score order, each applicant takes the best free site."""

from __future__ import annotations

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.plan import Plan, lottery_rank
from optimizer.sites import enumerate_placements


def committee_practice(instance: Instance) -> Plan:
    """In score order, ties by the lottery, each applicant takes the free site best for itself that breaks no rule.

    Best: most points with the tenants already there.  Quotas are looked at last, as a committee does: when the plan
    misses one, the last grants are taken back until it does not.
    """
    chosen = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.is_pinned}
    sites: dict[str, list[tuple[str, ...]]] = {}
    for each in enumerate_placements(instance):
        sites.setdefault(each.applicant.applicant_id, []).append(each.lots)
    queue = sorted(instance.applicants, key=lambda each: (-each.score, lottery_rank(instance, each.applicant_id)))
    granted: list[str] = []
    for applicant in queue:
        taken = {lot for lots in chosen.values() for lot in lots}
        best, best_value = None, -1
        for lots in sites.get(applicant.applicant_id, []):
            if applicant.is_pinned or not taken.isdisjoint(lots):
                continue
            trial = Plan({**chosen, applicant.applicant_id: lots})
            counted = audit(instance, trial)
            if all(breach.rule == "quotas" for breach in counted.breaches) and counted.value_millipoints > best_value:
                best, best_value = lots, counted.value_millipoints
        if best is not None:
            chosen[applicant.applicant_id] = best
            granted.append(applicant.applicant_id)
    while granted and not audit(instance, Plan(chosen)).is_feasible:
        del chosen[granted.pop()]
    return Plan(chosen)
