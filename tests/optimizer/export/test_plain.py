import json
from dataclasses import replace

import pytest

from instances.generate import generate
from instances.reading import read_instance
from optimizer.certificate import CertificateError, certificate_from
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.export import plain
from optimizer.export.plain import plain_certificate
from optimizer.export.vipr import vipr_text
from optimizer.outcome import Limits
from optimizer.piece_certificate import PieceCertificate
from optimizer.plan import Plan
from optimizer.solve import solve
from tests.optimizer.export.vipr_verifier import verify
from tests.optimizer.test_known_certificates import FOLDER, INSTANCE


@pytest.fixture(scope="module")
def outcome():
    found = solve(generate(lots=12, applicants=25, seed=3), Limits(work=1))
    assert isinstance(any_certificate_from(found.certificate), PieceCertificate)
    return found


def test_a_plain_certificate_is_left_as_it_is():
    certificate = certificate_from(json.loads((FOLDER / "valid/tree_by_hand.json").read_text(encoding="utf-8")))
    plan = Plan(json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))["assignments"])
    assert plain_certificate(read_instance(INSTANCE), plan, certificate) is certificate


def test_new_prices_prove_a_bound_that_others_verify(outcome):
    pieces = any_certificate_from(outcome.certificate)
    found = plain_certificate(outcome.instance, outcome.plan, pieces)
    assert found.bound_millipoints >= pieces.bound_millipoints >= outcome.value_millipoints
    assert check(outcome.instance, outcome.plan, found).bound_millipoints == found.bound_millipoints
    assert verify(vipr_text(outcome.instance, outcome.plan, found)) == (
        outcome.value_millipoints,
        found.bound_millipoints,
    )
    assert plain_certificate(outcome.instance, outcome.plan, pieces) == found


def test_a_certificate_that_the_checker_refuses_is_not_exported(outcome):
    pieces = any_certificate_from(outcome.certificate)
    with pytest.raises(CertificateError, match="prove only"):
        plain_certificate(
            outcome.instance, outcome.plan, replace(pieces, bound_millipoints=pieces.value_millipoints - 1)
        )


@pytest.mark.parametrize("limit", ["MOST_LOTS", "MOST_PLACEMENTS"])
def test_a_large_instance_is_refused_with_its_size(outcome, monkeypatch, limit):
    monkeypatch.setattr(plain, limit, 11)
    with pytest.raises(CertificateError, match="at most 11") as refusal:
        plain_certificate(outcome.instance, outcome.plan, any_certificate_from(outcome.certificate))
    assert refusal.value.code == "too_large"
