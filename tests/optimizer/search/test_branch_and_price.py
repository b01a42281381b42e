"""Branch and price against the judge: what it proves is the best plan, and anybody can recompute it."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.policy import Limit
from optimizer.case_bound import case_bound_millipoints
from optimizer.case_certificate import Proved, Question
from optimizer.search.branch_and_price import BranchAndPrice
from optimizer.search.case import LOT, PLACED, Case, Split
from optimizer.search.certify import certify_cases
from optimizer.search.filling import SCALE
from optimizer.search.ground import is_within_limits, starting_plan
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

MOST_STEPS = 400


def begun(view: View) -> BranchAndPrice:
    """Branch and price after column generation has settled at few prices, or gone on for long."""
    generation = view.generation(5)
    for _ in range(60):
        generation.advance()
        if generation.is_settled:
            break
    return BranchAndPrice(generation)


def value_of(view: View, held) -> int:
    """What a plan is worth to the search; 0 for one that keeps not all limits and quotas."""
    return int(plan_value(view.ground, held)) if is_within_limits(view.ground, held) else 0


def told_apart(view: View, told: BranchAndPrice, held, most: int = MOST_STEPS, sides: int = 1):
    """The best plan after so many steps, or when no case is left."""
    for _ in range(most):
        told.advance(value_of(view, held), lambda: 1.0, sides)
        for found in told.take_plans():
            if tiny.is_feasible(view.instance, view.plan(found)) and value_of(view, found) > value_of(view, held):
                held = found
        if told.is_done:
            break
    return held


@tiny.examples(40)
@given(st.data())
def test_the_best_plan_is_found_and_proved_whatever_it_begins_with(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    plan = data.draw(st.sampled_from([verdict.plan, {}]))
    held = view.held(plan) if plan else starting_plan(view.ground)
    told = begun(view)
    assume(told.generation.pieces)
    held = told_apart(view, told, held, sides=data.draw(st.sampled_from([1, 2])))
    assert told.is_done
    certificate = certify_cases(instance, told, value_of(view, held), len(told.nodes))
    assert case_bound_millipoints(instance, certificate) == certificate.bound_millipoints
    assert verdict.value <= certificate.bound_millipoints
    if certificate.bound_millipoints == value_of(view, held):
        assert value_of(view, held) == verdict.value


@tiny.examples(20)
@given(st.data())
def test_whenever_it_stops_what_it_says_holds(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    told = begun(view)
    assume(told.generation.pieces)
    steps, sides = data.draw(st.integers(1, 6)), data.draw(st.sampled_from([1, 2]))
    held = told_apart(view, told, starting_plan(view.ground), steps, sides)
    assume(told.nodes)
    most = data.draw(st.integers(1, 8))
    most_steps = data.draw(st.integers(1, told.steps_of(told.nodes)))
    certificate = certify_cases(instance, told, value_of(view, held), most, most_steps)
    assert sum(isinstance(node, Proved) for node in certificate.tree) <= most
    outline = told.outline(most, most_steps)
    assert len(outline) == 1 or told.steps_of(outline) <= most_steps
    bound = case_bound_millipoints(instance, certificate)
    assert verdict.value <= bound <= certificate.bound_millipoints
    assert certificate.bound_millipoints <= max(told.root.bound_scaled // SCALE, value_of(view, held))


def odd_zone() -> View:
    """A zone whose power is short, so that the linear master is of several minds."""
    jobs, power = (9, 1, 5, 2, 7, 3, 8), (7, 2, 6, 1, 8, 4, 5)
    people = [
        asks(f"a{n}", ("bread", "stone", "wood")[n % 3], jobs_direct=jobs[n], power_kw=power[n]) for n in range(7)
    ]
    return View(row_of(6, *people, separation=("border",), border_metre=9, limits=(Limit("", power_kw=17),)))


@pytest.mark.parametrize("sides", [1, 2])
def test_the_same_steps_give_the_same_cases(sides):
    trees = []
    for threads in (2, 2, 1):
        view = odd_zone()
        told = begun(view)
        told.threads = threads
        held = told_apart(view, told, starting_plan(view.ground), 12 // sides, sides)
        trees.append((held.tolist(), [(node.path, node.split, node.proof.bound_scaled) for node in told.nodes]))
    assert len(trees[0][1]) > sides
    assert trees[0] == trees[1] == trees[2]


@tiny.examples(30)
@given(st.data())
def test_the_two_answers_to_a_split_hold_every_plan_once(data):
    """Each feasible plan is of exactly one of the two cases; a tree of questions is written as it was asked."""
    instance = data.draw(drawn.instances())
    view = View(instance)
    plan = data.draw(drawn.choices(instance))
    assume(len(view.ground.site) and tiny.is_feasible(instance, plan))
    generation = view.generation(5)
    assume(generation.pieces)
    ground, spots, held = view.ground, generation.spots, view.held(plan)
    free = held[(held >= 0) & ~ground.is_pinned]
    kind = data.draw(st.sampled_from([LOT, PLACED]))
    if kind == LOT:
        lots = np.concatenate([piece.lots for piece in generation.pieces]).tolist()
        split = Split(LOT, data.draw(st.sampled_from(lots)), data.draw(st.integers(0, len(view.sectors) - 1)))
        is_so = any(spots.holding(ground, split.what)[each] and ground.sector[ground.applicant[each]] == split.where
                    for each in free)  # fmt: skip
    else:
        open_ones = np.flatnonzero(~ground.is_pinned).tolist()
        assume(open_ones)
        split = Split(
            PLACED, data.draw(st.sampled_from(open_ones)), data.draw(st.integers(0, len(generation.pieces) - 1))
        )
        is_so = any(ground.applicant[each] == split.what and spots.piece[each] == split.where for each in free)
    for answer in (False, True):
        case = generation.case.answered(ground, spots, split, answer)
        assert holds(view, generation, case, free) == (answer == is_so)


def holds(view: View, generation, case: Case, free) -> bool:
    """Whether a plan is of a case, by what the case says of itself."""
    ground, spots = view.ground, generation.spots
    is_held = np.array([spots.holding(ground, lot)[free].any() for lot in range(len(case.is_held))], dtype=bool)
    placed = {(int(ground.applicant[each]), int(spots.piece[each])) for each in free}
    return bool(case.alive[free].all() and is_held[case.is_held].all()) and set(case.placed) <= placed


def test_a_certificate_names_lots_sectors_and_applicants():
    view = odd_zone()
    told = begun(view)
    told_apart(view, told, starting_plan(view.ground), 60)
    questions = [node for node in certify_cases(view.instance, told, 0, 99).tree if isinstance(node, Question)]
    assert {node.kind for node in questions} == {"lot", "placed"}
    for node in questions:
        assert (node.kind == "lot") == (node.name in view.instance.lot) == bool(node.sector)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("most", [1, 5])
def test_a_case_that_runs_out_of_time_stays_open(most, sides):
    view = odd_zone()
    told = begun(view)
    told.advance(0, lambda: 1.0)
    bound = told.bound_scaled
    for _ in range(most):
        told.advance(0, lambda: 0.0, sides)
    assert not told.is_done
    assert told.bound_scaled == bound
