import threading
import time

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer import dual as dual_module
from optimizer import relaxation
from optimizer.board import Board
from optimizer.bound import bound_millipoints
from optimizer.dual import ROUNDS, Dual
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.optimizer.grounds import seen
from tests.zones import asks, row_of


def board_of(view, seconds=60.0):
    now = time.monotonic()
    return Board(lambda told: None, threading.Event(), now, now + seconds, lambda held: Plan(view.plan(held)))


def dual_of(view):
    return Dual(view.instance, view.columns, view.matrix)


@tiny.examples(30)
@given(st.data())
def test_the_guide_measures_each_placement_against_its_applicants_best(data):
    instance = data.draw(drawn.instances())
    assume(tiny.verdict(instance) is not None)
    view = seen(instance)
    dual = dual_of(view)
    guide = dual.tighten(board_of(view))
    assert guide is not None
    placed, _ = view.matrix.reduced_points(dual.relaxed.prices)
    names = [each.applicant.applicant_id for each in view.columns.placements]
    for number, name in enumerate(names):
        best = max([0.0, *(placed[other] for other, each in enumerate(names) if each == name)])
        assert guide.slack[number] == pytest.approx(best - placed[number], abs=1e-9)
    assert len(guide.x) == len(names)
    assert ((guide.x >= -1e-6) & (guide.x <= 1 + 1e-6)).all()


@tiny.examples(30)
@given(st.data())
def test_to_the_end_it_shows_certificates_that_anybody_can_recompute(data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    view = seen(instance)
    board, dual = board_of(view), dual_of(view)
    while not dual.is_done:
        dual.tighten(board)
        certificate = board.certificate
        assert bound_millipoints(instance, certificate) == certificate.bound_millipoints >= verdict.value
        assert certificate.bound_millipoints <= 1000 * dual.relaxed.claim_points + 1000
    assert 1 <= dual.rounds <= len(ROUNDS)
    first = len(view.matrix.names)
    assert dual.matrix.names[:first] == view.matrix.names
    assert {name[0] for name in dual.matrix.names[first:]} <= {"apart"}


def test_a_round_of_cuts_takes_the_border_from_one_tenant_half_and_half_on_both_its_sides():
    view = seen(row_of(2, asks("a", jobs_direct=10), border_metre=6))
    board, dual = board_of(view), dual_of(view)
    bounds = []
    while not dual.is_done:
        dual.tighten(board)
        bounds.append(board.certificate.bound_millipoints)
    assert bounds == [1_060_000, 1_000_000]
    assert [name[0] for name in board.certificate.prices].count("apart") == 1


def test_the_same_instance_is_relaxed_to_the_same_prices():
    prices = []
    for _ in range(2):
        view = seen(row_of(4, *(asks(f"a{n}", jobs_direct=n + 1, max_lots=2) for n in range(6)), max_lots=2))
        board, dual = board_of(view), dual_of(view)
        while not dual.is_done:
            dual.tighten(board)
        prices.append(board.certificate.prices)
    assert prices[0] == prices[1]


def test_rounds_of_a_large_program_wait_until_the_search_has_had_its_share():
    view = seen(row_of(3, asks("a"), asks("b"), border_metre=6))
    with pytest.MonkeyPatch.context() as patch:
        for module in (relaxation, dual_module):
            patch.setattr(module, "GLOP_ENTRIES", -1)
        board, dual = board_of(view), dual_of(view)
        due = []
        while not dual.is_done:
            due.append((dual.is_due(0.0), dual.is_due(1e9)))
            dual.tighten(board)
    assert due == [(True, True)] * 2 + [(False, True)] * 2
    assert not dual.is_due(1e9)
    assert board.certificate.bound_millipoints >= tiny.verdict(view.instance).value


def test_a_small_program_is_due_at_once_until_it_is_done():
    view = seen(row_of(2, asks("a"), asks("b"), border_metre=6))
    dual = dual_of(view)
    while not dual.is_done:
        assert dual.is_due(0.0)
        dual.tighten(board_of(view))
    assert not dual.is_due(1e9)


def test_without_time_nothing_is_shown():
    view = seen(row_of(2, asks("a"), asks("b")))
    board, dual = board_of(view, seconds=0.0), dual_of(view)
    assert dual.tighten(board) is None
    assert (dual.is_done, board.certificate) == (True, None)


def test_an_instance_nobody_fits_has_a_guide_of_nothing():
    view = seen(row_of(1, asks("a", area_min_m2=900)))
    board, dual = board_of(view), dual_of(view)
    guide = dual.tighten(board)
    assert guide is not None
    assert (guide.slack.tolist(), guide.x.tolist()) == ([], [])
    assert board.certificate.bound_millipoints == 0
    assert np.isfinite(dual.relaxed.claim_points)
