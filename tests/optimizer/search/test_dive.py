"""Dives against the judge: from whatever prices they begin, they end with a plan that separates and places rightly."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.policy import Limit
from optimizer.search.descent import Descent
from optimizer.search.dive import FEWEST_LOTS, dive_from
from optimizer.search.ground import is_within_limits, starting_plan
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


def descended(view, rounds=10):
    descent = Descent(view.generation(20), rounds)
    while not descent.is_done:
        descent.advance()
    return descent.generation


def dive_of(generation, *given):
    return dive_from(generation, generation.center, *given)


def dived(dive):
    """(its plan, how many stages it took)."""
    stages = 0
    while not dive.is_done:
        assert dive.advance() > 0
        stages += 1
    return dive.held, stages


@tiny.examples(25)
@given(st.data())
def test_it_ends_with_a_plan_of_near_placements_and_pins(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    count = len(view.ground.site)
    assume(count)
    near = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    held, _ = dived(dive_of(descended(view), near))
    plan = view.plan(held)
    assert tiny.keeps_placement(instance, plan)
    assert tiny.keeps_pins(instance, plan)
    assert tiny.keeps_separation(instance, plan)
    chosen = held[(held >= 0) & ~view.ground.is_pinned]
    assert near[chosen].all()


@tiny.examples(25)
@given(st.data())
def test_from_half_a_plan_the_other_half_stays(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    plan = data.draw(drawn.choices(instance))
    assume(len(view.ground.site) and tiny.is_feasible(instance, plan))
    generation, before = descended(view), view.held(plan)
    dive = dive_of(
        generation,
        np.ones(len(view.ground.site), dtype=bool),
        before,
        data.draw(st.sampled_from([0.5, 0.7])),
        data.draw(st.integers(0, 99)),
    )
    stays = dive.held.copy()
    assert set(stays[stays >= 0]) <= set(before[before >= 0])
    freed = {int(generation.spots.piece[each]) for each in before[(before >= 0) & (stays < 0)]}
    assert len(freed) <= max(2, (len(generation.pieces) + 1) // 2)
    held, _ = dived(dive)
    assert (held[stays >= 0] == stays[stays >= 0]).all()
    assert tiny.keeps_placement(instance, view.plan(held))
    assert tiny.keeps_separation(instance, view.plan(held))


def test_a_wide_choice_ends_near_the_best_plan():
    people = [asks(f"a{n}", ("bread", "stone")[n % 2], jobs_direct=n % 5 + 1) for n in range(24)]
    view = View(row_of(3 * FEWEST_LOTS, *people, separation=(), border_metre=1))
    generation = descended(view, 60)
    held, stages = dived(dive_of(generation, np.ones(len(view.ground.site), dtype=bool)))
    assert is_within_limits(view.ground, held)
    assert stages > 1
    assert plan_value(view.ground, held) >= 0.9 * generation.proof.bound_points * 1000


@pytest.mark.parametrize(("power_kw", "granted"), [(20, 5), (3, 0), (0, 0)])
def test_a_limit_is_never_overstepped(power_kw, granted):
    people = [asks(f"a{n}", jobs_direct=9, power_kw=4) for n in range(12)]
    view = View(row_of(12, *people, limits=(Limit("", power_kw, None),), border_metre=0))
    held, _ = dived(dive_of(descended(view), np.ones(len(view.ground.site), dtype=bool)))
    assert is_within_limits(view.ground, held)
    assert (held >= 0).sum() == granted


def test_without_time_it_ends_with_what_is_held():
    view = View(row_of(4, asks("a", pinned_lots=("L1",)), asks("b"), asks("c")))
    dive = dive_of(descended(view), np.ones(len(view.ground.site), dtype=bool))
    dive.advance(lambda: 0.0)
    assert dive.is_done
    assert (dive.held == starting_plan(view.ground)).all()
