from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.plan import Plan
from optimizer.rules import stability
from tests import drawn, tiny
from tests.optimizer.points import columns_of, points_of_terms
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_terms_points_and_judge_agree(data):
    instance = data.draw(drawn.revised())
    plan = data.draw(drawn.choices(instance))
    points = stability.points(instance, Plan(plan))
    assert points == points_of_terms(columns_of(instance), stability, plan)
    assert points == tiny.goals(instance, plan).get("stability", 0)
    assert audit(instance, Plan(plan)).goals_millipoints == tiny.goals(instance, plan)


def test_only_exactly_the_earlier_site_earns():
    held = asks("a", max_lots=2, earlier_lots=("L1", "L2"))
    instance = row_of(3, held, asks("b"), max_lots=2, kept_site=50)
    assert stability.points(instance, Plan({"a": ("L1", "L2"), "b": ("L3",)})) == 50_000
    for lots in (("L1",), ("L2", "L3")):
        assert stability.points(instance, Plan({"a": lots})) == 0
    assert not list(stability.rows(columns_of(instance)))


def test_without_points_or_earlier_plan_it_is_no_goal():
    instance = row_of(1, asks("a"), kept_site=50)
    assert not stability.concerns(instance)
    assert "stability" not in audit(instance, Plan({})).goals_millipoints
    earlier = replace(instance.applicants[0], earlier_lots=("L1",))
    assert stability.concerns(replace(instance, applicants=(earlier,)))
