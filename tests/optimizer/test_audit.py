from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Limit, Quota
from optimizer.audit import audit
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_the_audit_is_the_judge_on_plans_of_fitting_sites(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    counted = audit(instance, Plan(plan))
    assert counted.is_feasible == tiny.is_feasible(instance, plan)
    assert counted.goals_millipoints == tiny.goals(instance, plan)
    assert counted.value_millipoints == tiny.value(instance, plan)


@tiny.examples(60)
@given(st.data())
def test_the_audit_is_the_judge_on_any_scribble(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.scribbles(instance))
    assert audit(instance, Plan(plan)).is_feasible == tiny.is_feasible(instance, plan)


def test_a_plan_with_strangers_is_worth_nothing_and_says_who():
    instance = row_of(2, asks("a"))
    counted = audit(instance, Plan({"a": ("L1",), "ghost": ("L2",)}))
    assert counted.value_millipoints == 0
    assert [breach.who for breach in counted.breaches] == [("ghost",)]
    assert audit(instance, Plan({"a": ("L9",)})).goals_millipoints == {"jobs": 0, "preferred": 0, "clustering": 0}


def test_every_rule_has_its_breach():
    instance = row_of(
        4,
        asks("a", power_kw=6, score=0),
        asks("b", "stone", power_kw=6),
        asks("held", pinned_lots=("L4",)),
        min_score=1,
        limits=(Limit("", 11),),
        quotas=(Quota("small", "sme", "", 1),),
    )
    counted = audit(instance, Plan({"a": ("L1",), "b": ("L2",)}))
    assert [breach.rule for breach in counted.breaches] == ["placement", "pins", "separation", "limits", "quotas"]
    assert not counted.is_feasible
