"""Dives of one lane: whole plans and halves of plans, judged; how slow they are follows from what is left."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.dive import LEAST_PACE, PACE, SLOWEST_PACE
from optimizer.search.diving import (
    MOST_SHARE,
    PART_SHARE,
    SECONDS_PER_PLACEMENT,
    WHOLE_DIVED,
    Diving,
    slowest_pace,
    times_least,
)
from optimizer.search.dual import Dual
from optimizer.search.ground import starting_plan
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

AMPLE = 1e6


def prices_of(view):
    dual = Dual(view.instance, view.ground)
    dual.advance(starting_plan(view.ground), 1e-3, view.board())
    return dual.dive_prices


def all_of(view):
    return np.ones(len(view.ground.site), dtype=bool)


def dived(diving, view, held, near, left=AMPLE):
    assert diving.begin(held, near, prices_of(view), left)
    while diving.is_under_way:
        plan = diving.advance(1.0, lambda: 1.0)
    return plan


@tiny.examples(20)
@given(st.data())
def test_whole_and_half_dives_end_with_plans_of_near_placements_pins_and_what_was_held(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    count = len(view.ground.site)
    assume(count)
    near = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    diving, held = Diving(view.ground, data.draw(st.integers(0, 9))), starting_plan(view.ground)
    for _ in range(3):
        before, held = held, dived(diving, view, held, near)
        plan = view.plan(held)
        assert tiny.keeps_placement(instance, plan)
        assert tiny.keeps_pins(instance, plan)
        assert tiny.keeps_separation(instance, plan)
        chosen = set(held[(held >= 0) & ~view.ground.is_pinned].tolist())
        assert chosen <= set(np.flatnonzero(near).tolist()) | set(before.tolist())
    assert diving.made == 3


@tiny.examples(10)
@given(st.data())
def test_two_threads_make_the_same_plan(data):
    view = View(data.draw(drawn.instances()))
    assume(len(view.ground.site))
    one, two = (
        dived(Diving(view.ground, 3, threads=threads), view, starting_plan(view.ground), all_of(view))
        for threads in (1, 2)
    )
    assert (one == two).all()


def full_row(count=40):
    """(view, a plan that gives every lot to somebody)."""
    view = View(row_of(count, *(asks(f"a{n:02}", jobs_direct=n % 5 + 1) for n in range(count)), border_metre=0))
    return view, view.held({f"a{n:02}": (f"L{n + 1}",) for n in range(count)})


@pytest.mark.parametrize("is_begun", [False, True])
def test_the_first_leaves_nobody_in_place_unless_a_plan_was_begun_with_and_others_leave_some(is_begun):
    view, held = full_row()
    diving = Diving(view.ground, 1, is_begun=is_begun)
    if not is_begun:
        assert diving.begin(held, all_of(view), prices_of(view), AMPLE)
        assert (diving._dive.held < 0).all()
        while diving.is_under_way:
            diving.advance(1.0, lambda: 1.0)
    assert diving.begin(held, all_of(view), prices_of(view), AMPLE)
    assert 0 < (diving._dive.held >= 0).sum() < 0.8 * len(held)


def test_what_is_left_sets_the_pace_and_without_enough_none_is_begun():
    view, held = full_row()
    near, prices = all_of(view), prices_of(view)
    least = SECONDS_PER_PLACEMENT * len(near)

    def pace_of(left, **given):
        diving = Diving(view.ground, 1, **given)
        return diving._dive.pace if diving.begin(held, near, prices, left) else None

    assert pace_of(least) is None
    assert pace_of(least / MOST_SHARE * 1.01) == LEAST_PACE
    assert pace_of(least / WHOLE_DIVED * times_least(9) * 1.01) == 9
    assert pace_of(AMPLE) == SLOWEST_PACE
    assert pace_of(PART_SHARE * least / MOST_SHARE * 1.01, is_begun=True) == LEAST_PACE


def test_a_pace_takes_at_most_the_time_that_there_is_or_is_the_least():
    assert slowest_pace(0.0) == slowest_pace(1.0) == LEAST_PACE
    assert slowest_pace(1e9) == SLOWEST_PACE
    for pace in range(LEAST_PACE, SLOWEST_PACE):
        times = times_least(pace)
        assert times_least(slowest_pace(times)) <= times < times_least(pace + 1)
    assert times_least(PACE) > PACE / LEAST_PACE  # with twice the rounds


def test_seconds_are_learned_from_and_units_of_work_are_not():
    view, held = full_row(12)
    timed, untimed = Diving(view.ground, 1), Diving(view.ground, 1, is_timed=False)
    for diving in (timed, untimed):
        dived(diving, view, held, all_of(view))
    assert untimed.rate == SECONDS_PER_PLACEMENT
    assert timed.rate != SECONDS_PER_PLACEMENT


def test_without_seconds_a_dive_stays_under_way():
    view, held = full_row()
    diving = Diving(view.ground, 1)
    assert diving.begin(held, all_of(view), prices_of(view), AMPLE)
    assert diving.advance(1e9, lambda: 0.0) is None
    assert diving.is_under_way
