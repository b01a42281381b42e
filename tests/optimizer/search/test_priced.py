"""The certificate of the smoothed dual's prices claims what the checker recomputes from it, to the millipoint."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.bound import bound_millipoints
from optimizer.certificate import certificate_from
from optimizer.kept_sites import with_kept_sites
from optimizer.search import priced
from optimizer.search.priced import priced_certificate
from optimizer.search.smooth import smooth_dual
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


def certified(view, smooth):
    return priced_certificate(view.instance, view.ground, smooth.classes, smooth.best)


@tiny.examples(60)
@given(st.data())
def test_the_claim_is_what_the_checker_recomputes(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    smooth = view.smooth(data.draw(st.sampled_from([1, 20, 100])))
    certificate = certified(view, smooth)
    assert certificate_from(json.loads(json.dumps(certificate.document()))) == certificate
    assert max(0, bound_millipoints(instance, certificate)) == certificate.bound_millipoints
    assert certificate.bound_millipoints == pytest.approx(max(0.0, 1000 * smooth.bound_points), abs=100)
    assert verdict is None or certificate.bound_millipoints >= verdict.value


@tiny.examples(40)
@given(st.data())
def test_any_prices_are_certified_exactly(data):
    """Far from what a descent would find, and under 0 where rounding could have put them."""
    instance = data.draw(drawn.instances())
    view = View(instance)
    smooth, draw = smooth_dual(view.ground, 1), np.random.default_rng(data.draw(st.integers(0, 2**32)))
    most = data.draw(st.sampled_from([0.01, 30.0, 5_000.0]))
    smooth.best = type(smooth.best)(*(draw.uniform(-most / 4, most, each.shape) for each in smooth.best))
    certificate = certified(view, smooth)
    assert certificate.bound_millipoints == max(0, bound_millipoints(instance, certificate))


def test_a_kept_site_counts_as_it_does_for_the_checker():
    instance = row_of(3, asks("a", earlier_lots=("L2",)), asks("b", jobs_direct=3), kept_site=9)
    ground = with_kept_sites(instance, View(instance).ground)
    smooth = smooth_dual(ground, 1)
    certificate = priced_certificate(instance, ground, smooth.classes, smooth.best)
    assert certificate.bound_millipoints == bound_millipoints(instance, certificate)


def test_numbers_too_large_for_a_float_are_added_up_by_the_checker(monkeypatch):
    instance = row_of(3, asks("a"), asks("b", jobs_direct=3))
    view = View(instance)
    wanted = certified(view, view.smooth(20))
    monkeypatch.setattr(priced, "EXACT", 1.0)
    monkeypatch.setattr(priced, "_bound", lambda *_: 2.0)
    assert certified(view, view.smooth(20)) == wanted


def test_an_instance_nobody_fits_is_certified_to_be_worth_nothing():
    instance = row_of((lot("L1", status="reserved"),), asks("a"))
    view = View(instance)
    assert certified(view, view.smooth()).bound_millipoints == pytest.approx(0, abs=1_000)


def test_prices_come_in_the_order_of_their_names():
    instance = row_of(4, asks("a"), asks("b", "stone", jobs_direct=3), separation=("border",))
    view = View(instance)
    certificate = certified(view, view.smooth(20))
    assert list(certificate.prices) == sorted(certificate.prices)
