"""Screens beside a search: they end one that can find no plan, and keep none waiting."""

import threading
import time

import pytest

from instances.policy import Quota
from optimizer.conflict import beside
from optimizer.conflict.beside import Halt, screened
from optimizer.outcome import Limits, Progress
from optimizer.solve import solve
from tests.zones import asks, row_of

STONE_ONLY, HALF_STONE = (Quota("stone", sector="stone", min_lot_share_percent=percent) for percent in (100, 50))


def pinned(quota):
    """Bread on L1 for good; whatever a quota asks of stone, the pin breaks it by itself."""
    return row_of(3, asks("a", "bread", pinned_lots=("L1",)), asks("b", "stone"), quotas=(quota,))


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(beside, "GRACE_SECONDS", 0.05)


def test_a_search_that_can_find_no_plan_is_ended_and_the_conflict_told():
    outcome = solve(pinned(STONE_ONLY), Limits(None, work=10**9))
    assert (outcome.kind, outcome.plan) == ("infeasible_proved", None)
    assert outcome.conflict["findings"]


def test_a_search_that_finds_a_plan_goes_on(monkeypatch):
    asked = []
    monkeypatch.setattr(beside, "GRACE_SECONDS", 30)
    monkeypatch.setattr(beside, "screens", lambda case: asked.append(case) or iter(()))
    assert solve(pinned(HALF_STONE), Limits(None, work=1)).kind == "plan"
    assert not asked


def test_pins_that_keep_the_rules_leave_listener_and_stop_as_they_are():
    stop, told = threading.Event(), []
    with screened(row_of(2, asks("a", pinned_lots=("L1",))), told.append, stop) as (hear, halt):
        assert halt is stop
        hear(Progress(0, "search", None, None))
    assert len(told) == 1


def test_without_news_of_a_plan_the_stop_is_set_and_the_one_given_is_not():
    stop = threading.Event()
    with screened(pinned(STONE_ONLY), lambda progress: None, stop) as (hear, halt):
        hear(Progress(0, "prices", None, 1000))
        for _ in range(100):
            if halt.is_set():
                break
            time.sleep(0.05)
        assert halt.is_set()
    assert not stop.is_set()


def test_a_stop_that_somebody_asks_for_is_heard():
    stop = threading.Event()
    halt = Halt(stop)
    assert not halt.is_set()
    stop.set()
    assert halt.is_set()
    alone = Halt(None)
    alone.set()
    assert alone.is_set()


def test_an_error_of_the_search_ends_the_screens_too(monkeypatch):
    monkeypatch.setattr(beside, "GRACE_SECONDS", 60)
    with pytest.raises(ValueError, match="broken"), screened(pinned(STONE_ONLY), lambda progress: None, None):
        raise ValueError("broken")
    assert not any(each.name == "screens" for each in threading.enumerate())
