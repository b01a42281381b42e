import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Affinity, Limit, Quota
from optimizer.ground import held_of
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.optimizer.grounds import seen
from tests.zones import asks, lot, row_of


@tiny.examples(60)
@given(st.data())
def test_the_arrays_say_what_the_instance_says(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    ground, policy = view.ground, instance.policy
    ids = [sector.sector_id for sector in policy.sectors]
    for one, first in enumerate(ids):
        for two, second in enumerate(ids):
            assert ground.hostile[one, two] == tiny.are_hostile(instance, first, second)
            listed = [each.percent for each in policy.affinity if {each.sector_a, each.sector_b} == {first, second}]
            assert ground.affinity[one, two] == (100 if one == two else sum(listed))
    lots = [each.lot_id for each in instance.lots]
    for here, name in enumerate(lots):
        part = slice(ground.beside_start[here], ground.beside_start[here + 1])
        around = zip(ground.beside[part], ground.beside_rate[part], ground.beside_apart[part], strict=True)
        wanted = {
            (
                lots.index(pair.lot_b if pair.lot_a == name else pair.lot_a),
                pair.length_dm * (policy.border_metre if pair.kind == "border" else policy.street_metre),
                pair.kind in policy.separation,
            )
            for pair in instance.neighbours
            if name in (pair.lot_a, pair.lot_b)
        }
        assert {(int(other), int(rate), bool(apart)) for other, rate, apart in around} == wanted


@tiny.examples(60)
@given(st.data())
def test_each_placement_alone_is_worth_its_gain_and_uses_its_share_of_limits_and_quotas(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    ground, lots = view.ground, [each.lot_id for each in instance.lots]
    for number, each in enumerate(view.columns.placements):
        alone = {each.applicant.applicant_id: each.lots}
        assert ground.gain[number] == tiny.value(instance, alone)
        part = ground.lots[ground.lots_start[number] : ground.lots_start[number + 1]]
        assert tuple(lots[lot] for lot in part) == each.lots
        assert ground.is_pin[number] == bool(each.applicant.pinned_lots)
        assert instance.policy.sectors[ground.sector[number]].sector_id == each.applicant.sector
        keeps = tiny.keeps_limits(instance, alone) and tiny.keeps_quotas(instance, alone)
        assert bool((ground.side[:, number] <= ground.side_most).all()) == keeps


@tiny.examples(60)
@given(st.data())
def test_a_plan_goes_to_numbers_and_back(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    plan = data.draw(drawn.choices(instance))
    held = held_of(view.columns, Plan(plan))
    assert view.plan(held) == plan
    taken = held[held >= 0]
    assert (view.ground.applicant[taken] == np.flatnonzero(held >= 0)).all()


def test_a_plan_of_something_else_has_no_numbers():
    view = seen(row_of(2, asks("a")))
    assert held_of(view.columns, Plan({})).tolist() == [-1]
    for stranger in ({"a": ("L1", "L2")}, {"b": ("L1",)}):
        with pytest.raises(KeyError):
            held_of(view.columns, Plan(stranger))


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
    ground = seen(instance).ground
    assert ground.applicant.tolist() == [0, 0, 1, 1, 1]
    assert ground.lots_start.tolist() == [0, 2, 4, 5, 6, 7]
    assert ground.lots.tolist() == [0, 1, 1, 2, 0, 1, 2]
    assert ground.gain.tolist() == [100_000] * 4 + [103_000]
    assert ground.side.tolist() == [[7, 7, 0, 5, 0], [-120, -120, 40, 40, 40]]
    assert ground.side_most.tolist() == [9, 0]
    assert ground.beside.tolist() == [1, 0, 2, 1]
    assert ground.beside_rate.tolist() == [1200] * 4
    assert ground.affinity.tolist() == [[100, 30, 0], [30, 100, 0], [0, 0, 100]]
    assert ground.hostile.tolist() == [[False, True, False], [True, False, False], [False] * 3]
