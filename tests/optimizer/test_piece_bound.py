"""The bound by pieces: never under the judge's optimum, the same as the stranger's, and refused where it should be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Affinity, Limit, Quota
from instances.writing import write_instance
from optimizer.certificate import CertificateError
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.piece_certificate import piece_certificate_from
from optimizer.piece_search import PieceSearch
from tests import drawn, pieces, tiny
from tests.optimizer.stranger import Disagreement, Zone, read
from tests.optimizer.stranger_pieces import bound_by_pieces
from tests.zones import asks, lot, row_of


def ours(instance: Instance, document: pieces.Document) -> int | None:
    try:
        return piece_bound_millipoints(instance, piece_certificate_from(document))
    except CertificateError:
        return None


def theirs(zone: Zone, document: pieces.Document, plainly: bool) -> int | None:
    try:
        return bound_by_pieces(zone, document, plainly)
    except Disagreement:
        return None


def bound(instance: Instance, *cut: list[object], **fields: object) -> int:
    """The bound of a certificate with these pieces and prices, in scale 1 unless given."""
    return piece_bound_millipoints(instance, piece_certificate_from(pieces.document_of(instance, list(cut), **fields)))


def refusal(instance: Instance, *cut: list[object], **fields: object) -> tuple[str, str]:
    with pytest.raises(CertificateError) as refused:
        bound(instance, *cut, **fields)
    return refused.value.code, str(refused.value)


@tiny.examples(250)
@given(st.data())
def test_no_prices_and_pieces_go_under_the_judges_optimum_and_strangers_agree(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    path = tmp_path_factory.mktemp("pieces") / "instance.json"
    write_instance(instance, path)
    zone = Zone(read(path))
    best = tiny.verdict(instance)
    for _ in range(3):
        document = data.draw(pieces.documents(instance, zone))
        found = ours(instance, document)
        assert found == theirs(zone, document, plainly=True) == theirs(zone, document, plainly=False)
        assert found is None or best is None or found >= best.value


@tiny.examples(60)
@given(st.data())
def test_pieces_that_sites_straddle_are_refused_by_both(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    path = tmp_path_factory.mktemp("pieces") / "instance.json"
    write_instance(instance, path)
    cut = data.draw(pieces.cuts(instance, straddles=True))
    document = pieces.document_of(instance, [[lots, 2**53 - 1] for lots in cut])
    assert ours(instance, document) == theirs(Zone(read(path)), document, plainly=False)


@tiny.examples(100)
@given(st.data())
def test_one_piece_without_rows_is_exact(data):
    """With all lots in one piece and no limits or quotas nothing is relaxed: the bound is the best plan's value."""
    drawn_instance = data.draw(drawn.instances())
    policy = replace(drawn_instance.policy, limits=(), quotas=())
    instance = Instance(drawn_instance.lots, drawn_instance.neighbours, drawn_instance.applicants, policy)
    best = tiny.verdict(instance)
    free = [each.lot_id for each in instance.lots if each.lot_id not in instance.pinned_lots]
    assert best is not None
    pins = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.pinned_lots}
    most = best.value - tiny.value(instance, pins)
    cut = [[free, most]] if free else []
    assert bound(instance, *cut) == best.value
    if most:
        assert refusal(instance, [free, most - 1])[0] == "piece_too_low"


TWO = row_of(2, asks("a", jobs_direct=10), asks("b", jobs_direct=8), border_metre=6)
"""Two bakers on two lots: 1,000,000 + 800,000 for jobs and 120,000 for the border."""


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


ROWS = row_of(
    (lot("L1"), lot("L2"), lot("L3", zone="Z2")),
    asks("held", pinned_lots=("L3",), power_kw=4),
    asks("a", jobs_direct=10, power_kw=3, group="sme", max_lots=2),
    asks("b", "wood", jobs_direct=8, power_kw=5),
    limits=(Limit("", 20), Limit("Z2", 8), Limit("Z1", None, 9)),
    quotas=(Quota("small", "sme", "", 40), Quota("wooden", "", "wood", None, 50)),
    max_lots=2,
)


@pytest.mark.parametrize(
    ("row", "most", "found"),
    [
        # Alone: 100,000 for the pin and 1,800,000 for a and b.
        (["limit", "", "power_kw"], 1_800_000 - 8 * 10, 1_900_000 + 10 * (20 - 4 - 8)),
        (["limit", "Z2", "power_kw"], 1_800_000, 1_900_000 + 10 * (8 - 4)),
        (["limit", "Z1", "water_hl_day"], 1_800_000, 1_900_000 + 10 * 9),
        (["quota", "small", "min"], 1_800_000 + 10 * 60 - 10 * 40, 1_900_000 + 10 * (60 - 40 - 40)),
        (["quota", "wooden", "max"], 1_800_000 - 10 * 50 + 10 * 50, 1_900_000 + 10 * 50),
    ],
)
def test_a_row_is_paid_by_who_uses_it_and_pins_have_used_theirs(row, most, found):
    fields = {"rows": [[*row, 10]]}
    assert bound(ROWS, [["L2", "L1"], most], **fields) == found
    assert refusal(ROWS, [["L2", "L1"], most - 1], **fields)[0] == "piece_too_low"


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"rows": [["limit", "Z1", "power_kw", 1]]}, "invalid_row", "The policy has no row limit Z1 power_kw."),
        ({"rows": [["limit", "", "zone", 1]]}, "invalid_row", "The policy has no row limit  zone."),
        ({"rows": [["limit", "Z9", "power_kw", 1]]}, "invalid_row", "The policy has no row limit Z9 power_kw."),
        ({"rows": [["quota", "small", "max", 1]]}, "invalid_row", "The policy has no row quota small max."),
        ({"rows": [["quota", "big", "min", 1]]}, "invalid_row", "The policy has no row quota big min."),
        ({"rows": [["quota", "small", "group", 1]]}, "invalid_row", "The policy has no row quota small group."),
        ({"rows": [["lot", "L1", "", 1]]}, "invalid_row", "The policy has no row lot L1 ."),
        ({"applicants": [["z", 1]]}, "invalid_row", "z is not an applicant without a pin."),
        ({"applicants": [["held", 1]]}, "invalid_row", "held is not an applicant without a pin."),
        ({"lots": [["L9", 1]]}, "invalid_row", "There is no lot L9."),
        ({"borders": [["L1", "L3", "bread", 1]]}, "invalid_row", "There is no border L1 L3 bread."),
        ({"borders": [["L1", "L2", "glass", 1]]}, "invalid_row", "There is no border L1 L2 glass."),
        ({"borders": [["L1", "L9", "bread", 1]]}, "invalid_row", "There is no border L1 L9 bread."),
    ],
)
def test_a_price_on_what_is_not_there_is_refused_by_name(fields, code, said):
    assert refusal(ROWS, [["L1", "L2"], 2**53 - 1], **fields) == (code, said)


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ([["L1"], ["L2"]], "The site L1, L2 is in no piece or in several."),
        ([["L1"]], "The site L2 is in no piece or in several."),
        ([], "The site L1 is in no piece or in several."),
        ([["L1", "L2", "L1"]], "Lot L1 of piece 0 is unknown, pinned or given twice."),
        ([["L1", "L2"], ["L2"]], "Lot L2 of piece 1 is unknown, pinned or given twice."),
        ([["L1", "L2", "L3"]], "Lot L3 of piece 0 is unknown, pinned or given twice."),
        ([["L1", "L2"], ["L9"]], "Lot L9 of piece 1 is unknown, pinned or given twice."),
    ],
)
def test_pieces_that_are_none_are_refused_by_name(cut, said):
    assert refusal(ROWS, *[[lots, 2**53 - 1] for lots in cut]) == ("bad_piece", said)


def test_a_lot_that_nobody_can_hold_may_lie_anywhere():
    shut = row_of((lot("L1"), lot("L2", status="reserved"), lot("L3")), asks("a", jobs_direct=10))
    for cut in ([["L1", "L2"]], [["L1"], ["L2"]], [["L1"]]):
        others = [["L3"], 1_000_000]
        assert bound(shut, *[[lots, 1_000_000 if "L1" in lots else 0] for lots in cut], others) == 2_000_000


def test_a_site_of_two_lots_pays_a_quota_for_each_and_covers_both():
    """Also where it is a pin's; and two pins of strange sectors, or two lots of one pin, earn no border."""
    small = Quota("small", "sme", "", 40)
    wide = asks("wide", pinned_lots=("L1", "L2"), group="sme")
    held = row_of(4, wide, asks("p", "wood", pinned_lots=("L3",)), border_metre=6, quotas=(small,))
    assert bound(held, rows=[["quota", "small", "min", 10]]) == 200_000 + 10 * (60 + 60 - 40)
    lots = lot("L1"), lot("L2"), lot("L3", 150)
    wide = asks("wide", area_min_m2=200, area_max_m2=200, max_lots=2, group="sme")
    open_to = row_of(lots, wide, asks("b", area_min_m2=150), border_metre=6, quotas=(small,), max_lots=2)
    cut = [["L2", "L1"], 100_000], [["L3"], 100_000]
    assert bound(open_to, *cut) == 200_000 + 120_000
    cut = [["L1", "L2"], 100_000 + 10 * 120], [["L3"], 100_000 - 10 * 40]
    assert bound(open_to, *cut, rows=[["quota", "small", "min", 10]]) == 320_000 + 10 * (120 - 40)
    assert refusal(open_to, [["L1", "L2"], 100_000 + 10 * 119], cut[1], rows=[["quota", "small", "min", 10]])[0] == (
        "piece_too_low"
    )


def test_an_applicant_stands_in_a_filling_once_and_in_every_piece():
    three = row_of(3, asks("a", jobs_direct=10))
    assert bound(three, [["L1", "L2", "L3"], 1_000_000]) == 1_000_000
    assert bound(three, [["L1"], 1_000_000], [["L2", "L3"], 1_000_000]) == 2_000_000
    paid = {"applicants": [["a", 1_000_000]]}
    assert bound(three, [["L1"], 0], [["L2", "L3"], 0], **paid) == 1_000_000


def test_one_applicant_on_two_neighbours_earns_no_border():
    wide = Applicant("a", "bread", 200, 200, 2, 10)
    both = row_of(2, wide, border_metre=6, max_lots=2)
    assert bound(both, [["L1", "L2"], 1_000_000]) == 1_000_000
    inner = [["L1", "L2", "bread", -70_000], ["L2", "L1", "bread", 9_000]]
    assert bound(both, [["L2", "L1"], 1_000_000], borders=inner, lots=[["L1", -5], ["L2", 2**40]]) == 1_000_000


def test_the_bound_is_rounded_down_once_at_the_end():
    assert bound(TWO, [["L1", "L2"], 3 * 1_920_000 + 2], scale=3) == 1_920_000
    assert bound(TWO, [["L1", "L2"], 3 * 1_920_000], scale=3, applicants=[["a", 2]]) == 1_920_000


def test_neighbours_facing_each_other_across_pieces_earn_their_street():
    asking = asks("a", jobs_direct=2), asks("b", jobs_direct=2)
    facing = row_of(2, *asking, kind="street", length_dm=100, street_metre=3, border_metre=9)
    assert bound(facing, [["L1"], 200_000], [["L2"], 200_000]) == 400_000 + 3 * 100 * 100


def test_the_steps_of_all_pieces_count_together(monkeypatch):
    six = row_of(6, asks("a", jobs_direct=10), asks("b", jobs_direct=10), border_metre=6)
    cut = [["L1", "L2", "L3"], 2_120_000], [["L4", "L5", "L6"], 2_120_000]
    taken, exceeds = [], PieceSearch.exceeds
    with monkeypatch.context() as patch:
        patch.setattr(PieceSearch, "exceeds", lambda *given: taken.append(exceeds(*given)) or taken[-1])
        assert bound(six, *cut) == 2 * 2_120_000 + 120_000
    assert len(taken) == 2
    assert min(taken) > 0
    monkeypatch.setattr("optimizer.piece_bound.MOST_STEPS", sum(taken))
    assert bound(six, *cut)
    monkeypatch.setattr("optimizer.piece_bound.MOST_STEPS", sum(taken) - 1)
    code, said = refusal(six, *cut)
    assert code == "too_long"
    assert said == "With piece 1 the searches take more steps than a check may take in all."
