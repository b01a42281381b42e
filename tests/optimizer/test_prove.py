import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.certificate import LARGEST
from optimizer.matrix import PRICED
from optimizer.prove import NO_PLAN, SCALE, prove, rounded_prices
from tests import drawn, tiny
from tests.optimizer.grounds import seen
from tests.zones import asks, row_of

POINTS = st.one_of(
    st.floats(-10, 2000), st.sampled_from([0.0, -0.0, 1e-9, -1e-9, 4e-7, 6e-7, 1e-6, 1e15, 1e300, -1e300])
)


@tiny.examples(80)
@given(st.data())
def test_whatever_the_prices_the_certificate_is_one_and_its_bound_is_true(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    prices = np.array([data.draw(POINTS) for _ in view.matrix.names])
    whole = rounded_prices(view.matrix, prices)
    certificate = prove(instance, whole)
    verdict = tiny.verdict(instance)
    assert verdict is None or certificate.bound_millipoints >= verdict.value
    assert (certificate.instance, certificate.plan_sha256) == (instance.fingerprint(), NO_PLAN)
    assert (certificate.scale, certificate.prices) == (SCALE, whole)
    assert list(certificate.prices) == sorted(whole)


@tiny.examples(60)
@given(st.data())
def test_each_price_is_the_nearest_whole_one_and_only_rows_that_may_be_priced_have_one(data):
    view = seen(data.draw(drawn.instances()))
    prices = np.array([data.draw(POINTS) for _ in view.matrix.names])
    whole = rounded_prices(view.matrix, prices)
    for name, price in zip(view.matrix.names, prices.tolist(), strict=True):
        scaled = price * 1000 * SCALE
        if name[0] not in PRICED or scaled < 0.5:
            assert name not in whole
        else:
            assert 0 <= whole[name] <= LARGEST
            assert whole[name] == LARGEST or abs(whole[name] - scaled) <= 0.5


def test_prices_given_in_any_order_make_the_same_certificate():
    instance = row_of(2, asks("a"), asks("b"))
    priced = {("lot", "L2"): 5, ("lot", "L1"): 7}
    one, two = prove(instance, priced), prove(instance, dict(sorted(priced.items())))
    assert one == two
    assert list(one.prices.items()) == [(("lot", "L1"), 7), (("lot", "L2"), 5)]
