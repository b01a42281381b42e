"""The turns of a small instance's plans: what comes first, and where each begins."""

import numpy as np
import pytest

from optimizer.outcome import Limits
from optimizer.search.dual import Dual
from optimizer.search.ground import starting_plan
from optimizer.search.large import STEP_WORK
from optimizer.search.small import LED_SEARCHES, LED_WORK, Guide, SmallPlans
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


def view_of():
    people = [asks(f"a{n:02}", ("bread", "stone")[n % 2], jobs_direct=3 + n % 4) for n in range(14)]
    return View(row_of(10, *people, border_metre=2))


class Begun:
    """Local searches that stay where they begin, written down: the plan, the work, and how long moves are borne."""

    def __init__(self):
        self.held, self.work, self.patience = [], [], []

    def __call__(self, held, allowed, charge, heat, work, turn, patience=float("inf"), pace=None):
        self.held.append(held.tolist())
        self.work.append(work)
        self.patience.append(patience)
        return held


def plans_of(view, begun, **rest):
    limits = Limits(None, work=5)
    dual = Dual(view.instance, view.ground)
    return SmallPlans(view.instance, view.ground, limits, view.board(), dual, begun, lambda held, step: None, **rest)


@pytest.mark.parametrize("first", [2, 6, 8])
@pytest.mark.parametrize("is_begun", [False, True])
def test_the_first_searches_that_prices_lead_are_short_ones_from_nothing_however_late_they_come(first, is_begun):
    """Later searches begin from the best plan, which is a poor one before; so does a run begun from an earlier plan."""
    view, begun = view_of(), Begun()
    small = plans_of(view, begun, is_begun=is_begun)
    held = view.held({"a00": ("L1",)})
    guide = Guide(np.zeros(len(view.ground.site)), small.dual.charge, None)
    for led in range(LED_SEARCHES):
        small.improve(held, None, guide, STEP_WORK, first + 2 * led, False)
        if is_begun:
            break
    start = starting_plan(view.ground).tolist()
    assert begun.held == ([held.tolist()] if is_begun else [start] * LED_SEARCHES)
    assert begun.work == ([STEP_WORK] if is_begun else [LED_WORK] * LED_SEARCHES)
    if not is_begun:
        assert begun.patience == [0.0] * LED_SEARCHES


def test_until_there_are_prices_a_task_takes_as_long_as_they_do():
    view = view_of()
    small = plans_of(view, Begun())
    steps = small.dual.smooth.steps
    small.dual.advance(starting_plan(view.ground), small.next_work(0), view.board())
    assert small.dual.smooth.done == steps
    assert small.dual.generation is None, "nothing else was begun"
    assert small.dual.cost is not None
    assert [small.next_work(turn) for turn in range(1, LED_SEARCHES + 2)] == [LED_WORK] * LED_SEARCHES + [STEP_WORK]


def test_a_run_begun_from_an_earlier_plan_waits_for_nothing():
    small = plans_of(view_of(), Begun(), is_begun=True)
    assert small.next_work(0) == STEP_WORK
