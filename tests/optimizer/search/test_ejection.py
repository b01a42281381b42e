from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit, Policy
from instances.zone import Neighbours
from optimizer.search.ejection import anneal
from optimizer.search.ground import starting_plan
from optimizer.search.schedule import Schedule, excess_prices, options_of
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import BREAD, STONE, asks, lot, row_of

MOVES = 2000


def annealed(view, held, seed=1, moves=MOVES, allowed=None, hot=600e3, charge=None, **more):
    ground = view.ground
    usable = np.ones(len(ground.site), dtype=np.bool_) if allowed is None else allowed
    price = np.zeros(len(ground.most)) if charge is None else charge
    schedule = Schedule(moves, hot, 1e3, seed, price, excess_prices(ground), **more)
    return anneal(ground, held, options_of(ground, usable), schedule)


@tiny.examples(25)
@given(st.data())
def test_what_comes_out_is_feasible_and_worth_what_it_says(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    charge = np.array([data.draw(st.sampled_from([0.0, 3e3, 2e5])) for _ in view.ground.most])
    seed = data.draw(st.integers(0, 9))
    best, value = annealed(view, starting_plan(view.ground), seed, charge=charge)
    plan = view.plan(best)
    assert tiny.keeps_placement(instance, plan)
    assert tiny.keeps_pins(instance, plan)
    assert tiny.keeps_separation(instance, plan)
    if value >= 0:
        assert tiny.is_feasible(instance, plan)
        assert tiny.value(instance, plan) == value == plan_value(view.ground, best)
        assert value <= tiny.verdict(instance).value
    else:
        assert value == -1
        assert (best == starting_plan(view.ground)).all()


@tiny.examples(20)
@given(st.data())
def test_it_is_never_worse_than_a_feasible_start_and_does_not_change_it(data):
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    view = View(instance)
    held = view.held(start)
    before = held.copy()
    best, value = annealed(view, held, moves=data.draw(st.sampled_from([0, 1, 300, MOVES])))
    assert value == plan_value(view.ground, best) >= tiny.value(instance, start)
    assert (held == before).all()


@tiny.examples(20)
@given(st.data())
def test_it_begins_from_any_plan_that_keeps_lots_and_separation(data):
    """A start may be over limits and quotas that were tightened since it was made."""
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.keeps_pins(instance, start) and tiny.keeps_separation(instance, start))
    view = View(instance)
    best, value = annealed(view, view.held(start))
    if value < 0:
        assert view.plan(best) == start
    else:
        assert tiny.is_feasible(instance, view.plan(best))
        assert tiny.value(instance, view.plan(best)) == value


@tiny.examples(20)
@given(st.data())
def test_pins_stay_and_who_has_no_allowed_placement_gets_none(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    ground = view.ground
    allowed = np.array([data.draw(st.booleans()) for _ in ground.site], dtype=np.bool_)
    best, _ = annealed(view, starting_plan(ground), allowed=allowed)
    movers = {instance.applicants[each].applicant_id for each in ground.applicant[allowed].tolist()}
    pins = {each.applicant_id for each in instance.applicants if each.pinned_lots}
    assert pins <= view.plan(best).keys() <= movers | pins


@tiny.examples(12)
@given(st.data())
def test_the_same_arguments_give_the_same_plan(data):
    view = View(data.draw(drawn.instances()))
    one, two = (annealed(view, starting_plan(view.ground), 7) for _ in range(2))
    assert one[1] == two[1]
    assert (one[0] == two[0]).all()


def test_it_finds_the_best_plan_nearly_always():
    found = []

    @tiny.examples(20)
    @given(st.data())
    def judge(data):
        instance = data.draw(drawn.instances())
        verdict = tiny.verdict(instance)
        assume(verdict is not None)
        view = View(instance)
        found.append(annealed(view, starting_plan(view.ground))[1] == verdict.value)

    judge()
    assert sum(found) >= 0.9 * len(found)


def test_two_tenants_change_places_in_one_move_even_when_it_is_cold():
    """Each prefers the other's lot, and there is no third: no move of one alone can help."""
    instance = row_of(
        2,
        asks("a", jobs_direct=50, preferred_lots=("L2",)),
        asks("b", jobs_direct=50, preferred_lots=("L1",)),
        preferred_lot=10,
    )
    view = View(instance)
    best, _ = annealed(view, view.held({"a": ("L1",), "b": ("L2",)}), hot=1001.0)
    assert view.plan(best) == {"a": ("L2",), "b": ("L1",)}


def test_a_start_over_a_limit_is_mended_when_the_limit_has_its_price():
    applicants = (asks(f"a{number}", power_kw=5, jobs_direct=number + 1) for number in range(3))
    view = View(row_of(3, *applicants, limits=(Limit("", 10),)))
    start = view.held({f"a{number}": (f"L{number + 1}",) for number in range(3)})
    best, value = annealed(view, start, charge=np.array([25e3]))
    assert (view.plan(best).keys(), value) == ({"a1", "a2"}, 500_000)


def test_with_nobody_to_move_the_start_comes_back():
    for instance in (row_of(1, asks("a", area_min_m2=900)), row_of(2, asks("a", pinned_lots=("L1",)))):
        view = View(instance)
        held = starting_plan(view.ground)
        best, value = annealed(view, held)
        assert (best == held).all()
        assert value == plan_value(view.ground, held)


def test_six_tenants_of_many_lots_each_give_way_at_once():
    """A hub between six arms of 20 lots, each held by a tenant that the one who wants the hub disturbs."""
    arms = [[f"A{arm}{number:02}" for number in range(20)] for arm in range(6)]
    lots = (lot("HUB"), *(lot(each, sectors=("bread",)) for arm in arms for each in arm))
    neighbours = [Neighbours(one, two, 100, "border") for arm in arms for one, two in pairwise(arm)]
    neighbours += [Neighbours(arm[0], "HUB", 100, "street") for arm in arms]
    people = [asks(f"b{number}", max_lots=20, area_min_m2=2000, area_max_m2=2000) for number in range(6)]
    people.append(asks("a", "stone", jobs_direct=1000))
    policy = Policy("hub", (BREAD, STONE), max_lots=20, separation=("street",))
    view = View(Instance(lots, tuple(neighbours), tuple(people), policy))
    start = view.held({f"b{number}": tuple(arm) for number, arm in enumerate(arms)})
    assert len(view.plan(start)) == 6
    best, value = annealed(view, start, charge=np.zeros(0))
    assert view.plan(best) == {"a": ("HUB",)}
    assert value == 100_000_000


def test_a_halt_ends_it_with_the_best_so_far():
    view = View(row_of(6, *(asks(f"a{n}", jobs_direct=n) for n in range(9))))
    held = view.held({"a1": ("L1",)})
    best, value = annealed(view, held, moves=10**15, halt=np.ones(1, dtype=np.bool_))
    assert value == plan_value(view.ground, best) >= 100_000


def test_the_pace_told_from_outside_ends_the_search():
    """All of it is over before the first look: only a few hundred of the endless moves are made."""
    view = View(row_of(3, *(asks(f"a{number}", jobs_direct=number + 1) for number in range(5))))
    best, value = annealed(view, starting_plan(view.ground), moves=2**60, pace=np.ones(1))
    assert value == plan_value(view.ground, best) > 0
