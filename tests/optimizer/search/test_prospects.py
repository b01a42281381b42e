"""Prospects: a search that gives moves up by them stays right, and finds the best plan nearly as often."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.ejection import anneal
from optimizer.search.ground import starting_plan
from optimizer.search.prospects import Prospects, prospect, prospects_of
from optimizer.search.schedule import Schedule, excess_prices, options_of
from optimizer.search.tenancy import nobody, plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

EVERYTHING = 10**9 * 1.0


def hasty(view, held, prospects, patience=0.0, moves=3000):
    ground = view.ground
    schedule = Schedule(
        moves, 600e3, 1e3, 1, np.zeros(len(ground.most)), excess_prices(ground), prospects=prospects, patience=patience
    )
    return anneal(ground, held, options_of(ground, np.ones(len(ground.site), dtype=np.bool_)), schedule)


def priced(view):
    smooth = view.smooth()
    return prospects_of(view.ground, smooth.classes, smooth.best)


@tiny.examples(20)
@given(st.data())
def test_moves_given_up_leave_no_trace(data):
    """Whatever the prices say, right or wrong, what comes out is a plan of the value said."""
    instance = data.draw(drawn.instances())
    view = View(instance)
    points = st.sampled_from([0.0, 5e3, 4e5])
    prospects = Prospects(
        np.array([data.draw(points) for _ in instance.lots]), np.array([data.draw(points) for _ in instance.applicants])
    )
    best, value = hasty(view, starting_plan(view.ground), prospects, data.draw(st.sampled_from([0.0, 1e5])))
    plan = view.plan(best)
    assert tiny.keeps_placement(instance, plan)
    assert tiny.keeps_pins(instance, plan)
    assert tiny.keeps_separation(instance, plan)
    if value >= 0:
        assert tiny.is_feasible(instance, plan)
        assert tiny.value(instance, plan) == value == plan_value(view.ground, best)


def test_it_finds_the_best_plan_nearly_always():
    found = []

    @tiny.examples(20)
    @given(st.data())
    def judge(data):
        instance = data.draw(drawn.instances())
        verdict = tiny.verdict(instance)
        assume(verdict is not None)
        view = View(instance)
        found.append(hasty(view, starting_plan(view.ground), priced(view))[1] == verdict.value)

    judge()
    assert sum(found) >= 0.8 * len(found)


def test_with_all_the_patience_it_is_the_search_that_carries_every_move_out():
    applicants = (asks(f"a{number}", jobs_direct=number + 1, power_kw=number) for number in range(6))
    view = View(row_of(4, *applicants, max_lots=2, border_metre=3))
    nothing = Prospects(np.zeros(4), np.zeros(6))
    one = hasty(view, starting_plan(view.ground), nothing, EVERYTHING)
    two = hasty(view, starting_plan(view.ground), nothing, float("inf"))
    assert (one[0] == two[0]).all()
    assert one[1] == two[1]


def test_an_applicant_is_worth_what_its_best_placement_brings_over_its_price():
    view = View(row_of(2, asks("a", jobs_direct=50), asks("b", jobs_direct=20)))
    smooth = view.smooth()
    lot = np.array([12.0, 30.0])
    prospects = prospects_of(view.ground, smooth.classes, smooth.best._replace(lot=lot))
    points = view.ground.gain.max() / 1000 / 50
    assert prospects.lot.tolist() == [12e3, 30e3]
    assert prospects.applicant.tolist() == [1000 * max(0.0, points * jobs - 12) for jobs in (50, 20)]


def test_what_may_come_back_is_counted_once_for_each_that_left():
    """The mover's old site counts by its lots only; who was put out also by its own worth; taken lots not at all."""
    view = View(row_of(3, asks("a"), asks("b"), asks("c")))
    ground, tenancy = view.ground, nobody(view.ground)
    tenancy.placement[2] = ground.start[2]
    prospects = Prospects(np.array([100.0, 200.0, 400.0]), np.array([1000.0, 2000.0, 4000.0]))
    charges = np.zeros(len(ground.site))
    charges[ground.start[0]], charges[ground.start[1]] = 1e4, 2e4
    left = np.array([ground.start[0], ground.start[1]], dtype=np.int32)
    freed = np.array([0, 1, 2], dtype=np.int32)
    assert prospect(ground, tenancy, charges, prospects, left, 1, freed) == 30_000 + 2000 + 300
    assert prospect(ground, tenancy, charges, prospects, left, 0, freed) == 30_000 + 3000 + 300
