import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Affinity, Limit, Quota
from optimizer.rules import limits, quotas
from optimizer.search.ground import is_within_limits, row_keys, starting_plan, used
from tests import drawn, tiny
from tests.optimizer.points import columns_of
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


@tiny.examples(20)
@given(drawn.instances())
def test_sectors_and_edges_say_what_the_instance_says(instance):
    view = View(instance)
    ground, policy = view.ground, instance.policy
    for one, first in enumerate(view.sectors):
        for two, second in enumerate(view.sectors):
            assert ground.hostile[one, two] == tiny.are_hostile(instance, first, second)
            listed = [each.percent for each in policy.affinity if {each.sector_a, each.sector_b} == {first, second}]
            assert ground.affinity[one, two] == (100 if one == two else sum(listed))
    for here, name in enumerate(view.lots):
        edges = range(ground.edge_start[here], ground.edge_start[here + 1])
        wanted = [
            (
                pair.lot_b if pair.lot_a == name else pair.lot_a,
                pair.length_dm * (policy.border_metre if pair.kind == "border" else policy.street_metre),
                pair.kind in policy.separation,
            )
            for pair in instance.neighbours
            if name in (pair.lot_a, pair.lot_b)
        ]
        found = [(view.lots[ground.edge_to[e]], int(ground.rate[e]), bool(ground.is_apart[e])) for e in edges]
        assert found == sorted(wanted)
        for e in edges:
            assert ground.edge_from[e] == here
            back = ground.back[e]
            assert (ground.edge_from[back], ground.edge_to[back]) == (ground.edge_to[e], here)


@tiny.examples(25)
@given(drawn.instances())
def test_rows_are_those_of_the_rules(instance):
    """What each placement uses of each limit and quota, the right-hand sides, the order and the names."""
    view, columns = View(instance), columns_of(instance)
    rows = [*limits.rows(columns), *quotas.rows(columns)]
    assert row_keys(instance) == [row.name for row in rows]
    assert view.ground.most.tolist() == [row.upper for row in rows]
    alone = np.full(len(instance.applicants), -1, dtype=np.int32)
    for number in range(len(view.ground.site)):
        held = alone.copy()
        held[view.ground.applicant[number]] = number
        wanted = [dict(zip(row.columns, row.coefficients, strict=True)).get(number, 0) for row in rows]
        assert used(view.ground, held).tolist() == wanted


@tiny.examples(20)
@given(st.data())
def test_a_plan_goes_to_numbers_and_back_and_keeps_limits_when_the_judge_says_so(data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    plan = data.draw(drawn.choices(instance))
    held = view.held({each: tuple(reversed(lots)) for each, lots in plan.items()})
    pins = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.pinned_lots}
    assert view.plan(held) == {**plan, **{each: tuple(sorted(lots)) for each, lots in pins.items()}}
    taken = held[held >= 0]
    assert (view.ground.applicant[taken] == np.flatnonzero(held >= 0)).all()
    keeps = tiny.keeps_limits(instance, view.plan(held)) and tiny.keeps_quotas(instance, view.plan(held))
    assert is_within_limits(view.ground, held) == keeps


@tiny.examples(10)
@given(drawn.instances())
def test_the_sites_of_a_lot_are_the_open_ones_that_hold_it(instance):
    ground = View(instance).ground
    pinned = {int(ground.site[ground.start[each]]) for each in np.flatnonzero(ground.is_pinned)}
    for number in range(len(instance.lots)):
        of_lot = ground.lot_sites[ground.lot_start[number] : ground.lot_start[number + 1]].tolist()
        holding = [
            site
            for site in range(len(ground.site_start) - 1)
            if number in ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]] and site not in pinned
        ]
        assert of_lot == holding


def test_the_first_plan_is_that_of_the_pins():
    view = View(row_of(3, asks("a"), asks("b", pinned_lots=("L2", "L3"))))
    assert view.plan(starting_plan(view.ground)) == {"b": ("L2", "L3")}


@pytest.mark.parametrize("stranger", [{"a": ("L1", "L2")}, {"b": ("L1",)}, {"a": ("L9",)}, {"a": ()}])
def test_a_plan_of_something_else_has_no_numbers(stranger):
    view = View(row_of(2, asks("a")))
    assert view.held({}).tolist() == [-1]
    with pytest.raises(KeyError):
        view.held(stranger)


def test_the_arrays_of_a_zone_written_by_hand():
    instance = row_of(
        (lot("L1"), lot("L2", zone="Z2"), lot("L3")),
        asks("a", area_min_m2=150, max_lots=2, power_kw=7, group="sme"),
        asks("b", "stone", preferred_lots=("L3",), power_kw=5),
        max_lots=2,
        border_metre=6,
        preferred_lot=3,
        separation=("border",),
        affinity=(Affinity("bread", "stone", 30),),
        limits=(Limit("Z2", power_kw=9),),
        quotas=(Quota("small", "sme", "", 40),),
    )
    view = View(instance)
    ground = view.ground
    assert ground.applicant.tolist() == [0, 0, 1, 1, 1]
    assert [view.placement(number)[1] for number in range(5)] == [
        ("L1", "L2"), ("L2", "L3"), ("L1",), ("L2",), ("L3",),
    ]  # fmt: skip
    assert ground.gain.tolist() == [100_000] * 4 + [103_000]
    assert ground.most.tolist() == [9, 0]
    assert [used(ground, view.held(plan)).tolist() for plan in ({"a": ("L2", "L3")}, {"b": ("L1",)})] == [
        [7, -120], [0, 40],
    ]  # fmt: skip
    assert ground.edge_to.tolist() == [1, 0, 2, 1]
    assert ground.rate.tolist() == [1200] * 4
    assert ground.affinity.tolist() == [[100, 30, 0], [30, 100, 0], [0, 0, 100]]
    assert ground.hostile.tolist() == [[False, True, False], [True, False, False], [False] * 3]
