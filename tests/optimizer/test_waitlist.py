from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import CARRIES
from optimizer.plan import Plan
from optimizer.waitlist import carried, succession, waitlist
from tests import drawn, tiny
from tests.zones import asks, row_of


@tiny.examples(40)
@given(st.data())
def test_the_waitlist_is_the_judges(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    sites = tiny.placements(instance)
    waiting = [each for each in instance.applicants if sites[each.applicant_id] and each.applicant_id not in plan]
    waiting.sort(key=lambda each: tiny.rank(instance, each.applicant_id))
    waiting.sort(key=lambda each: each.score, reverse=True)
    fitting = {name for name, lots in sites.items() if lots}
    assert waitlist(instance, Plan(plan), fitting) == tuple(each.applicant_id for each in waiting)


def test_score_goes_first_and_the_draw_settles_ties():
    names = ("a", "b", "c", "d")
    instance = row_of(
        1, *(asks(name, score=60 + 20 * (name == "c")) for name in names), asks("e", score=99), lottery_seed=3
    )
    drawn_order = sorted("ab", key=lambda name: tiny.rank(instance, name))
    assert waitlist(instance, Plan({"d": ("L1",)}), set(names)) == ("c", *drawn_order)


@pytest.mark.parametrize(("setting", "order"), [("none", "abc"), ("priority", "bac"), ("standing", "cba")])
def test_who_was_carried_over_comes_first_where_the_policy_says_so(setting, order):
    waited = {"a": 0, "b": 1, "c": 2 if setting == "standing" else 0}
    people = [asks(name, score=90 - 10 * at, rounds_waited=waited[name]) for at, name in enumerate("abc")]
    assert waitlist(row_of(1, *people, waitlist=setting), Plan({}), set("abc")) == tuple(order)


@pytest.mark.parametrize(
    ("setting", "carries"), [("none", {}), ("priority", {"new": 1}), ("standing", {"new": 1, "old": 2})]
)
def test_who_waits_is_carried_as_the_policy_says(setting, carries):
    people = (asks("new"), asks("old", rounds_waited=1))
    assert {each.applicant_id: each.rounds_waited for each in carried(people, setting)} == carries
    assert setting in CARRIES


@tiny.examples(40)
@given(st.data())
def test_who_takes_a_freed_lot_is_the_judges(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    leaving = [each.applicant_id for each in instance.applicants if each.applicant_id in plan and not each.pinned_lots]
    assume(leaving and tiny.is_feasible(instance, plan))
    gone = data.draw(st.lists(st.sampled_from(leaving), min_size=1, unique=True))
    now = {each: lots for each, lots in plan.items() if each not in gone}
    sites = tiny.placements(instance)
    given_sites = {name: lots for name, lots in sites.items() if lots}
    if not tiny.is_feasible(instance, now):
        with pytest.raises(ValueError, match="lots"):
            succession(instance, Plan(plan), gone, given_sites)
        return
    found = succession(instance, Plan(plan), gone, given_sites)
    freed = {lot for each in gone for lot in plan[each]}
    only = {name: [each for each in lots if freed & set(each)] for name, lots in given_sites.items()}
    only = {name: lots for name, lots in only.items() if lots}
    assert succession(instance, Plan(plan), gone, only, (), given_sites.keys()) == found
    waiting = [each for each in instance.applicants if each.applicant_id not in plan]
    waiting.sort(key=lambda each: (-each.score, tiny.rank(instance, each.applicant_id)))
    promoted = []
    for each in waiting:
        tried = [{**now, each.applicant_id: lots} for lots in sites[each.applicant_id] if freed & set(lots)]
        taken = {lot for lots in now.values() for lot in lots}
        tried = [one for one in tried if not taken & set(one[each.applicant_id]) and tiny.is_feasible(instance, one)]
        if tried:
            now = min(tried, key=lambda one: (-tiny.value(instance, one), one[each.applicant_id]))
            promoted.append(each.applicant_id)
    assert [each.applicant_id for each in found.promotions] == promoted
    assert found.plan.assignments == now
    assert found.cost_millipoints == tiny.value(instance, plan) - tiny.value(instance, now)
    assert set(found.idle) == freed - {lot for lots in now.values() for lot in lots}
    assert sum(each.gain_millipoints for each in found.promotions) == tiny.value(instance, now) - tiny.value(
        instance, {each: lots for each, lots in plan.items() if each not in gone}
    )


def test_a_pin_is_not_given_up_and_a_stranger_is_a_key_error():
    zone = row_of(2, asks("a", pinned_lots=("L1",)), asks("b"), asks("c"))
    plan, sites = Plan({"a": ("L1",), "b": ("L2",)}), {"b": [("L2",)], "c": [("L2",)]}
    with pytest.raises(ValueError, match="earlier decision"):
        succession(zone, plan, ["a"], sites)
    with pytest.raises(KeyError):
        succession(zone, plan, ["c"], sites)
    found = succession(zone, plan, ["b"], sites)
    assert [(each.applicant_id, each.lots) for each in found.promotions] == [("c", ("L2",))]


def test_the_setting_is_part_of_the_fingerprint_only_where_it_says_something():
    zone = row_of(1, asks("a"))
    again = Instance(zone.lots, zone.neighbours, zone.applicants, replace(zone.policy, waitlist="none"))
    other = Instance(zone.lots, zone.neighbours, zone.applicants, replace(zone.policy, waitlist="standing"))
    assert zone.fingerprint() == again.fingerprint() != other.fingerprint()
    assert "waitlist" not in zone.canonical()["policy"]
    assert "rounds_waited" not in zone.canonical()["applicants"][0]
