"""Column generation against the judge: its bound is never under the optimum, and closes on the pieces it can."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.generate import generate
from optimizer.search.answers import floors_within
from optimizer.search.filling import SCALE
from optimizer.search.generation_start import twin_of
from optimizer.search.ground import is_within_limits
from optimizer.search.mixing import combine
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

MOST_ROUNDS = 60


def settled(view, rounds=MOST_ROUNDS, steps=20):
    """(column generation after its rounds, the bound after each)."""
    generation, bounds = view.generation(steps), []
    while not generation.is_settled and len(bounds) < rounds:
        assert generation.advance() > 0
        bounds.append(generation.proof.bound_scaled)
    return generation, bounds


@pytest.mark.usefixtures("most_lots")
@tiny.examples(25)
@given(drawn.instances())
def test_the_bound_of_every_round_is_true_and_falls_to_the_master(instance):
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site))
    generation, bounds = settled(view)
    assert all(one >= two for one, two in pairwise(bounds))
    assert verdict is None or bounds[-1] >= verdict.value * SCALE
    assert generation.rounds == len(bounds)
    if verdict is not None:
        assert generation.is_settled, "the method ends on a tiny instance"
        value, _ = generation.master.solve()
        assert generation.proof.bound_points - value - generation.pins_scaled / SCALE / 1000 < 0.5


@pytest.mark.usefixtures("most_lots")
@tiny.examples(15)
@given(drawn.instances())
def test_what_is_combined_is_a_plan(instance):
    view = View(instance)
    assume(len(view.ground.site))
    generation, bounds = settled(view, 4)
    held = combine(generation, 100_000)
    if held is None:
        return
    plan = view.plan(held)
    assert tiny.keeps_placement(instance, plan)
    assert tiny.keeps_pins(instance, plan)
    assert tiny.keeps_separation(instance, plan)
    if is_within_limits(view.ground, held):
        assert tiny.is_feasible(instance, plan)
        assert plan_value(view.ground, held) * SCALE <= bounds[-1]


@pytest.mark.usefixtures("most_lots")
@tiny.examples(15)
@given(st.data())
def test_a_search_of_few_nodes_claims_a_bound_that_is_weaker_and_true(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    generation, bounds = settled(view, 5)
    claims, whole, _ = generation.thrifty(10**6)
    assert (tuple(claims), whole) == (generation.proof.most, bounds[-1])
    claims, weak, _ = generation.thrifty(data.draw(st.sampled_from([0, 1, 5, 20])))
    assert weak >= whole >= verdict.value * SCALE
    assert all(claim >= most for claim, most in zip(claims, generation.proof.most, strict=True))


def test_where_nodes_run_out_only_the_pieces_that_take_the_longest_claim_more():
    view = View(generate(lots=60, applicants=150, seed=3, family="open"))
    generation, bounds = settled(view, 12)
    claims, whole, needed = generation.thrifty(10**7)
    assert (tuple(claims), whole) == (generation.proof.most, bounds[-1])
    scarce = [generation.thrifty(needed - 1).most, generation.thrifty(needed // 2).most]
    for loose in scarce:
        nodes = generation.proof.nodes
        more = [number for number, claim in enumerate(loose) if claim > claims[number]]
        assert more
        assert len(more) < len(claims)
        assert min(nodes[number] for number in more) >= max(nodes[n] for n in range(len(claims)) if n not in more)


@pytest.mark.usefixtures("most_lots")
@tiny.examples(15)
@given(st.data())
def test_the_slack_of_a_placement_is_what_a_plan_with_it_loses_at_least(data):
    instance = data.draw(drawn.instances(most_lots=4))
    view = View(instance)
    assume(len(view.ground.site))
    generation, bounds = settled(view, 5)
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    held = view.held(plan)
    lost = bounds[-1] / SCALE / 1000 - tiny.value(instance, plan) / 1000
    for number in held[held >= 0].tolist():
        if not view.ground.is_pinned[view.ground.applicant[number]]:
            assert generation.slack[number] <= lost + 1.0


def test_what_the_pins_earn_is_in_the_bound():
    """Two pins beside each other, a third tenant beside one of them, and a hostile one that fits nowhere."""
    view = View(
        row_of(
            4,
            asks("a", pinned_lots=("L1",)),
            asks("b", pinned_lots=("L2",), jobs_direct=2),
            asks("c", jobs_direct=3),
            asks("d", "stone", jobs_direct=9, preferred_lots=("L3",)),
            separation=("border",),
            border_metre=6,
        )
    )
    generation, bounds = settled(view)
    assert generation.is_settled
    assert tiny.verdict(view.instance).value * SCALE <= bounds[-1]
    border = 6 * 200 * 100
    assert bounds[-1] <= SCALE * (max(300_000 + border, 900_000) + 300_000 + border + 1_000)


def test_pieces_without_a_common_border_are_bounded_exactly():
    people = [asks(f"a{n}", jobs_direct=n + 1) for n in range(6)]
    view = View(row_of(3, *people, separation=(), border_metre=0))
    generation, bounds = settled(view)
    assert len(generation.pieces) == 3
    assert generation.is_settled
    assert bounds[-1] / SCALE == pytest.approx(1_500_000, abs=1_000)


def test_with_nothing_left_to_choose_it_is_settled_at_once():
    view = View(row_of(2, asks("a", pinned_lots=("L1",)), asks("b", "stone"), separation=("border",)))
    generation, bounds = settled(view)
    assert (generation.pieces, generation.rounds, generation.is_settled) == ([], 1, True)
    assert bounds == [100_000 * SCALE + int(generation.proof.applicant.sum())]
    assert np.isfinite(generation.slack).all()


@tiny.examples(15)
@given(drawn.instances())
def test_where_searches_are_short_it_ends_all_the_same_and_goes_on_with_longer_ones(instance):
    view = View(instance)
    assume(len(view.ground.site) and tiny.verdict(instance) is not None)
    short = view.generation(20)
    short.nodes = short.most_nodes = 1
    while not short.is_at_its_end:
        assert short.rounds < 5 * MOST_ROUNDS
        short.advance()
    assert short.proof.bound_scaled >= tiny.verdict(instance).value * SCALE
    longer = view.generation(20)
    longer.nodes = 1
    while not longer.is_at_its_end:
        assert longer.rounds < 5 * MOST_ROUNDS
        longer.advance()
    assert longer.is_settled


@tiny.examples(20)
@given(st.data())
def test_a_bound_that_is_aimed_at_is_true_and_reached_or_nothing_is_left_to_do(data):
    """Pieces are searched only for what would lift the bound above the aim."""
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    aimed, free = view.generation(5), view.generation(5)
    assume(aimed.pieces)
    for _ in range(40):
        free.advance()
    aim = free.proof.bound_scaled + data.draw(st.integers(0, 3 * SCALE))
    aimed.enter(aimed.case, aimed.center, aim_scaled=aim)
    for _ in range(60):
        aimed.advance()
        assert aimed.proof.bound_scaled >= verdict.value * SCALE
        if aimed.proof.bound_scaled <= aim or aimed.is_at_its_end:
            break
    assert aimed.proof.bound_scaled <= aim or aimed.is_at_its_end


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 9)), min_size=1), st.integers(-10, 9_000))
def test_floors_stay_within_what_pieces_may_bring_together(pieces, most):
    known, nodes = [each for each, _ in pieces], [each for _, each in pieces]
    floors = floors_within(known, most, nodes)
    assert all(floor >= own for floor, own in zip(floors, known, strict=True))
    assert sum(floors) <= max(most, sum(known))
    assert most <= sum(known) or most - sum(floors) < len(known)


@tiny.examples(20)
@given(drawn.instances())
def test_a_twin_knows_the_same_and_goes_its_own_way(instance):
    view = View(instance)
    assume(len(view.ground.site) and tiny.verdict(instance) is not None)
    generation = view.generation(5)
    assume(generation.pieces)
    for _ in range(3):
        generation.advance()
    twin, before = twin_of(generation), generation.master.columns
    assert twin.master.columns == before
    one, other = generation.master.solve(), twin.master.solve()
    assert (one is None) == (other is None)
    assert one is None or abs(one[0] - other[0]) < 1e-6
    twin.advance()
    assert generation.master.columns == before
