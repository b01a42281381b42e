"""Statements on weights, against brute force over every plan at every weight that they speak of."""

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.policy_help.quantities import WEIGHTS, quantities, reweighted, weights_of
from optimizer.policy_help.sensitivity import sensitivities
from optimizer.policy_help.trial import trials
from tests import drawn, tiny

FAR = 400
"""Weights are tried so far from the present one."""


def feasible(instance):
    return [plan for plan in tiny.choices(instance) if tiny.is_feasible(instance, plan)]


@tiny.examples(60)
@given(st.data())
def test_the_value_is_weight_times_quantity_at_any_weights(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    weights = {weight: data.draw(st.integers(0, 200)) for weight in WEIGHTS}
    held = quantities(instance, Plan(plan))
    assert tiny.value(reweighted(instance, weights), plan) == sum(weights[each] * held[each] for each in WEIGHTS)


@tiny.examples(40)
@given(st.data())
def test_no_plan_seen_is_better_before_its_turn_and_one_is_at_it(data):
    instance = data.draw(drawn.instances(most_lots=4))
    plans = feasible(instance)
    assume(plans)
    best = max(plans, key=lambda plan: tiny.value(instance, plan))
    others = {f"p{number}": Plan(plan) for number, plan in enumerate(plans)}
    found, better = sensitivities(instance, Plan(best), None, others)
    assert better == []
    for each in found:
        assert each.within_millipoints is None
        reach = range(max(each.now - FAR, 0), each.now + FAR)
        overtaken = {weight for weight in reach if is_overtaken(instance, each.weight, weight, best, plans)}
        above, below = (
            min((weight for weight in overtaken if weight > each.now), default=None),
            max((weight for weight in overtaken if weight < each.now), default=None),
        )
        assert above == (each.above.weight if each.above and each.above.weight in reach else None)
        assert below == (each.below.weight if each.below and each.below.weight in reach else None)
        for turn in (each.above, each.below):
            if turn is not None:
                there = reweighted(instance, {each.weight: turn.weight})
                assert tiny.value(there, others[turn.plan].assignments) > tiny.value(there, best)


def is_overtaken(instance, weight, to, best, plans):
    held = {"best": quantities(instance, Plan(best))[weight]}
    now = weights_of(instance.policy)[weight]
    value = tiny_value(instance, best) + (to - now) * held["best"]
    return any(
        tiny_value(instance, plan) + (to - now) * quantities_of(instance, plan)[weight] > value for plan in plans
    )


KNOWN: dict = {}


def tiny_value(instance, plan):
    key = (instance.fingerprint(), tuple(sorted(plan.items())))
    if key not in KNOWN:
        KNOWN[key] = (tiny.value(instance, plan), quantities(instance, Plan(plan)))
    return KNOWN[key][0]


def quantities_of(instance, plan):
    tiny_value(instance, plan)
    return KNOWN[instance.fingerprint(), tuple(sorted(plan.items()))][1]


@tiny.examples(40)
@given(st.data())
def test_within_the_range_no_plan_is_worth_more_than_is_said(data):
    instance = data.draw(drawn.instances(most_lots=4))
    plans = feasible(instance)
    assume(plans)
    plan = data.draw(st.sampled_from(plans))
    most = max(tiny.value(instance, each) for each in plans)
    found, _ = sensitivities(instance, Plan(plan), most + data.draw(st.sampled_from([0, 1, 5000])), {})
    for each in found:
        end = each.now + FAR if each.most is None else each.most
        for weight in {each.least, each.now, end, (each.least + each.now) // 2, (each.now + end) // 2}:
            there = reweighted(instance, {each.weight: weight})
            assert max(tiny.value(there, other) for other in plans) - tiny.value(there, plan) <= each.within_millipoints


def test_a_plan_that_is_worth_more_already_is_named():
    from tests.outcomes import small_instance

    instance = small_instance()
    others = {"good": Plan({"A1": ("L1", "L2"), "A2": ("L3",)}), "broken": Plan({"A1": ("L3",)})}
    assert sensitivities(instance, Plan({"A2": ("L3",)}), None, others)[1] == ["good"]


def test_trials_begin_from_the_plan_and_never_find_less():
    from tests.outcomes import small_instance

    instance, plan = small_instance(), Plan({"A2": ("L3",)})
    found = list(trials(instance, plan, "border_metre", Limits(None, work=1), (50, 200)))
    assert [each.to for each in found] == [3, 12]
    for each in found:
        there = reweighted(instance, {"border_metre": each.to})
        assert audit(there, each.plan).is_feasible
        assert each.gain_millipoints == audit(there, each.plan).value_millipoints - audit(there, plan).value_millipoints
        assert each.gain_millipoints > 0
        assert each.moved == (1 if each.to == 3 else 3)
