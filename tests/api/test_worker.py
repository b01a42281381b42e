"""The worker: a run that it must give up fails with the best plan that is stored of it."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.attempt import Died, Overran, attempt
from api.store import plans, run_events, runs
from api.worker import Worker, remaining
from tests.api.finished import SMALL
from tests.api.loops import on_a_loop
from tests.api.store.closed import read_only

TOLD = {"elapsed_ms": 5, "step": "search", "value_millipoints": 3_220_000, "bound_millipoints": 3_250_000}
PLAN = {"A1": ["L1", "L2"], "A2": ["L3"]}
OVERRAN, POISON = {"code": "overran", "seconds": 5}, {"code": "poison", "attempts": 4}
ENDS = {"overran": (Overran, OVERRAN), "poison": (lambda: Died(-9), POISON)}


@pytest.fixture
def run_id(home):
    return (
        home.client("analyst").post("/v1/allocations", json={"instance": SMALL, "limits": {"seconds": 5}}).json()["id"]
    )


def given_up(home, monkeypatch, run_id, error, message, keeping=attempt):
    """Let the solver tell this, if anything, and then end so; what keeps its plan is real."""

    async def stand_in(job, seconds, grace_seconds, told, zones=None):
        if job["task"] == "keep":
            return await keeping(job, seconds, grace_seconds, told)
        if message is not None:
            await told(dict(message))
        raise error()

    monkeypatch.setattr("api.worker.attempt", stand_in)
    on_a_loop(Worker(home.service, "one").solve(run_id))
    return home.client("reader").get(f"/v1/runs/{run_id}").json()


@pytest.mark.parametrize("end", ENDS)
def test_a_run_that_is_given_up_keeps_its_best_plan_without_a_proof(home, monkeypatch, run_id, end):
    error, failure = ENDS[end]
    ended = given_up(home, monkeypatch, run_id, error, TOLD | {"plan": PLAN})
    assert (ended["state"], ended["failure"]) == ("failed", failure)
    assert ended["result"]["kind"] == "plan"
    path, reader = f"/v1/plans/{ended['result']['plan_id']}", home.client("reader")
    plan = reader.get(path).json()
    assert (plan["assignments"], plan["waitlist"], plan["proof"], plan["unique"]) == (PLAN, ["A3"], None, False)
    assert plan["value_millipoints"] == sum(plan["goals_millipoints"].values())
    summary = reader.get(f"{path}/summary").json()
    assert summary["value_millipoints"] == plan["value_millipoints"]
    assert (summary["bound_millipoints"], summary["gap_millionths"], summary["certificate_sha256"]) == (None,) * 3
    assert reader.get(f"{path}/certificate").json()["code"] == "no_certificate"
    assert reader.get(f"{path}/explanations/A3").json()["outcome"] == "waitlist"
    assert [reader.get(f"{path}.{kind}").status_code for kind in ("csv", "xlsx", "geojson")] == [200] * 3


def test_the_last_event_names_the_plan_that_is_kept(home, monkeypatch, run_id):
    ended = given_up(home, monkeypatch, run_id, Overran, TOLD | {"plan": PLAN})
    with home.service.reading() as connection:
        last = run_events.events(connection, run_id, 0)[-1]
    assert last.kind == "failed"
    told = {name: value for name, value in ended["result"].items() if name != "conflict"}
    assert last.data.items() >= {**OVERRAN, **told, "bound_millipoints": None}.items()


@pytest.mark.parametrize("message", [None, TOLD], ids=["nothing told", "no plan told"])
def test_without_a_stored_plan_nothing_is_kept(home, monkeypatch, run_id, message):
    ended = given_up(home, monkeypatch, run_id, Overran, message)
    assert (ended["state"], ended["failure"], ended["result"]) == ("failed", OVERRAN, None)


@pytest.mark.parametrize("plan", [{"A1": ["L1"], "A2": ["L1"]}, {"A4": ["L3"]}, {"A9": ["L1"]}])
def test_a_plan_that_breaks_a_rule_is_not_kept(home, monkeypatch, run_id, plan):
    ended = given_up(home, monkeypatch, run_id, Overran, TOLD | {"plan": plan})
    assert (ended["state"], ended["result"]) == ("failed", None)


@pytest.mark.parametrize("error", [Overran, lambda: Died(-9)], ids=["too long", "killed"])
def test_a_run_whose_plan_cannot_be_counted_fails_all_the_same(home, monkeypatch, run_id, error):
    async def no(*_):
        raise error()

    ended = given_up(home, monkeypatch, run_id, Overran, TOLD | {"plan": PLAN}, no)
    assert (ended["state"], ended["failure"], ended["result"]) == ("failed", OVERRAN, None)


def test_who_loses_the_run_meanwhile_keeps_nothing(home, monkeypatch, run_id):
    async def taken_over(job, seconds, grace_seconds, told):
        with home.service.writing() as connection:
            runs.claim(connection, run_id, "another")
        return await attempt(job, seconds, grace_seconds, told)

    ended = given_up(home, monkeypatch, run_id, Overran, TOLD | {"plan": PLAN}, taken_over)
    assert (ended["state"], ended["attempts"], ended["result"]) == ("running", 2, None)
    with home.service.reading() as connection:
        assert plans.page(connection, None, 9) == []


def test_what_was_told_of_the_bound_is_a_claim(home, monkeypatch, run_id):
    ended = given_up(home, monkeypatch, run_id, Overran, TOLD | {"plan": PLAN})
    plan = home.client("reader").get(f"/v1/plans/{ended['result']['plan_id']}").json()
    assert plan["claim"] == {"status": "feasible", "bound_millipoints": 3_250_000}


def test_an_outcome_waits_for_a_store_that_takes_no_changes(home, monkeypatch, run_id):
    """However often it is refused: nobody else would take the run over while this worker lives."""
    monkeypatch.setattr("api.outages.FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr("api.outages.LONGEST_WAIT_SECONDS", 0.001)
    with read_only(home.service.engine, transactions=12) as closed:
        with home.service.reading() as connection:
            assert runs.known(connection, run_id).attempts == 0
        ended = given_up(home, monkeypatch, run_id, Overran, TOLD | {"plan": PLAN})
    assert (ended["state"], ended["failure"], ended["attempts"]) == ("failed", OVERRAN, 1)
    assert closed.refused == 12


@pytest.mark.parametrize(("gone", "left"), [(0, 40), (10, 30), (39, 10), (7200, 10), (-7200, 40)])
def test_an_attempt_gets_what_is_left_of_the_time_however_clocks_jump(home, run_id, gone, left):
    with home.service.reading() as connection:
        run = runs.known(connection, run_id)
    began = datetime.now(UTC) - timedelta(seconds=gone - 0.5)
    taken_over = replace(run, limits={"seconds": 40}, attempts=2, started_at=began)
    assert remaining(taken_over)["seconds"] == left


def test_a_plan_is_counted_without_the_libraries_that_may_have_brought_the_run_down():
    script = "import sys, api.kept, instances.reading\nprint(*{'ortools', 'numba', 'pandas'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == ""
