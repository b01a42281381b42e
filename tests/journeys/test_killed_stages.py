"""A run of stages that is killed in its second stage: what it keeps has the floors of the first, and proves nothing."""

import json

import pytest

from api.client import Client
from api.store.tables import plans, run_events
from instances.reading import read_instance
from optimizer.audit import audit
from optimizer.plan import Plan
from optimizer.stage_proof import floor_of
from tests.api.served import served
from tests.api.stores import KINDS
from tests.journeys.test_failures import ZONE, children_of, kill, rows, until

LOSS = 5
STAGED = {**ZONE, "policy": {**ZONE["policy"], "objective": [{"stage": "jobs", "loss_percent": LOSS}, "clustering"]}}


def stages_told(url, run_id):
    told = [event.data for event in rows(url, run_events, run_id=run_id) if event.kind == "progress"]
    return [each["stage"] | {"value": each["value_millipoints"]} for each in told]


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_run_of_stages_keeps_the_best_plan_above_its_floors(stores, tmp_path, monkeypatch, kind):
    monkeypatch.setattr("tests.api.served.LIMITS", {"LOTWISE_ATTEMPTS_MOST": "1"})
    with stores.fresh(kind) as url, served(url, tmp_path) as processes:
        only = processes.serve()
        with Client(processes.address, processes.key("committee")) as client:
            run = client.allocate(STAGED, seconds=24, workers=1)
            until(lambda: any(each["number"] == 2 and each["value_millipoints"] for each in stages_told(url, run.id)))
            kill(children_of(only.pid))
            until(lambda: client.run(run.id).state == "failed")
            ended = client.run(run.id)
            plan = client.plan(ended.result.plan_id)
        told = stages_told(url, run.id)
        (stored,) = rows(url, plans, run_id=run.id)
    assert ended.failure.code == "poison"
    assert (plan["proof"], plan.get("stages"), stored.certificate) == (None, None, None)
    assert json.loads(stored.document)["claim"]["bound_millipoints"] is None
    most = max(each["value_millipoints"] for each in told if each["number"] == 1 and each["value_millipoints"])
    counted = audit(read_instance(STAGED), Plan({who: tuple(lots) for who, lots in plan["assignments"].items()}))
    assert counted.is_feasible
    assert counted.goals_millipoints["jobs"] >= floor_of(most, LOSS)
    near = max(each["value_millipoints"] for each in told if each["number"] == 2 and each["value_millipoints"])
    assert counted.goals_millipoints["clustering"] == near
    assert counted.value_millipoints == told[-1]["value"]
