"""What a run of stages tells on the way, judged by plain search over the plans that are known."""

import threading
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.outcome import Limits, Progress
from optimizer.plan import Plan
from optimizer.solve import solve
from optimizer.stage_progress import Known, StageTeller, best_by_stages
from optimizer.weights import Weights
from tests import tiny
from tests.optimizer.test_stages import ROW, staged

FEW = st.integers(0, 20)


@tiny.examples(200)
@given(st.data())
def test_the_best_by_stages_is_that_of_a_plain_search(data):
    objective = [("jobs", data.draw(st.sampled_from([0, 5, 50, 100]))), ("clustering", 0)]
    counts = data.draw(st.lists(st.tuples(FEW, FEW, FEW), max_size=6))
    known = [Known(Plan({}), {"jobs": jobs, "clustering": near}, value) for jobs, near, value in counts]
    best = best_by_stages(objective, known)
    most = max((jobs for jobs, _, _ in counts), default=0)
    kept = [(near, value) for jobs, near, value in counts if 100 * jobs >= most * (100 - objective[0][1])]
    assert (best is None) == (not counts)
    if best is not None:
        assert (best.goals_millipoints["clustering"], best.value_millipoints) == max(kept)


def told_by(instance, limits, **more):
    told = []
    outcome = solve(instance, limits, listen=told.append, **more)
    return told, outcome


def test_every_stage_is_told_and_the_last_plan_told_is_worth_the_outcome():
    instance = staged(ROW, ("jobs", 5), ("clustering", 0))
    told, outcome = told_by(instance, Limits(None, 4, workers=1))
    assert [each.stage.number for each in told] == sorted(each.stage.number for each in told)
    assert {(each.stage.number, each.stage.of, each.stage.goal) for each in told} == {
        (1, 2, "jobs"),
        (2, 2, "clustering"),
    }
    assert all(each.bound_millipoints is None for each in told), "nothing bounds the whole value"
    for number, line in enumerate(outcome.stages, start=1):
        last = [each.stage for each in told if each.stage.number == number][-1]
        assert last.value_millipoints == line["value_millipoints"]
        assert last.bound_millipoints >= line["bound_millipoints"] >= line["value_millipoints"]
    plans = [each.plan for each in told if each.plan is not None]
    assert all(audit(instance, plan).is_feasible for plan in plans)
    last = audit(instance, plans[-1])
    assert last.goals_millipoints["clustering"] == outcome.goals_millipoints["clustering"]
    assert last.goals_millipoints["jobs"] >= outcome.stages[0]["floor_millipoints"]
    assert told[-1].value_millipoints == last.value_millipoints


def teller():
    told = []
    made = StageTeller(staged(ROW, ("jobs", 5), ("clustering", 0)), told.append)
    made.begin(1, {})
    return made, told


GOOD, LESS = Plan({"a": ("L1",), "b": ("L2",)}), Plan({"a": ("L1",)})


def test_only_better_plans_are_told_and_none_that_breaks_a_rule():
    made, told = teller()
    for plan in (LESS, GOOD, LESS, Plan({"a": ("L1",), "b": ("L1",)})):
        made.note(plan, "search")
    assert [each.plan for each in told] == [None, LESS, GOOD]


def test_a_bound_is_on_the_stages_goal_over_the_plans_that_keep_the_floors():
    made, told = teller()
    made.begin(2, {"jobs": 1_000})
    hear = made.listener(Weights(jobs=3, clustering=2))
    for bound in (9_001, 9_500, 7_000):
        hear(Progress(1, "bound", 1, bound))
    assert [each.stage.bound_millipoints for each in told[1:]] == [None, 3_000, 2_000]


def test_a_run_that_is_told_to_stop_still_proves_every_stage():
    instance = staged(ROW, ("jobs", 5), ("clustering", 0))
    stop = threading.Event()
    stop.set()
    told, outcome = told_by(instance, Limits(60), stop=stop, start=GOOD)
    assert [each["stage"] for each in outcome.stages] == ["jobs", "clustering"]
    jobs = audit(instance, GOOD).goals_millipoints["jobs"]
    assert outcome.stages[0]["value_millipoints"] >= jobs, "no worse than where it began"
    assert told


def test_nothing_is_told_of_a_floor_in_a_run_without_stages():
    told, _ = told_by(replace(ROW), Limits(None, 1, workers=1))
    assert told
    assert all(each.stage is None for each in told)
