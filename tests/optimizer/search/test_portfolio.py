"""The search by itself: what is on the board when it ends, and that it depends on nothing but its arguments."""

import threading
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit
from optimizer.check import proved_bound_millipoints
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.search import dual, small
from optimizer.search.portfolio import search
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of

WORK = Limits(None, work=1)


def searched(view, limits, start=None, **board):
    """The board after a search of the instance."""
    shown = view.board(**board)
    search(view.instance, view.ground, limits, shown, None if start is None else view.held(start))
    return shown


def found(view, board):
    """What is the same on any machine: the plan, its value and the certificates."""
    plan = None if board.held is None else view.plan(board.held)
    return plan, board.value_millipoints, [each.document() for each in board.certificates]


@tiny.examples(15)
@given(drawn.instances())
def test_the_best_plan_is_on_the_board_under_a_true_bound(instance):
    verdict, view = tiny.verdict(instance), View(instance)
    board = searched(view, replace(WORK, work=2))
    if verdict is None:
        assert board.held is None
        return
    plan = view.plan(board.held)
    assert tiny.is_feasible(instance, plan)
    assert tiny.value(instance, plan) == board.value_millipoints == verdict.value
    for certificate in board.certificates:
        assert certificate.bound_millipoints >= proved_bound_millipoints(instance, certificate) >= verdict.value


def long_row(count, seed=0):
    """A zone that is not solved at a glance: more applicants than lots, sectors at odds, power short."""
    sectors = ("bread", "stone", "wood")
    applicants = [
        asks(
            f"a{number:02}",
            sectors[(number + seed) % 3],
            jobs_direct=3 + number * 7 % 5,
            max_lots=1 + number % 2,
            area_min_m2=100 + 100 * (number % 2),
            power_kw=4,
        )
        for number in range(count + 4)
    ]
    return row_of(
        count, *applicants, border_metre=1, max_lots=2, separation=("border",), limits=(Limit("", power_kw=3 * count),)
    )


def shuffled(instance, data=None):
    """The same instance, its rows in another order."""
    parts = instance.lots[::-1], instance.neighbours[::-1], instance.applicants[5:] + instance.applicants[:5]
    if data is not None:
        parts = tuple(
            tuple(data.draw(st.permutations(each)))
            for each in (instance.lots, instance.neighbours, instance.applicants)
        )
    return Instance(*parts, instance.policy)


def test_workers_and_the_order_of_rows_change_nothing():
    instance = long_row(30)
    one, two = View(instance), View(shuffled(instance))
    limits = Limits(None, work=2, seed=1)
    board = searched(one, limits)
    plan, value, certificates = answer = found(one, board)
    assert tiny.is_feasible(instance, plan)
    assert 0 < value < board.bound_millipoints, "an open gap: every step was run"
    assert len(certificates) == 2
    assert answer == found(two, searched(two, replace(limits, workers=1)))


def test_nor_do_they_where_the_second_lane_dives(monkeypatch):
    monkeypatch.setattr(dual, "STALLED_WORK", 1e-9)
    dives, dive_from = [], small.dive_from
    monkeypatch.setattr(small, "dive_from", lambda *given: dives.append(given[-1]) or dive_from(*given))
    instance = long_row(30)
    one, two = View(instance), View(shuffled(instance))
    limits = Limits(None, work=5, seed=1)
    plan, _, _ = answer = found(one, searched(one, limits))
    assert tiny.is_feasible(instance, plan)
    assert dives
    assert answer == found(two, searched(two, replace(limits, workers=1)))


@tiny.examples(6)
@given(st.data())
def test_nor_do_they_on_tiny_instances(data):
    instance = data.draw(drawn.instances())
    one, two = View(instance), View(shuffled(instance, data))
    assert found(one, searched(one, WORK)) == found(two, searched(two, replace(WORK, workers=1)))


@tiny.examples(10)
@given(st.data())
def test_a_feasible_start_is_the_first_plan_told_and_the_floor_of_the_rest(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    told = []
    board = searched(View(instance), WORK, start, listen=told.append)
    plans = [each for each in told if each.plan is not None]
    assert (plans[0].step, plans[0].plan) == ("start", Plan(start))
    assert board.value_millipoints == plans[-1].value_millipoints >= tiny.value(instance, start)
    values, bounds = [each.value_millipoints for each in plans], [each.bound_millipoints for each in told]
    assert values == sorted(set(values))
    known = [each for each in bounds if each is not None]
    assert known == sorted(known, reverse=True)


@tiny.examples(10)
@given(st.data())
def test_a_stop_before_the_first_step_leaves_the_start_alone(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    stop = threading.Event()
    stop.set()
    view = View(instance)
    for limits in (WORK, Limits(seconds=60)):
        board = searched(view, limits, start, stop=stop)
        assert found(view, board)[:2] == (start, tiny.value(instance, start))
        (certificate,) = board.certificates
        assert certificate.bound_millipoints == max(0, proved_bound_millipoints(instance, certificate))


def test_a_stop_in_mid_search_ends_it_with_the_best_so_far():
    view = View(long_row(30))
    for limits in (Limits(None, work=10**6), Limits(seconds=10**6), Limits(seconds=10**6, workers=1)):
        stop, told = threading.Event(), []

        def listen(progress, stop=stop, told=told):
            told.append(progress)
            if progress.plan is not None and progress.plan.assignments:
                stop.set()

        board = searched(view, limits, listen=listen, stop=stop)
        assert tiny.is_feasible(view.instance, view.plan(board.held))
        assert board.value_millipoints == max(each.value_millipoints for each in told if each.plan is not None) > 0


def test_a_deadline_ends_it_without_a_word_from_anybody():
    view = View(long_row(30))
    board = searched(view, Limits(seconds=10**6), seconds=1.0)
    assert board.seconds_left() <= 0
    assert tiny.is_feasible(view.instance, view.plan(board.held))


def test_a_start_over_a_limit_is_not_shown_but_mended():
    """A plan made before the limit was lowered."""
    people = (asks(f"a{number}", power_kw=5, jobs_direct=number + 1) for number in range(3))
    instance = row_of(3, *people, limits=(Limit("", 10),))
    start = {f"a{number}": (f"L{number + 1}",) for number in range(3)}
    told = []
    searched(View(instance), Limits(None, work=4), start, listen=told.append)
    plans = [each.plan.assignments for each in told if each.plan is not None]
    assert all(tiny.is_feasible(instance, plan) for plan in plans)
    assert plans[-1].keys() == {"a1", "a2"}


def test_a_closed_gap_ends_the_search_before_its_limit():
    for instance, value in (
        (row_of(2, asks("a", jobs_direct=10), asks("b", jobs_direct=8), border_metre=6), 1_920_000),
        (row_of(2, asks("a", pinned_lots=("L2",))), 100_000),
        (row_of(2, asks("a", pinned_lots=("L1",)), asks("b", "stone"), separation=("border",)), 100_000),
    ):
        board = searched(View(instance), Limits(None, work=10**9))
        assert board.is_closed
        assert board.value_millipoints == board.bound_millipoints == value


def test_an_instance_nobody_fits_has_the_empty_plan():
    view = View(row_of((lot("L1", status="reserved"),), asks("a")))
    board = searched(view, Limits(None, work=2))
    assert (view.plan(board.held), board.value_millipoints) == ({}, 0)
