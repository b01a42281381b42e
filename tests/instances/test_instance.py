"""The instance: sorted, checked as a whole, with a fingerprint that a stranger can recompute."""

import hashlib
import json
from dataclasses import replace

import pytest
from small_files import document

from instances.applicant import Applicant
from instances.faults import InstanceError
from instances.instance import Instance
from instances.policy import Limit
from instances.reading import read_instance
from instances.zone import Neighbours


@pytest.fixture
def small():
    return read_instance(document())


def codes(instance, **changes):
    with pytest.raises(InstanceError) as error:
        replace(instance, **changes)
    return [fault.code for fault in error.value.faults]


def test_parts_are_kept_sorted(small):
    other = Instance(small.lots[::-1], small.neighbours[::-1], small.applicants[::-1], small.policy)
    assert other == small
    assert other.fingerprint() == small.fingerprint()


def test_the_fingerprint_is_the_sha256_of_the_canonical_json(small):
    text = json.dumps(small.canonical(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert small.fingerprint() == hashlib.sha256(text.encode()).hexdigest()
    assert small.canonical()["format"] == "lotwise-instance-1"


def test_every_fact_counts_in_the_fingerprint(small):
    first, policy = small.applicants[0], small.policy
    limits = (Limit("", None, 20), Limit("Z1", 60))
    changed = [
        replace(small, lots=(replace(small.lots[0], price_mad_m2=1), *small.lots[1:])),
        replace(small, neighbours=small.neighbours[1:]),
        replace(small, applicants=(replace(first, name="other"), *small.applicants[1:])),
        replace(small, policy=replace(policy, lottery_seed=1)),
        replace(small, policy=replace(policy, limits=limits, quotas=())),
    ]
    assert len({each.fingerprint() for each in [small, *changed]}) == 6


def test_what_follows_from_the_parts(small):
    assert small.name == "small"
    assert small.pinned_lots == {"L3"}
    assert small.bordering == {"L1": {"L2"}, "L2": {"L1", "L3"}, "L3": {"L2"}}
    assert small.connecting == small.bordering
    assert small.lot["L2"].lot_id == "L2"
    assert small.applicant["A1"].sector == "bakery"


def test_no_lots_and_no_applicants(small):
    assert codes(small, applicants=()) == ["no_applicants"]
    assert "no_lots" in codes(small, lots=())


def test_repetitions(small):
    assert codes(small, lots=(*small.lots, small.lots[0])) == ["given_twice"]
    assert codes(small, applicants=(*small.applicants, small.applicants[0])) == ["given_twice"]
    street = Neighbours("L1", "L2", 5, "street")
    assert codes(small, neighbours=(*small.neighbours, street)) == ["given_twice"]


def test_strangers_and_pins(small):
    one = Applicant("B", "bakery", 1, 2, pinned_lots=("L2",))
    assert codes(small, applicants=(*small.applicants, one)) == ["pins_break_separation"]
    assert codes(small, applicants=(*small.applicants, replace(one, pinned_lots=("L3",)))) == ["pinned_twice"]
    assert codes(small, applicants=(replace(one, sector="x", zones=("y",), beside_lots=("z",)),)) == [
        "unknown_sector",
        "unknown_zone",
        "unknown_lot",
    ]
    assert codes(small, policy=replace(small.policy, limits=(Limit("", 59, 19),))) == ["pins_exceed_limit"] * 2


def test_pins_on_one_lot_by_two_zones_count_in_both_limits(small):
    lots = tuple(replace(lot, zone=f"Z{1 + (lot.lot_id == 'L3')}") for lot in small.lots)
    limits = (Limit("Z1", 10), Limit("Z2", 100))
    held = tuple(each for each in small.applicants if each.is_pinned)
    wide = replace(held[0], pinned_lots=("L2", "L3"))
    assert codes(replace(small, lots=lots), applicants=(wide,), policy=replace(small.policy, limits=limits)) == [
        "pins_exceed_limit"
    ]
