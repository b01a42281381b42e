import threading
import time

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer import relaxation
from optimizer.board import Board
from optimizer.cuts import apart_cuts
from optimizer.dual import Dual
from optimizer.prove import prove, rounded_prices
from optimizer.relaxation import relax
from tests import drawn, tiny
from tests.optimizer.grounds import seen

SLACK_POINTS = 0.01


def board_of(view, told):
    now = time.monotonic()
    return Board(told.append, threading.Event(), now, now + 60, lambda held: view.plan(held))


@tiny.examples(40)
@given(st.data())
def test_the_relaxation_is_worth_at_least_the_best_plan_and_its_prices_prove_it(data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    view = seen(instance)
    relaxed = relax(view.matrix, 1e-6)
    assert relaxed is not None
    assert relaxed.claim_points * 1000 >= verdict.value - SLACK_POINTS
    proved = prove(instance, rounded_prices(view.matrix, relaxed.prices)).bound_millipoints
    assert verdict.value <= proved <= relaxed.claim_points * 1000 + 1000


@tiny.examples(40)
@given(st.data())
def test_cuts_only_ever_lower_the_relaxation_and_never_under_the_best_plan(data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    view = seen(instance)
    matrix, last = view.matrix, float("inf")
    for _ in range(4):
        relaxed = relax(matrix, 1e-6)
        assert verdict.value / 1000 - SLACK_POINTS <= relaxed.claim_points <= last + SLACK_POINTS
        last = relaxed.claim_points
        cuts = apart_cuts(view.columns, relaxed.x, matrix.names)
        if not cuts:
            break
        matrix = matrix.with_rows(cuts)


@tiny.examples(15)
@given(st.data())
def test_large_programs_go_another_way_to_the_same_value(data):
    """The solver for large programs, on programs small enough to compare."""
    instance = data.draw(drawn.instances())
    assume(tiny.verdict(instance) is not None)
    view = seen(instance)
    simplex = relax(view.matrix, 1e-6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation, "GLOP_ENTRIES", -1)
        first_order = relax(view.matrix, 1e-6)
        again = relax(view.matrix, 1e-6, first_order)
    assume(first_order is not None and again is not None)
    for answer in (first_order, again):
        assert answer.claim_points == pytest.approx(simplex.claim_points, rel=1e-3, abs=1.0)
        proved = prove(instance, rounded_prices(view.matrix, answer.prices)).bound_millipoints
        assert proved >= tiny.verdict(instance).value


@tiny.examples(25)
@given(st.data())
def test_each_round_of_the_dual_shows_a_true_bound_and_only_better_ones_are_told(data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    view, told = seen(instance), []
    board, dual = board_of(view, told), Dual(instance, view.columns, view.matrix)
    for _ in range(10):
        if dual.is_done:
            break
        guide = dual.tighten(board)
        assert guide is None or (guide.slack >= -1e-6).all()
        assert board.certificate.bound_millipoints >= verdict.value
    assert dual.is_done
    bounds = [each.bound_millipoints for each in told]
    assert bounds == sorted(bounds, reverse=True)


def test_prices_of_nothing_are_left_out_and_large_ones_are_cut():
    from tests.outcomes import small_instance

    view = seen(small_instance())
    prices = np.zeros(len(view.matrix.names))
    assert rounded_prices(view.matrix, prices) == {}
    first = int(np.flatnonzero(view.matrix.is_priced)[0])
    prices[first] = 1e300
    assert rounded_prices(view.matrix, prices) == {view.matrix.names[first]: 2**53 - 1}


def test_a_round_without_time_says_nothing_and_ends_the_dual():
    from tests.outcomes import small_instance

    view, told = seen(small_instance()), []
    board, dual = board_of(view, told), Dual(view.instance, view.columns, view.matrix)
    board.stop.set()
    assert dual.tighten(board) is None
    assert dual.is_done
    assert told == []
