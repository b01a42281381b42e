"""No plan in which the applicant is granted exceeds the forced bound, whatever the certificate and the steps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.certificate import CertificateError
from optimizer.check import proved_bound_millipoints
from optimizer.piece_certificate import piece_certificate_from
from optimizer.prove import prove
from optimizer.why.forced_bound import ForcedBounds
from tests import drawn, pieces, tiny
from tests.good_prices import good_prices
from tests.optimizer.meeting import zone_of
from tests.zones import asks, row_of


def holds(instance, certificate, steps):
    bounds = ForcedBounds(instance, certificate)
    for each in instance.applicants:
        plans = [plan for plan in tiny.choices(instance) if each.applicant_id in plan]
        plans = [plan for plan in plans if tiny.is_feasible(instance, plan)]
        for lot in ("", instance.lots[0].lot_id):
            best = max((tiny.value(instance, p) for p in plans if not lot or lot in p[each.applicant_id]), default=None)
            most = bounds.most_millipoints(each.applicant_id, lot, steps)
            if best is not None:
                assert most is not None
                assert best <= most <= certificate.bound_millipoints


@tiny.examples(30)
@given(st.data())
def test_by_prices(data):
    instance = data.draw(drawn.instances(most_lots=4))
    holds(instance, prove(instance, good_prices(instance)), 100)
    _, prices = data.draw(drawn.certified_prices(instance))
    holds(instance, prove(instance, prices), 100)


@tiny.examples(60)
@given(st.data())
def test_by_pieces(tmp_path_factory, data):
    instance = data.draw(drawn.instances(most_lots=5))
    certificate = piece_certificate_from(
        data.draw(pieces.documents(instance, zone_of(instance, tmp_path_factory.mktemp("pieces"))))
    )
    try:
        bound = proved_bound_millipoints(instance, certificate)
    except CertificateError:
        return
    if 0 <= bound < 2**53:
        holds(instance, replace(certificate, bound_millipoints=bound), data.draw(st.sampled_from([1, 5, 5000])))


def test_pieces_prove_what_a_grant_costs():
    """One lot: granting it to who brings one job costs what the other brings more."""
    zone = row_of(1, asks("much", jobs_direct=9), asks("little", jobs_direct=1))
    document = pieces.document_of(zone, [[["L1"], 900_000]], bound_millipoints=900_000)
    bounds = ForcedBounds(zone, piece_certificate_from(document))
    assert bounds.most_millipoints("much") == 900_000
    assert bounds.most_millipoints("little") == 100_000
    assert bounds.most_millipoints("little", steps=1) <= 900_000
    with pytest.raises(KeyError):
        bounds.most_millipoints("nobody")
