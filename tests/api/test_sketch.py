"""A sketch says what the instance says, and is taken for nothing that it is not."""

import hashlib
import json

import pytest

from api.sketch import VERSION, ShownApplicant, ShownLot, sketch_from, sketch_of, sketch_text
from api.zone_map import zone_map
from instances import library
from instances.generate import generate
from instances.instance import Instance
from instances.reading import read_instance
from optimizer.export.rows import lottery_places
from tests.api.pages import altered
from tests.outcomes import small_instance

ID = "a" * 64
BUNDLED_SHA256 = "0eba6becd94523a4fdbed491abb0b87b89c7b6665011304ac4b59ca28e2ad4d8"
"""Of the bundled zone's sketch in VERSION 1.  When this changes, raise VERSION: kept sketches are stale then."""


def without_neighbours():
    small = small_instance()
    return Instance(small.lots, (), small.applicants, small.policy)


SHOWN = {
    "small": small_instance,
    "without neighbours": without_neighbours,
    "altered": lambda: read_instance(altered.FOLDER / "instance"),
    "bundled": lambda: read_instance(library.path("ait-kamra-168")),
    "generated": lambda: generate(lots=60, applicants=200, seed=3, zones=4),
}


@pytest.fixture(scope="module", params=SHOWN)
def instance(request):
    return SHOWN[request.param]()


def test_a_sketch_says_what_the_instance_says(instance):
    found = sketch_of(instance, ID)
    assert (found.name, found.policy, found.map) == (instance.name, instance.policy, zone_map(instance))
    assert found.neighbours == instance.neighbours
    for shown, lot in zip(found.lots, instance.lots, strict=True):
        assert shown == tuple(getattr(lot, name) for name in ShownLot._fields)
    drawn = lottery_places(instance)
    for shown, applicant in zip(found.applicants, instance.applicants, strict=True):
        for name in ShownApplicant._fields[:-2]:
            assert getattr(shown, name) == getattr(applicant, name)
        assert shown.preferred_lots == applicant.preferred_lots
        assert shown.lottery_place == drawn[applicant.applicant_id]


def test_neighbours_and_wishes_of_a_lot_are_all_of_them(instance):
    found = sketch_of(instance, ID)
    for lot in instance.lot:
        beside = [pair for pair in instance.neighbours if lot in (pair.lot_a, pair.lot_b)]
        assert found.neighbours_of(lot) == beside
        wanting = found.wanting(lot)
        assert {each.applicant_id for each in wanting} == {
            each.applicant_id for each in instance.applicants if lot in each.preferred_lots
        }
        assert [each.score for each in wanting] == sorted((each.score for each in wanting), reverse=True)


def test_a_kept_sketch_is_the_derived_one(instance):
    derived = sketch_of(instance, ID)
    assert sketch_from(sketch_text(derived), ID) == derived


def test_what_is_derived_changes_with_the_version_alone():
    text = sketch_text(sketch_of(read_instance(library.path("ait-kamra-168")), ID))
    assert (VERSION, hashlib.sha256(text).hexdigest()) == (1, BUNDLED_SHA256)


@pytest.mark.parametrize("part", ["version", "instance_id", "policy", "lots", "applicants", "map", "shapes"])
def test_a_sketch_of_something_else_or_a_spoilt_one_is_none(part):
    text = sketch_text(sketch_of(small_instance(), ID))
    kept = json.loads(text)
    for spoilt in (kept | {part: 2}, {name: value for name, value in kept.items() if name != part}):
        assert sketch_from(json.dumps(spoilt).encode(), ID) is None
    assert sketch_from(text, "b" * 64) is None


@pytest.mark.parametrize("text", [None, b"", b"[]", b"{", b"null", b"\xff"])
def test_what_is_no_sketch_is_none(text):
    assert sketch_from(text, ID) is None
