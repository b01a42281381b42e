"""Events of a run: numbered, replayed from wherever the stream broke, and ended with the run."""

import json
import threading
import time

import pytest

from tests.api.finished import SMALL, finish


@pytest.fixture
def run_id(home):
    return home.client("clerk").post("/v1/allocations", json={"instance": SMALL}).json()["id"]


def told(home, run_id, last=None):
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    answer = home.client("reader").get(f"/v1/runs/{run_id}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block for block in answer.text.split("\n\n") if block and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def test_the_events_of_an_ended_run_can_be_read_from_anywhere(home, run_id):
    plan_id = finish(home.service, run_id)
    everything = told(home, run_id)
    assert [each["event"] for each in everything] == ["queued", "started", "progress", "done"]
    assert [each["id"] for each in everything] == ["1", "2", "3", "4"]
    assert json.loads(everything[-1]["data"])["plan_id"] == plan_id
    for last in range(5):
        assert told(home, run_id, last) == everything[last:]


def test_a_stream_follows_the_run_to_its_end(home, run_id):
    def end():
        time.sleep(0.5)
        finish(home.service, run_id)

    worker = threading.Thread(target=end)
    worker.start()
    found = told(home, run_id, 1)
    worker.join()
    assert [each["event"] for each in found] == ["started", "progress", "done"]


@pytest.mark.parametrize("last", ["x", "-1", "1.5", str(2**60)])
def test_a_number_that_is_none_is_refused(home, run_id, last):
    refused = home.client("reader").get(f"/v1/runs/{run_id}/events", headers={"Last-Event-ID": last})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_request")


def test_the_events_of_nothing_are_not_found(home):
    assert home.client("reader").get("/v1/runs/nothing/events").status_code == 404
