from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.rules import jobs
from tests import drawn, tiny
from tests.optimizer.points import columns_of, points_of_terms
from tests.zones import asks, row_of


@tiny.examples(40)
@given(st.data())
def test_terms_points_and_judge_agree(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    points = jobs.points(instance, Plan(plan))
    assert points == points_of_terms(columns_of(instance), jobs, plan)
    assert points == tiny.goals(instance, plan)["jobs"]


def test_direct_and_indirect_jobs_are_weighed_by_the_policy():
    instance = row_of(2, asks("a", jobs_direct=10, jobs_indirect=5), asks("b", jobs_direct=8))
    assert jobs.points(instance, Plan({"a": ("L1",), "b": ("L2",)})) == 2_000_000
    assert dict(jobs.terms(columns_of(instance))) == {0: 1_200_000, 1: 1_200_000, 2: 800_000, 3: 800_000}
    assert not list(jobs.rows(columns_of(instance)))
