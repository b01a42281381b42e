"""Envies and ties are those that the judge finds."""

import hashlib
import json

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.fairness import draw, fairness, justified_envies, roster_sha256, ties
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.zones import asks, row_of


@tiny.examples(80)
@given(st.data())
def test_envies_and_ties_are_the_judges(data):
    instance = data.draw(drawn.instances() | drawn.revised())
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    sites, worth = tiny.placements(instance), tiny.value(instance, plan)
    known = {each.applicant_id: each for each in instance.applicants}
    expected = set()
    for each in instance.applicants:
        held = set(plan.get(each.applicant_id, ()))
        if each.pinned_lots or held & set(each.preferred_lots):
            continue
        for lot in each.preferred_lots:
            (holder,) = tiny.tenants(plan, lot) or [None]
            if holder is None or known[holder].pinned_lots or known[holder].score >= each.score:
                continue
            others = {one: lots for one, lots in plan.items() if one not in (holder, each.applicant_id)}
            taken = {one for lots in others.values() for one in lots}
            if any(lot in lots and not taken & set(lots) for lots in sites[each.applicant_id]):
                expected.add((each.applicant_id, holder, lot))
    found = list(justified_envies(instance, Plan(plan)))
    assert {(each.applicant_id, each.holder_id, each.lot) for each in found} == expected
    for each in found:
        others = {one: lots for one, lots in plan.items() if one not in (each.holder_id, each.applicant_id)}
        trial = {**others, each.applicant_id: each.lots}
        assert each.keeps_rules == tiny.is_feasible(instance, trial)
        assert each.cost_millipoints == worth - tiny.value(instance, trial)
    expected = set()
    for holder, lots in plan.items():
        for each in instance.applicants:
            if known[holder].pinned_lots or each.applicant_id in plan or lots not in sites[each.applicant_id]:
                continue
            trial = {**{one: held for one, held in plan.items() if one != holder}, each.applicant_id: lots}
            alike = known[holder].sector == each.sector and (
                known[holder].jobs_direct * instance.policy.job_direct
                + known[holder].jobs_indirect * instance.policy.job_indirect
                == each.jobs_direct * instance.policy.job_direct + each.jobs_indirect * instance.policy.job_indirect
            )
            if alike and tiny.is_feasible(instance, trial) and tiny.value(instance, trial) == worth:
                expected.add((holder, each.applicant_id))
    assert {(each.granted_id, each.waiting_id) for each in ties(instance, Plan(plan))} == expected


def test_the_view_of_a_plan_by_hand():
    zone = row_of(
        1, asks("high", score=90, preferred_lots=("L1",)), asks("low", score=60, jobs_direct=5), lottery_seed=3
    )
    view = fairness(zone, Plan({"low": ("L1",)}))
    (envy,) = view.envies
    assert (envy.applicant_id, envy.holder_id, envy.lot, envy.cost_millipoints) == ("high", "low", "L1", 400_000)
    assert (view.only_here, view.only_there) == (("low",), ("high",))
    assert (view.plan.envies, view.score_order.envies) == (1, 0)
    assert (view.plan.value_millipoints, view.score_order.value_millipoints) == (500_000, 100_000)


@tiny.examples(40)
@given(st.data())
def test_who_envies_is_found_in_plans_that_break_rules_too(data):
    """Comparisons count them in plans written by hand, of which two tenants may hold one lot."""
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance, overlapping=True))
    known = {each.applicant_id: each for each in instance.applicants}
    for envy in justified_envies(instance, Plan(plan)):
        assert known[envy.holder_id].score < known[envy.applicant_id].score
        assert envy.lot in plan[envy.holder_id]
        assert envy.lot in envy.lots


def test_anybody_can_redo_the_draw():
    zone = row_of(1, asks("a"), asks("b"), asks("c"), lottery_seed=11)
    drawing = draw(zone)
    ranks = {name: hashlib.sha256(f"{drawing.seed}:{name}".encode()).hexdigest() for name in "abc"}
    assert list(drawing.order) == sorted("abc", key=ranks.__getitem__)
    roster = {"roster": zone.canonical()["applicants"]}
    text = json.dumps(roster, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert roster_sha256(zone) == hashlib.sha256(text.encode()).hexdigest() == drawing.roster_sha256
    (tie, *_) = ties(zone, Plan({drawing.order[0]: ("L1",)}))
    assert (tie.granted_place, tie.waiting_place) == (1, 2)
