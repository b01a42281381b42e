"""The whole way on tiny instances, where brute force knows the best plan."""

import threading
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit, Policy, Quota
from optimizer.outcome import Limits, gap_millionths
from optimizer.plan import Plan
from optimizer.sites import enumerate_placements
from optimizer.solve import solve
from tests import drawn, tiny

WORK = Limits(None, work=2)

PLAIN = {
    "limits": (),
    "quotas": (),
    "separation": (),
    "border_metre": 0,
    "street_metre": 0,
    "preferred_lot": 0,
    "min_score": 0,
    "max_lots": 1,
}
"""A policy in which only jobs and lots matter."""

ALONE = {
    "placement": ("min_score", "max_lots"),
    "separation": ("separation",),
    "limits": ("limits",),
    "quotas": ("quotas",),
    "preference": ("preferred_lot",),
    "clustering": ("border_metre", "street_metre"),
    "all together": tuple(PLAIN),
}


def only(instance, kept):
    """The instance with those parts of its policy, the others at rest."""
    rest = {name: value for name, value in PLAIN.items() if name not in kept}
    return Instance(instance.lots, instance.neighbours, instance.applicants, replace(instance.policy, **rest))


@pytest.mark.parametrize("rule", ALONE)
def test_the_best_plan_is_found_and_the_bound_is_true(rule):
    @tiny.examples(12)
    @given(st.data())
    def judge(data):
        instance = only(data.draw(drawn.instances(pins=rule == "all together")), ALONE[rule])
        verdict = tiny.verdict(instance)
        outcome = solve(instance, WORK)
        if verdict is None:
            assert (outcome.kind, outcome.plan) in (("none_found", None), ("infeasible_proved", None))
            assert outcome.conflict["kind"] == "no_plan"
            assert outcome.conflict["proved"] == (outcome.kind == "infeasible_proved")
            return
        assert outcome.kind == "plan"
        assert tiny.is_feasible(instance, outcome.plan.assignments)
        assert outcome.value_millipoints == tiny.value(instance, outcome.plan.assignments) == verdict.value
        assert outcome.goals_millipoints == tiny.goals(instance, outcome.plan.assignments)
        assert outcome.proof.bound_millipoints >= verdict.value
        is_closed = outcome.proof.bound_millipoints == verdict.value
        assert outcome.claim.status == ("optimal" if is_closed else "feasible")
        if outcome.unique:
            assert gap_millionths(outcome.value_millipoints, outcome.proof) == 0
            assert outcome.plan == Plan(verdict.plan)
        assert outcome.reasons.keys() == {each.applicant_id for each in instance.applicants}

    judge()


def untied(certificate):
    """The certificate without the hash of its plan's document, which names the workers."""
    return {key: value for key, value in certificate.items() if key != "plan_sha256"}


@tiny.examples(12)
@given(st.data())
def test_the_order_of_rows_changes_nothing(data):
    instance = data.draw(drawn.instances())
    assume(tiny.verdict(instance) is not None)
    shuffled = Instance(
        tuple(data.draw(st.permutations(instance.lots))),
        tuple(data.draw(st.permutations(instance.neighbours))),
        tuple(data.draw(st.permutations(instance.applicants))),
        instance.policy,
    )
    one, two = solve(instance, WORK), solve(shuffled, replace(WORK, workers=1))
    assert one.plan == two.plan
    assert untied(one.certificate) == untied(two.certificate)
    assert one.waitlist == two.waitlist
    assert one.reasons == two.reasons


@tiny.examples(10)
@given(st.data())
def test_a_run_that_is_stopped_at_once_keeps_what_it_has(data):
    instance = data.draw(drawn.instances())
    stop = threading.Event()
    stop.set()
    outcome = solve(instance, Limits(seconds=30), stop=stop)
    if outcome.plan is not None:
        assert tiny.is_feasible(instance, outcome.plan.assignments)
        assert outcome.proof.bound_millipoints >= tiny.verdict(instance).value


@tiny.examples(150)
@given(st.data())
def test_nobody_is_left_out_while_a_free_site_would_bring_points(data):
    """Whatever plan the search ends with: here one that was stopped before it had changed anything."""
    instance = data.draw(drawn.instances())
    start = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, start))
    stop = threading.Event()
    stop.set()
    outcome = solve(instance, Limits(seconds=30), stop=stop, start=Plan(start))
    plan, value = dict(outcome.plan.assignments), outcome.value_millipoints
    assert tiny.is_feasible(instance, plan)
    assert tiny.value(instance, plan) == value >= tiny.value(instance, start)
    for applicant_id, sites in tiny.placements(instance).items():
        if applicant_id not in plan:
            trials = [{**plan, applicant_id: lots} for lots in sites]
            gains = [tiny.value(instance, trial) > value for trial in trials if tiny.is_feasible(instance, trial)]
            assert not any(gains), (plan, applicant_id)
            assert bool(gains) == (outcome.reasons[applicant_id].code == "no_gain")


@tiny.examples(10)
@given(st.data())
def test_progress_only_ever_gets_better_and_tells_true_plans(data):
    instance = data.draw(drawn.instances())
    told = []
    outcome = solve(instance, WORK, listen=told.append)
    values = [each.value_millipoints for each in told if each.value_millipoints is not None]
    bounds = [each.bound_millipoints for each in told if each.bound_millipoints is not None]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    for each in told:
        if each.plan is not None:
            assert tiny.is_feasible(instance, each.plan.assignments)
            assert tiny.value(instance, each.plan.assignments) == each.value_millipoints
    if outcome.plan is not None:
        assert outcome.value_millipoints >= max(values, default=0)


@tiny.examples(40)
@given(st.data())
def test_who_waits_fits_somewhere_and_holds_nothing(data):
    instance = data.draw(drawn.instances())
    assume(tiny.verdict(instance) is not None)
    outcome = solve(instance, Limits(None, work=1))
    fitting = {each.applicant.applicant_id for each in enumerate_placements(instance)}
    assert set(outcome.waitlist) == fitting - outcome.plan.assignments.keys()
    order = [(-instance.applicant[each].score, tiny.rank(instance, each)) for each in outcome.waitlist]
    assert order == sorted(order)


def test_where_no_plan_is_feasible_that_is_proved_and_what_stands_in_the_way_is_told(small_instance):
    """A quota that only a stranger could meet, beside a pin that stands: no plan at all."""
    policy = replace(small_instance.policy, quotas=(Quota("all_sme", group="sme", min_lot_share_percent=100),))
    pinned = tuple(
        replace(each, pinned_lots=("L1",), group="large") if each.applicant_id == "A1" else replace(each, group="large")
        for each in small_instance.applicants
    )
    outcome = solve(Instance(small_instance.lots, small_instance.neighbours, pinned, policy), Limits(None, work=1))
    assert (outcome.kind, outcome.plan, outcome.proof) == ("infeasible_proved", None, None)
    clash = {(each["kind"], each["name"]) for each in outcome.conflict["clashes"][0]["rules"]}
    assert clash == {("pin", "A1"), ("quota", "all_sme")}


def test_a_policy_under_which_only_nothing_can_be_granted_is_called_so(small_instance):
    policy = replace(small_instance.policy, quotas=(Quota("stone", sector="marble", min_lot_share_percent=100),))
    barred = tuple(replace(each, score=10) if each.sector == "marble" else each for each in small_instance.applicants)
    outcome = solve(Instance(small_instance.lots, small_instance.neighbours, barred, policy), Limits(None, work=1))
    assert (outcome.kind, outcome.plan, outcome.value_millipoints) == ("plan", Plan({}), 0)
    assert (outcome.conflict["kind"], outcome.conflict["proved"]) == ("only_empty", True)


@pytest.fixture
def small_instance():
    from tests.outcomes import small_instance as build

    return build()


def test_a_policy_of_zero_limits_grants_nothing(small_instance):
    policy: Policy = replace(small_instance.policy, limits=(Limit("", power_kw=0),))
    instance = Instance(small_instance.lots, small_instance.neighbours, small_instance.applicants, policy)
    outcome = solve(instance, Limits(None, work=1))
    assert outcome.plan.assignments == {}
    assert outcome.proof.bound_millipoints == 0
    assert outcome.unique
