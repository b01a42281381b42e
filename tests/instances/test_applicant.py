"""Applicants: valid at birth, lists sorted."""

import pytest

from instances.applicant import Applicant
from instances.faults import InstanceError

GOOD = {"applicant_id": "A1", "sector": "bakery", "area_min_m2": 800, "area_max_m2": 900}


def test_lists_are_sorted_and_without_repetition():
    one = Applicant(**GOOD, zones=("Z2", "Z1", "Z2"), preferred_lots=("b", "a"), pinned_lots=("L2", "L1"))
    assert (one.zones, one.preferred_lots, one.pinned_lots) == (("Z1", "Z2"), ("a", "b"), ("L1", "L2"))
    assert one.is_pinned
    assert not Applicant(**GOOD).is_pinned


def test_equal_areas_and_the_ends_of_the_score_are_fine():
    assert Applicant(**GOOD | {"area_max_m2": 800}, score=0).score == 0
    assert Applicant(**GOOD, score=100).score == 100


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"applicant_id": ""}, [("missing_value", "applicant_id")]),
        ({"sector": "a|b"}, [("bad_id", "sector")]),
        ({"area_max_m2": 799}, [("area_range_reversed", "area_max_m2")]),
        ({"area_min_m2": -1}, [("out_of_range", "area_min_m2")]),
        ({"area_min_m2": "800"}, [("not_whole", "area_min_m2")]),
        ({"max_lots": 0}, [("out_of_range", "max_lots")]),
        ({"score": 101}, [("out_of_range", "score")]),
        ({"score": 50.0}, [("not_whole", "score")]),
        ({"jobs_direct": -1, "score": -1}, [("out_of_range", "jobs_direct"), ("out_of_range", "score")]),
        ({"name": " x"}, [("bad_text", "name")]),
        ({"group": 5}, [("not_text", "group")]),
        ({"zones": ("",)}, [("missing_value", "zones")]),
        ({"pinned_lots": ("L1,L2",)}, [("bad_id", "pinned_lots")]),
    ],
)
def test_bad_applicants(values, wanted):
    with pytest.raises(InstanceError) as error:
        Applicant(**GOOD | values)
    assert [(fault.code, fault.where.field) for fault in error.value.faults] == wanted
    assert {fault.where.part for fault in error.value.faults} == {"applicant"}
