"""What is found of forced plans is a plan that the judge accepts, and what is proved of them lies above his best."""

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.generate import generate
from instances.zone import LARGEST
from optimizer.audit import audit
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.prove import prove
from optimizer.solve import solve
from optimizer.why.forced_search import forced_search
from optimizer.why.question import Questions
from tests import drawn, tiny
from tests.good_prices import good_prices
from tests.zones import asks, row_of


def judged(instance, applicant_id):
    """Worth of the best feasible plan that grants the applicant, and that plan; None when there is none."""
    granting = [
        (tiny.value(instance, plan), plan)
        for plan in tiny.choices(instance)
        if applicant_id in plan and tiny.is_feasible(instance, plan)
    ]
    return max(granting, key=lambda each: each[0], default=None)


@tiny.examples(12)
@given(st.data())
def test_found_and_proved_hold_the_judges_best(data):
    instance = data.draw(drawn.instances(most_lots=4))
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    bound = prove(instance, good_prices(instance)).bound_millipoints
    for each in instance.applicants[:2]:
        name, best = each.applicant_id, judged(instance, each.applicant_id)
        known = Plan(plan) if name in plan else None
        forced = forced_search(instance, name, known, Plan({} if name in plan else plan), bound)
        if forced is None:
            assert known is None or not instance.policy.job_direct
            continue
        found = forced.plan.assignments
        assert name in found
        assert tiny.is_feasible(instance, found)
        worth = tiny.value(instance, found)
        assert worth <= best[0] <= forced.most_millipoints <= bound
        assert known is None or worth >= tiny.value(instance, plan)


def test_the_bound_is_of_plans_that_grant_the_applicant_alone():
    """One lot for two: the plan that grants the weaker one is worth its own points, and no more is proved of it."""
    zone = row_of(1, asks("strong", jobs_direct=9), asks("weak", jobs_direct=2))
    each = 1000 * zone.policy.job_direct
    forced = forced_search(zone, "weak", None, Plan({"strong": ("L1",)}), 9 * each)
    assert forced.plan.assignments == {"weak": ("L1",)}
    assert forced.most_millipoints == 2 * each


def test_an_applicant_whose_jobs_cannot_be_raised_any_more_is_left_to_the_other_way():
    zone = row_of(1, asks("strong", jobs_direct=LARGEST), asks("weak", jobs_direct=LARGEST - 1))
    bound = 1000 * zone.policy.job_direct * LARGEST
    assert forced_search(zone, "weak", Plan({"weak": ("L1",)}), Plan({}), bound) is None


def test_a_wide_interval_is_narrowed_and_the_same_again():
    """The bound of no prices at all is as wide as can be: the search alone brings it near."""
    zone = generate(lots=30, applicants=70, seed=8, family="zoned")
    outcome = solve(zone, Limits(work=2, seconds=None))
    questions = Questions(zone, outcome.plan, prove(zone, {}))
    fitting = [each for each in outcome.waitlist if questions.cost(each, work=0.01).status == "asked"]
    answer = questions.cost(fitting[0])
    assert answer.found is not None
    assert audit(zone, answer.found).is_feasible
    assert 50 * (answer.most_millipoints - answer.least_millipoints) <= outcome.value_millipoints
    assert questions.cost(fitting[0]) == answer
