import json

import pytest

from optimizer.canonical_json import canonical_json
from optimizer.export import plan_document
from optimizer.export.document import plan_json
from optimizer.outcome import Limits
from tests.outcomes import small_outcome


def test_the_document_holds_every_key_of_the_format():
    document = plan_document(small_outcome())
    assert document == {
        "instance": {"name": "small", "fingerprint": small_outcome().instance.fingerprint()},
        "assignments": {"A1": ["L1", "L2"], "A2": ["L3"]},
        "waitlist": ["A3"],
        "value_millipoints": 3_220_000,
        "goals_millipoints": {"jobs": 3_220_000, "preferred": 0, "clustering": 0},
        "unique": False,
        "claim": {"status": "gap", "bound_millipoints": 3_300_000},
        "proof": {"bound_millipoints": 3_250_000, "gap": 0.009317, "certificate_sha256": "0" * 64},
        "limits": {"seconds": 5, "seed": 1, "workers": 2},
        "versions": {"lotwise": "0.1.0", "python": "3.11.7"},
    }


def test_without_its_proof_the_document_has_a_canonical_json():
    document = plan_document(small_outcome())
    del document["proof"]
    assert canonical_json(document)


def test_no_proof_is_null_and_work_is_recorded():
    document = plan_document(small_outcome(proof=None, certificate=None, limits=Limits(seconds=None, work=40)))
    assert document["proof"] is None
    assert document["limits"] == {"seconds": None, "seed": 1, "workers": 2, "work": 40}


def test_file_and_document_are_one():
    assert json.loads(plan_json(small_outcome())) == plan_document(small_outcome())


def test_an_outcome_without_plan_has_no_document():
    with pytest.raises(ValueError, match="none_found"):
        plan_document(small_outcome(kind="none_found", plan=None))
