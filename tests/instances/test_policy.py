"""The policy: valid at birth, one order, and what follows from it."""

import pytest

from instances.faults import InstanceError
from instances.policy import Affinity, Limit, Policy, Quota, Sector

SECTORS = (
    Sector("marble", en="Marble", emits=("dust",)),
    Sector("bakery", fr="Boulangerie", sensitive_to=("odour", "dust")),
    Sector("fish", emits=("odour",), sensitive_to=("dust",)),
)


def codes(make, *args, **values):
    with pytest.raises(InstanceError) as error:
        make(*args, **values)
    return [fault.code for fault in error.value.faults]


def test_parts_are_sorted():
    limits = (Limit("Z2", 1), Limit("", 1))
    parts = {"limits": limits, "affinity": (Affinity("marble", "fish", 5),), "separation": ("street", "border")}
    turned = {"limits": limits[::-1], "affinity": (Affinity("fish", "marble", 5),), "separation": ("border", "street")}
    one, other = Policy("p", SECTORS, **parts), Policy("p", SECTORS[::-1], **turned)
    assert one == other
    assert [sector.sector_id for sector in one.sectors] == ["bakery", "fish", "marble"]


def test_who_harms_whom():
    hostile = Policy("p", SECTORS).hostile
    pairs = {("marble", "bakery"), ("marble", "fish"), ("fish", "bakery")}
    assert hostile == pairs | {(two, one) for one, two in pairs}


def test_affinity_is_even_handed():
    percent = Policy(
        "p", SECTORS, affinity=(Affinity("marble", "fish", 5), Affinity("bakery", "fish", 0))
    ).affinity_percent
    assert percent == {("marble", "fish"): 5, ("fish", "marble"): 5} | {
        (each.sector_id, each.sector_id): 100 for each in SECTORS
    }


def test_names_of_sectors_fall_back_on_the_id():
    policy = Policy("p", SECTORS)
    assert [policy.sector("bakery").name(language) for language in ("en", "fr", "ar")] == [
        "bakery",
        "Boulangerie",
        "bakery",
    ]
    with pytest.raises(KeyError):
        policy.sector("bread")


def test_points_per_metre():
    policy = Policy("p", SECTORS, border_metre=6, street_metre=3)
    assert (policy.metre_points("border"), policy.metre_points("street")) == (6, 3)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"name": ""}, ["missing_value"]),
        ({"name": "x" * 201}, ["bad_text"]),
        ({"sectors": ()}, ["no_sectors"]),
        ({"sectors": (*SECTORS, Sector("fish"))}, ["given_twice"]),
        ({"job_direct": -1}, ["out_of_range"]),
        ({"job_direct": 0.5}, ["not_whole"]),
        ({"max_lots": 0}, ["out_of_range"]),
        ({"across": "wall"}, ["unknown_choice"]),
        ({"separation": ("wall",)}, ["unknown_choice"]),
        ({"objective": ()}, ["unknown_choice"]),
        ({"objective": (("value", 0), ("jobs", 0))}, ["unknown_choice"]),
        ({"objective": (("jobs", 0), ("jobs", 0))}, ["given_twice"]),
        ({"objective": (("jobs", 101),)}, ["out_of_range"]),
        ({"limits": (Limit("", 1), Limit("", 2))}, ["given_twice"]),
        ({"quotas": (Quota("q", "a", "", 1), Quota("q", "b", "", 1))}, ["given_twice"]),
        ({"quotas": (Quota("q", "", "bread", 1),)}, ["unknown_sector"]),
        ({"affinity": (Affinity("fish", "bread", 1),)}, ["unknown_sector"]),
        ({"affinity": (Affinity("fish", "marble", 1), Affinity("marble", "fish", 2))}, ["given_twice"]),
    ],
)
def test_bad_policies(values, wanted):
    assert codes(Policy, **({"name": "p", "sectors": SECTORS} | values)) == wanted


@pytest.mark.parametrize(
    ("make", "values", "wanted"),
    [
        (Sector, ("a|b",), ["bad_id"]),
        (Sector, ("a", "x" * 201), ["bad_text"]),
        (Sector, ("a", "", "", "", ("",)), ["missing_value"]),
        (Affinity, ("a", "a", 5), ["affinity_of_one_sector"]),
        (Affinity, ("a", "b", 101), ["out_of_range"]),
        (Affinity, ("a", "b", 5.5), ["not_whole"]),
        (Limit, (), ["limit_of_nothing"]),
        (Limit, ("Z1", -1), ["out_of_range"]),
        (Limit, ("Z|1", 1), ["bad_id"]),
        (Quota, ("q",), ["quota_of_what", "quota_without_share"]),
        (Quota, ("q", "a", "b", 1), ["quota_of_what"]),
        (Quota, ("q", "a", "", 101), ["out_of_range"]),
        (Quota, ("q", "a", "", 5, 4), ["quota_reversed"]),
        (Quota, ("", "a", "", 5), ["missing_value"]),
    ],
)
def test_bad_parts(make, values, wanted):
    assert codes(make, *values) == wanted
