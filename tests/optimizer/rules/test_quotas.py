import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Quota
from optimizer.plan import Plan
from optimizer.rules import quotas
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_rows_breaches_and_judge_agree(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    is_broken = bool(list(quotas.breaches(instance, Plan(plan))))
    columns = columns_of(instance)
    assert is_broken == breaks(columns, quotas.rows(columns), plan)
    assert is_broken == (not tiny.keeps_quotas(instance, plan))
    assert quotas.concerns(instance) or not is_broken


def test_rows_weigh_placements_by_their_lots():
    quota = Quota("small", "sme", "", 40, 60)
    instance = row_of(2, asks("a", group="sme"), asks("b", max_lots=2, area_min_m2=200), max_lots=2, quotas=(quota,))
    columns = columns_of(instance)
    names = list(columns.names())
    rows = {
        row.name: dict(zip((names[each][1:] for each in row.columns), row.coefficients, strict=True))
        for row in quotas.rows(columns)
    }
    assert rows == {
        ("quota", "small", "min"): {("a", "L1"): -60, ("a", "L2"): -60, ("b", "L1", "L2"): 80},
        ("quota", "small", "max"): {("a", "L1"): 40, ("a", "L2"): 40, ("b", "L1", "L2"): -120},
    }


def test_lots_are_counted_and_not_applicants():
    quota = Quota("stones", "", "stone", None, 50)
    instance = row_of(3, asks("a", "stone", max_lots=2), asks("b"), max_lots=2, quotas=(quota,))
    (breach,) = quotas.breaches(instance, Plan({"a": ("L1", "L2"), "b": ("L3",)}))
    assert breach.says == "stones: 2 of 3 lots, at most 50 % allowed"
    assert not list(quotas.breaches(instance, Plan({"a": ("L1",), "b": ("L3",)})))


@pytest.mark.parametrize(("percent", "is_broken"), [(33, False), (34, True)])
def test_a_floor_is_compared_exactly(percent, is_broken):
    instance = row_of(3, asks("a", group="sme"), asks("b"), asks("c"), quotas=(Quota("small", "sme", "", percent),))
    broken = list(quotas.breaches(instance, Plan({"a": ("L1",), "b": ("L2",), "c": ("L3",)})))
    assert bool(broken) == is_broken


def test_the_empty_plan_meets_every_quota():
    instance = row_of(1, asks("a"), quotas=(Quota("all", "sme", "", 100), Quota("none", "", "bread", None, 0)))
    assert not list(quotas.breaches(instance, Plan({})))
