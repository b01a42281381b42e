"""Runs over HTTP: how they begin, wait, are awaited and are stopped."""

import threading
import time

import pytest

from api.openapi import DOCUMENT_EXAMPLE
from tests.api.finished import SMALL, finish

ASKED = {"instance": SMALL, "limits": {"work": 1}}


@pytest.fixture
def member(home):
    return home.client("committee")


@pytest.fixture
def opened(member):
    instance_id = member.post("/v1/instances", json=DOCUMENT_EXAMPLE).json()["id"]
    made = member.post("/v1/rounds", json={"name": "x", "instance_id": instance_id}).json()
    member.post(f"/v1/rounds/{made['id']}:open")
    return f"/v1/rounds/{made['id']}"


def test_a_run_is_queued_and_says_where_to_look(home, member, opened):
    answer = member.post(f"{opened}/runs", json={"work": 2, "seed": 5})
    assert answer.status_code == 202
    run = answer.json()
    assert (answer.headers["location"], answer.headers["retry-after"]) == (f"/v1/runs/{run['id']}", "2")
    assert (run["state"], run["result"], run["failure"], run["attempts"]) == ("queued", None, None, 0)
    assert run["limits"] == {"seconds": None, "work": 2, "seed": 5, "workers": 2}
    assert home.queue.run_ids == [run["id"]]
    assert member.get(answer.headers["location"]).json() == run


def test_a_run_of_the_frozen_round_is_on_the_frozen_roster(member, opened):
    frozen = member.post(f"{opened}:freeze").json()
    assert member.post(f"{opened}/runs", json={}).json()["instance_id"] == frozen["frozen_instance_id"]


def test_a_draft_is_not_run(member, opened):
    instance_id = member.get(opened).json()["instance_id"]
    made = member.post("/v1/rounds", json={"name": "draft", "instance_id": instance_id}).json()
    refused = member.post(f"/v1/rounds/{made['id']}/runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


def test_a_run_with_a_key_is_queued_once(home, member, opened):
    answers = [member.post(f"{opened}/runs", json={}, headers={"Idempotency-Key": "k"}) for _ in range(3)]
    assert [each.status_code for each in answers] == [202] * 3
    assert len(home.queue.run_ids) == 1


def test_the_same_run_asked_for_at_once_is_queued_once(home):
    answers = []

    def ask():
        with home.client("analyst") as analyst:
            answers.append(analyst.post("/v1/allocations", json=ASKED, headers={"Idempotency-Key": "k"}))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.status_code for each in answers] == [202] * 4
    assert len({each.json()["id"] for each in answers}) == 1
    listed = home.client("analyst").get("/v1/runs").json()["items"]
    assert len(listed) == 1


def test_each_principal_has_so_many_runs_at_once_and_no_more(home):
    analyst = home.client("analyst")
    started = [analyst.post("/v1/allocations", json=ASKED).json() for _ in range(8)]
    refused = analyst.post("/v1/allocations", json=ASKED)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "too_many_runs", "10")
    assert home.client("clerk").post("/v1/allocations", json=ASKED).status_code == 202
    finish(home.service, started[0]["id"])
    assert analyst.post("/v1/allocations", json=ASKED).status_code == 202
    assert analyst.post("/v1/allocations", json=ASKED).status_code == 429


def test_asked_for_at_once_the_limit_holds_too(home):
    statuses = []

    def ask():
        with home.client("analyst") as analyst:
            statuses.extend(analyst.post("/v1/allocations", json=ASKED).status_code for _ in range(4))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [202] * 8 + [429] * 8


def test_a_run_that_waits_is_cancelled_at_once_and_once_under_its_key(home):
    analyst = home.client("analyst")
    run_id = analyst.post("/v1/allocations", json=ASKED).json()["id"]
    answers = [analyst.post(f"/v1/runs/{run_id}:cancel", headers={"Idempotency-Key": "stop"}) for _ in range(2)]
    assert [(each.status_code, each.json()["state"]) for each in answers] == [(200, "cancelled")] * 2
    assert answers[0].json()["result"] == {"kind": "none_found", "plan_id": None, "conflict": None}
    late = analyst.post(f"/v1/runs/{run_id}:cancel")
    assert (late.status_code, late.json()["code"]) == (409, "run_ended")


def test_only_its_owner_and_the_committee_stop_a_run(home, member):
    run_id = home.client("analyst").post("/v1/allocations", json=ASKED).json()["id"]
    assert home.client("clerk").post(f"/v1/runs/{run_id}:cancel").status_code == 403
    assert member.post(f"/v1/runs/{run_id}:cancel").status_code == 200


def test_who_prefers_to_wait_gets_the_end_of_the_run(home):
    def end():
        # The queue is told within the transaction; the list shows the run once that has ended.
        while not home.client("reader").get("/v1/runs").json()["items"]:
            time.sleep(0.01)
        finish(home.service, home.queue.run_ids[0])

    worker = threading.Thread(target=end)
    worker.start()
    answer = home.client("analyst").post("/v1/allocations", json=ASKED, headers={"Prefer": "respond-async, wait=20"})
    worker.join()
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=20")
    assert answer.json()["state"] == "done"
    assert home.client("analyst").get(f"/v1/plans/{answer.json()['result']['plan_id']}").status_code == 200


def test_who_waits_in_vain_gets_the_run_as_it_began(home):
    answer = home.client("analyst").post("/v1/allocations", json=ASKED, headers={"Prefer": "wait=1"})
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")


def test_runs_are_listed_page_by_page_and_by_round(home, member, opened):
    of_round = [member.post(f"{opened}/runs", json={}).json()["id"] for _ in range(3)]
    other = home.client("analyst").post("/v1/allocations", json=ASKED).json()["id"]
    first = member.get("/v1/runs", params={"limit": 2}).json()
    second = member.get("/v1/runs", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [each["id"] for each in first["items"] + second["items"]] == [other, *of_round[::-1]]
    assert second["next_cursor"] is None
    listed = member.get("/v1/runs", params={"round_id": opened.rpartition("/")[2]}).json()["items"]
    assert [each["id"] for each in listed] == of_round[::-1]
