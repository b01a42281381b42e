"""The descent against the judge: whatever its prices, what they prove is never under the optimum, and it comes down."""

import pytest
from hypothesis import assume, given

from optimizer.search.descent import FEWEST_ROUNDS, ROUNDS, Descent
from optimizer.search.filling import SCALE
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


def descended(view, rounds=ROUNDS):
    """(the descent after its rounds, the best bound after each)."""
    descent, bounds = Descent(view.generation(20), rounds), []
    while not descent.is_done:
        assert descent.advance() > 0
        bounds.append(descent.generation.proof.bound_scaled)
    return descent, bounds


@pytest.mark.usefixtures("most_lots")
@tiny.examples(15)
@given(drawn.instances())
def test_the_best_bound_is_true_and_never_rises(instance):
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    descent, bounds = descended(view, 20)
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] >= verdict.value * SCALE
    assert len(bounds) == descent.generation.rounds == 20


@tiny.examples(25)
@given(drawn.instances())
def test_it_never_goes_under_what_column_generation_ends_at(instance):
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    generation = view.generation(20)
    while not generation.is_settled and generation.rounds < 60:
        generation.advance()
    assume(generation.is_settled)
    _, bounds = descended(view, ROUNDS)
    assert bounds[-1] >= generation.proof.bound_scaled - SCALE * 1_000


def test_fillings_that_want_the_same_applicant_make_it_dearer():
    view = View(row_of(2, asks("a", jobs_direct=3), separation=(), border_metre=0))
    descent = Descent(view.generation(0))
    descent.generation.center[:] = 0.0
    descent.prices[:] = 0.0
    descent.advance()
    assert descent.generation.proof.bound_scaled == 600_000 * SCALE
    assert descent.prices[0] > 0
    while not descent.is_done:
        descent.advance()
    assert descent.generation.proof.bound_scaled < 480_000 * SCALE


def test_nothing_left_to_choose_is_no_fault():
    view = View(row_of(2, asks("a", pinned_lots=("L1",)), asks("b", "stone"), separation=("border",)))
    descent, bounds = descended(view, 5)
    assert descent.generation.pieces == []
    assert bounds[-1] >= 100_000 * SCALE


def test_a_round_without_time_is_given_up():
    descent = Descent(View(row_of(2, asks("a"))).generation())
    assert descent.advance(lambda: 0.0) == float("inf")
    assert (descent.done, descent.generation.proof) == (0, None)


def test_rounds_are_planned_by_the_time_they_take():
    descent = Descent(View(row_of(2, asks("a"))).generation())
    descent.advance()
    descent.took_seconds = 0.5
    descent.plan_rounds(10.0)
    assert descent.rounds == 21
    descent.plan_rounds(0.0)
    assert descent.rounds == FEWEST_ROUNDS
    descent.plan_rounds(1e6)
    assert descent.rounds == ROUNDS
