"""Views told as facts: the fairness of a plan, and what follows when a site is given up."""

from __future__ import annotations

from optimizer.fairness import Fairness
from optimizer.waitlist import Succession
from optimizer.why.fact import Fact, fact


def fairness_facts(view: Fairness) -> tuple[Fact, ...]:
    """Envies, the score order beside the plan, ties, and how to redo the draw."""
    envies = [
        fact("envy", applicant=each.applicant_id, holder=each.holder_id, lot=each.lot,
             cost_millipoints=each.cost_millipoints)
        if each.keeps_rules
        else fact("envy_barred", applicant=each.applicant_id, holder=each.holder_id, lot=each.lot)
        for each in view.envies
    ]  # fmt: skip
    beside = fact(
        "beside_score_order",
        millipoints=view.plan.value_millipoints,
        jobs=view.plan.jobs_direct,
        other_millipoints=view.score_order.value_millipoints,
        other_jobs=view.score_order.jobs_direct,
    )
    ties = [
        fact("tie", lots=each.lots, granted=each.granted_id, granted_place=each.granted_place,
             waiting=each.waiting_id, waiting_place=each.waiting_place)
        for each in view.ties
    ]  # fmt: skip
    drawn = fact("draw", seed=view.draw.seed, roster=view.draw.roster_sha256)
    counted = fact("envies", count=len(envies)), fact("ties", count=len(ties))
    return (beside, counted[0], *envies, counted[1], *ties, drawn)


def succession_facts(found: Succession) -> tuple[Fact, ...]:
    """Who takes which lots, who is passed over, what nobody takes, and what it costs."""
    told = [fact("freed", lots=found.freed)]
    told += [
        fact("promoted", applicant=each.applicant_id, lots=each.lots, gain_millipoints=each.gain_millipoints)
        for each in found.promotions
    ]
    if found.passed_over:
        told.append(fact("passed_over", applicants=found.passed_over))
    if found.idle:
        told.append(fact("left_idle", lots=found.idle))
    return (*told, fact("succession_cost", cost_millipoints=found.cost_millipoints))
