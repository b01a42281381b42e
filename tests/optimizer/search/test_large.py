"""The search of large and vast instances, tried on small ones that are declared so: judged by brute force."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.check import proved_bound_millipoints
from optimizer.outcome import Limits
from optimizer.search import dual, large
from optimizer.search.diving import Diving
from tests import drawn, tiny
from tests.optimizer.search.test_portfolio import found, long_row, searched, shuffled
from tests.optimizer.search.views import View

SIZES = {"large": {"MOST_LOTS": 0, "MANY_CLASSES": 0}, "vast": {"MOST_LOTS": 0, "MOST_PLACEMENTS": 0}}


@pytest.fixture(params=SIZES)
def size(request, monkeypatch):
    """Every instance is declared large, or vast."""
    for name, value in SIZES[request.param].items():
        monkeypatch.setattr(dual, name, value)
    return request.param


@pytest.fixture
def dives(monkeypatch):
    """What each dive began with: (is it of a half, threads)."""
    begun, begin = [], Diving.begin

    def told(self, *given):
        begins = begin(self, *given)
        if begins:
            begun.append((self._share < 1.0, self.threads))
        return begins

    monkeypatch.setattr(Diving, "begin", told)
    return begun


@pytest.mark.parametrize("name", SIZES)
@tiny.examples(6)
@given(data=st.data())
def test_plans_are_feasible_under_a_true_bound(name, data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site))
    with pytest.MonkeyPatch.context() as patch:
        for constant, value in SIZES[name].items():
            patch.setattr(dual, constant, value)
        board = searched(view, Limits(None, work=3))
    if verdict is None:
        assert board.held is None
        return
    if board.held is not None:
        plan = view.plan(board.held)
        assert tiny.is_feasible(instance, plan)
        assert tiny.value(instance, plan) == board.value_millipoints <= verdict.value
    for certificate in board.certificates:
        assert certificate.bound_millipoints >= proved_bound_millipoints(instance, certificate) >= verdict.value


def test_workers_and_the_order_of_rows_change_nothing(size, dives):
    instance = long_row(14)
    one, two = View(instance), View(shuffled(instance))
    limits = Limits(None, work=7, seed=1)
    plan, value, _ = answer = found(one, searched(one, limits))
    assert tiny.is_feasible(instance, plan)
    assert value > 0
    assert len(dives) > 2
    assert {half for half, _ in dives} == {False, True}
    assert answer == found(two, searched(two, replace(limits, workers=1)))


def test_of_a_vast_instance_one_lane_dives_with_two_threads(monkeypatch, dives):
    for name, value in SIZES["vast"].items():
        monkeypatch.setattr(dual, name, value)
    searched(View(long_row(14)), Limits(None, work=7))
    assert dives[:2] == [(False, 2), (True, 2)]
    assert all(half for half, _ in dives[1:])


def test_an_earlier_plan_is_the_floor_and_no_dive_makes_it_anew_as_a_whole(size, dives):
    instance = long_row(14)
    view = View(instance)
    board = searched(view, Limits(None, work=3, seed=2))
    start, value = view.plan(board.held), board.value_millipoints
    dives.clear()
    again = searched(view, Limits(None, work=4, seed=3), start)
    assert again.value_millipoints >= value
    assert dives
    assert all(half for half, _ in dives)


def test_under_a_time_limit_it_ends_in_time_with_a_plan(size, monkeypatch):
    monkeypatch.setattr(large, "WAIT_SECONDS", 0.001)
    view = View(long_row(30))
    board = searched(view, Limits(seconds=10**6), seconds=2.0)
    assert board.seconds_left() <= 0
    assert tiny.is_feasible(view.instance, view.plan(board.held))
