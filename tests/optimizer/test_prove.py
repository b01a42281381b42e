from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Quota
from optimizer.bound import bound_millipoints
from optimizer.certificate import LARGEST
from optimizer.prove import NO_PLAN, SCALE, prove
from tests import drawn, tiny
from tests.good_prices import good_prices
from tests.zones import asks, row_of


@tiny.examples(80)
@given(st.data())
def test_whatever_the_prices_the_certificate_is_one_and_its_bound_is_true(data):
    instance = data.draw(drawn.instances())
    amount = st.one_of(st.integers(1, 1_000_000 * SCALE), st.integers(1, LARGEST // 1000))
    prices = data.draw(st.dictionaries(drawn.row_keys(instance), amount, max_size=12))
    certificate = prove(instance, prices)
    verdict = tiny.verdict(instance)
    assert certificate.bound_millipoints == max(0, bound_millipoints(instance, certificate))
    assert verdict is None or certificate.bound_millipoints >= verdict.value
    assert (certificate.instance, certificate.plan_sha256) == (instance.fingerprint(), NO_PLAN)
    assert (certificate.scale, certificate.prices) == (SCALE, prices)
    assert list(certificate.prices) == sorted(prices)


@tiny.examples(40)
@given(drawn.instances())
def test_good_prices_prove_no_more_than_no_prices(instance):
    verdict, certificate = tiny.verdict(instance), prove(instance, good_prices(instance))
    assert verdict is None or certificate.bound_millipoints >= verdict.value
    assert certificate.bound_millipoints <= prove(instance, {}).bound_millipoints


def test_prices_given_in_any_order_make_the_same_certificate():
    instance = row_of(2, asks("a"), asks("b"))
    priced = {("lot", "L2"): 5, ("lot", "L1"): 7}
    one, two = prove(instance, priced), prove(instance, dict(sorted(priced.items())))
    assert one == two
    assert list(one.prices.items()) == [(("lot", "L1"), 7), (("lot", "L2"), 5)]


def test_a_bound_under_zero_is_claimed_as_zero():
    """A quota that the pin breaks, at a price: no plan is feasible."""
    quota = Quota("stones", "", "stone", None, 50)
    instance = row_of(2, asks("a", "stone", pinned_lots=("L1", "L2")), quotas=(quota,))
    prices = {("quota", "stones", "max"): 2_000_000 * SCALE}
    certificate = prove(instance, prices)
    assert certificate.bound_millipoints == 0 > bound_millipoints(instance, certificate)
