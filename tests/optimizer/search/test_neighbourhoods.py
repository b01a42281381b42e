from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.ground import is_within_limits, starting_plan
from optimizer.search.neighbourhoods import LARGEST_PART, LEAST_LOTS, LEAST_PART, MOST_LOTS, Lane, Neighbourhoods
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.outcomes import small_instance
from tests.zones import asks, lot, row_of


def improved(view, held, seed=1, slack=None, work=0.15, seconds=lambda: 60.0):
    """(the best plan, the plans published on the way)."""
    published = []
    lane = Lane(seed)
    points = np.zeros(len(view.ground.site)) if slack is None else slack
    found = Neighbourhoods(view.instance, view.ground).improve(held, lane, points, work, seconds, published.append)
    assert all(LEAST_LOTS <= lots <= MOST_LOTS for lots in lane.lots.values())
    return found, published


@tiny.examples(15)
@given(st.data())
def test_each_plan_on_the_way_is_feasible_and_better_than_the_one_before(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    view = View(instance)
    slack = np.array([data.draw(st.sampled_from([-50.0, 0.0, 300.0, 5000.0])) for _ in view.ground.site])
    held = view.held(start)
    before = held.copy()
    found, published = improved(view, held, slack=slack)
    values = [tiny.value(instance, start)]
    for each in published:
        plan = view.plan(each)
        assert tiny.is_feasible(instance, plan)
        values.append(tiny.value(instance, plan))
        assert values[-1] == plan_value(view.ground, each)
    assert all(one < two for one, two in pairwise(values))
    assert plan_value(view.ground, found) == values[-1] <= tiny.verdict(instance).value
    assert (held == before).all()


@tiny.examples(15)
@given(drawn.instances())
def test_where_the_zone_is_one_neighbourhood_the_best_plan_is_found(instance):
    verdict, view = tiny.verdict(instance), View(instance)
    held = starting_plan(view.ground)
    assume(verdict is not None and is_within_limits(view.ground, held))
    found, _ = improved(view, held)
    assert plan_value(view.ground, found) == verdict.value


@tiny.examples(6)
@given(drawn.instances())
def test_the_same_seed_and_work_give_the_same_plan(instance):
    view = View(instance)
    assume(tiny.verdict(instance) is not None)
    one, two = (improved(view, starting_plan(view.ground), seed=5)[0] for _ in range(2))
    assert (one == two).all()


def test_nobody_is_given_a_site_that_costs_too_much_but_who_holds_one_may_keep_it():
    instance = row_of(2, asks("a", jobs_direct=5), asks("b", jobs_direct=3))
    view = View(instance)
    slack = np.array([9e9 if view.placement(number)[0] == "b" else 0.0 for number in range(4)])
    found, _ = improved(view, view.held({}), slack=slack)
    assert view.plan(found).keys() == {"a"}
    found, _ = improved(view, view.held({"b": ("L1",)}), slack=slack)
    assert view.plan(found).keys() == {"a", "b"}


def test_pins_stay_where_they_are():
    instance = row_of(3, asks("a", pinned_lots=("L2",)), asks("b", jobs_direct=9), asks("c", "stone"))
    view = View(instance)
    found, _ = improved(view, starting_plan(view.ground))
    assert view.plan(found)["a"] == ("L2",)


def test_nothing_is_tried_when_no_time_is_left():
    view = View(small_instance())
    held = starting_plan(view.ground)
    found, published = improved(view, held, seconds=lambda: 0.0)
    assert published == []
    assert (found == held).all()


def test_an_instance_nobody_fits_is_left_as_it_is():
    view = View(row_of((lot("L1", status="reserved"),), asks("a")))
    found, published = improved(view, view.held({}))
    assert (found.tolist(), published) == ([-1], [])


def test_dives_make_more_anew_while_they_are_short_and_less_while_they_are_long():
    lane = Lane(1)
    first = lane.part
    lane.took(2.0)
    assert lane.part == first
    lane.took(0.1)
    assert lane.part > first
    for _ in range(40):
        lane.took(9.0)
    assert lane.part == LEAST_PART
    for _ in range(40):
        lane.took(0.0)
    assert lane.part == LARGEST_PART
