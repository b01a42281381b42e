"""The bound by pieces: never under the judge's optimum, the same as the stranger's, and refused where it should be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit, Quota
from optimizer.certificate import CertificateError
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.piece_certificate import piece_certificate_from
from optimizer.piece_search import PieceSearch
from tests import drawn, pieces, tiny
from tests.optimizer.meeting import zone_of
from tests.optimizer.stranger import Disagreement, Zone
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
    zone = zone_of(instance, tmp_path_factory.mktemp("pieces"))
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
    cut = data.draw(pieces.cuts(instance, straddles=True))
    document = pieces.document_of(instance, [[lots, 2**53 - 1] for lots in cut])
    assert ours(instance, document) == theirs(
        zone_of(instance, tmp_path_factory.mktemp("pieces")), document, plainly=False
    )


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


def test_the_bound_is_rounded_down_once_at_the_end():
    assert bound(TWO, [["L1", "L2"], 3 * 1_920_000 + 2], scale=3) == 1_920_000
    assert bound(TWO, [["L1", "L2"], 3 * 1_920_000], scale=3, applicants=[["a", 2]]) == 1_920_000


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
