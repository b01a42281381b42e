"""A plan after promotion: recounted, explained, and proved by the earlier certificate or not at all."""

import hashlib
import json

import pytest

from api.child import outcome_document
from api.promoted import promoted
from instances.writing import document_text
from optimizer.audit import audit
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.explain import explain
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.solve import solve
from tests.outcomes import small_instance


@pytest.fixture(scope="module")
def job():
    """A2 gives up its lot in a plan with a proof, and nobody takes it."""
    outcome = solve(small_instance(), Limits(None, work=1))
    assert "A2" in outcome.plan.assignments
    kept, text = outcome_document(outcome), document_text(small_instance())
    return {
        "instance": text,
        "instance_id": hashlib.sha256(text.encode()).hexdigest(),
        "document": json.loads(kept["document"]),
        "certificate": json.loads(kept["certificate"]),
        "start": {each: list(lots) for each, lots in outcome.plan.assignments.items() if each != "A2"},
        "gone": ["A2"],
    }


def test_the_plan_is_recounted_and_explained(job):
    found = promoted(job)
    plan = Plan({each: tuple(lots) for each, lots in job["start"].items()})
    assert found.plan == plan
    assert found.value_millipoints == audit(small_instance(), plan).value_millipoints
    assert found.value_millipoints == sum(found.goals_millipoints.values()) < job["document"]["value_millipoints"]
    assert found.reasons == explain(small_instance(), plan)
    assert (found.gone, found.unique) == (("A2",), False)
    assert "A2" in found.waitlist


def test_the_earlier_certificate_proves_its_bound_of_the_new_plan_too(job):
    found = promoted(job)
    assert found.proof == check(small_instance(), found.plan, any_certificate_from(found.certificate))
    assert found.proof.bound_millipoints == job["document"]["proof"]["bound_millipoints"]
    assert found.certificate["plan_sha256"] != job["certificate"]["plan_sha256"]


def test_a_certificate_that_does_not_hold_proves_nothing(job):
    low = job["certificate"] | {"bound_millipoints": 1}
    for certificate in (None, low):
        assert promoted(job | {"certificate": certificate}).proof is None
