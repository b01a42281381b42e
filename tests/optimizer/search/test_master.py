"""The master program: what its columns are worth and lose at any prices, counted anew."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.filling import SCALE
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.test_combining import lost_by
from tests.optimizer.search.views import View


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
    numbers, fillings = master.fillings_at(prices)
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
