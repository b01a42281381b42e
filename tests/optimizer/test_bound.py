from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.bound import bound_millipoints
from optimizer.candidates import connected_groups
from optimizer.certificate import Certificate, Key
from tests import drawn, tiny
from tests.zones import asks, lot, row_of

ZERO = "0" * 64


def certificate(instance: Instance, prices: dict[Key, int], scale: int = 1) -> Certificate:
    return Certificate(instance.fingerprint(), ZERO, 0, 0, scale, prices)


@tiny.examples(200)
@given(st.data())
def test_no_valid_prices_whatsoever_go_under_the_judges_optimum(data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    for _ in range(4):
        scale, prices = data.draw(drawn.certified_prices(instance))
        bound = bound_millipoints(instance, certificate(instance, prices, scale))
        assert best is None or bound >= best.value, prices


@tiny.examples(150)
@given(st.data())
def test_one_priced_row_never_cuts_off_the_best_plan(data):
    """A single row of each kind, priced at what is at stake, shows a wrong row that others would hide."""
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    key = data.draw(drawn.row_keys(instance))
    price = data.draw(st.sampled_from((1, 1000, 12_000, 100_000, 500_000, 2_000_000)))
    assert best is None or bound_millipoints(instance, certificate(instance, {key: price})) >= best.value


def test_without_prices_everybody_has_its_best_site_and_every_border_its_best():
    instance = row_of(2, asks("a", jobs_direct=10), asks("b", jobs_direct=8), border_metre=6)
    assert bound_millipoints(instance, certificate(instance, {})) == 1_000_000 + 800_000 + 120_000


def test_a_price_on_a_lot_is_paid_by_who_takes_it_and_counted_once():
    instance = row_of(1, asks("a", jobs_direct=10), asks("b", jobs_direct=8))
    bounds = [
        bound_millipoints(instance, certificate(instance, {("lot", "L1"): price}))
        for price in (1, 800_000, 900_000, 1_100_000)
    ]
    assert bounds == [1_799_999, 1_000_000, 1_000_000, 1_100_000]


def test_the_bound_is_rounded_down_once_at_the_end():
    instance = row_of(1, asks("a", jobs_direct=10), asks("b", jobs_direct=8))
    assert bound_millipoints(instance, certificate(instance, {("lot", "L1"): 1}, scale=3)) == 1_799_999
    assert bound_millipoints(instance, certificate(instance, {("lot", "L1"): 2_399_999}, scale=3)) == 1_000_000


def test_a_pinned_applicant_pays_its_prices_whether_it_pays_or_not():
    instance = row_of(1, asks("held", jobs_direct=1, pinned_lots=("L1",)))
    assert bound_millipoints(instance, certificate(instance, {("lot", "L1"): 700_000})) == 100_000


def test_the_certificates_own_claim_is_not_looked_at():
    instance = row_of(1, asks("a"))
    blank = certificate(instance, {})
    assert bound_millipoints(instance, replace(blank, bound_millipoints=5, value_millipoints=9)) == 100_000


@pytest.mark.parametrize("most", [1, 2, 3])
def test_connected_groups_are_the_judges(most):
    lots = (lot("L1"), lot("L2", 150), lot("L3"), lot("L4", status="allocated"), lot("L5"))
    instance = row_of(lots, asks("held", pinned_lots=("L5",)), max_lots=most)
    free = [
        each for each in tiny.subsets(("L1", "L2", "L3")) if len(each) <= most and tiny.is_connected(instance, each)
    ]
    areas = {"L1": 100, "L2": 150, "L3": 100}
    found = [(group[0], group[1]) for group in connected_groups(instance)]
    assert found == sorted((sum(areas[each] for each in lots), lots) for lots in free)
