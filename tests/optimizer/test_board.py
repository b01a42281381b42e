import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.board import Board
from optimizer.certificate import Certificate
from optimizer.piece_certificate import PieceCertificate
from optimizer.plan import Plan
from tests import tiny

PLANS = {number: Plan({"a": (f"L{number}",)}) for number in range(40)}


def board(told, seconds=60.0):
    now = time.monotonic()
    return Board(told.append, threading.Event(), now, now + seconds, lambda held: PLANS[int(held[0])])


def held(number):
    return np.array([number], dtype=np.int32)


def certificate(bound):
    return Certificate("0" * 64, "0" * 64, 0, bound, 1, {})


def by_pieces(bound):
    return PieceCertificate("0" * 64, "0" * 64, 0, bound, 1, {}, {}, {}, {}, ())


@tiny.examples(80)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=20))
def test_only_what_is_better_is_kept_and_told(shown):
    told = []
    keeper = board(told)
    for is_plan, number in shown:
        if is_plan:
            keeper.show_plan(held(number), number * 1000, "a step")
        else:
            keeper.show_certificate(certificate(number * 1000), "a step")
    plans = [number for is_plan, number in shown if is_plan]
    bounds = [number for is_plan, number in shown if not is_plan]
    assert keeper.value_millipoints == (max(plans) * 1000 if plans else -1)
    assert (keeper.held is None) == (not plans)
    assert [each.bound_millipoints for each in keeper.certificates] == ([min(bounds) * 1000] if bounds else [])
    assert keeper.bound_millipoints == (min(bounds) * 1000 if bounds else None)
    new = [n for at, n in enumerate(plans) if n > max(plans[:at], default=-1)]
    assert [each.plan for each in told if each.plan is not None] == [PLANS[number] for number in new]
    new_bounds = [n for at, n in enumerate(bounds) if n < min(bounds[:at], default=99)]
    assert [each.bound_millipoints for each in told if each.plan is None] == [n * 1000 for n in new_bounds]
    assert keeper.is_closed == bool(plans and bounds and max(plans) >= min(bounds))


def test_what_is_told_holds_value_and_bound_as_far_as_they_are_known():
    told = []
    keeper = board(told)
    keeper.show_certificate(certificate(9000), "relaxation")
    keeper.show_plan(held(3), 3000, "start")
    found = [(each.step, each.value_millipoints, each.bound_millipoints) for each in told]
    assert found == [("relaxation", None, 9000), ("start", 3000, 9000)]


def test_the_best_of_each_kind_of_certificate_is_kept_the_lower_bound_first():
    told = []
    keeper = board(told)
    for each in (certificate(7), by_pieces(9), by_pieces(5), certificate(6), by_pieces(8), certificate(7)):
        keeper.show_certificate(each, "a step")
    assert keeper.certificates == [by_pieces(5), certificate(6)]
    keeper.show_certificate(certificate(4), "a step")
    assert keeper.certificates == [certificate(4), by_pieces(5)]
    assert [each.bound_millipoints for each in told] == [7, 5, 4]


def test_a_plan_worth_nothing_is_a_plan():
    told = []
    keeper = board(told)
    keeper.show_certificate(certificate(0), "relaxation")
    assert not keeper.is_closed
    keeper.show_plan(held(0), 0, "start")
    assert keeper.is_closed
    assert [each.value_millipoints for each in told] == [None, 0]


def test_the_plan_shown_is_kept_though_the_searcher_goes_on_with_its_array():
    keeper = board([])
    mine = held(5)
    keeper.show_plan(mine, 5000, "a step")
    mine[0] = 7
    assert keeper.held.tolist() == [5]


def test_no_time_is_left_after_a_stop_or_the_deadline():
    keeper = board([])
    assert 0 < keeper.seconds_left() <= 60
    keeper.stop.set()
    assert keeper.seconds_left() == 0
    assert board([], seconds=-1.0).seconds_left() < 0


def test_lanes_that_show_at_once_are_told_in_order():
    told = []
    keeper = board(told)

    def lane(first):
        for number in range(first, 40, 2):
            keeper.show_plan(held(number), number * 1000, "a lane")
            keeper.show_certificate(certificate((90 - number) * 1000), "a lane")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lane, range(2)))
    values = [each.value_millipoints for each in told if each.plan is not None]
    bounds = [each.bound_millipoints for each in told if each.plan is None]
    assert all(one < two for one, two in pairwise(values))
    assert all(one > two for one, two in pairwise(bounds))
    assert (keeper.value_millipoints, keeper.bound_millipoints) == (39_000, 51_000)
