"""Plans and comparisons of a running service: every format says the same plan."""

import contextlib
import csv
import io
import json
import time

import httpx2
import pytest

from api.client import Client, Refusal
from api.openapi import DOCUMENT_EXAMPLE
from instances.library import path as path_of
from instances.reading import read_instance
from optimizer.audit import audit
from optimizer.plan import Plan
from tests.api.served import served
from tests.api.stores import KINDS


@pytest.fixture(scope="module", params=KINDS)
def running(request, stores, tmp_path_factory):
    with stores.fresh(request.param) as url, served(url, tmp_path_factory.mktemp("plans")) as processes:
        processes.serve()
        yield processes


@pytest.fixture(scope="module")
def client(running):
    with Client(running.address, running.key("committee")) as opened:
        yield opened


@pytest.fixture(scope="module")
def plan_id(client):
    ended = client.allocate(path_of("ait-kamra-168"), wait_seconds=30, seconds=3)
    assert ended.state == "done"
    return str(ended.result.plan_id)


def test_the_plan_is_worth_what_it_says(client, plan_id):
    document, instance = client.plan(plan_id), read_instance(path_of("ait-kamra-168"))
    counted = audit(instance, Plan({each: tuple(lots) for each, lots in document["assignments"].items()}))
    assert counted.is_feasible
    summary = client.plan_summary(plan_id)
    assert summary.value_millipoints == document["value_millipoints"] == counted.value_millipoints
    assert summary.bound_millipoints == document["proof"]["bound_millipoints"] >= summary.value_millipoints
    assert summary.gap_millionths == round(document["proof"]["gap"] * 1_000_000)


def test_table_workbook_and_map_hold_the_same_grants(client, plan_id):
    granted = client.plan(plan_id)["assignments"]
    rows = list(csv.DictReader(io.StringIO(client.plan_file(plan_id, "csv").decode())))
    assert {row["applicant_id"]: row["lots"].split("|") for row in rows if row["lots"]} == granted
    assert len(rows) == 420
    features = json.loads(client.plan_file(plan_id, "geojson"))["features"]
    tenants = {feature["properties"]["lot_id"]: feature["properties"]["tenant"] for feature in features}
    assert {lot: tenant for lot, tenant in tenants.items() if tenant} == {
        lot: each for each, lots in granted.items() for lot in lots
    }
    assert client.plan_file(plan_id, "xlsx")[:2] == b"PK"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("application/geo+json, application/json;q=0.5", "application/geo+json"),
        ("text/html, text/*", "text/csv"),
    ],
)
def test_the_format_is_the_one_asked_for(running, client, plan_id, accept, kind):
    answer = client._connection.ask("GET", f"/v1/plans/{plan_id}", headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == kind
    again = client._connection.ask(
        "GET", f"/v1/plans/{plan_id}", headers={"Accept": accept, "If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_format_that_there_is_not_is_refused(client, plan_id):
    for path, headers in ((f"/v1/plans/{plan_id}.doc", {}), (f"/v1/plans/{plan_id}", {"Accept": "image/png"})):
        with pytest.raises(Refusal) as refused:
            client._connection.ask("GET", path, headers=headers)
        assert refused.value.code == "not_acceptable"


def test_every_applicant_can_ask_why(client, plan_id):
    document = client.plan(plan_id)
    seen = set()
    for applicant_id in list(document["assignments"])[:3] + document["waitlist"][:3] + ["A0001", "A0002", "A0003"]:
        told = client.explanation(plan_id, applicant_id)
        assert told.text.endswith(".")
        assert told.lots == document["assignments"].get(applicant_id, [])
        seen.add(told.outcome)
    assert {"granted", "waitlist"} <= seen
    assert client.waitlist(plan_id) == document["waitlist"]
    with pytest.raises(Refusal) as refused:
        client.explanation(plan_id, "nobody")
    assert refused.value.code == "not_found"


def test_instances_and_plans_are_set_side_by_side(client, plan_id):
    other = DOCUMENT_EXAMPLE | {"policy": DOCUMENT_EXAMPLE["policy"] | {"name": "other"}}
    small = client.add_instance(other)
    made = client.compare(
        "side by side",
        [
            {"label": "the zone", "plan_id": plan_id},
            {"label": "one seed", "instance_id": small.id, "limits": {"work": 1, "seed": 1}},
            {"label": "another seed", "instance_id": small.id, "limits": {"work": 1, "seed": 2}},
        ],
    )
    deadline = time.monotonic() + 60
    while client.comparison(made.id).state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    zone, one, two = client.comparison(made.id).columns
    assert zone.value_millipoints == client.plan(plan_id)["value_millipoints"]
    assert zone.lots_granted == sum(len(lots) for lots in client.plan(plan_id)["assignments"].values())
    assert sum(zone.lots_by_sector.values()) == zone.lots_granted
    assert one.value_millipoints == two.value_millipoints
    assert one.bound_millipoints >= one.value_millipoints > 0
    with pytest.raises(Refusal):
        client.compare("wrong", [{"label": "both", "plan_id": plan_id, "instance_id": small.id}])


def test_a_principal_has_only_so_many_runs_at_once(running):
    with Client(running.address, running.key("analyst")) as busy:
        started = [busy.allocate(DOCUMENT_EXAMPLE, seconds=30) for _ in range(8)]
        answer = httpx2.post(
            f"{running.address}/v1/allocations",
            json={"instance": DOCUMENT_EXAMPLE},
            headers=dict(busy._connection._http.headers),
        )
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_runs")
        for each in started:
            # One may have ended by itself meanwhile.
            with contextlib.suppress(Refusal):
                busy.cancel(each.id)
        assert all(busy.finished(each.id).state in ("cancelled", "done") for each in started)


@pytest.mark.parametrize("limits", [{"seconds": 10**6}, {"work": 10**6}, {"seconds": 0}, {"workers": 64}])
def test_limits_of_the_service_are_kept(client, limits):
    with pytest.raises(Refusal) as refused:
        client.allocate(DOCUMENT_EXAMPLE, **limits)
    assert refused.value.code == "bad_request"


def test_a_policy_of_stages_is_solved_stage_by_stage(client):
    staged = DOCUMENT_EXAMPLE | {"policy": DOCUMENT_EXAMPLE["policy"] | {"objective": ["jobs", "clustering"]}}
    plan_id = client.finished(client.allocate(staged, work=1).id).result.plan_id
    plan, certificate = client.plan(plan_id), json.loads(client.certificate(plan_id))
    assert plan["proof"] is None
    assert [each["stage"] for each in plan["stages"]] == ["jobs", "clustering"]
    assert all(each["value_millipoints"] <= each["bound_millipoints"] for each in plan["stages"])
    assert certificate["format"] == "lotwise-stages-1"


def test_metrics_and_readiness_tell_of_the_worker(running, client, plan_id):
    page = client._connection.ask("GET", "/metrics").text
    assert 'lotwise_runs{state="done"}' in page
    assert "lotwise_workers 1.0" in page
    assert 'route="/v1/plans/{plan_id}"' in page
    assert httpx2.get(f"{running.address}/readyz").json()["workers"] == 1


def test_a_run_that_needs_more_memory_than_it_may_have_fails_alone(stores, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.api.served.LIMITS", {"LOTWISE_RUN_MEMORY_MB": "200", "LOTWISE_ATTEMPTS_MOST": "2"})
    with stores.fresh("sqlite") as url, served(url, tmp_path) as processes:
        process = processes.serve()
        with Client(processes.address, processes.key("committee")) as one:
            ended = one.finished(one.allocate(DOCUMENT_EXAMPLE, seconds=2).id)
        assert (ended.state, ended.failure.code) == ("failed", "poison")
        assert process.poll() is None
