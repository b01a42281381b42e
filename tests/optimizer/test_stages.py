"""Stages and the trade-off curve against brute force on tiny instances, and what the check refuses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.writing import write_instance
from optimizer.certificate import CertificateError
from optimizer.check import check_folder, proved_bound_millipoints
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.solve import solve
from optimizer.stage_proof import check_stages
from optimizer.tradeoff import tradeoff
from optimizer.weights import Weights, weighted
from tests import drawn, tiny
from tests.zones import asks, row_of

ONE = Limits(None, 1, workers=1)


def staged(instance, *stages):
    return replace(instance, policy=replace(instance.policy, objective=stages))


def best_by_stages(instance):
    """The judge's values: each stage's most, over the plans that keep the floors before it."""
    plans = [tiny.goals(instance, plan) for plan in tiny.choices(instance) if tiny.is_feasible(instance, plan)]
    values = []
    for goal, loss in instance.policy.objective:
        if not plans:
            return None
        values.append(max(goals[goal] for goals in plans))
        plans = [goals for goals in plans if 100 * goals[goal] >= values[-1] * (100 - loss)]
    return values


@tiny.examples(10)
@given(st.data())
def test_stages_are_the_judges_and_their_bounds_hold(data):
    order = data.draw(st.permutations(["jobs", "preferred", "clustering"]))
    losses = [data.draw(st.sampled_from([0, 10, 50, 100])) for _ in order]
    instance = staged(
        data.draw(drawn.instances(4)), *list(zip(order, losses, strict=True))[: data.draw(st.integers(1, 3))]
    )
    wanted = best_by_stages(instance)
    outcome = solve(instance, ONE)
    assert (outcome.plan is None) == (wanted is None)
    if wanted is not None:
        assert [each["value_millipoints"] for each in outcome.stages] == wanted
        assert all(each["bound_millipoints"] >= each["value_millipoints"] for each in outcome.stages)
        assert outcome.goals_millipoints == tiny.goals(instance, outcome.plan.assignments)


@tiny.examples(6)
@given(st.data())
def test_every_point_of_the_tradeoff_is_a_plan_and_no_plan_is_beyond_it(data):
    instance = data.draw(drawn.instances(4))
    plans = [tiny.goals(instance, plan) for plan in tiny.choices(instance) if tiny.is_feasible(instance, plan)]
    points = tradeoff(instance, ONE, points=3)
    assert bool(points) == bool(plans)
    for point in points:
        goals = tiny.goals(instance, point.plan.assignments)
        assert (goals["jobs"], goals["clustering"]) == (point.jobs_millipoints, point.clustering_millipoints)
        there = weighted(instance, point.weights)
        assert proved_bound_millipoints(there, point.certificate) <= point.certificate.bound_millipoints
        reach = [each["clustering"] for each in plans if each["jobs"] >= point.jobs_millipoints]
        assert point.most_clustering_millipoints >= max(reach)
        reach = [each["jobs"] for each in plans if each["clustering"] >= point.clustering_millipoints]
        assert point.most_jobs_millipoints >= max(reach)


ROW = row_of(
    4,
    asks("a", jobs_direct=10),
    asks("b", jobs_direct=9),
    asks("c", "stone", jobs_direct=12),
    asks("d", "stone", jobs_direct=11, max_lots=1),
    asks("e", jobs_direct=1),
    border_metre=40,
    separation=(),
)


def test_a_folder_of_stages_is_checked_and_one_that_lies_is_refused(tmp_path):
    instance = staged(ROW, ("jobs", 5), ("clustering", 0))
    write_instance(instance, tmp_path / "instance.json")
    outcome = solve(instance, ONE)
    save(outcome, tmp_path)
    checked = check_folder(tmp_path / "instance.json", tmp_path)
    assert checked.ok, [line for line in checked.lines if not line.ok]
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    floor = f'"floor_millipoints": {outcome.stages[0]["floor_millipoints"]}'
    assert floor in text
    (tmp_path / "plan.json").write_text(text.replace(floor, '"floor_millipoints": 1'), encoding="utf-8")
    assert not check_folder(tmp_path / "instance.json", tmp_path).ok


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("bound_millipoints", 0, "bound_too_low"),
        ("value_millipoints", 5, "value_differs"),
        ("floor_millipoints", 0, "bad_stage"),
        ("weights", {"jobs": 2, "preferred": 0, "clustering": 0}, "other_instance"),
        ("weights", {"jobs": 0, "preferred": 0, "clustering": 0}, "bad_stage"),
        ("weights", {"jobs": 2**50, "preferred": 0, "clustering": 0}, "bad_stage"),
        ("assignments", {"a": ["L1"], "b": ["L1"]}, "plan_breaks_rule"),
        ("assignments", {"a": "L1"}, "bad_stage"),
        ("assignments", {"a": [["L1"]]}, "bad_stage"),
        ("loss_percent", 4, "bad_stage"),
        ("stage", "joy", "bad_stage"),
    ],
)
def test_a_stage_that_says_something_else_is_refused(name, value, code):
    instance = staged(ROW, ("jobs", 5))
    outcome = solve(instance, ONE)
    assert outcome.certificate["stages"][0]["value_millipoints"] == 4_200_000
    told = {"format": "lotwise-stages-1", "stages": [outcome.certificate["stages"][0] | {name: value}]}
    with pytest.raises(CertificateError) as refused:
        check_stages(instance, outcome.plan, told)
    assert refused.value.code == code


def test_a_policy_of_one_value_has_no_stages_to_be_checked():
    outcome = solve(staged(ROW, ("jobs", 0)), ONE)
    told = outcome.certificate["stages"][0] | {"stage": "value"}
    with pytest.raises(CertificateError) as refused:
        check_stages(ROW, outcome.plan, {"format": "lotwise-stages-1", "stages": [told]})
    assert refused.value.code == "bad_stage"


def test_weights_are_whole_and_some_are_positive():
    for wrong in ({"jobs": -1}, {}, {"jobs": 0.5}):
        with pytest.raises(ValueError, match="weight"):
            Weights(**wrong)
