"""Whatever is done to a certificate by pieces, it is refused or its bound still stands; so says the stranger too."""

from functools import partial

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.generate import generate
from instances.instance import Instance
from optimizer.certificate import CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.outcome import Limits
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.plan import Plan
from optimizer.solve import solve
from tests import drawn, pieces, tiny
from tests.optimizer.altering import is_accepted, refused_with_another_digit, stands_whatever_is_altered
from tests.optimizer.meeting import zone_of
from tests.optimizer.stranger import Disagreement, Zone
from tests.optimizer.stranger_pieces import bound_by_pieces


@st.composite
def proofs(draw, instance: Instance, zone: Zone) -> dict:
    """A certificate's document whose claims are all true and as low as they can be."""
    given_prices = draw(st.one_of(st.just({}), st.just(pieces.fitting_prices(instance)), pieces.prices(instance)))
    cut = [[lots, 0] for lots in draw(pieces.cuts(instance))]
    document = pieces.with_true_mosts(zone, pieces.document_of(instance, cut, **given_prices))
    assume(all(most < 2**53 for _, most in document["pieces"]))
    document["bound_millipoints"] = bound_by_pieces(zone, document, plainly=True)
    assume(0 <= document["bound_millipoints"] < 2**53)
    return document | {"value_millipoints": tiny.verdict(instance).value}


def ours(instance: Instance, document: dict) -> int | None:
    try:
        return piece_bound_millipoints(instance, any_certificate_from(document))
    except CertificateError:
        return None


def theirs(zone: Zone, document: dict) -> int | None:
    try:
        return bound_by_pieces(zone, document)
    except Disagreement:
        return None


@tiny.examples(200)
@given(st.data())
def test_no_altered_pieces_prove_less_than_the_best_plan_is_worth(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    zone = zone_of(instance, tmp_path_factory.mktemp("altered"))
    stands_whatever_is_altered(
        data,
        instance,
        best,
        data.draw(proofs(instance, zone)),
        pieces.words(instance),
        partial(ours, instance),
        partial(theirs, zone),
    )


@tiny.examples(100)
@given(st.data())
def test_a_claim_under_the_truth_is_refused_piece_by_piece(tmp_path_factory, data):
    """Each most, and the bound, is as low as it can be: one less is refused."""
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    document = data.draw(proofs(instance, zone_of(instance, tmp_path_factory.mktemp("lowered"))))
    plan = Plan(dict(best.plan))
    for piece in document["pieces"]:
        if piece[1]:
            piece[1] -= 1
            assert ours(instance, document) is None
            piece[1] += 1
    if document["bound_millipoints"]:
        assert not is_accepted(instance, plan, document | {"bound_millipoints": document["bound_millipoints"] - 1})
    assert is_accepted(instance, plan, document)


def test_one_digit_of_a_real_one_is_refused_or_harmless():
    """The liar has made all hashes agree; the plan found is worth something, and no accepted bound goes under that."""
    instance = generate(lots=24, applicants=40, seed=4)
    outcome = solve(instance, Limits(None, work=1))
    assert any_certificate_from(outcome.certificate).document() == outcome.certificate
    assert outcome.certificate["format"] == "lotwise-certificate-3"
    refused = refused_with_another_digit(
        instance,
        outcome.plan,
        outcome.certificate,
        "applicants",
        150,
        partial(ours, instance),
        outcome.value_millipoints,
    )
    assert refused > 50
