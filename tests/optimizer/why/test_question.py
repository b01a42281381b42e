"""Intervals hold the true cost, and thresholds are where the judge finds them."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.prove import prove
from optimizer.why.answers import cost_facts, displaced, jobs_facts, threshold_fact
from optimizer.why.fact import sentence
from optimizer.why.question import Questions
from tests import drawn, tiny
from tests.good_prices import good_prices
from tests.zones import asks, row_of


def best_with(instance, applicant_id, lot=""):
    """The most that a feasible plan is worth in which the applicant holds a site, with the lot when it is given."""
    plans = [plan for plan in tiny.choices(instance) if applicant_id in plan and tiny.is_feasible(instance, plan)]
    return max((tiny.value(instance, plan) for plan in plans if not lot or lot in plan[applicant_id]), default=None)


def certificates(instance):
    yield None
    yield prove(instance, good_prices(instance))


@tiny.examples(15)
@given(st.data())
def test_the_interval_holds_the_true_cost(data):
    instance = data.draw(drawn.instances(most_lots=4))
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    worth = tiny.value(instance, plan)
    for certificate in certificates(instance):
        questions = Questions(instance, Plan(plan), certificate)
        for each in instance.applicants[:2]:
            lot = data.draw(st.sampled_from(["", *(one.lot_id for one in instance.lots)]))
            answer, best = questions.cost(each.applicant_id, lot, work=1.0), best_with(instance, each.applicant_id, lot)
            if answer.status == "holds":
                assert each.applicant_id in plan
            elif answer.status in ("never", "barred"):
                assert best is None
            else:
                if answer.found is not None:
                    found = answer.found.assignments
                    assert tiny.is_feasible(instance, found)
                    assert not lot or lot in found[each.applicant_id]
                    assert answer.most_millipoints == worth - tiny.value(instance, found)
                # On so few lots everything is freed at once, so what is found is the best there is.
                assert (answer.found is None) == (best is None)
                if best is not None:
                    assert answer.most_millipoints == worth - best
                    assert answer.least_millipoints is None or answer.least_millipoints <= worth - best
            assert all(sentence(told, "ar") for told in cost_facts(answer, Plan(plan)))


@tiny.examples(8)
@given(st.data())
def test_job_thresholds_are_true(data):
    instance = data.draw(drawn.instances(most_lots=4, pins=False))
    assume(instance.policy.job_direct)
    best = tiny.verdict(instance)
    assume(best is not None)
    questions = Questions(instance, Plan(best.plan), prove(instance, good_prices(instance)))
    for each in instance.applicants[:2]:
        jobs = questions.jobs(questions.cost(each.applicant_id, work=1.0))

        def verdict(count, each=each):
            others = tuple(one for one in instance.applicants if one != each)
            changed = (*others, replace(each, jobs_direct=count))
            trial = Instance(instance.lots, instance.neighbours, changed, instance.policy)
            with_it = best_with(trial, each.applicant_id)
            without = max(
                tiny.value(trial, plan)
                for plan in tiny.choices(trial)
                if each.applicant_id not in plan and tiny.is_feasible(trial, plan)
            )
            return with_it, without

        for count in {jobs.out_below} - {None, 0}:
            with_it, without = verdict(count - 1)
            assert with_it is None or with_it < without
        for count in {jobs.found_from, jobs.sure_from} - {None}:
            with_it, without = verdict(count)
            assert with_it > without


def test_less_area_is_found_by_bisection():
    """Two lots of 100 m²: who asks for 150 holds both, who asks for 100 leaves one to another."""
    big = asks("big", area_min_m2=150, max_lots=2, jobs_direct=3)
    zone = row_of(2, asks("a", jobs_direct=2), asks("b", jobs_direct=2), big, max_lots=2)
    plan = Plan({"a": ("L1",), "b": ("L2",)})
    questions = Questions(zone, plan, None)
    assert questions.threshold("big", "area_min_m2") == 100
    assert questions.threshold("big", "power_kw") is None
    answer = questions.cost("big")
    assert (answer.most_millipoints, answer.least_millipoints) == (100_000, None)
    assert displaced(plan, answer.found, "big").lose == ("a", "b")
    jobs = questions.jobs(answer)
    assert (jobs.out_below, jobs.found_from, jobs.sure_from) == (None, 5, None)
    assert [told.code for told in jobs_facts(jobs)] == ["jobs_found"]
    assert sentence(threshold_fact("area_min_m2", 150, 100)).startswith("If 100 m² were enough")


def test_a_stranger_is_a_key_error():
    zone = row_of(1, asks("a"))
    for name, lot in (("z", ""), ("a", "L9")):
        with pytest.raises(KeyError):
            Questions(zone, Plan({}), None).cost(name, lot)
