"""Variants against brute force: what a change forbids or fixes, and every fault of a list at once."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.faults import InstanceError
from instances.policy import Quota
from instances.tables import applicants_items
from optimizer.plan import Plan
from optimizer.what_if.change import AddBatch, Forbid, Pin, SetPoints, SetQuota, Withdraw, document
from optimizer.what_if.variant import revising, variant, variant_from
from tests import drawn, tiny
from tests.zones import asks, lot, row_of


def best(instance, allowed=lambda plan: True):
    plans = [plan for plan in tiny.choices(instance) if tiny.is_feasible(instance, plan) and allowed(plan)]
    return max((tiny.value(instance, plan) for plan in plans), default=None)


@tiny.examples(60)
@given(st.data())
def test_what_is_forbidden_is_in_no_plan_and_nothing_else_is(data):
    instance = data.draw(drawn.instances(most_lots=4, pins=False))
    lots = [each.lot_id for each in instance.lots]
    name = data.draw(st.sampled_from([each.applicant_id for each in instance.applicants]))
    at = data.draw(st.sampled_from(lots))
    sector = data.draw(st.sampled_from([each.sector_id for each in instance.policy.sectors]))
    held = data.draw(st.sampled_from(tiny.placements(instance)[name] or [None]))

    def of_sector(plan):
        return any(at in held and tiny.sector_of(instance, each) == sector for each, held in plan.items())

    changes = {
        Forbid(lot_id=at): lambda plan: not tiny.tenants(plan, at),
        Forbid(lot_id=at, sector=sector): lambda plan: not of_sector(plan),
    }
    if len(instance.applicants) > 1:
        changes |= {each: lambda plan: name not in plan for each in (Forbid(applicant_id=name), Withdraw(name))}
    if held is not None:
        changes[Pin(name, held)] = lambda plan: plan.get(name) == held
    for change, allowed in changes.items():
        wanted = best(instance, allowed)
        try:
            made = variant(instance, [change])
        except InstanceError:
            assume(isinstance(change, Pin))
            assert wanted is None
            continue
        assert best(made.instance) == wanted, change
        assert made.parent_fingerprint == instance.fingerprint()
        assert variant_from(instance, [document(change)]) == made


SMALL = row_of(
    (lot("L1"), lot("L2", sectors=("bread",)), lot("L3")),
    asks("a", jobs_direct=3),
    asks("b", "stone", jobs_direct=5),
    asks("c", pinned_lots=("L3",)),
    quotas=(Quota("floor", sector="stone", min_lot_share_percent=10),),
)


def test_points_quotas_and_batches_change_the_policy_and_the_roster():
    more = asks("d", jobs_direct=8)
    changes = [
        SetPoints("job_direct", 7),
        SetQuota("floor", min_lot_share_percent=20),
        SetQuota("cap", sector="bread", max_lot_share_percent=50),
        AddBatch((more,)),
        Withdraw("c"),
    ]
    made = variant(SMALL, changes)
    assert made.instance.policy.job_direct == 7
    assert made.instance.policy.quotas == (
        Quota("cap", sector="bread", max_lot_share_percent=50),
        Quota("floor", sector="stone", min_lot_share_percent=20),
    )
    assert list(made.instance.applicant) == ["a", "b", "d"]
    assert variant_from(SMALL, [document(each) for each in changes]) == made
    assert not variant(SMALL, [SetQuota("floor")]).instance.policy.quotas


def test_a_lot_that_admits_no_sector_any_more_is_not_open_to_all():
    made = variant(SMALL, [Forbid(lot_id="L2", sector="bread")]).instance
    assert made.lot["L2"].status == "reserved"
    assert variant(SMALL, [Forbid(lot_id="L1", sector="bread")]).instance.lot["L1"].sectors == ("stone", "wood")


def test_every_fault_is_told_at_once_with_its_place():
    twin = applicants_items([asks("b")])[0]
    items = [
        {"change": "forbid", "lot_id": "L9"},
        {"change": "forbid", "lot_id": "L3"},
        {"change": "forbid", "applicant_id": "c"},
        {"change": "forbid", "applicant_id": "a", "lot_id": "L1"},
        {"change": "pin", "applicant_id": "z", "lots": ["L8"]},
        {"change": "pin", "applicant_id": "a"},
        {"change": "points", "name": "job", "points": 1},
        {"change": "points", "name": "job_direct", "points": -1},
        {"change": "quota", "name": "new"},
        {"change": "quota", "name": "new", "group": "x", "min_lot_share_percent": 101},
        {"change": "batch", "applicants": [twin]},
        {"change": "guess"},
        {"change": "withdraw", "applicant": "a"},
        7,
    ]
    with pytest.raises(InstanceError) as refused:
        variant_from(SMALL, items)
    found = sorted((int(each.where.key.split("/")[1]), each.code) for each in refused.value.faults)
    assert found == [
        (0, "unknown_lot"),
        (1, "forbids_a_pin"),
        (2, "forbids_a_pin"),
        (3, "forbid_what"),
        (4, "unknown_applicant"),
        (4, "unknown_lot"),
        (5, "missing_value"),
        (6, "unknown_choice"),
        (7, "out_of_range"),
        (8, "unknown_quota"),
        (9, "out_of_range"),
        (10, "already_in_roster"),
        (11, "unknown_choice"),
        (12, "missing_value"),
        (12, "unknown_field"),
        (13, "wrong_type"),
    ]


@pytest.mark.parametrize(("items", "code"), [({}, "wrong_type"), ([], "no_changes"), (None, "wrong_type")])
def test_a_list_of_nothing_is_refused(items, code):
    with pytest.raises(InstanceError) as refused:
        variant_from(SMALL, items)
    assert [each.code for each in refused.value.faults] == [code]


def test_a_pin_on_a_pinned_lot_is_refused_by_the_instance():
    with pytest.raises(InstanceError) as refused:
        variant(SMALL, [Pin("a", ("L3",))])
    assert [each.code for each in refused.value.faults] == ["pinned_twice"]


def test_a_revision_names_who_held_what():
    made = revising(SMALL, Plan({"a": ("L1",), "gone": ("L2",)}), kept_site=4, most_changes=1)
    assert {each.applicant_id: each.earlier_lots for each in made.applicants} == {"a": ("L1",), "b": (), "c": ()}
    assert (made.policy.kept_site, made.policy.most_changes) == (4, 1)
    assert replace(made, policy=SMALL.policy).policy == SMALL.policy
