"""Which sites fit, and what each placement brings by itself, against the judge's reading of section 3."""

import pytest
from hypothesis import given

from optimizer.sites import enumerate_placements
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


def placements(view):
    return [view.placement(number) for number in range(len(view.ground.site))]


@tiny.examples(35)
@given(drawn.instances())
def test_placements_and_gains_are_the_judges_in_canonical_order(instance):
    view = View(instance)
    found = placements(view)
    assert found == [(each.applicant.applicant_id, each.lots) for each in enumerate_placements(instance)]
    wanted = tiny.placements(instance)
    for name, sites in wanted.items():
        assert sorted(lots for each, lots in found if each == name) == sorted(sites)
    for number, (name, lots) in enumerate(found):
        assert view.ground.gain[number] == tiny.value(instance, {name: lots})


ZONES = (lot("L1"), lot("L2", zone="Z2"), lot("L3", zone="Z2", area_m2=150), lot("L4", zone="Z3", sectors=("wood",)))


@pytest.mark.parametrize(
    ("wishes", "sites"),
    [
        ({}, ["L1", "L1 L2", "L2", "L2 L3", "L3"]),
        ({"zones": ("Z2",)}, ["L2", "L2 L3", "L3"]),
        ({"zones": ("Z1", "Z2")}, ["L1", "L1 L2", "L2", "L2 L3", "L3"]),
        ({"zones": ("Z3",)}, []),
        ({"zones": ("Z3", "Z1")}, ["L1"]),
        ({"sector": "wood", "zones": ("Z2", "Z3")}, ["L2", "L2 L3", "L3", "L3 L4", "L4"]),
        ({"beside_lots": ("L1",)}, ["L1", "L1 L2", "L2", "L2 L3"]),
        ({"beside_lots": ("L1", "L4")}, ["L1", "L1 L2", "L2", "L2 L3", "L3"]),
        ({"area_min_m2": 150, "area_max_m2": 200}, ["L1 L2", "L3"]),
        ({"power_kw": 11}, ["L1 L2", "L2 L3"]),
        ({"water_hl_day": 20}, ["L1 L2", "L2 L3"]),
        ({"water_hl_day": 21}, []),
        ({"max_lots": 1}, ["L1", "L2", "L3"]),
        ({"score": 49}, []),
        ({"score": 50, "max_lots": 1}, ["L1", "L2", "L3"]),
    ],
)
def test_each_need_closes_the_sites_that_do_not_meet_it(wishes, sites):
    wishes = {"sector": "bread", "max_lots": 2, "score": 80, **wishes}
    instance = row_of(ZONES, asks("a", **wishes), asks("b", score=10), max_lots=2, min_score=50)
    assert placements(View(instance)) == [("a", tuple(each.split())) for each in sites]


def test_a_pin_stands_whatever_does_not_fit_and_closes_its_lots():
    instance = row_of(
        (lot("L1", status="reserved"), lot("L2"), lot("L3"), lot("L4")),
        asks("a", pinned_lots=("L1", "L3"), score=0, area_min_m2=900),
        asks("b", max_lots=2, beside_lots=("L3",), score=50),
        max_lots=2,
        min_score=50,
    )
    view = View(instance)
    assert placements(view) == [("a", ("L1", "L3")), ("b", ("L2",)), ("b", ("L4",))]
    assert view.ground.is_pinned.tolist() == [True, False]


def test_a_preferred_lot_counts_once_and_only_where_the_site_holds_one():
    instance = row_of(3, asks("a", max_lots=2, preferred_lots=("L1", "L2")), max_lots=2, preferred_lot=7)
    gains = dict(zip(placements(View(instance)), View(instance).ground.gain.tolist(), strict=True))
    assert gains == {
        ("a", ("L1",)): 107_000, ("a", ("L1", "L2")): 107_000, ("a", ("L2",)): 107_000, ("a", ("L2", "L3")): 107_000,
        ("a", ("L3",)): 100_000,
    }  # fmt: skip


def test_a_zone_without_an_open_lot_has_no_placement():
    view = View(row_of((lot("L1", status="withdrawn"), lot("L2", status="allocated")), asks("a"), asks("b")))
    assert placements(view) == []
    assert view.ground.start.tolist() == [0, 0, 0]
