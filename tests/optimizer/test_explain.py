"""Each reason is true by a recount from the specification."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit, Quota, Sector
from optimizer.explain import explain
from optimizer.plan import Plan
from optimizer.reasons import sentence
from tests import drawn, tiny
from tests.outcomes import small_instance


def free_sites(instance, plan, applicant_id):
    held = {lot for lots in plan.values() for lot in lots}
    return [lots for lots in tiny.placements(instance)[applicant_id] if not held & set(lots)]


def trials(instance, plan, applicant_id):
    return [{**plan, applicant_id: lots} for lots in free_sites(instance, plan, applicant_id)]


def is_true(instance, plan, applicant, code):
    """Whether the reason says what is so, whatever else is so too."""
    each, sites = applicant.applicant_id, tiny.placements(instance)[applicant.applicant_id]
    tried = trials(instance, plan, each)
    return {
        "pinned": bool(applicant.pinned_lots),
        "granted": each in plan,
        "score_too_low": each not in plan and applicant.score < instance.policy.min_score,
        "no_fitting_site": each not in plan and not sites,
        "sites_taken": each not in plan and bool(sites) and not tried,
        "separation": bool(tried) and any(not tiny.keeps_separation(instance, trial) for trial in tried),
        "limits": bool(tried) and any(not tiny.keeps_limits(instance, trial) for trial in tried),
        "quotas": bool(tried) and any(not tiny.keeps_quotas(instance, trial) for trial in tried),
        "no_gain": any(tiny.is_feasible(instance, trial) for trial in tried),
    }[code]


@tiny.examples(150)
@given(st.data())
def test_every_applicant_gets_a_reason_and_every_reason_is_true(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    reasons = explain(instance, Plan(plan))
    assert list(reasons) == [each.applicant_id for each in instance.applicants]
    for applicant in instance.applicants:
        reason = reasons[applicant.applicant_id]
        assert is_true(instance, plan, applicant, reason.code), reason
        if reason.code in ("separation", "limits", "quotas"):
            tried = trials(instance, plan, applicant.applicant_id)
            assert not any(tiny.is_feasible(instance, trial) for trial in tried)
        assert sentence(reason, "ar")


def reason_of(applicant_id, plan, **policy):
    small = small_instance()
    instance = Instance(small.lots, small.neighbours, small.applicants, replace(small.policy, **policy))
    return explain(instance, Plan(plan))[applicant_id]


DUSTY = (Sector("bakery", sensitive_to=("dust",)), Sector("marble", emits=("dust",)))


@pytest.mark.parametrize(
    ("applicant_id", "plan", "policy", "code"),
    [
        ("A1", {"A1": ("L1", "L2")}, {}, "granted"),
        ("A4", {}, {}, "score_too_low"),
        ("A1", {}, {"max_lots": 1}, "no_fitting_site"),
        ("A3", {"A1": ("L1", "L2"), "A2": ("L3",)}, {}, "sites_taken"),
        ("A2", {"A1": ("L1", "L2")}, {"sectors": DUSTY}, "separation"),
        ("A2", {"A1": ("L1", "L2")}, {"limits": (Limit("", power_kw=25),)}, "limits"),
        ("A2", {}, {"quotas": (Quota("q", sector="marble", max_lot_share_percent=40),)}, "quotas"),
        ("A2", {}, {}, "no_gain"),
    ],
)
def test_each_reason_by_hand(applicant_id, plan, policy, code):
    assert reason_of(applicant_id, plan, **policy).code == code


def test_a_pin_is_a_reason_whatever_else_is_so():
    small = small_instance()
    pinned = tuple(
        replace(each, pinned_lots=("L4",)) if each.applicant_id == "A4" else each for each in small.applicants
    )
    instance = Instance(small.lots, small.neighbours, pinned, small.policy)
    assert explain(instance, Plan({"A4": ("L4",)}))["A4"].code == "pinned"
