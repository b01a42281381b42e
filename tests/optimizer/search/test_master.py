"""The master program: with all fillings as columns, its best whole point is the judge's best plan."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.filling import SCALE
from optimizer.search.ground import is_within_limits, starting_plan
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.test_combining import lost_by
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
    held = generation.combine(1_000_000)
    if verdict is None:
        assert held is None or not is_within_limits(view.ground, held)
        return
    assert tiny.is_feasible(instance, view.plan(held))
    assert plan_value(view.ground, held) == verdict.value
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
    held = generation.combine(100_000)
    assert tiny.is_feasible(instance, view.plan(held))
    assert plan_value(view.ground, held) >= tiny.value(instance, plan)


def test_without_fillings_the_pins_are_what_is_combined():
    view = View(row_of(2, asks("a"), asks("b", pinned_lots=("L2",))))
    generation = view.generation(5)
    assert generation.master.columns == 0
    assert (generation.combine(10) == starting_plan(view.ground)).all()


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
        held = generation.combine(100_000)
        assert tiny.keeps_separation(view.instance, view.plan(held))
        assert np.unique(held[held >= 0]).size == len(view.plan(held))


@pytest.mark.usefixtures("most_lots")
@tiny.examples(20)
@given(st.data())
def test_a_plan_is_worth_what_its_fillings_do_not_lose_at_any_prices(data):
    """What is lost is counted to the last unit: by fillings, at borders between them, by what is paid for in vain."""
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    view = View(instance)
    assume(len(view.ground.site) and tiny.is_feasible(instance, plan))
    generation, held = view.generation(5), view.held(plan)
    generation.learn(held)
    master = generation.master
    assume(master.columns)
    count = len(master._upper)
    prices = np.array(data.draw(st.lists(st.integers(0, 40), min_size=count, max_size=count)), dtype=float)
    numbers, fillings = master._fillings_at(prices)
    chosen = [
        int(last) - 1 if last - first > 1 else int(first)
        for first, last in zip(fillings.start[:-1], fillings.start[1:], strict=True)
    ]
    assert len(numbers) == len(fillings.loss)
    worth = float(prices @ master._upper) - lost_by(fillings, chosen) + generation.pins_scaled / 1024 / 1000
    assert 1000 * worth == pytest.approx(plan_value(view.ground, held), abs=1)


@tiny.examples(20)
@given(st.data())
def test_the_best_known_filling_of_each_piece_is_found_among_those_that_are_allowed(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    assume(len(view.ground.site) and tiny.verdict(instance) is not None)
    generation = view.generation(5)
    for _ in range(3):
        generation.advance()
    master, ground = generation.master, view.ground
    assume(master.columns)
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=master.columns, max_size=master.columns)))
    master.allow(flags, np.zeros(len(generation.pieces), dtype=bool))
    stakes, _ = generation._stakes(generation.center)
    master.value_at(stakes, generation.classes, generation.outer_class)
    worth = stakes.own - ground.gain * SCALE + (stakes.at - generation.outer_class)[generation.classes.of]
    most, number = master.best_known()
    for piece in range(len(generation.pieces)):
        of_piece = np.flatnonzero(master.of_piece(piece) & flags).tolist()
        brings = {
            each: SCALE * round(master._values[each] * 1000) + int(worth[master.placements_of(each)].sum())
            for each in of_piece
        }
        assert most[piece] == max(brings.values(), default=0)
        assert brings[number[piece]] == most[piece] if brings else number[piece] == -1
