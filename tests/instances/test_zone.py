"""Lots and neighbours: valid at birth, one spelling."""

import pytest

from instances.faults import InstanceError
from instances.zone import LARGEST, Lot, Neighbours, canonical_outline

BOX = ((0, 0), (10, 0), (10, 10), (0, 10))
HOLE = ((2, 2), (2, 4), (4, 4), (4, 2))


def codes(make, *args, **values):
    with pytest.raises(InstanceError) as error:
        make(*args, **values)
    return [(fault.code, fault.where.field) for fault in error.value.faults]


def test_a_lot_has_one_spelling():
    one = Lot("L1", 5, sectors=("b", "a", "b"), outline=((BOX, HOLE),))
    turned = (*BOX[2:], *BOX[:2])[::-1]
    other = Lot("L1", 5, sectors=("a", "b"), outline=((turned + turned[:1], HOLE[::-1]),))
    assert one == other
    assert one.sectors == ("a", "b")


def test_outer_rings_turn_left_and_holes_right():
    ((outer, hole),) = canonical_outline(((BOX[::-1], HOLE[::-1]),))
    assert outer == BOX
    assert hole == HOLE
    assert canonical_outline(()) == canonical_outline(((),)) == ()


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"lot_id": ""}, ("missing_value", "lot_id")),
        ({"lot_id": 5}, ("not_text", "lot_id")),
        ({"lot_id": "a" * 101}, ("bad_id", "lot_id")),
        ({"lot_id": " a"}, ("bad_id", "lot_id")),
        ({"lot_id": "a|b"}, ("bad_id", "lot_id")),
        ({"lot_id": "a,b"}, ("bad_id", "lot_id")),
        ({"lot_id": "a;b"}, ("bad_id", "lot_id")),
        ({"lot_id": "a\nb"}, ("bad_id", "lot_id")),
        ({"lot_id": "e\u0301"}, ("bad_id", "lot_id")),
        ({"zone": ""}, ("missing_value", "zone")),
        ({"block": "x" * 201}, ("bad_text", "block")),
        ({"subzone": "a\u2028b"}, ("bad_text", "subzone")),
        ({"area_m2": 0}, ("out_of_range", "area_m2")),
        ({"area_m2": 5.0}, ("not_whole", "area_m2")),
        ({"area_m2": True}, ("not_whole", "area_m2")),
        ({"power_kw": -1}, ("out_of_range", "power_kw")),
        ({"water_hl_day": LARGEST + 1}, ("out_of_range", "water_hl_day")),
        ({"status": "free"}, ("unknown_choice", "status")),
        ({"sectors": ("a|b",)}, ("bad_id", "sectors")),
    ],
)
def test_bad_lots(values, wanted):
    assert codes(Lot, **({"lot_id": "L1", "area_m2": 5} | values)) == [wanted]


def test_every_fault_of_a_lot_is_said():
    assert len(codes(Lot, "", 0, -1, -1, "", status="x")) == 6


def test_arabic_joiners_are_allowed_in_names_of_blocks():
    assert Lot("L1", 5, block="حي\u200cالصناعة").block


def test_neighbours_are_sorted():
    assert Neighbours("B", "A", 5) == Neighbours("A", "B", 5)
    assert Neighbours("B", "A", 5).key == "A–B"


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (("A", "A", 5), ("neighbour_of_itself", "lot_b")),
        (("A", "B", 5, "road"), ("unknown_choice", "kind")),
        (("A", "B", -5), ("out_of_range", "length_dm")),
        (("A", "B", 5.5), ("not_whole", "length_dm")),
    ],
)
def test_bad_neighbours(values, wanted):
    assert codes(Neighbours, *values) == [wanted]
