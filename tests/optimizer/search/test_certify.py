import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.policy import Quota
from optimizer.certificates import any_certificate_from
from optimizer.check import proved_bound_millipoints
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.search.certify import certify
from optimizer.search.filling import SCALE
from optimizer.search.priced import priced_certificate
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


@pytest.mark.usefixtures("most_lots")
@tiny.examples(25)
@given(st.data())
def test_the_checker_proves_the_pieces_bound_or_a_lower_one(data):
    """It leaves out links of hostile tenants that the search prices, so it may find less."""
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site))
    generation = view.generation(data.draw(st.sampled_from([1, 10, 60])))
    for _ in range(data.draw(st.integers(1, 4))):
        generation.advance()
    certificate, _ = certify(instance, generation)
    assert certificate.bound_millipoints == max(0, generation.proof.bound_scaled) // SCALE
    assert any_certificate_from(json.loads(json.dumps(certificate.document()))) == certificate
    proved = piece_bound_millipoints(instance, certificate)
    assert proved <= certificate.bound_millipoints
    assert verdict is None or proved >= verdict.value
    names = {lot_id for piece in certificate.pieces for lot_id in piece.lots}
    assert names.isdisjoint(instance.pinned_lots)


def test_a_zone_written_by_hand_is_certified_exactly():
    """Two bakers together on two lots, whatever the quarry beside them wants."""
    instance = row_of(
        (lot("L1"), lot("L2"), lot("L3")),
        asks("a", jobs_direct=10),
        asks("b", jobs_direct=8),
        asks("c", "stone", jobs_direct=4),
        separation=("border",),
        border_metre=6,
    )
    generation = View(instance).generation(100)
    while not generation.is_settled:
        generation.advance()
    certificate, _ = certify(instance, generation)
    best = tiny.verdict(instance).value
    assert best == 1_800_000 + 120_000
    assert piece_bound_millipoints(instance, certificate) == pytest.approx(best, abs=1_000)
    assert [set(piece.lots) for piece in certificate.pieces] == [{"L1", "L2", "L3"}]


def test_where_no_plan_is_feasible_the_certificates_claim_nothing():
    """A pin of a sector of which half the lots must not be, and nobody to make up for it."""
    quota = Quota("stones", "", "stone", None, 50)
    instance = row_of(2, asks("a", "stone", pinned_lots=("L1", "L2")), asks("b", area_min_m2=900), quotas=(quota,))
    view = View(instance)
    assert tiny.verdict(instance) is None
    generation = view.generation(100)
    generation.advance()
    assert generation.proof.bound_scaled < 0
    priced = priced_certificate(instance, view.ground, view.classes, view.smooth(100).best)
    for certificate in (certify(instance, generation)[0], priced):
        assert certificate.bound_millipoints == 0
        assert proved_bound_millipoints(instance, certificate) <= 0
