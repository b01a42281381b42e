"""Plans made of known fillings: with all fillings known the best is the judge's best plan; none is made worse."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search import mixing, recombining
from optimizer.search.ground import is_within_limits, starting_plan
from optimizer.search.mixing import Mixer, combine, recombine
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


def full(view):
    """Column generation in which every filling is known: sets of placements on different lots, whatever they bring."""
    generation = view.generation(5)
    generation.advance()
    for number in range(len(generation.pieces)):
        usable = np.flatnonzero(generation.case.alive & (generation.spots.piece == number)).tolist()
        for chosen in _every(view, usable):
            generation._add(number, np.array(chosen, dtype=np.int32))
    return generation


def _every(view, usable):
    """All plans of these placements that keep separation among themselves, but for the empty one."""
    chosen_so_far = [()]
    for placement in usable:
        name, lots = view.placement(placement)
        for chosen in list(chosen_so_far):
            held = dict(view.placement(each) for each in chosen)
            is_free = name not in held and all(set(lots).isdisjoint(other) for other in held.values())
            if is_free and tiny.keeps_separation(view.instance, {**held, name: lots}):
                chosen_so_far.append((*chosen, placement))
    return chosen_so_far[1:]


@pytest.mark.usefixtures("most_lots")
@tiny.examples(25)
@given(drawn.instances())
def test_the_best_combination_of_all_fillings_is_the_best_plan(instance):
    view, verdict = View(instance), tiny.verdict(instance)
    assume(len(view.ground.site))
    generation = full(view)
    held = combine(generation, 1_000_000)
    if verdict is None:
        assert held is None or not is_within_limits(view.ground, held)
        return
    assert tiny.is_feasible(instance, view.plan(held))
    assert plan_value(view.ground, held) == verdict.value
    assert combine(generation, 1_000_000, verdict.value / 1000 + 0.0005) is None, "nothing is worth more"
    assert combine(generation, 1_000_000, verdict.value / 1000 - 0.0005) is not None
    value, prices = generation.master.solve()
    assert 1000 * value + generation.pins_scaled / 1024 >= verdict.value - 1
    assert (prices >= 0).all()


@pytest.mark.usefixtures("most_lots")
@tiny.examples(20)
@given(st.data())
def test_the_plan_that_was_learned_can_be_made_again(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    view = View(instance)
    generation = view.generation(5)
    generation.learn(view.held(plan))
    known = generation.master.columns
    generation.learn(view.held(plan))
    assert generation.master.columns == known, "a filling is a column once"
    held = combine(generation, 100_000)
    assert tiny.is_feasible(instance, view.plan(held))
    assert plan_value(view.ground, held) >= tiny.value(instance, plan)


def test_without_fillings_the_pins_are_what_is_combined():
    view = View(row_of(2, asks("a"), asks("b", pinned_lots=("L2",))))
    generation = view.generation(5)
    assert generation.master.columns == 0
    assert (combine(generation, 10) == starting_plan(view.ground)).all()


def test_hostile_tenants_of_two_pieces_are_not_combined():
    """Each piece by itself would rather have both; the border between them parts them."""
    people = (
        asks(f"a{n:02}", ("bread", "stone")[n % 2], jobs_direct=10, preferred_lots=(f"L{n + 1}",)) for n in range(40)
    )
    view = View(row_of(40, *people, separation=("border",), preferred_lot=300))
    generation = view.generation(200)
    assert len(generation.pieces) == 3
    for _ in range(4):
        generation.advance()
        held = combine(generation, 100_000)
        assert tiny.keeps_separation(view.instance, view.plan(held))
        assert np.unique(held[held >= 0]).size == len(view.plan(held))


@pytest.mark.usefixtures("most_lots")
@tiny.examples(25)
@given(st.data())
def test_exchanging_all_fillings_is_never_worse_and_of_one_piece_the_best(data):
    instance = data.draw(drawn.instances())
    plan, verdict, view = data.draw(drawn.choices(instance)), tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and tiny.is_feasible(instance, plan))
    generation = full(view)
    generation.learn(view.held(plan))
    assume(generation.master.columns)
    held = recombine(generation, view.held(plan), 1_000_000, data.draw(st.integers(0, 9)))
    assert tiny.is_feasible(instance, view.plan(held))
    assert tiny.value(instance, plan) <= plan_value(view.ground, held) <= verdict.value
    if len(generation.pieces) == 1:
        assert plan_value(view.ground, held) == verdict.value


@pytest.mark.usefixtures("most_lots")
@tiny.examples(25)
@given(st.data())
def test_a_plan_exchanged_piece_by_piece_is_never_worse_and_keeps_the_rules(data):
    instance = data.draw(drawn.instances())
    plan, view = data.draw(drawn.choices(instance)), View(instance)
    assume(len(view.ground.site) and tiny.is_feasible(instance, plan))
    generation = view.generation(5)
    for _ in range(data.draw(st.integers(1, 3))):
        generation.advance()
    generation.learn(view.held(plan))
    assume(generation.master.columns)
    with mock.patch.object(recombining, "PART_PIECES", data.draw(st.integers(1, 2))):
        held = recombine(generation, view.held(plan), 10_000, data.draw(st.integers(0, 9)))
    assert tiny.is_feasible(instance, view.plan(held))
    assert plan_value(view.ground, held) >= tiny.value(instance, plan)


def long_row():
    """Forty lots in a row, in several pieces; neighbours of one sector are worth something."""
    people = [asks(f"a{n:02}", ("bread", "stone")[n % 2], jobs_direct=n % 5 + 1) for n in range(50)]
    return View(row_of(40, *people, separation=("border",), border_metre=6))


def two_plans(view, generation):
    """Two plans whose fillings the pieces know: one that column generation makes, and a poor one."""
    poor = starting_plan(view.ground)
    poor[view.ground.applicant[0]] = 0
    for _ in range(6):
        generation.advance()
    return combine(generation, 100_000), poor


def test_what_was_met_is_mixed_into_a_plan_while_column_generation_rests():
    view = long_row()
    generation, mixer = view.generation(200), Mixer(view.ground)
    good, poor = two_plans(view, view.generation(200))
    generation.learn(poor)
    mixer.meet(good)
    with mock.patch.object(recombining, "PART_PIECES", 2):
        mixed = mixer.mixed_while_resting(generation, poor, 1, lambda: 1.0)
    assert plan_value(view.ground, mixed) > plan_value(view.ground, poor)
    assert plan_value(view.ground, mixed) >= 0.9 * plan_value(view.ground, good)


def test_the_same_seed_gives_the_same_plan_and_no_time_none_that_is_better():
    view = long_row()
    generation = view.generation(200)
    _, poor = two_plans(view, generation)
    generation.learn(poor)
    first, second = (recombine(generation, poor, 10_000, 3) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert recombine(generation, poor, 10_000, 3, lambda: 0.0).tolist() == poor.tolist()
    assert combine(generation, 10_000, seconds=lambda: 0.0) is None


def test_of_many_pieces_a_few_are_combined_at_a_time_and_of_few_all(monkeypatch):
    view = long_row()
    generation, mixer = view.generation(200), Mixer(view.ground)
    good, poor = two_plans(view, generation)
    mixer.learn(generation, poor)
    with mock.patch.object(mixing, "recombine", side_effect=AssertionError("not of so few")):
        mixed = mixer.mixed(generation, poor, 1_000_000, lambda: 1.0)
        assert plan_value(view.ground, mixed) >= plan_value(view.ground, good)
        again = mixer.mixed(generation, mixed, 1_000_000, lambda: 1.0)
        assert again is None or plan_value(view.ground, again) > plan_value(view.ground, mixed)
    monkeypatch.setattr(mixing, "MOST_AT_ONCE", 1)
    with mock.patch.object(mixing, "combine", side_effect=AssertionError("not of so many")):
        mixed = mixer.mixed(generation, poor, 100_000, lambda: 1.0)
        assert plan_value(view.ground, mixed) > plan_value(view.ground, poor)
        assert mixer.mixed(generation, poor, 100_000, lambda: 0.0) is None, "no time to find a better one"


def test_plans_are_mixed_anew_after_so_much_work():
    mixer = Mixer(long_row().ground)
    due = [mixer.is_due(mixing.MIX_WORK / 2) for _ in range(4)]
    assert due == [False, True, False, True]


def test_plans_wait_when_too_many_fillings_are_known():
    view = long_row()
    generation, mixer = view.generation(200), Mixer(view.ground)
    good, poor = two_plans(view, view.generation(200))
    mixer.meet(good)
    mixer.learn(generation, poor, most=0)
    known = generation.master.columns
    mixer.learn(generation, poor)
    assert generation.master.columns > known
    assert not np.array_equal(good, poor)
