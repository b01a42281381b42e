"""Compiled recounts against plain ones: what a placement brings, uses and collides with."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.plan import Plan
from optimizer.search.ground import is_within_limits, used
from optimizer.search.tenancy import (
    MOST_EJECTED,
    UNWELCOME,
    add_use,
    charges,
    collisions,
    is_free,
    keeps_apart,
    nobody,
    offer,
    order_of,
    placement_at,
    plan_value,
    settle,
    vacate,
    worth,
)
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


def tenants(view, held):
    """Who holds what under the plan."""
    tenancy = nobody(view.ground)
    for number in held[held >= 0].tolist():
        settle(view.ground, tenancy, number)
    return tenancy


def drawn_view(data):
    """An instance with placements, a plan of sites that fit, and one more placement."""
    view = View(data.draw(drawn.instances()))
    assume(len(view.ground.site))
    plan = data.draw(drawn.choices(view.instance))
    assume(tiny.keeps_pins(view.instance, plan))
    return view, plan, data.draw(st.integers(0, len(view.ground.site) - 1))


@tiny.examples(20)
@given(st.data())
def test_the_value_of_a_plan_is_the_judges(data):
    view, plan, _ = drawn_view(data)
    held = view.held(plan)
    assert plan_value(view.ground, held) == tiny.value(view.instance, plan)
    tenancy = tenants(view, held)
    assert (tenancy.placement >= 0).sum() == sum(len(lots) for lots in plan.values())
    assert ((tenancy.placement >= 0) == (tenancy.sector >= 0)).all()
    for number in held[held >= 0].tolist():
        vacate(view.ground, tenancy, number)
    assert (tenancy.placement == -1).all()
    assert (tenancy.sector == -1).all()


@tiny.examples(60)
@given(st.data())
def test_a_plan_keeps_apart_when_the_audit_finds_no_hostile_neighbours(data):
    view, plan, _ = drawn_view(data)
    breaches = audit(view.instance, Plan(plan)).breaches
    assert keeps_apart(view.ground, view.held(plan)) == all(each.rule != "separation" for each in breaches)


@tiny.examples(20)
@given(st.data())
def test_better_plans_come_first_and_all_that_keep_limits_before_the_rest(data):
    view, plan, _ = drawn_view(data)
    other = data.draw(drawn.choices(view.instance))
    assume(tiny.keeps_pins(view.instance, other))
    one, two = view.held(plan), view.held(other)
    first, second = sorted((one, two), key=lambda each: order_of(view.ground, each))
    within = [is_within_limits(view.ground, each) for each in (first, second)]
    assert within != [False, True]
    if within[0] == within[1]:
        assert plan_value(view.ground, first) >= plan_value(view.ground, second)


@tiny.examples(20)
@given(st.data())
def test_a_placement_on_free_lots_is_worth_what_it_adds_and_uses_what_it_adds(data):
    view, plan, number = drawn_view(data)
    name, lots = view.placement(number)
    assume(not view.instance.applicant[name].is_pinned)  # what is pinned is held already
    plan = {each: other for each, other in plan.items() if each != name and set(lots).isdisjoint(other)}
    ground, held = view.ground, view.held(plan)
    before, more = held.copy(), held.copy()
    more[ground.applicant[number]] = number
    added = tiny.value(view.instance, {**plan, name: lots}) - tiny.value(view.instance, plan)
    assert worth(ground, tenants(view, held), number) == added
    total = used(ground, held)
    add_use(ground, total, number, 1)
    assert total.tolist() == used(ground, more).tolist()
    add_use(ground, total, number, -1)
    assert total.tolist() == used(ground, before).tolist()
    charge = np.arange(1.0, len(ground.most) + 1)
    assert charges(ground, charge)[number] == charge @ (used(ground, more) - used(ground, held))


@tiny.examples(25)
@given(st.data())
def test_a_placement_collides_with_whoever_is_on_its_lots_or_hostile_next_door(data):
    view, plan, number = drawn_view(data)
    ground, instance = view.ground, view.instance
    name, lots = view.placement(number)
    others = {each: sites for each, sites in plan.items() if each != name}
    in_the_way = [
        each
        for each, sites in others.items()
        if set(sites) & set(lots) or not tiny.keeps_separation(instance, {each: sites, name: lots})
    ]
    out = np.full(MOST_EJECTED + 3, -7, dtype=np.int32)
    count = collisions(ground, tenants(view, view.held(plan)), number, out, 1)
    if any(instance.applicant[each].pinned_lots for each in in_the_way):
        assert count == -1
    else:
        assert sorted(view.placement(each)[0] for each in out[1:count]) == sorted(in_the_way)
        assert out[0] == -7
    alone = (
        tenants(view, view.held(others))
        if name not in {p.applicant_id for p in instance.applicants if p.is_pinned}
        else None
    )
    if alone is not None:
        sector, site = ground.sector[ground.applicant[number]], ground.site[number]
        offered = offer(ground, alone, number, sector, site)
        assert (is_free(ground, alone, site) and offered != UNWELCOME) == (not in_the_way)
        assert in_the_way or offered == worth(ground, alone, number)


@tiny.examples(10)
@given(drawn.instances())
def test_a_placement_is_found_by_its_applicant_and_site(instance):
    ground = View(instance).ground
    known = {
        pair: number for number, pair in enumerate(zip(ground.applicant.tolist(), ground.site.tolist(), strict=True))
    }
    for applicant in range(len(ground.sector)):
        for site in range(len(ground.site_start) - 1):
            assert placement_at(ground, applicant, site) == known.get((applicant, site), -1)


def test_a_placement_that_collides_with_too_many_is_not_tried():
    """A site of seven lots, each held by somebody else: one more than may be ejected."""
    count = MOST_EJECTED + 1
    names = [f"b{number}" for number in range(count)]
    wide = asks("a", max_lots=count, area_min_m2=100 * count)
    for held, expected in ((count, -1), (count - 1, count - 1)):
        view = View(row_of(count, wide, *(asks(name) for name in names), max_lots=count))
        plan = {name: (f"L{number + 1}",) for number, name in enumerate(names[:held])}
        tenancy = tenants(view, view.held(plan))
        assert collisions(view.ground, tenancy, 0, np.zeros(count + 2, np.int32), 0) == expected


def test_the_worked_example_of_the_specification():
    bakers = (asks("a", jobs_direct=10, jobs_indirect=5, max_lots=2), asks("b", jobs_direct=8))
    view = View(row_of(2, *bakers, border_metre=6, max_lots=2, job_direct=100, job_indirect=40))
    plans = ({"b": ("L2",)}, {"a": ("L1", "L2")}, {"a": ("L1",), "b": ("L2",)})
    values = [plan_value(view.ground, view.held(plan)) for plan in plans]
    assert values == [800_000, 1_200_000, 2_120_000]
    assert all(one < two for one, two in pairwise(values))
