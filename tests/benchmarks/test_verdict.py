"""A benchmark must be able to fail."""

import pytest

from benchmarks.growth import power_law
from benchmarks.verdict import faults_of, gap_of

OURS = {
    "instance": "zone", "solver": "lotwise", "budget": 10, "seed": 1,
    "value": 100, "bound": 101, "breaches": [], "seconds": 9.0, "peak_mb": 1,
}  # fmt: skip
PEER = OURS | {"solver": "plain HiGHS", "value": 99, "bound": 101.5}
CASE = {
    "case": "land", "kind": "auction", "solver": "lotwise", "budget": 10, "seed": 1,
    "value": 50, "bound": 50, "optimum": 50, "seconds": 1.0, "peak_mb": 1,
}  # fmt: skip
HIGHS = CASE | {"solver": "plain HiGHS", "seconds": 2.0}


def test_kept_promises_are_no_faults():
    assert faults_of([OURS, PEER, CASE, HIGHS]) == []


@pytest.mark.parametrize(
    ("ours", "peer", "says"),
    [
        ({}, {"value": 101, "bound": 110}, "found 101, lotwise 100"),
        ({"value": None, "bound": None}, {}, "found 99, lotwise None"),
        ({}, {"value": 100, "bound": 100.5}, "claims a gap of 0.5000%, lotwise proves 1.0000%"),
        ({"bound": None}, {}, "lotwise proves nothing"),
        ({}, {"value": None, "breaches": ["two tenants on L1"]}, "plain HiGHS, 10 s, seed 1: its plan breaks a rule"),
        ({"fault": "MemoryError"}, {}, "lotwise, 10 s, seed 1: MemoryError"),
    ],
)
def test_a_promise_broken_on_an_instance_is_a_fault(ours, peer, says):
    faults = faults_of([OURS | ours, PEER | peer])
    assert any(says in fault for fault in faults)


def test_a_claim_below_a_plan_that_exists_counts_for_nothing():
    assert faults_of([OURS, PEER | {"value": 95, "bound": 95.0}]) == []


@pytest.mark.parametrize(
    ("ours", "peer", "says"),
    [
        ({"seconds": 3.0}, {}, "land: 3.0 s, HiGHS 2.0 s"),
        ({"bound": 51}, {}, "land: not proved"),
        ({"value": 51, "bound": 51}, {}, "the optimum is said to be 50"),
        ({"kind": "labelling", "seconds": 1.5}, {}, "a labelling takes at most 1 s"),
        ({"kind": "labelling", "bound": 51}, {"bound": 60}, "a labelling takes at most 1 s"),
    ],
)
def test_a_promise_broken_on_a_public_case_is_a_fault(ours, peer, says):
    faults = faults_of([CASE | ours, HIGHS | peer])
    assert any(says in fault for fault in faults)


def test_a_case_that_nobody_closed_is_no_fault():
    assert faults_of([CASE | {"bound": 60}, HIGHS | {"bound": 60.0}]) == []


def test_gap_and_power_law():
    assert gap_of(OURS) == pytest.approx(0.01)
    assert gap_of(OURS | {"value": None}) is None
    assert power_law([1, 10, 100], [3.0, 30.0, 300.0]) == pytest.approx((3.0, 1.0))
    assert power_law([10], [3.0]) is None
