"""The search by itself: what is on the board when it ends, and that it depends on nothing but its arguments."""

import threading
import time
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit
from optimizer.board import Board
from optimizer.ground import held_of
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.search import search
from tests import drawn, tiny
from tests.optimizer.grounds import seen
from tests.zones import asks, row_of

WORK = Limits(None, work=2)


def searched(view, limits, start=None, listen=lambda progress: None, stop=None, seconds=600.0):
    """The board after a search of the instance."""
    now = time.monotonic()
    board = Board(listen, stop or threading.Event(), now, now + seconds, lambda held: Plan(view.plan(held)))
    held = None if start is None else held_of(view.columns, Plan(start))
    search(view.instance, view.columns, view.matrix, limits, board, held)
    return board


def found(view, board):
    """What is the same on any machine: the plan, its value, the bound and the prices behind it."""
    plan = None if board.held is None else view.plan(board.held)
    prices = None if board.certificate is None else board.certificate.prices
    bound = None if board.certificate is None else board.certificate.bound_millipoints
    return plan, board.value_millipoints, bound, prices


@tiny.examples(20)
@given(st.data())
def test_the_best_plan_is_on_the_board_under_a_true_bound(data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    view = seen(instance)
    plan, value, bound, _ = found(view, searched(view, WORK))
    if verdict is None:
        assert plan is None
        return
    assert tiny.is_feasible(instance, plan)
    assert tiny.value(instance, plan) == value == verdict.value
    assert bound >= verdict.value


def long_row(count=12):
    """A zone that is not solved at a glance: more applicants than lots, sectors at odds, power short."""
    sectors = ("bread", "stone", "wood")
    applicants = [
        asks(
            f"a{number:02}",
            sectors[number % 3],
            jobs_direct=3 + number * 7 % 5,
            max_lots=1 + number % 2,
            area_min_m2=100 + 100 * (number % 2),
            power_kw=4,
        )
        for number in range(count + 4)
    ]
    return row_of(
        count, *applicants, border_metre=1, max_lots=2, separation=("border",), limits=(Limit("", power_kw=30),)
    )


def test_workers_and_the_order_of_rows_change_nothing():
    instance = long_row(48)
    shuffled = Instance(
        instance.lots[::-1],
        instance.neighbours[::-1],
        instance.applicants[5:] + instance.applicants[:5],
        instance.policy,
    )
    limits = Limits(None, work=1, seed=1)
    one, two = seen(instance), seen(shuffled)
    plan, value, bound, _ = answer = found(one, searched(one, limits))
    assert 0 < value < bound, "an open gap: every step was run"
    assert answer == found(two, searched(two, replace(limits, workers=1)))
    assert plan != found(one, searched(one, replace(limits, seed=2)))[0], "the draws of a run do decide its plan"


@tiny.examples(10)
@given(st.data())
def test_nor_do_they_on_tiny_instances(data):
    instance = data.draw(drawn.instances())
    shuffled = Instance(
        tuple(data.draw(st.permutations(instance.lots))),
        tuple(data.draw(st.permutations(instance.neighbours))),
        tuple(data.draw(st.permutations(instance.applicants))),
        instance.policy,
    )
    one, two = seen(instance), seen(shuffled)
    assert found(one, searched(one, WORK)) == found(two, searched(two, replace(WORK, workers=1)))


@tiny.examples(15)
@given(st.data())
def test_a_feasible_start_is_the_first_plan_told_and_the_floor_of_the_rest(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    told = []
    view = seen(instance)
    board = searched(view, Limits(None, work=1), start, told.append)
    plans = [each for each in told if each.plan is not None]
    assert (plans[0].step, plans[0].plan) == ("start", Plan(start))
    assert board.value_millipoints == plans[-1].value_millipoints >= tiny.value(instance, start)


@tiny.examples(15)
@given(st.data())
def test_a_stop_before_the_first_step_leaves_the_start_alone(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    stop = threading.Event()
    stop.set()
    view = seen(instance)
    plan, value, bound, _ = found(view, searched(view, WORK, start, stop=stop))
    assert (plan, value, bound) == (start, tiny.value(instance, start), None)


def test_a_start_over_a_limit_is_not_shown_but_mended():
    """A plan made before the limit was lowered."""
    instance = row_of(
        3, *(asks(f"a{number}", power_kw=5, jobs_direct=number + 1) for number in range(3)), limits=(Limit("", 10),)
    )
    start = {f"a{number}": (f"L{number + 1}",) for number in range(3)}
    told = []
    view = seen(instance)
    searched(view, WORK, start, told.append)
    plans = [each.plan.assignments for each in told if each.plan is not None]
    assert all(tiny.is_feasible(instance, plan) for plan in plans)
    assert plans[-1].keys() == {"a1", "a2"}


def test_a_stop_in_mid_search_ends_it_with_the_best_so_far():
    view = seen(long_row())
    stop, told = threading.Event(), []

    def listen(progress):
        told.append(progress)
        if progress.plan is not None and progress.plan.assignments:
            stop.set()

    board = searched(view, Limits(None, work=10**6), listen=listen, stop=stop)
    assert board.stop.is_set()
    assert tiny.is_feasible(view.instance, view.plan(board.held))
    assert board.value_millipoints == max(each.value_millipoints for each in told if each.plan is not None) > 0


def test_a_closed_gap_ends_the_search_before_its_limit():
    view = seen(row_of(2, asks("a", jobs_direct=10), asks("b", jobs_direct=8), border_metre=6))
    board = searched(view, Limits(None, work=10**9))
    assert board.is_closed
    assert board.value_millipoints == board.certificate.bound_millipoints == 1_920_000
