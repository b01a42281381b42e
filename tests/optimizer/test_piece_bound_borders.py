"""The bound by pieces where lots touch: what borders, separations and pins next door are worth, worked out by hand."""

import pytest

from instances.applicant import Applicant
from instances.policy import Affinity
from tests.optimizer.test_piece_bound import TWO, bound, refusal
from tests.zones import asks, lot, row_of


def test_two_pieces_pay_each_other_at_the_price_of_the_border():
    whole = [["L1", "L2"], 1_920_000]
    assert bound(TWO, whole) == 1_920_000
    assert refusal(TWO, [["L1", "L2"], 1_919_999]) == (
        "piece_too_low", "Piece 0 has a filling that brings 1920000, over 1919999.",
    )  # fmt: skip
    halves = [["L1"], 1_000_000], [["L2"], 1_000_000]
    assert bound(TWO, *halves) == 2_120_000
    ends = [["L1", "L2", "bread", 60_000], ["L2", "L1", "bread", 60_000]]
    paid = [["L1"], 1_060_000], [["L2"], 1_060_000]
    assert bound(TWO, *paid, borders=ends) == 2_120_000
    assert refusal(TWO, *halves, borders=ends)[0] == "piece_too_low"
    both = [["L1"], 860_000], [["L2"], 860_000]
    assert bound(TWO, *both, borders=ends, applicants=[["a", 200_000]]) == 1_920_000


@pytest.mark.parametrize("sectors", [("bread", "wood"), ("wood", "bread")])
def test_affinity_counts_whichever_way_round(sectors):
    lots = lot("L1", sectors=sectors[:1]), lot("L2", sectors=sectors[1:])
    near = (Affinity("bread", "wood", 50),)
    mixed = row_of(lots, asks("a", "bread"), asks("b", "wood"), border_metre=6, affinity=near)
    assert bound(mixed, [["L1", "L2"], 260_000]) == bound(mixed, [["L1"], 100_000], [["L2"], 100_000]) == 260_000
    assert refusal(mixed, [["L1", "L2"], 259_999])[0] == "piece_too_low"
    lots = lot("L1", sectors=sectors[:1]), lot("L2")
    pinned = row_of(
        lots, asks("a", sectors[0]), asks("b", sectors[1], pinned_lots=("L2",)), border_metre=6, affinity=near
    )
    assert bound(pinned, [["L1"], 160_000]) == 260_000
    pins = (asks("a", sectors[0], pinned_lots=("L1",)), asks("b", sectors[1], pinned_lots=("L2",)))
    assert bound(row_of(2, *pins, border_metre=6, affinity=near)) == 260_000


def test_a_negative_price_of_a_border_is_owed_by_an_empty_neighbour():
    ends = [["L1", "L2", "bread", -500]]
    # Bread beside bread brings 120,000 and is owed 500.
    assert bound(TWO, [["L1"], 999_500], [["L2"], 1_000_000], borders=ends) == 999_500 + 1_000_000 + 120_500


def test_separated_pieces_never_earn_a_forbidden_link():
    apart = row_of(2, asks("a", jobs_direct=10), asks("s", "stone", jobs_direct=8))
    cut = [["L1"], 1_000_000], [["L2"], 1_000_000]
    assert bound(apart, *cut) == 2_000_000
    # At these prices a plan with both would lose 800,000 twice and win back 800,000.
    ends = [[one, two, sector, -800_000] for one, two in (("L1", "L2"), ("L2", "L1")) for sector in ("bread", "stone")]
    assert bound(apart, [["L1"], 200_000], [["L2"], 200_000], borders=ends) == 1_200_000 + 800_000
    for here, there in ((-900_000, -800_000), (-800_000, -900_000)):
        ends = [["L1", "L2", "bread", here], ["L2", "L1", "stone", there]]
        assert bound(apart, [["L1"], 800_000], [["L2"], 1_000_000], borders=ends) == 1_800_000 + 900_000
    street = row_of(2, asks("a", jobs_direct=10), asks("s", "stone", jobs_direct=8), kind="street")
    assert bound(street, [["L1", "L2"], 1_800_000]) == 1_800_000
    closed = row_of(
        2, asks("a", jobs_direct=10), asks("s", "stone", jobs_direct=8), kind="street", separation=("street",)
    )
    assert bound(closed, [["L1", "L2"], 1_000_000]) == 1_000_000
    assert bound(closed, [["L2"], 1_000_000], [["L1"], 1_000_000]) == 2_000_000


def test_pins_next_door_bring_their_border_or_forbid():
    beside = row_of(2, asks("held", jobs_direct=3, pinned_lots=("L1",)), asks("b", jobs_direct=8), border_metre=6)
    assert bound(beside, [["L2"], 920_000]) == 300_000 + 920_000
    assert refusal(beside, [["L2"], 919_999])[0] == "piece_too_low"
    # The end of a border with a pin is no border between pieces: its price counts nowhere.
    assert bound(beside, [["L2"], 920_000], borders=[["L2", "L1", "bread", 5], ["L1", "L2", "bread", -9]]) == 1_220_000
    hostile = row_of(
        2, asks("held", "stone", jobs_direct=3, pinned_lots=("L1",)), asks("b", jobs_direct=8), border_metre=6
    )
    assert bound(hostile, [["L2"], 0]) == 300_000
    assert bound(hostile) == 300_000  # what a pin forbids need not lie in any piece
    friend = asks("friend", jobs_direct=1, pinned_lots=("L3",))
    between = row_of(
        3, asks("held", "stone", jobs_direct=3, pinned_lots=("L1",)), friend, asks("b", jobs_direct=8), border_metre=6
    )
    assert bound(between, [["L2"], 0]) == 400_000  # a friend next door does not undo what an enemy forbids
    pins = row_of(3, *(asks(f"p{n}", jobs_direct=1, pinned_lots=(f"L{n}",)) for n in (1, 2)), asks("c"), border_metre=6)
    assert bound(pins, [["L3"], 220_000]) == 200_000 + 120_000 + 220_000


def test_one_applicant_on_two_neighbours_earns_no_border():
    wide = Applicant("a", "bread", 200, 200, 2, 10)
    both = row_of(2, wide, border_metre=6, max_lots=2)
    assert bound(both, [["L1", "L2"], 1_000_000]) == 1_000_000
    inner = [["L1", "L2", "bread", -70_000], ["L2", "L1", "bread", 9_000]]
    assert bound(both, [["L2", "L1"], 1_000_000], borders=inner, lots=[["L1", -5], ["L2", 2**40]]) == 1_000_000


def test_neighbours_facing_each_other_across_pieces_earn_their_street():
    asking = asks("a", jobs_direct=2), asks("b", jobs_direct=2)
    facing = row_of(2, *asking, kind="street", length_dm=100, street_metre=3, border_metre=9)
    assert bound(facing, [["L1"], 200_000], [["L2"], 200_000]) == 400_000 + 3 * 100 * 100
