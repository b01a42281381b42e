"""Going through the fillings of a piece: the judge is the stranger's plain recursion, which leaves nothing out."""

from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.certificate import CertificateError
from optimizer.piece_search import MOST_STEPS, Border, PieceSearch
from tests import drawn, pieces, tiny
from tests.optimizer.meeting import zone_of
from tests.optimizer.stranger_pieces import Losses, Pieces

SECTORS = ("bread", "stone")


def search_of(theirs: Pieces, number: int, lots: list[str]) -> PieceSearch:
    """The search of a piece as the stranger understood it."""
    choices: dict[tuple[tuple[str, ...], str], list[tuple[int, str]]] = {}
    for name, sector, site, gain in theirs.of_piece[number]:
        choices.setdefault((site, sector), []).append((gain, name))
    borders = []
    for pair in theirs.zone.instance["neighbours"]:
        one, two = pair["lot_a"], pair["lot_b"]
        if theirs.piece.get(one) == theirs.piece.get(two) == number:
            sectors = sorted(theirs.zone.sectors)
            here, there = ({s: theirs.end(x, y, s) for s in sectors} for x, y in ((one, two), (two, one)))
            brings = {(s, t): theirs.link(one, two, s, t) for s, t in product(sectors, sectors)}
            borders.append(Border(one, two, here, there, brings))
    return PieceSearch(tuple(lots), choices, borders, {lot: price for (lot,), price in theirs.prices["lots"].items()})


def exceeds(search: PieceSearch, most: int) -> bool:
    try:
        search.exceeds(most, MOST_STEPS, 0)
    except CertificateError:
        return True
    return False


@tiny.examples(250)
@given(st.data())
def test_it_finds_exactly_what_the_best_filling_brings_in_no_more_than_the_strangers_steps(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    zone = zone_of(instance, tmp_path_factory.mktemp("search"))
    document = pieces.without_mosts(data.draw(pieces.documents(instance, zone)))
    theirs = Pieces(zone, document)
    for number, (lots, _) in enumerate(document["pieces"]):
        search, losses = search_of(theirs, number, lots), Losses(theirs, number, lots)
        most = theirs.best_filling(number)
        assert not exceeds(search, most)
        assert most == 0 or exceeds(search, most - 1)
        assert search.first == losses.f
        for claim in (most, most + 1, (most + losses.f) // 2, losses.f - 1, losses.f, losses.f + 1):
            if claim >= most:
                assert search.exceeds(claim, MOST_STEPS, 0) <= losses.steps(claim, MOST_STEPS)


@tiny.examples(60)
@given(st.data())
def test_neither_order_nor_inner_prices_change_what_is_found(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    zone = zone_of(instance, tmp_path_factory.mktemp("search"))
    document = pieces.without_mosts(data.draw(pieces.documents(instance, zone)))
    for number, (lots, _) in enumerate(document["pieces"]):
        most = Pieces(zone, document).best_filling(number)
        inside = [[*end, price] for *end, price in document["borders"] if not {*end[:2]} <= {*lots}]
        free = document | {"borders": inside, "lots": []}
        shuffled = data.draw(st.permutations(lots))
        free["pieces"] = [[shuffled, 0] if n == number else piece for n, piece in enumerate(document["pieces"])]
        search = search_of(Pieces(zone, free), number, shuffled)
        assert not exceeds(search, most)
        assert most == 0 or exceeds(search, most - 1)


def row(count: int, gains: dict[tuple[str, str], int], applicants: int = 1, **prices: int) -> PieceSearch:
    """Lots A, B, ... in a row; what each applicant of a sector brings on a lot; two equal sectors earn 10."""
    lots = tuple("ABCDEFGH"[:count])
    brings = {(s, t): 10 if s == t else None for s, t in product(SECTORS, SECTORS)}
    blank = dict.fromkeys(SECTORS, 0)
    borders = [Border(one, two, blank, blank, brings) for one, two in pairwise(lots)]
    choices = {
        ((lot,), sector): [(gain, f"{sector}{number}") for number in range(applicants)]
        for (lot, sector), gain in gains.items()
    }
    return PieceSearch(lots, choices, borders, prices)


def test_what_is_claimed_is_enough_or_one_too_low():
    two = row(2, {("A", "bread"): 100, ("B", "bread"): 90, ("B", "stone"): 105}, applicants=2)
    assert two.first == 100 + 105 + 10
    assert two.exceeds(215, 0, 0) == 0
    assert two.exceeds(200, MOST_STEPS, 0) > 0
    with pytest.raises(CertificateError) as refused:
        two.exceeds(199, MOST_STEPS, 3)
    assert refused.value.code == "piece_too_low"
    assert str(refused.value) == "Piece 3 has a filling that brings 200, over 199."


def test_an_applicant_is_used_once():
    alone = row(3, {(lot, "bread"): 100 for lot in "ABC"})
    assert alone.exceeds(100, MOST_STEPS, 0) > 0
    assert exceeds(alone, 99)
    assert not exceeds(row(3, {(lot, "bread"): 100 for lot in "ABC"}, applicants=3), 320)
    assert exceeds(row(3, {(lot, "bread"): 100 for lot in "ABC"}, applicants=3), 319)


def test_two_sites_never_share_a_lot():
    """The site A, B takes the last lot of the order before C, the lot in the middle, begins its own."""
    choices = {(("A", "B"), "bread"): [(100, "one")], (("B", "C"), "bread"): [(100, "two")]}
    for lots in (("A", "C", "B"), ("C", "A", "B"), ("A", "B", "C")):
        for price in (0, 60, -60):
            search = PieceSearch(lots, choices, [], {"B": price})
            assert not exceeds(search, 100)
            assert exceeds(search, 99)


def test_nothing_at_all_brings_nothing():
    assert row(2, {}).exceeds(0, 0, 0) == 0
    assert row(2, {("A", "bread"): -5}).exceeds(0, MOST_STEPS, 0) == 0
    assert not exceeds(row(2, {("A", "bread"): -5, ("B", "bread"): -3}, applicants=2), 2)
    assert exceeds(row(2, {("A", "bread"): -5, ("B", "bread"): -3}, applicants=2), 1)


def test_inner_prices_leave_the_best_as_it_is():
    gains = {("A", "bread"): 100, ("B", "bread"): 90, ("B", "stone"): 95}
    for price in (-1000, -7, 0, 7, 1000):
        priced = row(2, gains, applicants=2, A=price, B=-price // 2)
        assert not exceeds(priced, 200)
        assert exceeds(priced, 199)


def test_steps_that_run_out_are_a_refusal():
    long = row(8, {(lot, "bread"): 100 for lot in "ABCDEFGH"}, applicants=6)
    needed = long.exceeds(650, MOST_STEPS, 0)
    assert needed > 100
    assert long.exceeds(650, needed, 0) == needed
    with pytest.raises(CertificateError) as refused:
        long.exceeds(650, needed - 1, 2)
    assert refused.value.code == "too_long"
    assert str(refused.value) == "With piece 2 the searches take more steps than a check may take in all."


def test_what_led_to_nothing_is_not_gone_through_again_unless_somebody_else_may_come():
    """Two sectors on each lot come to the same further on; fillings are listed all the same."""
    gains = {(lot, sector): 100 for lot in "ABCDEFGH" for sector in SECTORS[:2]}
    many = row(8, gains, applicants=8)
    listed = list(many.fillings(869, MOST_STEPS, 0))
    assert max(over for over, _ in listed) == 1
    every = many.taken
    assert many.exceeds(870, MOST_STEPS, 0) < every
    few = row(3, {("A", "bread"): 100, ("B", "bread"): 100, ("C", "bread"): 100}, applicants=2)
    assert not exceeds(few, 210)
    assert exceeds(few, 209)


def test_a_long_piece_needs_no_deep_stack():
    lots = tuple(f"L{number:05}" for number in range(5000))
    search = PieceSearch(lots, {((lot,), "bread"): [(1, lot)] for lot in lots}, [], {})
    with pytest.raises(CertificateError, match="brings 5000, over 4999"):
        search.exceeds(4999, MOST_STEPS, 0)


def test_the_pages_figure_is_this_one():
    page = (Path(__file__).parent.parent.parent / "docs" / "certificate.md").read_text(encoding="utf-8")
    assert f"takes more than {MOST_STEPS:,} steps" in page
