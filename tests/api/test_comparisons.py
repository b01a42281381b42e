"""Comparisons over HTTP: every side is a run or a plan, and all of them begin together or none does."""

import pytest

from tests.api.finished import SMALL, finish


@pytest.fixture
def analyst(home):
    return home.client("analyst")


@pytest.fixture
def instance_id(analyst):
    return analyst.post("/v1/instances", json=SMALL).json()["id"]


def sides(instance_id, count):
    return [
        {"label": f"seed {seed}", "instance_id": instance_id, "limits": {"work": 1, "seed": seed}}
        for seed in range(1, count + 1)
    ]


def test_each_instance_becomes_a_run_and_the_table_fills_as_they_end(home, analyst, instance_id):
    started = analyst.post("/v1/comparisons", json={"name": "seeds", "sides": sides(instance_id, 3)})
    assert (started.status_code, started.json()["state"]) == (202, "running")
    path = started.headers["location"]
    assert [column["run_id"] for column in started.json()["columns"]] == home.queue.run_ids
    plan_id = finish(home.service, home.queue.run_ids[1])
    columns = analyst.get(path).json()["columns"]
    assert [column["state"] for column in columns] == ["queued", "done", "queued"]
    done = columns[1]
    assert (done["plan_id"], done["value_millipoints"], done["bound_millipoints"]) == (plan_id, 3_220_000, 3_250_000)
    assert (done["applicants_granted"], done["lots_granted"], done["area_m2"]) == (2, 3, 1000 + 1200 + 900)
    assert (done["jobs_direct"], done["jobs_indirect"], done["waitlist"]) == (29, 8, 1)
    assert done["lots_by_sector"] == {"bakery": 2, "marble": 1}
    assert columns[0]["value_millipoints"] is None
    for run_id in home.queue.run_ids[::2]:
        analyst.post(f"/v1/runs/{run_id}:cancel")
    ended = analyst.get(path).json()
    assert (ended["state"], [each["state"] for each in ended["columns"]]) == (
        "done",
        ["cancelled", "done", "cancelled"],
    )


def test_with_more_sides_than_runs_are_allowed_none_begins(analyst, instance_id):
    refused = analyst.post("/v1/comparisons", json={"name": "many", "sides": sides(instance_id, 9)})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_runs")
    assert analyst.get("/v1/runs").json()["items"] == []


@pytest.mark.parametrize(
    ("side", "status"),
    [
        ({"label": "x", "plan_id": "nothing"}, 404),
        ({"label": "x", "instance_id": "nothing"}, 404),
        ({"label": "x"}, 422),
        ({"label": "x", "plan_id": "p", "instance_id": "i"}, 422),
        ({"label": "x", "plan_id": "p", "limits": {"work": 1}}, 422),
        ({"label": "", "plan_id": "p"}, 422),
    ],
)
def test_a_side_that_cannot_be_is_refused_with_all_others(analyst, instance_id, side, status):
    given = {"name": "wrong", "sides": [*sides(instance_id, 1), side]}
    assert analyst.post("/v1/comparisons", json=given).status_code == status
    assert analyst.get("/v1/runs").json()["items"] == []


def test_a_comparison_with_a_key_begins_once(home, analyst, instance_id):
    given = {"name": "once", "sides": sides(instance_id, 2)}
    answers = [analyst.post("/v1/comparisons", json=given, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(home.queue.run_ids) == 2


def test_comparisons_are_listed_page_by_page_the_newest_first(home, analyst, instance_id):
    made = [
        analyst.post("/v1/comparisons", json={"name": f"c{count}", "sides": sides(instance_id, count)}).json()
        for count in (1, 2, 3)
    ]
    finish(home.service, made[1]["columns"][0]["run_id"])
    finish(home.service, made[0]["columns"][0]["run_id"])
    reader = home.client("reader")
    first = reader.get("/v1/comparisons", params={"limit": 2}).json()
    second = reader.get("/v1/comparisons", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    listed = first["items"] + second["items"]
    assert [each["id"] for each in listed] == [each["id"] for each in reversed(made)]
    assert [(each["name"], each["state"]) for each in listed] == [("c3", "running"), ("c2", "running"), ("c1", "done")]
    assert listed[0]["labels"] == ["seed 1", "seed 2", "seed 3"]
    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [2, 1, None]
    for each in listed:
        assert reader.get(f"/v1/comparisons/{each['id']}").json()["state"] == each["state"]


def test_without_comparisons_the_list_is_empty(home):
    assert home.client("reader").get("/v1/comparisons").json() == {"items": [], "next_cursor": None}
