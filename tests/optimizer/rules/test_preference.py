from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.rules import preference
from tests import drawn, tiny
from tests.optimizer.points import columns_of, points_of_terms
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_terms_points_and_judge_agree(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    points = preference.points(instance, Plan(plan))
    assert points == points_of_terms(columns_of(instance), preference, plan)
    assert points == tiny.goals(instance, plan)["preferred"]


def test_the_bonus_is_earned_once_however_many_preferred_lots_are_held():
    wish = asks("a", max_lots=2, preferred_lots=("L1", "L2"))
    instance = row_of(3, wish, asks("b", preferred_lots=("L1",)), max_lots=2, preferred_lot=50)
    assert preference.points(instance, Plan({"a": ("L1", "L2")})) == 50_000
    assert preference.points(instance, Plan({"a": ("L2", "L3")})) == 50_000
    assert preference.points(instance, Plan({"a": ("L3",), "b": ("L2",)})) == 0
    assert not list(preference.rows(columns_of(instance)))


def test_no_bonus_no_term():
    instance = row_of(1, asks("a", preferred_lots=("L1",)))
    assert not list(preference.terms(columns_of(instance)))
