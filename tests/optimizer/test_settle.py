"""Settling changes neither value nor feasibility, and only ever towards what the draw prefers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.policy import Limit, Quota
from optimizer.plan import Plan, lottery_rank
from optimizer.settle import settle
from tests import drawn, tiny
from tests.zones import asks, row_of


@tiny.examples(40)
@given(st.data())
def test_settling_keeps_the_value_and_never_prefers_a_worse_draw(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    settled = settle(instance, Plan(plan), None)
    assert not settled.is_unique
    assert tiny.is_feasible(instance, settled.plan.assignments)
    assert tiny.value(instance, settled.plan.assignments) == tiny.value(instance, plan)
    assert tiny.lottery_key(instance, settled.plan.assignments) <= tiny.lottery_key(instance, plan)


def exchanged(seconds, **policy):
    """Who holds the only lot after settling, when the draw prefers `b`, whose wishes these are besides a's."""
    wishes = asks("a", power_kw=5), asks("b", **{"power_kw": 5} | seconds)
    for seed in range(100):
        found = row_of(1, *wishes, lottery_seed=seed, **policy)
        if lottery_rank(found, "b") < lottery_rank(found, "a"):
            (holder,) = settle(found, Plan({"a": ("L1",)}), None).plan.assignments
            return holder
    raise AssertionError("no draw prefers b")


@pytest.mark.parametrize(
    ("seconds", "policy", "holder"),
    [
        ({}, {}, "b"),
        ({"jobs_direct": 2}, {}, "a"),
        ({"power_kw": 6}, {}, "b"),
        ({"power_kw": 6}, {"limits": (Limit("", power_kw=5),)}, "a"),
        ({"power_kw": 4}, {"limits": (Limit("", power_kw=5),)}, "b"),
        ({"group": "far"}, {}, "b"),
        ({"group": "far"}, {"quotas": (Quota("few", "far", "", None, 50),)}, "a"),
        ({"power_kw": 11}, {}, "a"),
        ({"earlier_lots": ("L1",)}, {"kept_site": 5}, "a"),
        ({"preferred_lots": ("L1",)}, {"preferred_lot": 5}, "a"),
    ],
)
def test_an_exchange_needs_the_same_value_a_site_that_fits_and_every_rule(seconds, policy, holder):
    assert exchanged(seconds, **policy) == holder
