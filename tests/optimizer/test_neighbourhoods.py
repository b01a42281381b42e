from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.anneal import is_within_limits, plan_value, starting_plan
from optimizer.ground import held_of
from optimizer.neighbourhoods import LEAST_LOTS, MOST_LOTS, Guide, Lane, Neighbourhoods
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.optimizer.grounds import seen


def improved(view, held, seed=1, guide=None, work=0.2, seconds=lambda: 60.0):
    published = []
    lane = Lane(seed)
    found = Neighbourhoods(view.columns, view.ground).improve(held, lane, guide, work, seconds, published.append)
    assert all(LEAST_LOTS <= lots <= MOST_LOTS for lots in lane.lots.values())
    return found, published


@tiny.examples(40)
@given(st.data())
def test_each_plan_on_the_way_is_feasible_and_better_than_the_one_before(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    view = seen(instance)
    slack = np.array([data.draw(st.sampled_from([0.0, 300.0, 5000.0])) for _ in view.columns.placements])
    guide = data.draw(st.sampled_from([None, Guide(slack, np.zeros(len(slack)))]))
    found, published = improved(view, held_of(view.columns, Plan(start)), guide=guide)
    values = [tiny.value(instance, start)]
    for held in published:
        plan = view.plan(held)
        assert tiny.is_feasible(instance, plan)
        values.append(tiny.value(instance, plan))
        assert values[-1] == plan_value(view.ground, held)
    assert all(one < two for one, two in pairwise(values))
    assert plan_value(view.ground, found) == values[-1] <= tiny.verdict(instance).value


@tiny.examples(40)
@given(st.data())
def test_where_the_zone_is_one_neighbourhood_the_best_plan_is_found(data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    view = seen(instance)
    held = starting_plan(view.ground)
    assume(is_within_limits(view.ground, held))
    found, _ = improved(view, held)
    assert plan_value(view.ground, found) == verdict.value


@tiny.examples(15)
@given(st.data())
def test_the_same_seed_and_work_give_the_same_plan(data):
    instance = data.draw(drawn.instances())
    assume(tiny.verdict(instance) is not None)
    view = seen(instance)
    one, two = (improved(view, starting_plan(view.ground), seed=5)[0] for _ in range(2))
    assert (one == two).all()


def test_nothing_is_tried_when_no_time_is_left():
    from tests.outcomes import small_instance

    view = seen(small_instance())
    held = starting_plan(view.ground)
    found, published = improved(view, held, seconds=lambda: 0.0)
    assert published == []
    assert (found == held).all()
